"""Keys are looked up once in a while only, and a revoked one is refused at once all the same."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, text

from shouxin.duties.access import remembered
from shouxin.duties.access.model import SYSTEM_KEY
from shouxin.duties.access.service import Access
from tests.duties.access.conftest import Client

LATER = datetime(2099, 6, 30, tzinfo=UTC)
SECONDS = 20.0


@pytest.fixture
def held(access: Access) -> Iterator[Access]:
    """Give access that holds its line to the store."""
    with access.remembered:
        yield access


@pytest.fixture
def other(migrated: Engine) -> Iterator[Access]:
    """Give access on the same store as another process would have it."""
    other = Access(migrated, bytes(range(32)))
    with other.remembered:
        yield other


def new(access: Access, until: datetime = LATER) -> str:
    """Return a new key."""
    return access.keys.new(SYSTEM_KEY, "cli", "orders", ("case.read",), until)[0]


def revoke(access: Access, key: str) -> None:
    """Revoke a key."""
    access.keys.revoke(SYSTEM_KEY, "cli", key.split("_")[1])


def test_a_key_that_was_let_in_is_not_looked_up_again(held: Access, migrated: Engine) -> None:
    """The second request asks the store nothing."""
    key = new(held)
    assert held.keys.recall(key) is None
    found = held.keys.find(key)
    asked: list[str] = []
    event.listen(migrated, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert held.keys.recall(key) == found is not None
    assert asked == []


def test_a_revoked_key_is_refused_at_once(held: Access) -> None:
    """With the next request to the process that revoked it."""
    key = new(held)
    held.keys.find(key)
    revoke(held, key)
    assert (held.keys.recall(key), held.keys.find(key)) == (None, None)


def test_a_revoked_key_opens_nothing_over_http(held: Access, client: Client) -> None:
    """However often it was let in a moment before."""
    key = new(held)
    sent = {"Authorization": f"Bearer {key}"}
    assert [client.get("/api/cases", headers=sent).status_code for _ in range(3)] == [200] * 3
    assert held.keys.recall(key)
    revoke(held, key)
    assert client.get("/api/cases", headers=sent).status_code == 401


def test_a_key_revoked_elsewhere_is_forgotten(held: Access, other: Access) -> None:
    """Another process hears of it."""
    key = new(held)
    assert other.keys.find(key)
    assert other.keys.recall(key)
    revoke(held, key)
    end = time.monotonic() + SECONDS
    while other.keys.recall(key):
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_key_that_is_revoked_while_it_is_looked_up_is_not_kept(held: Access) -> None:
    """What was read before the message came does not count after it."""
    key = new(held)
    before = held.remembered.changes
    found = held.keys.find(key)
    assert found
    revoke(held, key)
    held.remembered.keep(b"digest", found, 60.0, before)
    assert held.remembered.recall(b"digest") is None


def test_a_key_ends_when_it_ends(held: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered lasts no longer than the key, nor than the seconds it may."""
    for until in (datetime.now(UTC) + timedelta(seconds=5), LATER):
        key = new(held, until)
        held.keys.find(key)
        assert held.keys.recall(key)
        now = time.monotonic() + (remembered.SECONDS if until == LATER else 5.1)
        held.remembered._line._answered = now  # it answers on, and only the clock moves
        with monkeypatch.context() as patch:
            patch.setattr(time, "monotonic", lambda now=now: now)
            assert held.keys.recall(key) is None


def test_without_a_line_every_key_is_looked_up(access: Access) -> None:
    """A process that hears nothing remembers nothing."""
    key = new(access)
    assert access.keys.find(key)
    assert access.keys.recall(key) is None


def test_a_cut_line_makes_every_key_looked_up(held: Access, migrated: Engine) -> None:
    """From then until the line stands again, and what was remembered is gone."""
    key = new(held)
    held.keys.find(key)
    with migrated.connect() as connection:
        others = "from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
        connection.execute(text(f"select pg_terminate_backend(pid) {others}"))
    end = time.monotonic() + SECONDS
    while held.keys.recall(key):
        assert time.monotonic() < end
        time.sleep(0.005)
