"""The rows of a person as the person may see them."""

from collections.abc import Iterator
from typing import Any

from shouxin.connect.rows import paths
from shouxin.connect.rows.finding import Finding
from shouxin.connect.rows.own import Own
from shouxin.connect.rows.own import Row as Held
from shouxin.connect.survey import Row
from shouxin.connect.words import without_others


def rows(finding: Finding, identifiers: frozenset[str]) -> Iterator[Row]:
    """Yield the rows table by table, in the order of the map and of the store.

    Left out are columns that name the other people of a shared row, what somebody else said to the person
    in their own part of it, and in free text numbers and addresses that are not the person's.
    """
    for own in finding.own.values():
        for row in own.rows.values():
            yield Row(own.mapped.table, "shared" if row.shared else "own", _seen(own, row, identifiers))


def _seen(own: Own, row: Held, identifiers: frozenset[str]) -> dict[str, Any]:
    shared = own.mapped.shared if row.shared else None
    hidden = (shared.own if row.how == "other side" else shared.others) if shared else ()
    shown = paths.without(row.values, hidden)
    free = (one.column for one in own.mapped.columns if one.free_text)
    texts = ((place, value) for column in free for place, value in paths.places(shown, column))
    return paths.written(
        shown, {place: without_others(value, identifiers) for place, value in texts if isinstance(value, str)}
    )
