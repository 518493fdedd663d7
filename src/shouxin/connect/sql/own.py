"""The temporary tables that hold the keys of one person's rows while a transaction works on them."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import sqlalchemy as sa

from shouxin.connect.model import Reference
from shouxin.connect.sql.schema import Ground, Hold, Real

T = TypeVar("T")

MINE, USED, OTHER_SIDE = 1, 2, 3
"""How a row was come to: it is the person's, a row of theirs uses it, or it names them beside its owner."""

_MADE = "shouxin.keys"
_FLAGS = ("how", "shared", "kept", "stay", "known")


class Own(NamedTuple):
    """The keys of the rows of one table: ``keys`` in the order of ``Real.key``, then what is known of each.

    ``how`` as above; ``shared``: somebody else has a part in it; ``kept``: the law keeps it; ``stay``:
    something that stays refers to it; ``known``: it matched an identity.
    """

    real: Real
    table: Any

    @property
    def keys(self) -> Sequence[sa.ColumnElement[Any]]:
        """Return the columns of the key."""
        return [self.table.c[f"k{number}"] for number in range(len(self.real.key))]

    def alias(self) -> "Own":
        """Return the same keys under another name, for a part of a statement that is about other rows."""
        return Own(self.real, self.table.alias())

    def tie(self, row: sa.FromClause | None = None) -> sa.ColumnElement[bool]:
        """Return the condition that ties a key to its row, of the table itself or of an alias of it."""
        pairs = zip(self.real.keys(self.real.table if row is None else row), self.keys, strict=True)
        keyed = self.real.keyed
        return sa.and_(*(own == key if keyed else own.is_not_distinct_from(key) for own, key in pairs))

    def has(self, row: sa.FromClause, *conditions: str) -> sa.ColumnElement[bool]:
        """Return the condition that a row is among the keys, and these flags are set, or not with "not ".

        "mine" is a flag too: the row is the person's and not come to by use or from another's side.
        """
        own = self.alias()
        flags = (_flag(own, name) for name in conditions)
        return sa.exists().select_from(own.table).where(own.tie(row), *flags)

    @property
    def entire(self) -> sa.ColumnElement[bool]:
        """Return whether a row is the person's alone and nothing keeps it whole."""
        return sa.and_(self.table.c.shared == 0, self.table.c.kept == 0)

    @property
    def going(self) -> sa.ColumnElement[bool]:
        """Return whether a row goes."""
        return sa.and_(self.entire, self.table.c.stay == 0)


def _flag(own: Own, name: str) -> sa.ColumnElement[bool]:
    flag: sa.ColumnElement[Any] = own.table.c["how" if name == "mine" else name.removeprefix("not ")]
    if name == "mine":
        return flag == MINE
    return flag == 0 if name.startswith("not ") else flag != 0


def refers(reference: Reference | Hold, row: sa.FromClause, to: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that one row refers to another."""
    pairs = zip(reference.columns, reference.at, strict=True)
    only = [row.c[reference.only.column] == reference.only.value] if reference.only else []
    return sa.and_(*(row.c[own] == to.c[at] for own, at in pairs), *only)


class Keys:
    """The tables of keys of one store, made once for each connection, and the statements over them.

    A statement is put together once and kept, since that costs more than to run it.
    """

    def __init__(self, ground: Ground) -> None:
        metadata = sa.MetaData()
        self.ground = ground
        self.own = {
            name: Own(real, _table(metadata, f"shouxin_own_{number}", real))
            for number, (name, real) in enumerate(ground.real.items())
        }
        self._statements: dict[Hashable, Any] = {}

    def once(self, about: Hashable, made: Callable[[], T]) -> T:
        """Return a statement, put together the first time that it is asked for."""
        found = self._statements.get(about)
        if found is None:
            found = self._statements[about] = made()
        return cast("T", found)

    def ready(self, connection: sa.Connection) -> None:
        """Make the tables where the connection has none yet, and see that they are empty."""
        known = connection.info.get(_MADE)
        if known is self:
            return
        for own in self.own.values():
            for statement in _made(self.ground.kind, connection, own):
                connection.exec_driver_sql(statement)
        connection.commit()
        connection.info[_MADE] = self


def _table(metadata: sa.MetaData, name: str, real: Real) -> sa.Table:
    keys = [sa.Column(f"k{number}", real.table.c[column].type) for number, column in enumerate(real.key)]
    return sa.Table(name, metadata, *keys, *(sa.Column(flag, sa.SmallInteger) for flag in _FLAGS))


def _made(kind: str, connection: sa.Connection, own: Own) -> Iterator[str]:
    """Yield the statements that make a table; its columns have the very types of the keys."""
    written = connection.dialect.identifier_preparer
    source = written.format_table(own.real.table)
    keys = [f"{written.quote(column)} AS k{number}" for number, column in enumerate(own.real.key)]
    flags = [f"{'CAST(0 AS smallint)' if kind == 'postgresql' else '0'} AS {flag}" for flag in _FLAGS]
    query = f"SELECT {', '.join([*keys, *flags])} FROM {source} WHERE 1 = 0"  # noqa: S608 - quoted names
    name, listed = str(own.table), ", ".join(f"k{number}" for number in range(len(own.real.key)))
    if kind == "mysql":
        primary = f" (PRIMARY KEY ({listed}))" if own.real.keyed else ""
        yield f"DROP TEMPORARY TABLE IF EXISTS {name}"
        yield f"CREATE TEMPORARY TABLE {name}{primary} ENGINE=InnoDB AS {query}"
        return
    place = "temp." if kind == "sqlite" else "pg_temp."
    yield f"DROP TABLE IF EXISTS {place}{name}"
    yield f"CREATE TEMP TABLE {name} AS {query}"
    if own.real.keyed:
        yield f"CREATE UNIQUE INDEX {'temp.' if kind == 'sqlite' else ''}{name}_key ON {name} ({listed})"
