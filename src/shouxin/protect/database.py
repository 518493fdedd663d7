"""Tables of a database: first a plan that can be read, then one transaction that does it all or nothing.

Rows are read in the order of their primary key and written by it, a page at a time within the transaction.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import pyarrow as pa
from msgspec import Struct
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    Table,
    bindparam,
    exc,
    func,
    select,
    text,
    tuple_,
    update,
)  # fmt: skip

from shouxin.errors import InputError, StoreError
from shouxin.protect import policy as act
from shouxin.protect.mask import mask
from shouxin.protect.protector import Protector
from shouxin.protect.refused import hidden
from shouxin.protect.types import info

_PAGE = 5000
_SAMPLES = 3
_SHOWN = 40


Outcome: TypeAlias = Literal["done", "undone", "running", "unknown"]
"""What became of a transaction whose process ended before it could say."""


class ColumnPlan(Struct, frozen=True):
    """What would be done to a column, with three of its values, masked, before and after."""

    column: str
    type: str
    action: str
    values: int
    samples: tuple[tuple[str, str], ...]


class Plan(Struct, frozen=True):
    """What would be done to a table."""

    table: str
    rows: int
    columns: tuple[ColumnPlan, ...]


class TableJob:
    """Protects columns of one table of a database."""

    def __init__(
        self,
        engine: Engine,
        table: str,
        columns: Mapping[str, str],
        protector: Protector,
        *,
        schema: str | None = None,
        person: str | None = None,
    ) -> None:
        """Look at the table; ``columns`` gives the types, ``person`` is the column that tells people apart.

        Raises ``StoreError`` (protect-database) where the table cannot be read, ``InputError``
        (protect-no-column) for a column that is not there, no primary key, or a column that is part of a key.
        """
        self._engine, self._protector, self._person = engine, protector, person
        self._columns, self._name = dict(columns), table
        with hidden(table):
            self._table = Table(table, MetaData(), schema=schema, autoload_with=engine)
        self._key = list(self._table.primary_key.columns)
        self._check()

    def plan(self) -> Plan:
        """Return what ``run`` would do, without changing anything; errors as ``columns.protected``."""
        with hidden(self._name), self._engine.connect() as connection:
            rows = connection.execute(select(func.count()).select_from(self._table)).scalar_one()
            return Plan(self._name, rows, tuple(self._planned(connection, name) for name in self._columns))

    def outcome(self, transaction: str) -> Outcome:
        """Return what became of an earlier run, by the number that it handed to ``begun``."""
        if not transaction or self._engine.dialect.name != "postgresql":
            return "unknown"
        try:
            with self._engine.connect() as connection:
                asked = text("select txid_status(cast(:number as bigint))")
                status = connection.execute(asked, {"number": transaction}).scalar_one()
        except exc.DBAPIError:  # a number that this server never gave: another database, or a restored one
            return "unknown"
        outcomes: dict[str, Outcome] = {
            "committed": "done", "aborted": "undone", "in progress": "running"
        }  # fmt: skip
        return outcomes.get(status, "unknown")

    def run(self, plan: Plan, begun: Callable[[str], None] = lambda _: None) -> int:
        """Do what the plan says in one transaction and return the number of rows.

        ``begun`` is told the number of the transaction before anything is changed, or "" where the database
        gives none; a process that is killed can ask ``outcome`` for it afterwards.
        Raises ``InputError`` (protect-plan) where the table has changed since the plan was made, and what
        ``columns.protected`` raises; ``StoreError`` (protect-database) where the database refuses. Nothing is
        changed then. ``StoreError`` (protect-unconfirmed) where the connection was lost at the very end.
        """
        with hidden(self._name), self._engine.connect() as connection:
            begun(self._number(connection))
            done = self._run(connection, plan)
            self._confirm(connection)
        return done

    def _number(self, connection: Connection) -> str:
        if connection.dialect.name != "postgresql":
            return ""
        return str(connection.execute(text("select txid_current()")).scalar_one())

    def _confirm(self, connection: Connection) -> None:
        """End the transaction; where its answer is lost nobody knows whether it was carried out."""
        try:
            connection.commit()
        except exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            raise StoreError(
                "protect-unconfirmed",
                "the connection was lost while the change was being confirmed: it is either done or undone",
                where=self._name,
                remedy="run the command again without --apply: it says which",
            ) from None

    def _run(self, connection: Connection, plan: Plan) -> int:
        done = 0
        statement = update(self._table).where(
            *(column == bindparam(f"key_{number}") for number, column in enumerate(self._key))
        )
        statement = statement.values(
            {name: bindparam(f"new_{number}") for number, name in enumerate(self._columns)}
        )
        for page in self._pages(connection):
            written = connection.execute(statement, self._changed(page)).rowcount
            if connection.dialect.supports_sane_multi_rowcount and written != len(page):
                raise StoreError(
                    "protect-database",
                    f"the database changed {written} of {len(page)} rows; nothing was changed",
                    where=self._name,
                    remedy="look at the triggers and the row security of the table",
                )
            done += len(page)
        if done != plan.rows:
            raise InputError(
                "protect-plan",
                f"the plan was made for {plan.rows} rows and the table has {done}",
                where=self._name,
                remedy="make the plan again",
            )
        return done

    def _check(self) -> None:
        present = set(self._table.columns.keys())
        wanted = [*self._columns, *([self._person] if self._person else [])]
        keyed = {column.name for column in self._key} | {
            column.name for column in self._table.columns if column.foreign_keys
        }
        problem = (
            f'there is no column "{lost[0]}"'
            if (lost := [name for name in wanted if name not in present])
            else "the table has no primary key"
            if not self._key
            else f'"{joined[0]}" is part of a key'
            if (joined := [name for name in self._columns if name in keyed])
            else "no column is named"
            if not self._columns
            else ""
        )
        if problem:
            raise InputError(
                "protect-no-column",
                problem,
                where=self._name,
                remedy="choose columns that no key is made of",
            )
        for name, kind in self._columns.items():
            if isinstance(self._protector.rules.action(kind)[0], act.Keep):
                raise InputError(
                    "protect-no-column",
                    f'the policy keeps "{kind}"',
                    where=name,
                    remedy="leave the column out",
                )

    def _planned(self, connection: Connection, name: str) -> ColumnPlan:
        column, kind = self._table.columns[name], self._columns[name]
        count = connection.execute(select(func.count(column))).scalar_one()
        wanted = [column, *([self._table.columns[self._person]] if self._person else [])]
        rows = connection.execute(
            select(*wanted).where(column.is_not(None)).order_by(*self._key).limit(_SAMPLES)
        ).all()
        samples: tuple[tuple[str, str], ...] = ()
        if rows:
            values = self._array(name, [row[0] for row in rows])
            people = pa.array([str(row[1]) for row in rows]) if self._person else None
            after = self._protector.column(values, kind, people=people).to_pylist()
            before = mask(pa.array([str(row[0]) for row in rows]), info(kind).mask).to_pylist()
            shown = [str(value)[:_SHOWN] for value in after]
            samples = tuple(zip(before, shown, strict=True))
        action = type(self._protector.rules.action(kind)[0]).__struct_config__.tag
        return ColumnPlan(name, kind, str(action), count, samples)

    def _pages(self, connection: Connection) -> Iterator[list[Any]]:
        names = [*self._columns, *([self._person] if self._person else [])]
        query = select(*self._key, *(self._table.columns[name] for name in names)).order_by(*self._key)
        query = query.limit(_PAGE).with_for_update()
        page = list(connection.execute(query))
        while page:
            yield page
            last = tuple(page[-1][: len(self._key)])
            after = self._key[0] > last[0] if len(last) == 1 else tuple_(*self._key) > tuple_(*last)
            page = list(connection.execute(query.where(after)))

    def _changed(self, page: list[Any]) -> list[dict[str, Any]]:
        keys = len(self._key)
        people = pa.array([str(row[-1]) for row in page]) if self._person else None
        changed = []
        for number, (name, kind) in enumerate(self._columns.items()):
            given = self._array(name, [row[keys + number] for row in page])
            new = self._protector.column(given, kind, people=people)
            changed.append(new.to_pylist())
            self._fits(name, changed[-1])
        return [
            {f"key_{at}": row[at] for at in range(keys)}
            | {f"new_{at}": new[number] for at, new in enumerate(changed)}
            for number, row in enumerate(page)
        ]

    def _array(self, name: str, values: list[Any]) -> Any:
        try:
            return pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            raise InputError(
                "protect-column",
                "the values of the column are not of one kind, or of one that cannot be protected",
                where=f"{self._name}.{name}",
                remedy="make them all text",
            ) from None

    def _fits(self, name: str, values: list[Any]) -> None:
        room = getattr(self._table.columns[name].type, "length", None)
        need = max((len(value) for value in values if isinstance(value, str)), default=0)
        if room is not None and need > room:
            raise InputError(
                "protect-column",
                f"the column has room for {room} characters, and the protected values need {need}",
                where=f"{self._name}.{name}",
                remedy="widen the column, or choose an action that keeps the length (mask, token)",
            )
