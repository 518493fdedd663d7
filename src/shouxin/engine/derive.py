"""Facts that follow from other facts by computation; each function is named in the vocabulary.

A function gets the facts it is derived from (None where unknown) and the day, and returns the derived
fact or None where it does not follow.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from shouxin.engine.expression import Facts
from shouxin.engine.necessary import Lists, only_category
from shouxin.errors import LawError
from shouxin.law.wording import Vocabulary


def _nothing(_facts: Facts) -> tuple[str, ...]:
    return ()


class Function(NamedTuple):
    """How a fact is computed, which of its sources to ask for where it stays unknown, and what it reads."""

    run: Callable[[Facts, date | None], object]
    asks: Callable[[Facts], tuple[str, ...]] = _nothing
    reads: frozenset[str] = frozenset()


Functions = Mapping[str, Function]
"""The functions that ``derived_by`` in the vocabulary can name."""


def functions(lists: Lists) -> Functions:
    """Return every function by its name, those about necessary information over ``lists``."""
    return {
        "age": Function(age),
        "under_14": Function(under_14),
        "under_18": Function(under_18),
        "only_category": Function(only_category),
        "beyond_list": Function(lists.beyond_list, lists.asks, lists.facts),
        "beyond_every_list": Function(lists.beyond_every_list, reads=lists.facts),
        "items_beyond": Function(lists.items_beyond, reads=lists.facts),
    }


def check(vocabulary: Vocabulary, known: Functions) -> None:
    """Raise ``LawError`` (fact-derivation) where a derived fact has no function, or not all its sources."""
    for fact in vocabulary.facts:
        if not fact.derived_by:
            continue
        function = known.get(fact.derived_by)
        if function is None:
            what = f'is derived by "{fact.derived_by}", which does not exist'
            remedy = f"use one of: {', '.join(sorted(known))}"
        elif not function.reads.issubset(fact.derived_from):
            what = "does not name every fact that it follows from"
            remedy = (
                f"add to `derived_from`: {', '.join(sorted(function.reads.difference(fact.derived_from)))}"
            )
        else:
            continue
        where = f"vocabulary, {fact.name}"
        raise LawError("fact-derivation", f'the fact "{fact.name}" {what}', where=where, remedy=remedy)


def age(facts: Facts, as_of: date | None) -> object:
    """Return completed years of age on ``as_of`` from a date of birth; 29 February counts as 1 March."""
    (born,) = facts.values()
    if not isinstance(born, str) or as_of is None:
        return None
    day = date.fromisoformat(born)
    return as_of.year - day.year - ((as_of.month, as_of.day) < (day.month, day.day))


def under_14(facts: Facts, _as_of: date | None) -> object:
    """Tell whether an age is below 14 (pipl art. 28 para. 1, art. 31)."""
    (years,) = facts.values()
    return years < 14 if isinstance(years, int) else None


def under_18(facts: Facts, _as_of: date | None) -> object:
    """Tell whether an age is below 18, full age."""
    (years,) = facts.values()
    return years < 18 if isinstance(years, int) else None
