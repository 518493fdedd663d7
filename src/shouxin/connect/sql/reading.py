"""The rows of a person as the person may see them."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from shouxin.connect.sql.finding import Finding
from shouxin.connect.sql.own import OTHER_SIDE, Own
from shouxin.connect.survey import Row
from shouxin.connect.words import without_others

PAGE = 1000
"""Rows that are fetched at a time."""


def rows(finding: Finding, identifiers: frozenset[str]) -> Iterator[Row]:
    """Yield the rows table by table, in the order of the map and of their keys.

    Left out are columns that name the other people of a shared row, what somebody else said to the person
    in their own part of it, and in free text numbers and addresses that are not the person's.
    """
    for name, own in finding.own.items():
        if not finding.count[name]:
            continue
        table = own.real.table
        query = sa.select(*table.columns, own.table.c.shared, own.table.c.how).where(own.tie())
        if own.real.keyed:
            query = query.order_by(*own.real.keys(table))
        streamed = finding.connection.execution_options(stream_results=True, yield_per=PAGE)
        names = [column.name for column in table.columns]
        for found in streamed.execute(query):
            values = dict(zip(names, found, strict=False))
            yield _seen(own, values, identifiers, shared=bool(found[-2]), how=found[-1])


def _seen(own: Own, values: dict[str, Any], identifiers: frozenset[str], *, shared: bool, how: int) -> Row:
    mapped = own.real.mapped
    hidden: set[str] = set()
    if shared and mapped.shared:
        hidden |= {*mapped.shared.others} if how != OTHER_SIDE else {*mapped.shared.own}
    free = {one.column for one in mapped.columns if one.free_text}
    shown = {
        name: without_others(value, identifiers) if name in free and isinstance(value, str) else value
        for name, value in values.items()
        if name not in hidden
    }
    return Row(mapped.table, "shared" if shared else "own", shown)
