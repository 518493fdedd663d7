"""The driver below SQLAlchemy: one exchange for several statements, and clear errors."""

import pytest
from sqlalchemy import Engine, text

from shouxin.errors import InputError, StoreError
from shouxin.store.driver import ByteStrings, asked, driver, numbers, texts


def test_what_the_driver_alone_did_is_committed(migrated: Engine) -> None:
    """A commit counts although SQLAlchemy itself sent nothing."""
    with migrated.connect() as connection:
        with driver(connection) as cursor:
            cursor.execute("create table kept (number int)")
        connection.commit()
    with migrated.connect() as connection:
        assert asked(connection, ("select count(*) from kept", []))[0] == [(0,)]


def test_several_statements_are_answered_in_their_order(migrated: Engine) -> None:
    """Each with its own values, within the transaction that is open."""
    with migrated.connect() as connection:
        connection.execute(text("create temporary table kept as select 7 as number"))
        answers = asked(
            connection,
            ("select number from kept", []),
            ("select word from unnest(%s::text[]) as asked (word) order by 1", [["b", "a"]]),
        )
    assert answers == [[(7,)], [("a",), ("b",)]]


def test_arrays_arrive_as_they_were(migrated: Engine) -> None:
    """Byte strings, words and numbers, empty ones, quotes and what looks like nothing included."""
    strings = [b"", b"\0\xff", bytes(range(256))]
    words = ["", "NULL", 'a "b" {c}, \\d\\', "同意\n"]
    many = [-(2**63), 0, 2**63 - 1]
    statement = "select %s, %s::text[], %s::bigint[]"
    with migrated.connect() as connection:
        full = asked(connection, (statement, [ByteStrings(strings), texts(words), numbers(many)]))
        empty = asked(connection, (statement, [ByteStrings(), texts([]), numbers([])]))
    assert full == [[(strings, words, many)]]
    assert empty == [[([], [], [])]]


def test_what_a_column_cannot_hold_is_refused(migrated: Engine) -> None:
    """A null character is nothing that a text of PostgreSQL may have."""
    with migrated.connect() as connection, pytest.raises(InputError) as caught:
        asked(connection, ("select %s::text", ["a\0b"]))
    assert caught.value.code == "value-unkeepable"


def test_a_lost_connection_is_an_error_of_the_store(migrated: Engine) -> None:
    """Whoever asked can try again."""
    with migrated.connect() as other, migrated.connect() as connection:
        process = connection.execute(text("select pg_backend_pid()")).scalar_one()
        other.execute(text("select pg_terminate_backend(:process)"), {"process": process})
        with pytest.raises(StoreError) as caught, driver(connection) as cursor:
            cursor.execute("select 1")
        connection.invalidate()
    assert caught.value.code == "store-unreachable"
