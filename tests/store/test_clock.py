"""A clock that is handed in with an engine: it tells of the past alone, and never of what comes before."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

import shouxin
from shouxin.store.clock import stamped, under
from shouxin.store.ledger import Entry, Writer, append
from shouxin.store.ledger.verify import verify

PAST = datetime(2024, 5, 1, 8, 30, tzinfo=UTC)
ENTRY = Entry(kind="read", who="system", origin="system", what={}, why="a test")


def times(engine: Engine) -> list[datetime]:
    """Return the times of the entries, in the order of their numbers."""
    with engine.connect() as connection:
        return list(connection.execute(text("select at from shouxin.ledger_entry order by number")).scalars())


def test_the_first_entry_may_lie_before_the_store_was_made(migrated: Engine) -> None:
    """Rows and entries of a transaction bear one time, also through the writer, and all of it verifies."""
    past = under(migrated, lambda: PAST)
    with past.begin() as connection:
        assert stamped(connection, "at", "made_at") == {"at": PAST, "made_at": PAST}
        append(connection, [ENTRY])
    with Writer(past) as writer:
        writer.submit(lambda _connection: None, [ENTRY]).result()
    assert times(migrated) == [PAST, PAST]
    assert verify(migrated, []).problem is None


def test_time_never_runs_backwards_and_never_ahead(migrated: Engine) -> None:
    """A clock before the last entry gives its time; one ahead of the database gives the database's."""
    moments = [PAST, PAST - timedelta(days=400), PAST + timedelta(hours=1), datetime(2999, 1, 1, tzinfo=UTC)]
    for at in moments:
        with under(migrated, partial(min, at, at)).begin() as connection:
            append(connection, [ENTRY])
    with migrated.begin() as connection:
        append(connection, [ENTRY])
        now = connection.execute(text("select clock_timestamp()")).scalar_one()
    first, second, third, ahead, last = times(migrated)
    assert (first, second, third) == (PAST, PAST, moments[2])
    assert third < ahead <= last <= now
    assert verify(migrated, []).problem is None


def test_a_ledger_with_entries_refuses_an_earlier_time_by_itself(migrated: Engine) -> None:
    """The trigger holds it too, whoever writes."""
    with migrated.begin() as connection:
        assert stamped(connection, "at") == {}
        append(connection, [ENTRY])
    back = text("update shouxin.ledger_head set at = at - interval '1 day' where id = 1")
    with pytest.raises(ProgrammingError, match="only grows"), migrated.begin() as connection:
        connection.execute(back)


def test_nothing_but_the_demo_hands_a_clock_in() -> None:
    """No other module of the package calls what takes one, or imports the module that does."""
    package = Path(shouxin.__file__).parent
    hands = re.compile(
        r"store\.clock import [^\n]*\bunder\b|store\.clock as|store import clock\b|shouxin_clock"
    )
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if hands.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"demo/office.py", "store/clock.py"}
    imports = re.compile(r"demo\.(office|past)|demo import [^\n]*\b(office|past)\b")
    outside = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if path.parent.name != "demo" and imports.search(path.read_text(encoding="utf-8"))
    }
    assert outside == {"app/whole.py"}
