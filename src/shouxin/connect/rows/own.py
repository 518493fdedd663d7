"""One person's rows of one store, held in memory while a question or an erasure works on them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from shouxin.connect.model import DatasetMap, MappedTable
from shouxin.connect.roles import Edge, edges, order
from shouxin.connect.rows import paths
from shouxin.connect.rows.source import Column, Key, Layout, Record, Source
from shouxin.connect.rows.values import Combination, combinations

How = Literal["mine", "used", "other side"]
"""How a row was come to: it is the person's, a row of theirs uses it, or it names them beside its owner."""


@dataclass(slots=True)
class Row:
    """A row that was found, and what is known of it.

    ``known``: it matched an identity; ``shared``: somebody else has a part in it; ``kept``: the law keeps
    it; ``stay``: something that stays refers to it.
    """

    key: Key
    values: Mapping[str, Any]
    how: How
    known: bool = False
    shared: bool = False
    kept: bool = False
    stay: bool = False

    @property
    def alone(self) -> bool:
        """Tell whether it is the person's alone."""
        return not self.shared

    @property
    def entire(self) -> bool:
        """Tell whether it is the person's alone and nothing keeps it whole."""
        return not (self.shared or self.kept)

    @property
    def going(self) -> bool:
        """Tell whether it goes."""
        return self.entire and not self.stay

    @property
    def partly(self) -> bool:
        """Tell whether the person has a part in it that can change."""
        return self.shared and not self.kept and self.how == "mine"


class Own:
    """The rows found of one table, by key, and by what stands in columns that something refers to."""

    def __init__(self, mapped: MappedTable, layout: Layout) -> None:
        self.mapped, self.layout = mapped, layout
        self.rows: dict[Key, Row] = {}
        self.roots = {one.column for one in mapped.columns} | {
            paths.root(one.column) for one in mapped.columns
        }
        self._by: dict[tuple[str, ...], dict[Combination, list[Row]]] = {}

    @property
    def fixed(self) -> frozenset[str]:
        """Return the columns that an erasure never changes, since rows are told apart by them."""
        return frozenset(self.layout.key)

    def column(self, name: str) -> Column:
        """Return what a column can hold."""
        return self.layout.columns.get(name, Column())

    def add(self, record: Record, how: How, *, known: bool, whole: bool) -> Row:
        """Add a row, with the columns that the map names or with all."""
        named = record.values if whole else {k: v for k, v in record.values.items() if k in self.roots}
        row = self.rows[record.key] = Row(record.key, named, how, known)
        for columns, by in self._by.items():
            for found in combinations(row.values, columns):
                by[found].append(row)
        return row

    def by(self, columns: tuple[str, ...], what: Iterable[Combination]) -> Iterator[Row]:
        """Yield the rows whose columns say one of these together."""
        by = self._by.get(columns)
        if by is None:
            by = self._by[columns] = defaultdict(list)
            for row in self.rows.values():
                for found in combinations(row.values, columns):
                    by[found].append(row)
        for one in what:
            yield from by.get(one, ())


class Ground(NamedTuple):
    """Everything about a store that does not depend on a person."""

    found: DatasetMap
    layouts: Mapping[str, Layout]
    edges: tuple[Edge, ...]
    order: Sequence[str]

    @classmethod
    def of(cls, found: DatasetMap, source: Source) -> "Ground":
        """Return what a source has of a map; raise ``InputError`` (map-schema) for what it has not."""
        layouts = {table.table: source.layout(table.table) for table in found.tables}
        return cls(found, layouts, edges(found), order(found))
