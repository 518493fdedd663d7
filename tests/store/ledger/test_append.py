"""Appending: numbers without gaps, with the change or not at all; tables that refuse everything else."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from shouxin.errors import InputError, IntegrityError, StoreError
from shouxin.store.ledger import Entry, Writer, append
from shouxin.store.ledger.append import head
from shouxin.store.ledger.entry import EPOCH, LARGEST, body, microseconds, place, read, row
from shouxin.store.ledger.merkle import hasher

from . import trees


def entry(number: int = 0, **changes: Any) -> Entry:
    """Return an entry that tells nothing about anybody."""
    told: dict[str, Any] = {
        "kind": "decision",
        "who": "key-1",
        "origin": "sdk",
        "what": {"n": number},
        "why": "d-1",
    }
    return Entry(**(told | changes))


def put(number: int) -> Callable[[Connection], int]:
    """Return the work of keeping a number."""
    kept = text("insert into kept values (:n) returning n").bindparams(n=number)
    return lambda connection: int(connection.execute(kept).scalar_one())


def leaves(engine: Engine) -> list[bytes]:
    """Return the rows of the ledger as PostgreSQL's binary copy gives them."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        asked = "copy (select * from shouxin.ledger_entry order by number) to stdout (format binary)"
        with driver.cursor().copy(asked) as copy:
            rows = [bytes(part) for part in copy]
    rows[0] = rows[0].removeprefix(b"PGCOPY\n\xff\r\n\0" + bytes(8))
    return [part for part in rows if part not in (b"", b"\xff\xff")]


@pytest.fixture
def numbers(migrated: Engine) -> Iterator[Engine]:
    """Give an engine with a table of numbers, which duties would change beside the ledger."""
    with migrated.begin() as connection:
        connection.execute(text("create table kept (n int primary key)"))
    yield migrated


def test_an_entry_comes_back_as_it_was_written(migrated: Engine) -> None:
    """Every field, the number from 0 and the database's time; the tree is over exactly these bytes."""
    given = [
        entry(1),
        entry(
            2,
            kind="consent.given",
            who="守信",
            what={"b": [1, None], "a": "é\n\u0000"},
            whose=bytes(range(32)),
        ),
        entry(3, origin="system", outcome="refused", what={}),
    ]
    with migrated.begin() as connection:
        assert append(connection, given) == range(3)
        now = connection.execute(text("select clock_timestamp()")).scalar_one()
    found = leaves(migrated)
    assert [read(leaf).number for leaf in found] == [0, 1, 2]
    assert read(found[1])[2:] == (
        "consent.given", "守信", "sdk", '{"a":"é\\n\\u0000","b":[1,null]}', bytes(range(32)), "d-1", "done",
    )  # fmt: skip
    assert abs((read(found[0]).at - now).total_seconds()) < 60
    with migrated.connect() as connection:
        at = head(connection)
    assert (at.size, at.hash) == (3, "sha256")
    assert at.root() == trees.root(found, hasher("sha256"))


def test_many_appends_of_many_sizes_make_one_tree(migrated: Engine) -> None:
    """Some are undone in between and leave no trace, neither a gap nor a hash."""
    for step, count in enumerate([1, 15, 0, 16, 17, 300, 3]):
        with migrated.begin() as connection:
            append(connection, [entry(number) for number in range(count)])
        with migrated.connect() as connection:
            append(connection, [entry(step)] * 20)
            connection.rollback()
    found = leaves(migrated)
    assert [place(leaf)[0] for leaf in found] == list(range(352))
    with migrated.connect() as connection:
        assert head(connection).root() == trees.root(found, hasher("sha256"))


def test_a_ledger_of_sm3_hashes_with_sm3(migrated: Engine) -> None:
    """The hash is chosen before the first entry and stays."""
    with migrated.begin() as connection:
        connection.execute(text("update shouxin.ledger_head set hash = 'sm3'"))
        append(connection, [entry(number) for number in range(20)])
    with migrated.connect() as connection:
        assert head(connection).root() == trees.root(leaves(migrated), hasher("sm3"))
    with pytest.raises(ProgrammingError, match="only grows"), migrated.begin() as connection:
        connection.execute(text("update shouxin.ledger_head set hash = 'sha256'"))


def test_entry_and_change_are_kept_together_or_not_at_all(numbers: Engine) -> None:
    """A change that is undone takes its entry with it, and an entry that cannot be written its change."""
    with numbers.begin() as connection:
        connection.execute(text("insert into kept values (1)"))
        append(connection, [entry(1)])
    with pytest.raises(InputError), numbers.begin() as connection:
        connection.execute(text("insert into kept values (2)"))
        append(connection, [entry(2, kind="Not a kind")])
    with numbers.connect() as connection:
        assert connection.execute(text("select array_agg(n) from kept")).scalar_one() == [1]
    assert len(leaves(numbers)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": ""},
        {"kind": "consent given"},
        {"kind": "x.\n"},
        {"who": "a\0b"},
        {"why": "\ud800"},
        {"what": {"x": "\ud800"}},
        {"what": {"x": object()}},
        {"what": {"x": "y" * LARGEST}},
    ],
)
def test_what_is_no_entry_is_refused(changes: dict[str, Any]) -> None:
    """The error names the kind and what is wrong, and never the content."""
    with pytest.raises(InputError) as caught:
        body(entry(**changes))
    assert caught.value.code == "ledger-entry"
    assert "yyy" not in str(caught.value)


