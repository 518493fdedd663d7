"""Which tables of the maps a person's identities reach, along which references, before anything is asked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from shouxin.connect.model import DatasetMap, Kept, MappedTable, Means, Reference
from shouxin.connect.roles import edges
from shouxin.law.base import Shape

Place = tuple[str, str]
"""A store and a table."""


class Way(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A reference by which a table is reached from another: its columns, and whose rows that makes them."""

    store: str
    table: str
    columns: tuple[str, ...]
    means: Means


class Reach(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How a table is reached: by identities of its own (``steps`` 0), along references, or not (None).

    ``personal`` tells whether a column holds something of people that a search of texts would not find.
    ``text`` are the columns that are searched as free text, ``others`` those that name other people in rows
    that several share.
    """

    store: str
    table: str
    steps: int | None
    identities: tuple[str, ...]
    ways: tuple[Way, ...]
    personal: bool
    text: tuple[str, ...]
    others: tuple[str, ...]
    kept: Kept | None = None

    @property
    def lost(self) -> bool:
        """Tell whether it holds personal information, and no identity leads to whose it is."""
        return self.personal and self.steps is None

    @property
    def shared(self) -> bool:
        """Tell whether its rows can be another person's as well."""
        return bool(self.others) or any(way.means == "uses" for way in self.ways)


class _Step(NamedTuple):
    begins: Place
    ends: Place
    way: Way


def reach(maps: Sequence[DatasetMap]) -> tuple[Reach, ...]:
    """Return how each table of maps is reached, in their order."""
    tables = {(found.store, table.table): table for found in maps for table in found.tables}
    steps = list(_steps(maps))
    distance = _distances(tables, steps)
    return tuple(_reach(place, table, distance, steps) for place, table in tables.items())


def unreachable(maps: Sequence[DatasetMap]) -> tuple[Place, ...]:
    """Return the tables that hold personal information, and from which no way leads to a person."""
    return tuple((one.store, one.table) for one in reach(maps) if one.lost)


def _reach(place: Place, table: MappedTable, distance: Mapping[Place, int], steps: Sequence[_Step]) -> Reach:
    own = distance.get(place)
    ways = dict.fromkeys(
        step.way for step in steps if own and step.ends == place and distance.get(step.begins, own) < own
    )
    return Reach(
        store=place[0],
        table=place[1],
        steps=own,
        identities=tuple(dict.fromkeys(one.identity for one in table.identities)),
        ways=tuple(ways),
        personal=any(one.categories and not one.free_text for one in table.columns),
        text=tuple(one.column for one in table.columns if one.free_text),
        others=table.shared.others if table.shared else (),
        kept=table.retention,
    )


def _distances(tables: Mapping[Place, MappedTable], steps: Sequence[_Step]) -> dict[Place, int]:
    """Return over how many references each table is reached; those that none leads to are left out."""
    waiting = [place for place, table in tables.items() if table.identities]
    found = dict.fromkeys(waiting, 0)
    while waiting:
        here, *waiting = waiting
        for step in steps:
            if step.begins == here and step.ends not in found:
                found[step.ends] = found[here] + 1
                waiting.append(step.ends)
    return found


def _steps(maps: Sequence[DatasetMap]) -> Iterator[_Step]:
    """Yield the ways from table to table: from an owner's rows to those that name them, and to what is used.

    A reference that leads nowhere is no way.
    """
    for found in map(_leading, maps):
        for edge in edges(found):
            yield from _both(found.store, edge.table, edge.reference, edge.means)
        for table in found.tables:
            for reference in table.references:
                if reference.store:
                    yield from _both(found.store, table.table, reference, reference.means or "owner")


def _leading(found: DatasetMap) -> DatasetMap:
    """Return a map without the references to tables of its own that are not there."""
    known = {table.table for table in found.tables}
    tables = (
        replace(table, references=tuple(one for one in table.references if one.store or one.to in known))
        for table in found.tables
    )
    return replace(found, tables=tuple(tables))


def _both(store: str, table: str, reference: Reference, means: Means) -> Iterator[_Step]:
    here, there = (store, table), (reference.store or store, reference.to)
    if here == there or means == "link":
        return
    if means == "owner":
        way = Way(store=there[0], table=there[1], columns=reference.columns, means=means)
        yield _Step(there, here, way)
    way = Way(store=store, table=table, columns=reference.columns, means=means)
    yield _Step(here, there, way)
