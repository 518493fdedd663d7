"""The line to what other processes commit: it hears, says when it is down, and starts anew."""

import threading
from collections.abc import Callable

from sqlalchemy import Engine, text

from shouxin.store.line import CHANNEL, Line, tell

SECONDS = 20


class Ear:
    """Keeps what was heard, and counts how often the line came to stand."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.stood = 0
        self._changed = threading.Condition()

    def hear(self, subject: str, message: str) -> None:
        """Take a message."""
        assert subject == "made-up"
        with self._changed:
            self.heard.append(message)
            self._changed.notify_all()

    def again(self) -> None:
        """Count a beginning."""
        with self._changed:
            self.stood += 1
            self._changed.notify_all()

    def wait(self, until: Callable[["Ear"], bool]) -> None:
        """Wait until something is true; fail where it takes too long."""
        with self._changed:
            assert self._changed.wait_for(lambda: until(self), SECONDS)


def say(engine: Engine, message: str) -> None:
    """Commit a message."""
    with engine.begin() as connection:
        tell(connection, "made-up", message)


def test_what_is_committed_is_heard_in_its_order(engine: Engine) -> None:
    """Every message, once or more, and what is rolled back never."""
    ear = Ear()
    with Line(engine, ear.hear, ear.again) as line:
        assert line.stands
        with engine.connect() as connection:
            connection.execute(text(f"notify {CHANNEL}, 'undone'"))
            connection.rollback()
        for number in range(20):
            say(engine, str(number))
        ear.wait(lambda one: "19" in one.heard)
    assert sorted(set(ear.heard), key=int) == [str(number) for number in range(20)]
    assert not line.stands


def test_a_line_that_is_cut_begins_anew(engine: Engine) -> None:
    """Whoever listens is told that something may have been missed."""
    ear = Ear()
    with Line(engine, ear.hear, ear.again):
        ear.wait(lambda one: one.stood == 1)
        with engine.begin() as connection:
            others = "from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
            connection.execute(text(f"select pg_terminate_backend(pid) {others}"))
        ear.wait(lambda one: one.stood == 2)
        say(engine, "here again")
        ear.wait(lambda one: "here again" in one.heard)


def test_a_server_that_cannot_be_reached_leaves_the_line_down(engine: Engine) -> None:
    """Nobody is told that it stands, and it can be left at once."""
    from sqlalchemy import create_engine

    ear = Ear()
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with Line(nowhere, ear.hear, ear.again) as line:
        assert not line.stands
    assert ear.stood == 0
