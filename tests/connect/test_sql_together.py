"""Statements that travel together: their answers are those that each would have by itself."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from shouxin.connect.sql.own import Keys
from shouxin.connect.sql.schema import Ground
from shouxin.connect.sql.together import Asked, Together
from shouxin.connect.stores import opened
from shouxin.errors import StoreError
from tests.connect.household import ONE, TODAY, cells, mapped

KINDS = """create table kinds (
    id integer, amount numeric(12, 2), share double precision, rounded numeric, at timestamptz, day date,
    clock time, span interval, one uuid, place inet, kept jsonb, said json, many integer[], words text[],
    raw bytea, yes boolean, mood mood, code char(4), big bigint
)"""
ROWS = """insert into kinds values
    (1, 12.50, 0.5, 3, '2026-11-22 10:00+08', '2026-11-22', '10:00', '2 days', gen_random_uuid(),
     '203.0.113.7', '{"a": [1]}', '[2]', '{1,2}', '{a,b}', '\\x00ff', true, 'well', 'ab', 9000000000),
    (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
     null, null)"""


@pytest.fixture
def connection(household_engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give a transaction on the household."""
    with household_engine.connect() as connection, connection.begin():
        yield connection


def together(connection: sa.Connection) -> Together:
    """Return what carries statements out, for a store of which nothing is known."""
    return Together(connection, Keys(Ground(mapped(), connection.dialect.name, {}, (), {}, ())))


def letters(connection: sa.Connection) -> sa.Table:
    """Return the letters of the household."""
    return sa.Table("letter", sa.MetaData(), autoload_with=connection)


def rename(work: Together, letter: sa.Table, key: int, body: str) -> Asked:
    """Return a statement that writes a letter."""
    made = sa.update(letter).where(letter.c.id == sa.bindparam("key0")).values(body=sa.bindparam("new0"))
    return work.once("rename", lambda: made), {"key0": key, "new0": body}


def test_each_statement_sees_what_those_before_it_did(connection: sa.Connection) -> None:
    """A question between two changes finds the first and not the second."""
    work, letter = together(connection), letters(connection)
    asked = sa.select(letter.c.body).where(letter.c.id == sa.bindparam("key0"))
    read: Asked = work.once("read", lambda: asked), {"key0": 3}
    first, found, second, none = work.all([
        rename(work, letter, 3, "first"),
        read,
        rename(work, letter, 3, "second"),
        rename(work, letter, 99, "nobody"),
    ])  # fmt: skip
    assert [tuple(row) for row in found.rows] == [("first",)]
    assert (first.changed, second.changed, none.changed) == (1, 1, 0)
    assert [tuple(row) for row in work.all([read])[0].rows] == [("second",)]


def test_after_a_refusal_nothing_more_is_done(household_engine: sa.Engine) -> None:
    """The error is SQLAlchemy's, with what the database said, and the connection is good for the next."""
    with household_engine.connect() as connection:
        with connection.begin() as transaction:
            work, letter = together(connection), letters(connection)
            twice = sa.update(letter).values(id=sa.bindparam("new0"))
            refused: Asked = work.once("twice", lambda: twice), {"new0": 7}
            with pytest.raises(sa.exc.DBAPIError) as error:
                work.all([rename(work, letter, 3, "x"), refused, rename(work, letter, 3, "y")])
            transaction.rollback()
        assert error.value.orig is not None
        assert not error.value.connection_invalidated
    assert [row[-1] for row in cells(household_engine)["letter"] if row[-1] in ("x", "y")] == []


def test_a_value_of_every_type_is_what_sqlalchemy_makes_of_it(database_url: str) -> None:
    """Whoever compares a row that was read together with one that was not finds no difference."""
    engine = sa.create_engine(database_url.replace("postgresql:", "postgresql+psycopg:", 1))
    with engine.connect() as connection:
        connection.exec_driver_sql("create type mood as enum ('well', 'ill')")
        connection.exec_driver_sql(KINDS)
        connection.exec_driver_sql(ROWS)
        kinds = sa.Table("kinds", sa.MetaData(), autoload_with=connection)
        query, work = sa.select(kinds), together(connection)
        (answer,) = work.all([(work.once("kinds", lambda: query), {})])
        assert list(answer.rows) == [tuple(row) for row in connection.execute(query)]
        day = sa.select(kinds.c.id).where(kinds.c.day < sa.bindparam("before", type_=sa.Date))
        (found,) = work.all([(work.once("day", lambda: day), {"before": date(2026, 11, 23)})])
        assert [tuple(row) for row in found.rows] == [(1,)]
    engine.dispose()


def test_a_connection_that_is_cut_is_told_and_replaced(database_url: str) -> None:
    """Whoever cuts it between reading and writing gets an error without values; the next erasure is whole."""
    from tests.connect import household

    with household.filled(database_url) as engine, opened(mapped(), database_url, timeout=20) as store:
        done: list[int] = []
        all_ = Together.all

        def cut(self: Together, asked: Any) -> Any:
            if not done and any("UPDATE" in statement.text for statement, _ in asked):
                done.append(1)
                with engine.begin() as other:
                    other.exec_driver_sql(
                        "select pg_terminate_backend(pid) from pg_stat_activity "
                        "where pid <> pg_backend_pid() and datname = current_database()"
                    )
            return all_(self, asked)

        before = cells(engine)
        with patch.object(Together, "all", cut), pytest.raises(StoreError) as lost:
            store.erase(ONE, TODAY)
        assert lost.value.code == "connect-lost"
        assert cells(engine) == before
        assert store.erase(ONE, TODAY).deleted
