"""What a database really has: tables, keys, what is unique, and everything that refers to a mapped table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from shouxin.connect.model import DatasetMap, MappedTable, Only
from shouxin.connect.roles import Edge, edges, order
from shouxin.errors import InputError

_UNCOMPARED = ("JSON", "XML", "POINT", "POLYGON", "LINE", "BOX", "CIRCLE", "PATH", "LSEG")
Columns = tuple[str, ...]


class Real(NamedTuple):
    """A mapped table as the database has it.

    ``key`` tells its rows apart; without a primary key it is every column, compared so that nothing equals
    nothing. ``unique`` are the columns of every unique constraint or index.
    """

    mapped: MappedTable
    table: sa.Table
    key: Columns
    keyed: bool
    unique: frozenset[str]

    @property
    def fixed(self) -> frozenset[str]:
        """Return the columns that an erasure never changes, since rows are told apart by them."""
        return frozenset(self.key) if self.keyed else frozenset()

    @property
    def places(self) -> Sequence[int]:
        """Return where the columns of the key stand in a row."""
        names = self.table.columns.keys()
        return [names.index(name) for name in self.key]

    def keys(self, row: sa.FromClause) -> Sequence[sa.ColumnElement[Any]]:
        """Return the columns of the key of a row of the table or of an alias of it."""
        return [row.c[name] for name in self.key]


class Hold(NamedTuple):
    """Something that refers to rows of a mapped table: ``name`` is "" where the map does not know the table.

    ``mapped``: the map knows the reference, and not only the database.
    """

    name: str
    table: sa.FromClause
    columns: Columns
    at: Columns
    only: Only | None = None
    cut: bool = False
    mapped: bool = False

    @property
    def place(self) -> str:
        """Return the name of the table in the map, or else in the database."""
        return self.name or str(self.table)


class Ground(NamedTuple):
    """Everything about a store that does not depend on a person."""

    found: DatasetMap
    kind: str
    real: Mapping[str, Real]
    edges: tuple[Edge, ...]
    holds: Mapping[str, tuple[Hold, ...]]
    order: Sequence[str]

    @property
    def outside(self) -> Mapping[str, sa.FromClause]:
        """Return the tables that the map does not know and that refer to some that it does."""
        every = (hold for holds in self.holds.values() for hold in holds)
        return {hold.place: hold.table for hold in every if not hold.name}

    def into(self, name: str) -> Iterable[Edge]:
        """Return the references that lead to a table."""
        return (edge for edge in self.edges if edge.to == name)

    def out_of(self, name: str) -> Iterable[Edge]:
        """Return the references of a table."""
        return (edge for edge in self.edges if edge.table == name)


def ground(found: DatasetMap, connection: sa.Connection) -> Ground:
    """Return what a database has of a map; raise ``InputError`` (map-schema) for what it has not."""
    metadata, inspector = sa.MetaData(), sa.inspect(connection)
    real = {table.table: _real(table, metadata, inspector, connection) for table in found.tables}
    kind = connection.dialect.name
    kind = "mysql" if kind == "mariadb" else kind
    ways = edges(found)
    return Ground(found, kind, real, ways, _holds(real, ways, inspector), order(found))


def _real(
    mapped: MappedTable, metadata: sa.MetaData, inspector: sa.Inspector, connection: sa.Connection
) -> Real:
    schema, _, name = mapped.table.rpartition(".")
    try:
        table = sa.Table(
            name, metadata, schema=schema or None, autoload_with=connection, resolve_fks=False, quote=True
        )
    except sa.exc.NoSuchTableError:
        raise _differs(mapped.table, "the database has no such table") from None
    lost = [column.column for column in mapped.columns if column.column not in table.c]
    if lost:
        raise _differs(mapped.table, f'the table has no column "{lost[0]}"')
    key = tuple(column.name for column in table.primary_key.columns)
    unique = _unique(inspector, name, schema or None)
    everything = tuple(
        column.name for column in table.columns if not str(column.type).upper().startswith(_UNCOMPARED)
    )
    return Real(mapped, table, key or everything, bool(key), frozenset(unique | {*key}))


def _unique(inspector: sa.Inspector, name: str, schema: str | None) -> set[str]:
    """Return the columns of every unique constraint or index, those that SQLite makes by itself included."""
    every = {"include_auto_indexes": True} if inspector.dialect.name == "sqlite" else {}
    found = {
        column for one in inspector.get_unique_constraints(name, schema) for column in one["column_names"]
    }
    for index in inspector.get_indexes(name, schema, **every):
        found |= {column for column in index["column_names"] if column and index["unique"]}
    return found


def _differs(table: str, what: str) -> InputError:
    return InputError(
        "map-schema", what, where=table, remedy="mend the map: the store has changed since it was made"
    )


def _holds(
    real: Mapping[str, Real], ways: Sequence[Edge], inspector: sa.Inspector
) -> Mapping[str, tuple[Hold, ...]]:
    """Return for each table what refers to it, by the map or by the database."""
    found: dict[str, dict[tuple[str, Columns, Columns, Any], Hold]] = {name: {} for name in real}
    places = {(one.table.schema, one.table.name): name for name, one in real.items()}
    for (schema, name), keys in _foreign_keys(real, inspector).items():
        for key in keys:
            target = places.get((key["referred_schema"] or schema, key["referred_table"]))
            if target is None:
                continue
            columns, at = tuple(key["constrained_columns"]), tuple(key["referred_columns"])
            own = places.get((schema, name), "")
            table = real[own].table if own else sa.table(name, *map(sa.column, columns), schema=schema)
            hold = Hold(own, table, columns, at)
            found[target][f"{schema}.{name}", columns, at, None] = hold
    for way in ways:
        one = real[way.table].table
        place = (f"{one.schema}.{one.name}", way.reference.columns, way.reference.at, None)
        found[way.to].pop(place, None)
        ref = way.reference
        hold = Hold(way.table, one, ref.columns, ref.at, ref.only, ref.cut, mapped=True)
        found[way.to][(*place[:3], str(ref.only))] = hold
    return {name: tuple(holds.values()) for name, holds in found.items()}


def _foreign_keys(real: Mapping[str, Real], inspector: sa.Inspector) -> Mapping[Any, Any]:
    schemas = {one.table.schema for one in real.values()}
    return {
        place: keys for schema in schemas for place, keys in inspector.get_multi_foreign_keys(schema).items()
    }
