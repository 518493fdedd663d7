"""What the references of a map say of whose a row is; where it says nothing, worked out from the tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from shouxin.connect.model import DatasetMap, MappedTable, Means, Reference


class Edge(NamedTuple):
    """A reference of a table to one of the same store, with what it means.

    ``branch``: of a tree whose rows belong to whom the row above belongs to, where nothing else says whose.
    ``other``: it names another person in a row that several share.
    """

    table: str
    reference: Reference
    means: Means
    branch: bool = False
    other: bool = False

    @property
    def to(self) -> str:
        """Return the table it leads to."""
        return self.reference.to


def edges(found: DatasetMap) -> tuple[Edge, ...]:
    """Return every reference within the store of a map, with its meaning."""
    tables = {table.table: table for table in found.tables}
    owned = _owned(tables)
    return tuple(_edges(tables, owned))


def _edges(tables: Mapping[str, MappedTable], owned: set[str]) -> Iterator[Edge]:
    for name, table in tables.items():
        for reference in inside(table):
            means = reference.means or _means(tables, owned, table, reference)
            branch = not reference.means and reference.to == name and not table.identities
            others = table.shared.others if table.shared else ()
            other = means == "owner" and set(reference.columns) <= set(others)
            yield Edge(name, reference, means, branch, other)


def inside(table: MappedTable) -> Sequence[Reference]:
    """Return the references that stay within the store."""
    return [reference for reference in table.references if not reference.store]


def order(found: DatasetMap) -> list[str]:
    """Return the tables so that each comes after those it refers to, over references that are not cut."""
    from graphlib import TopologicalSorter

    graph: TopologicalSorter[str] = TopologicalSorter()
    for table in found.tables:
        targets = {one.to for one in inside(table) if not one.cut} - {table.table}
        graph.add(table.table, *sorted(targets))
    return list(graph.static_order())


def _means(
    tables: Mapping[str, MappedTable], owned: set[str], table: MappedTable, reference: Reference
) -> Means:
    if reference.to == table.table:
        return "link"
    if tables[reference.to].identities:
        return "owner"
    if reference.to not in owned or (not reference.only and _by_itself(tables, table)):
        return "uses"
    return "owner"


def _by_itself(tables: Mapping[str, MappedTable], table: MappedTable) -> bool:
    """Tell whether its rows say themselves whose they are: by an identity or a person they refer to."""
    return bool(table.identities) or any(
        reference.to != table.table
        and not reference.only
        and (reference.means == "owner" or (not reference.means and tables[reference.to].identities))
        for reference in inside(table)
    )


def _owned(tables: Mapping[str, MappedTable]) -> set[str]:
    """Return the tables whose rows are somebody's: those with identities, and what hangs on them."""
    found = {name for name, table in tables.items() if table.identities}
    while True:
        more = {
            name
            for name, table in tables.items()
            if name not in found
            and any(one.to in found and one.means in ("", "owner") for one in inside(table))
        }
        if not more:
            return found
        found |= more
