"""The work of a saga in the store: one row for each of the service's stores, in whichever duty's table."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Column, Connection, DateTime, Table, Text, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB

from shouxin.connect.survey import Outcome
from shouxin.duties.saga import State, Task


def columns() -> tuple[Column[Any], ...]:
    """Return the columns that every such table has behind the one that says whose work it is."""
    return (
        Column("store", Text, primary_key=True),
        Column("state", Text, nullable=False, server_default="waiting"),
        Column("outcome", JSONB),
        Column("problem", Text, nullable=False, server_default=""),
        Column("entry", BigInteger, comment="of the ledger"),
        Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


class Work(NamedTuple):
    """A table of work, and its column that says whose it is, in the caller's transaction."""

    table: Table
    of: str

    def add(self, connection: Connection, number: int, stores: Sequence[str]) -> None:
        """Add the work that waits in some stores."""
        if stores:
            connection.execute(insert(self.table), [{self.of: number, "store": name} for name in stores])

    def tasks(self, connection: Connection, number: int) -> tuple[Task, ...]:
        """Return how the work stands in each store."""
        asked = select(self.table).where(self.table.c[self.of] == number).order_by(self.table.c.store)
        return tuple(
            Task(
                store=row.store,
                state=row.state,
                outcome=msgspec.convert(row.outcome, Outcome) if row.outcome else None,
                problem=row.problem,
                entry=row.entry,
            )
            for row in connection.execute(asked)
        )

    def mark(
        self,
        connection: Connection,
        number: int,
        store: str,
        state: State,
        *,
        outcome: Outcome | None = None,
        problem: str = "",
        entry: int | None = None,
    ) -> None:
        """Write down where the work in a store stands."""
        change = update(self.table).where(self.table.c[self.of] == number, self.table.c.store == store)
        values = {"state": state, "problem": problem, "entry": entry, "changed_at": func.now()}
        kept = {"outcome": msgspec.to_builtins(outcome)} if outcome else {}
        connection.execute(change.values(values | kept))
