"""Whether a row is a person's by its identities: the value, and the days on which it was theirs."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from shouxin.connect.marks import is_erased
from shouxin.connect.model import Identity, MappedTable
from shouxin.connect.person import Held, Person, known, ways
from shouxin.connect.rows import paths
from shouxin.connect.rows.values import day, texts


def matches(mapped: MappedTable, values: Mapping[str, Any], person: Person, today: date) -> bool:
    """Tell whether a row is the person's by its identities.

    Different identities join with AND unless the table says otherwise; one that is empty or erased in a row
    or unknown of the person contradicts nothing, and at least one has to agree.
    """
    named = known(mapped, person)
    agree = {
        name: any(_agrees(mapped.table, values, one, person[name], today) for one in columns)
        for name, columns in named.items()
    }
    if not any(agree.values()) or mapped.any_identity:
        return any(agree.values())
    return all(agrees or not any(_says(values, one) for one in named[name]) for name, agrees in agree.items())


def _says(values: Mapping[str, Any], identity: Identity) -> bool:
    """Tell whether an identity stands in a row, and not what an erasure left in its place."""
    return any(not is_erased(one) for one in paths.read(values, identity.column))


def _agrees(
    table: str, values: Mapping[str, Any], identity: Identity, held: Iterable[Held], today: date
) -> bool:
    there = set(texts(values, identity.column))
    same = [one for one in held if not there.isdisjoint(ways(one.value))] if there else []
    if not same or not (identity.valid_from or identity.valid_until):
        return bool(same)
    begins = day(values, identity.valid_from, table)
    ends = day(values, identity.valid_until, table)
    return any(
        (begins is None or one.until is None or begins < one.until)
        and (ends is None or ends > (one.since or today))
        for one in same
    )
