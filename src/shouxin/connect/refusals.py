"""Why a store was not changed, in the same words whatever its make."""

from shouxin.connect.survey import Residue
from shouxin.errors import InputError, StoreError


def changed(store: str) -> InputError:
    """Return the error for a store that is no longer what was approved (erase-changed)."""
    return InputError(
        "erase-changed",
        "the store has changed since the plan was approved",
        where=store,
        remedy="look at the plan of now and approve it again",
    )


def left(store: str, first: Residue, what: str = "nothing was changed") -> StoreError:
    """Return the error for something of the person that would be left (erase-residue)."""
    return StoreError(
        "erase-residue",
        f"something of the person would be left ({first.kind}); {what}",
        where=f"{store}.{first.table}.{first.column}",
        remedy="mend the map: the column, its identity or its reference",
    )


def nowhere(store: str, table: str) -> InputError:
    """Return the error for a place that is not there or is part of a key (correct-place)."""
    return InputError(
        "correct-place",
        "there is no such table or column that can be corrected",
        where=f"{store}.{table[:80]}",
        remedy="name a table of the map and columns that are no part of its key",
    )
