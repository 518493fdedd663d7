"""Rows in memory as a source, with what a database knows of its columns."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import date
from typing import Any

import sqlalchemy as sa

from shouxin.connect.rows import paths
from shouxin.connect.rows.source import Change, Column, Kind, Layout, Record, Source
from shouxin.connect.rows.values import texts
from shouxin.connect.survey import Problem
from shouxin.connect.words import may_tell
from shouxin.errors import InputError, StoreError
from tests.connect.worlds.world import Snapshot, World

KINDS: Mapping[type[sa.types.TypeEngine[Any]], Kind] = {
    sa.Boolean: "bool",
    sa.Integer: "int",
    sa.Numeric: "number",
    sa.Date: "date",
    sa.String: "text",
}


class Memory(Source):
    """Tables of rows; ``refused`` is a table that takes no change, ``asked`` counts the questions."""

    atomic = True

    def __init__(
        self, tables: Mapping[str, Sequence[Mapping[str, Any]]], layouts: Mapping[str, Layout]
    ) -> None:
        self.name = "memory"
        self.tables = {
            name: {str(at): dict(row) for at, row in enumerate(rows)} for name, rows in tables.items()
        }
        self.layouts = layouts
        self.refused, self.asked = "", 0

    @classmethod
    def of(cls, engine: sa.Engine) -> "Memory":
        """Return everything that a database holds."""
        schema, inspector = sa.MetaData(), sa.inspect(engine)
        schema.reflect(engine)
        with engine.connect() as connection:
            rows = {
                name: [dict(row) for row in connection.execute(table.select()).mappings()]
                for name, table in schema.tables.items()
            }
        return cls(rows, {name: _layout(table, inspector) for name, table in schema.tables.items()})

    @contextmanager
    def session(self) -> Iterator["Memory"]:
        """Give itself."""
        yield self

    def check(self) -> tuple[Problem, ...]:
        """Return nothing: there is nothing that could differ."""
        return ()

    def layout(self, table: str) -> Layout:
        """Return how a table is made."""
        if table not in self.layouts:
            raise InputError("map-schema", "there is no such table", where=table)
        return self.layouts[table]

    def every(self, table: str) -> Iterator[Record]:
        """Yield every row."""
        self.asked += 1
        for key, values in self.tables[table].items():
            yield Record(key, deepcopy(values))

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column is one of these."""
        wanted = set(values)
        return (one for one in self.every(table) if not wanted.isdisjoint(texts(one.values, column)))

    def mentioning(self, table: str, columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
        """Yield the rows in which one of these words may stand."""
        for one in self.every(table):
            if any(may_tell(text, words) for column in columns for text in texts(one.values, column)):
                yield one

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:
        """Yield every row."""
        return self.every(table)

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the changes, or none where one is refused."""
        new = deepcopy(self.tables)
        for change in changes:
            if change.table == self.refused:
                raise StoreError("connect-refused", "the table takes no change", where=change.table)
            if change.values is None:
                new[change.table].pop(change.key, None)
            elif change.key in new[change.table]:
                row = new[change.table][change.key]
                new[change.table][change.key] = paths.written(row, change.values)
        self.tables = new

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def snapshot_of(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table."""
        return [dict(row) for row in self.tables[table].values()]

    def snapshot(self, world: World) -> Snapshot:
        """Return everything that it holds."""
        return {
            world.place(name, values): dict(values)
            for name, rows in self.tables.items()
            for values in rows.values()
        }

    @contextmanager
    def broken(self, table: str) -> Iterator[None]:
        """Let every change of a table fail inside the block."""
        self.refused = table
        try:
            yield
        finally:
            self.refused = ""


def _layout(table: sa.Table, inspector: sa.Inspector) -> Layout:
    key = tuple(column.name for column in table.primary_key.columns)
    indexes = inspector.get_indexes(table.name, include_auto_indexes=True)
    unique = {column for one in indexes if one["unique"] for column in one["column_names"]}
    columns = {
        column.name: Column(
            kind=next((kind for shape, kind in KINDS.items() if isinstance(column.type, shape)), "any"),
            empty=bool(column.nullable),
            unique=column.name in {*unique, *key},
            room=getattr(column.type, "length", None),
        )
        for column in table.columns
    }
    return Layout(key, columns)