def test_bytes_that_are_no_leaf_are_refused() -> None:
    """Cut anywhere, or with anything behind, a leaf is none."""
    whole = row(7, microseconds(datetime(2026, 11, 22, tzinfo=UTC)), body(entry(1)))
    assert read(whole).at == datetime(2026, 11, 22, tzinfo=UTC)
    assert read(row(0, 0, body(entry()))).at == EPOCH
    for broken in (*(whole[:end] for end in range(len(whole))), whole + b"\0", b"\0\1" + whole[2:]):
        with pytest.raises(IntegrityError):
            read(broken)


@pytest.mark.parametrize("table", ["entry", "tile", "key", "checkpoint", "timestamp", "head"])
@pytest.mark.parametrize(
    "change",
    ["delete from shouxin.ledger_{}", "truncate shouxin.ledger_{} cascade"],
    ids=["delete", "truncate"],
)
def test_the_database_refuses_to_take_anything_away(migrated: Engine, table: str, change: str) -> None:
    """Triggers hold for every account, also where triggers of replicas are off."""
    for role in ("origin", "replica"):
        with pytest.raises(ProgrammingError, match="only grows"), migrated.begin() as connection:
            connection.execute(text(f"set local session_replication_role = {role}"))
            connection.execute(text(change.format(table)))


@pytest.mark.parametrize(
    "change",
    [
        "update shouxin.ledger_entry set who = 'somebody else'",
        "update shouxin.ledger_tile set hashes = ''",
        "update shouxin.ledger_head set size = size - 1",
        "update shouxin.ledger_head set at = at - interval '1 second'",
        "update shouxin.ledger_head set origin = 'another'",
    ],
)
def test_the_database_refuses_to_change_what_was_written(migrated: Engine, change: str) -> None:
    """The head only moves on."""
    with migrated.begin() as connection:
        append(connection, [entry(1)])
    with pytest.raises(ProgrammingError, match="only grows"), migrated.begin() as connection:
        connection.execute(text(change))


def test_time_never_runs_backwards(migrated: Engine) -> None:
    """Where the clock of the database was set back, the last time holds until it is reached again."""
    ahead = datetime(2999, 1, 1, tzinfo=UTC)
    with migrated.begin() as connection:
        connection.execute(text("update shouxin.ledger_head set at = :at"), {"at": ahead})
        append(connection, [entry(1)])
    assert read(leaves(migrated)[0]).at == ahead


def test_nothing_is_appended_to_a_damaged_head(migrated: Engine) -> None:
    """An edge that does not fit the size is an error, not a new tree."""
    with migrated.begin() as connection:
        connection.execute(text("update shouxin.ledger_head set size = 5"))
    with pytest.raises(IntegrityError) as caught, migrated.begin() as connection:
        append(connection, [entry(1)])
    assert caught.value.code == "ledger-head"


def test_the_writer_keeps_every_change_with_its_entry(numbers: Engine) -> None:
    """Eight threads write at once; every answer comes back to whoever asked."""
    with Writer(numbers) as writer:

        def write(start: int) -> None:
            for number in range(start, start + 50):
                answer = writer.submit(put(number), lambda answer: [entry(answer)])
                assert answer.result(30) == number

        threads = [threading.Thread(target=write, args=(start,)) for start in range(0, 400, 50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = [read(leaf) for leaf in leaves(numbers)]
    assert sorted(leaf.what for leaf in found) == sorted(f'{{"n":{number}}}' for number in range(400))
    assert [leaf.number for leaf in found] == list(range(400))


def test_a_change_that_fails_leaves_the_others_whole(numbers: Engine) -> None:
    """Each error reaches its own caller: of the work, of the database, of the entry."""

    def wrong(connection: object) -> None:
        raise InputError("made-up", "no")

    with Writer(numbers) as writer:
        hold = threading.Event()
        first = writer.submit(lambda _connection: hold.wait(10))
        good = [writer.submit(put(number), [entry(number)]) for number in range(3)]
        bad: list[Future[Any]] = [
            writer.submit(wrong, [entry(7)]),
            writer.submit(put(1), [entry(8)]),
            writer.submit(put(9), [entry(9, kind="?")]),
        ]
        hold.set()
        assert first.result(30)
        for future in good:
            future.result(30)
        assert [type(future.exception(30)).__name__ for future in bad] == [
            "InputError", "IntegrityError", "InputError",
        ]  # fmt: skip
    with numbers.connect() as connection:
        assert connection.execute(text("select array_agg(n order by n) from kept")).scalar_one() == [0, 1, 2]
    assert [read(leaf).what for leaf in leaves(numbers)] == ['{"n":0}', '{"n":1}', '{"n":2}']


def test_a_writer_that_does_not_run_takes_nothing(migrated: Engine) -> None:
    """Before it starts and after it ended, a change is refused and not forgotten."""
    writer = Writer(migrated)
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            writer.submit(lambda _connection: None)
        assert caught.value.code == "ledger-stopped"
        if not writer._thread.ident:
            with writer:
                writer.submit(lambda _connection: None).result(30)
