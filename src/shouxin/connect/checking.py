"""Whether maps hold together: names that exist, references that lead somewhere, no circle without an end."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from shouxin.connect.categories import home
from shouxin.connect.model import DatasetMap, MappedTable, Reference
from shouxin.connect.service.checking import check as check_service
from shouxin.errors import InputError

Place = tuple[str, str]
"""A store and a table."""


def check(maps: Sequence[DatasetMap]) -> None:
    """Raise ``InputError`` for the first thing that cannot be.

    Codes: map-duplicate, map-column, map-reference, map-circular, map-service, category-unknown.
    """
    _once((found.store for found in maps), "store", "")
    tables = _tables(maps)
    for found in maps:
        _once((table.table for table in found.tables), "table", found.store)
        for table in found.tables:
            _columns(table, f"{found.store}.{table.table}")
            for reference in table.references:
                _leads(reference, (found.store, table.table), tables)
        check_service(found)
    _acyclic(maps)


def _tables(maps: Sequence[DatasetMap]) -> Mapping[Place, MappedTable]:
    return {(found.store, table.table): table for found in maps for table in found.tables}


def _target(reference: Reference, place: Place) -> Place:
    return (reference.store or place[0], reference.to)


def _once(names: Iterable[str], kind: str, where: str) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(
            "map-duplicate",
            f'the {kind} "{twice[0]}" stands twice',
            where=where or "dataset maps",
            remedy="keep one of the two",
        )


def _columns(table: MappedTable, where: str) -> None:
    known = [column.column for column in table.columns]
    _once(known, "column", where)
    for column in table.columns:
        for category in column.categories:
            home(category, where=f"{where}.{column.column}")
    unknown = [name for name in table.named() if name not in set(known)]
    if unknown:
        raise InputError(
            "map-column",
            f'the table has no column "{unknown[0]}"',
            where=where,
            remedy="list it under columns, or mend the name",
        )


def _leads(reference: Reference, place: Place, tables: Mapping[Place, MappedTable]) -> None:
    target = _target(reference, place)
    there = tables.get(target)
    what = ""
    if there is None:
        what = f'there is no table "{".".join(target)}" that it could refer to'
    elif len(reference.columns) != len(reference.at):
        count, there_are = len(reference.columns), len(reference.at)
        what = f'the reference to "{reference.to}" names {count} columns for {there_are}'
    elif missing := {*reference.at}.difference(column.column for column in there.columns):
        what = f'"{reference.to}" has no column "{min(missing)}"'
    if what:
        raise InputError(
            "map-reference", what, where=".".join(place), remedy="mend the reference or map the table"
        )


def _acyclic(maps: Sequence[DatasetMap]) -> None:
    """Refuse circles: rows that go need an order. A table that refers to itself is no circle but a tree."""
    order: TopologicalSorter[Place] = TopologicalSorter()
    for place, table in _tables(maps).items():
        targets = {_target(reference, place) for reference in table.references if not reference.cut}
        order.add(place, *(targets - {place}))
    try:
        order.prepare()
    except CycleError as error:
        circle = error.args[1]
        ways = " → ".join(".".join(place) for place, _ in pairwise([*circle, circle[0]]))
        raise InputError(
            "map-circular",
            f"these tables refer to one another in a circle: {ways[:400]}",
            where=".".join(circle[0]),
            remedy="mark the reference that is emptied first with `cut: true`",
        ) from None
