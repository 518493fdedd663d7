"""A world made in a database, and what a database holds."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import sqlalchemy as sa

from tests.connect.worlds.world import Snapshot, World

_BROKEN = "injected failure"


class Holder(Protocol):
    """What holds a world and is no database."""

    def snapshot(self, world: World) -> Snapshot:
        """Return everything that it holds."""

    def broken(self, table: str) -> AbstractContextManager[None]:
        """Let every change of a table fail inside the block."""


def make(engine: sa.Engine, world: World) -> None:
    """Make the tables of a world, and fill them."""
    world.schema.create_all(engine)
    fill(engine, world)


def fill(engine: sa.Engine, world: World) -> None:
    """Write every row of a world into empty tables; what refers to what is not looked at meanwhile."""
    with engine.begin() as connection:
        if engine.dialect.name in ("mysql", "mariadb"):
            connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 0")
        elif engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for name in dict.fromkeys(made.table for made in world.rows):
            rows = [dict(made.values) for made in world.rows if made.table == name]
            connection.execute(world.schema.tables[name].insert(), rows)
        if engine.dialect.name in ("mysql", "mariadb"):
            connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 1")


def empty(engine: sa.Engine, world: World) -> None:
    """Take every row out of the tables of a world."""
    names = ", ".join(f'"{name}"' for name in world.schema.tables)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"TRUNCATE {names}")
            return
        connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 0")
        for table in world.schema.tables.values():
            connection.execute(table.delete())
        connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 1")


def snapshot(engine: sa.Engine | Holder, world: World) -> Snapshot:
    """Return everything that the store holds."""
    if not isinstance(engine, sa.Engine):
        return engine.snapshot(world)
    with engine.connect() as connection:
        return {
            world.place(name, values): values
            for name, table in world.schema.tables.items()
            for values in map(dict[str, Any], connection.execute(table.select()).mappings())
        }


def dangling(engine: sa.Engine | Holder) -> int:
    """Return how many rows of an SQLite database refer to nothing; the others see to that themselves."""
    if not isinstance(engine, sa.Engine) or engine.dialect.name != "sqlite":
        return 0
    with engine.connect() as connection:
        return len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())


@contextmanager
def broken(engine: sa.Engine | Holder, table: str, *, killed: bool = False) -> Iterator[None]:
    """Let every change of a table fail inside the block, or end the session that tries (PostgreSQL)."""
    if not isinstance(engine, sa.Engine):
        with engine.broken(table):
            yield
        return
    made, undone = _TRIGGERS[engine.dialect.name](table, killed)
    try:
        _run(engine, made)
        yield
    finally:
        _run(engine, undone)


def _run(engine: sa.Engine, statements: list[str]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _sqlite(table: str, killed: bool) -> tuple[list[str], list[str]]:
    return [
        f'CREATE TRIGGER broken_{what} BEFORE {what} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{_BROKEN}'); END"
        for what in ("DELETE", "UPDATE")
    ], ["DROP TRIGGER broken_DELETE", "DROP TRIGGER broken_UPDATE"]


def _postgresql(table: str, killed: bool) -> tuple[list[str], list[str]]:
    does = "PERFORM pg_terminate_backend(pg_backend_pid())" if killed else f"RAISE EXCEPTION '{_BROKEN}'"
    return [
        f"CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {does}; RETURN NEW; END$$",
        f'CREATE TRIGGER broken BEFORE DELETE OR UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION broken()',
    ], [f'DROP TRIGGER broken ON "{table}"', "DROP FUNCTION broken()"]


def _mysql(table: str, killed: bool) -> tuple[list[str], list[str]]:
    does = "DO SLEEP(20)" if killed else f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{_BROKEN}'"
    return [
        f"CREATE TRIGGER broken_{what} BEFORE {what} ON `{table}` FOR EACH ROW {does}"
        for what in ("DELETE", "UPDATE")
    ], ["DROP TRIGGER broken_DELETE", "DROP TRIGGER broken_UPDATE"]


_TRIGGERS = {"sqlite": _sqlite, "postgresql": _postgresql, "mysql": _mysql, "mariadb": _mysql}
