"""The worker beside the server: it fires, follows the notices of holidays, and outlives what goes wrong."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.model import Given
from shouxin.duties.cases.service import Cases
from shouxin.duties.cases.worker import Worker
from shouxin.duties.due.notices import Notice, keep
from shouxin.duties.due.service import Timekeeper
from shouxin.errors import InputError
from tests.duties.cases.conftest import TODAY, short_law
from tests.duties.cases.test_cases import COMPLAIN

NOTICE = Notice(
    year=2031, rest={date(2031, 1, 1 + number): "made up" for number in range(25)}, source="made up"
)
DAY = date(2031, 1, 6)
LISTING = {"kind": "listing", "users_over_million": True, "listing_documents_submitted": False}


class Heard:
    """What the worker says, for a test that waits until it says it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._news = threading.Condition()

    def __call__(self, line: str) -> None:
        """Take a line."""
        with self._news:
            self.lines.append(line)
            self._news.notify_all()

    def until(self, fits: Callable[[list[str]], bool]) -> None:
        """Wait until what was said fits."""
        with self._news:
            assert self._news.wait_for(lambda: fits(self.lines), timeout=60), self.lines


@pytest.fixture
def cases(migrated: Engine, tmp_path: Path) -> Cases:
    """Give cases whose notices lie in a folder of their own."""
    return Cases(Timekeeper(short_law(), tmp_path), KeptCases(migrated))


def provisional(cases: Cases) -> int:
    """Open a case whose deadline reaches into a year without a notice; return its number."""
    machine = cases.keeper.engines.machines.find("cybersecurity-review")
    opening = next(step for step in machine.steps if step.name == "file_listing")
    records = {record.name: "file 1" for record in opening.records}
    given = Given(step="file_listing", by=opening.by[0], on=DAY, facts=LISTING, records=records)
    opened = cases.open("cybersecurity-review", given, DAY).case
    assert opened is not None
    assert opened.provisional
    return opened.id


def is_provisional(cases: Cases, number: int) -> bool:
    """Tell whether a case still waits for a notice."""
    return cases.show(number, DAY).provisional


def test_what_is_over_fires_once(cases: Cases) -> None:
    """The first look fires it, the second has nothing to do."""
    cases.open("user-complaint", COMPLAIN, TODAY)
    heard = Heard()
    worker = Worker(cases, heard)
    worker.look()
    worker.look()
    assert heard.lines == ["1 deadlines ran out"]


def test_a_notice_that_appears_in_the_folder_is_followed(cases: Cases, tmp_path: Path) -> None:
    """The next look counts again what was provisional, and only once."""
    number = provisional(cases)
    heard = Heard()
    worker = Worker(cases, heard)
    worker.look()
    assert is_provisional(cases, number)
    keep(tmp_path, NOTICE)
    worker.look()
    assert not is_provisional(cases, number)
    assert "the calendar moved" in heard.lines[-1]
    worker.look()
    assert len(heard.lines) == 1


def test_a_notice_loaded_while_nothing_ran_is_followed_at_the_start(cases: Cases, tmp_path: Path) -> None:
    """A worker that starts after the notice came plans again at its first look."""
    number = provisional(cases)
    keep(tmp_path, NOTICE)
    Worker(Cases(Timekeeper(short_law(), tmp_path), cases._kept), Heard()).look()
    assert not is_provisional(cases, number)


@pytest.mark.parametrize("content", [b"year: 2031\n", b"\xff\xfe"])
def test_a_bad_notice_stops_no_deadline(cases: Cases, tmp_path: Path, content: bytes) -> None:
    """What is over fires all the same; once the notice is mended it is followed."""
    cases.open("user-complaint", COMPLAIN, TODAY)
    number = provisional(cases)
    (tmp_path / "2031.yaml").write_bytes(content)
    heard = Heard()
    worker = Worker(cases, heard)
    with pytest.raises(InputError) as refused:
        worker.look()
    assert refused.value.code == "notice-unreadable"
    assert heard.lines == ["1 deadlines ran out"]
    keep(tmp_path, NOTICE)
    worker.look()
    assert not is_provisional(cases, number)


def test_a_notice_that_came_while_the_store_was_lost_is_not_forgotten(
    cases: Cases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting again failed once; it is done at the next look although the folder did not change."""
    number = provisional(cases)
    worker = Worker(cases, Heard())
    worker.look()
    keep(tmp_path, NOTICE)
    with monkeypatch.context() as lost:
        lost.setattr(cases, "plan_again", lambda: (_ for _ in ()).throw(InputError("lost", "lost")))
        with pytest.raises(InputError):
            worker.look()
    worker.look()
    assert not is_provisional(cases, number)


def test_it_survives_a_lost_connection(cases: Cases, database_dsn: str) -> None:
    """The server throws every connection out and lets none in; when it does again, what is over fires."""
    name = psycopg.conninfo.conninfo_to_dict(database_dsn)["dbname"]
    server = psycopg.conninfo.make_conninfo(database_dsn, dbname="postgres")
    heard = Heard()
    cases.open("user-complaint", COMPLAIN, TODAY)
    with psycopg.connect(server, autocommit=True) as connection:

        def let_in(allowed: str) -> None:
            connection.execute(f"alter database {name} allow_connections {allowed}".encode())
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
            )

        let_in("false")
        with Worker(cases, heard, every=0.05):
            heard.until(lambda lines: any("[store-unreachable]" in line for line in lines))
            let_in("true")
            heard.until(lambda lines: lines[-1] == "1 deadlines ran out")
    assert len(heard.lines) == 2
