"""A guard on a real store: it sees what others commit, and its denials are in the ledger."""

import datetime
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, text

from shouxin.duties.consent.kept import KeptConsents, Recorded, Report, Teller
from shouxin.duties.consent.model import Given
from shouxin.duties.guard import office
from shouxin.duties.guard.grounds import StoredGrounds
from shouxin.duties.guard.model import Act
from shouxin.duties.guard.service import Guard
from shouxin.duties.inventory.service import Declared
from shouxin.duties.notice.service import Notices, Publisher, offers
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.ledger import Writer, append
from shouxin.store.people import People
from tests.duties.guard.test_guard import DECIDER, FACTS
from tests.duties.notice.made_up import notice

ACT = Act("use", "shop", "tips", frozenset({"views"}))
SECONDS = 20.0
WRAPPER = LocalWrapper(Keys([MainKey("test", bytes(range(32)))]))


class Service:
    """A made-up shop with its notice published, and a guard in front of what it does."""

    def __init__(self, engine: Engine, stack: ExitStack) -> None:
        self.engine = engine
        self.people = People(WRAPPER)
        self.kept = KeptConsents(self.people, offers)
        today = datetime.datetime.now(datetime.UTC).date()
        checked, _ = Notices(DECIDER, "law-1", engine).publish(
            notice(), Publisher("operator-1", "cli"), today
        )
        self.address = checked.address
        self.writer = stack.enter_context(Writer(engine))
        self.guard = stack.enter_context(self.opened())

    def opened(self) -> Any:
        """Return a guard as another process would have one."""
        return office.opened(
            self.engine, DECIDER, StoredGrounds(self.declared, self.engine), self.people, self.writer
        )

    def declared(self, _service: str, _activity: str) -> Declared:
        """Return what the inventory would say."""
        given = {key: worth for key, worth in FACTS.items() if key not in ("notice.given", "notice.complete")}
        return Declared(given | {"data.personal": True})

    def says(self, person: str, action: str, request: str) -> None:
        """Take an answer down."""
        plain = {"person": person, "action": action, "purpose": "tips", "notice": self.address}
        how = {"gesture": "button", "refusable": True}
        said = msgspec.convert(plain | {"how": how, "request": request}, Given)
        with self.engine.begin() as connection:
            (outcome,), entries = self.kept.record(connection, [Report(said, Teller("key-1", "api"))])
            append(connection, entries)
        assert isinstance(outcome, Recorded)


@pytest.fixture
def service(migrated: Engine) -> Iterator[Service]:
    """Give the shop."""
    with ExitStack() as stack:
        yield Service(migrated, stack)


def until(guard: Guard, person: str, *, allowed: bool) -> None:
    """Wait until a guard says so; fail where it takes too long."""
    end = time.monotonic() + SECONDS
    while guard.check(person, ACT).allowed is not allowed:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_an_answer_reaches_every_guard(service: Service) -> None:
    """Given, withdrawn, given again: two guards follow."""
    with service.opened() as other:
        for action, request in (("give", "request-1"), ("withdraw", "request-2"), ("give", "request-3")):
            service.says("u-1", action, request)
            for guard in (service.guard, other):
                until(guard, "u-1", allowed=action == "give")


def test_whose_key_was_destroyed_is_forgotten_by_every_guard(service: Service) -> None:
    """What was remembered of them allows nothing any more."""
    service.says("u-1", "give", "request-1")
    until(service.guard, "u-1", allowed=True)
    with service.engine.begin() as connection:
        (person,) = service.people.find(connection, "shop", ["u-1"])
        assert person
        service.people.shred(connection, [person.id])
    until(service.guard, "u-1", allowed=False)


def test_a_denial_is_found_in_the_ledger_by_its_id(service: Service) -> None:
    """With the act, the provisions and whose it was, and nothing that names the person."""
    service.says("u-1", "refuse", "request-1")
    ruling = service.guard.check("u-1", ACT)
    service.writer.submit(lambda _connection: None).result(SECONDS)
    asked = text(
        "select what, whose, outcome from shouxin.ledger_entry where kind = 'decision' and why = :id"
    )
    with service.engine.connect() as connection:
        row = connection.execute(asked, {"id": ruling.decision}).one()
        commitment = connection.execute(text("select commitment from shouxin.person")).scalar_one()
    assert (row.outcome, bytes(row.whose)) == ("refused", bytes(commitment))
    assert set(row.what["provisions"]) == {one.provision for one in ruling.violations}
    assert "u-1" not in str(row.what)


def test_a_guard_whose_line_is_cut_reads_everything_anew(service: Service) -> None:
    """What another process changes meanwhile is not missed."""
    service.says("u-1", "give", "request-1")
    until(service.guard, "u-1", allowed=True)
    with service.engine.begin() as connection:
        others = "from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
        connection.execute(text(f"select pg_terminate_backend(pid) {others}"))
    service.engine.dispose()
    service.says("u-1", "withdraw", "request-2")
    until(service.guard, "u-1", allowed=False)


def test_a_question_to_a_new_store_loses_nobody(service: Service) -> None:
    """Who answers after the first look is found by every other process."""
    service.guard.check("u-1", ACT)
    service.says("u-1", "give", "request-1")
    with service.engine.begin() as connection:
        assert People(WRAPPER).find(connection, "shop", ["u-1"]) != [None]


def test_a_service_without_a_notice_tells_nobody(service: Service) -> None:
    """Where nothing was published nobody was told."""
    ruling = service.guard.check("u-1", ACT._replace(service="other"))
    assert "pipl:art_17__para_1" in {one.provision for one in ruling.violations}
