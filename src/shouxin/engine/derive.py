"""Facts that follow from other facts by computation; each function is named in the vocabulary.

A function gets the facts it is derived from (None where unknown) and the day, and returns the derived
fact or None where it does not follow.
"""

from collections.abc import Callable, Mapping
from datetime import date

Function = Callable[[Mapping[str, object], date | None], object]


def age(facts: Mapping[str, object], as_of: date | None) -> object:
    """Return completed years of age on ``as_of`` from a date of birth; 29 February counts as 1 March."""
    (born,) = facts.values()
    if not isinstance(born, str) or as_of is None:
        return None
    day = date.fromisoformat(born)
    return as_of.year - day.year - ((as_of.month, as_of.day) < (day.month, day.day))


def under_14(facts: Mapping[str, object], _as_of: date | None) -> object:
    """Tell whether an age is below 14 (pipl art. 28 para. 1, art. 31)."""
    (years,) = facts.values()
    return years < 14 if isinstance(years, int) else None


def under_18(facts: Mapping[str, object], _as_of: date | None) -> object:
    """Tell whether an age is below 18, full age."""
    (years,) = facts.values()
    return years < 18 if isinstance(years, int) else None


FUNCTIONS: dict[str, Function] = {"age": age, "under_14": under_14, "under_18": under_18}
"""The functions that ``derived_by`` in the vocabulary can name."""
