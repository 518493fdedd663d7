"""A guard on a real store: it sees what others commit, and its denials are in the ledger."""

import datetime
import subprocess
import sys
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
from shouxin.store import restrictions
from shouxin.store.ledger import Writer, append
from shouxin.store.people import People
from shouxin.store.restrictions import Restriction
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
        self.address = self.publish()
        self.writer = stack.enter_context(Writer(engine))
        self.guard = stack.enter_context(self.opened())

    def publish(self) -> str:
        """Put the notice into force and return its address."""
        today = datetime.datetime.now(datetime.UTC).date()
        publisher = Publisher("operator-1", "cli")
        return Notices(DECIDER, "law-1", self.engine).publish(notice(), publisher, today)[0].address

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


NO_MEASURE = {"deletion.security_measure": False}
LIMITS = {
    "pipl:art_47__para_2": {"deletion.due": True, "deletion.period_running": True},
    "pipl:art_44": {"request.restricts": True, "law.permits_otherwise": False},
}


def restricts(service: Service, person: str, source: str, facts: dict[str, bool], *purposes: str) -> None:
    """Restrict what is done with a person's information."""
    today = datetime.datetime.now(datetime.UTC).date()
    made = Restriction(0, "shop", purposes, facts, today, None, "made up")
    with service.engine.begin() as connection:
        (found,) = service.people.find(connection, "shop", [person])
        assert found
        restrictions.restrict(connection, source, found.id, made)


def lifts(service: Service, source: str) -> None:
    """Lift what a source restricted."""
    with service.engine.begin() as connection:
        restrictions.lift(connection, source)


@pytest.mark.parametrize("article", LIMITS)
def test_a_restriction_reaches_every_guard_and_is_lifted_again(service: Service, article: str) -> None:
    """With the article that forbids the act; a guard that starts later knows it too."""
    for person in ("u-1", "u-2"):
        service.says(person, "give", f"request-{person}")
    with service.opened() as other:
        for guard in (service.guard, other):
            until(guard, "u-1", allowed=True)
        restricts(service, "u-1", "request:1", LIMITS[article])
        for guard in (service.guard, other):
            until(guard, "u-1", allowed=False)
            ruling = guard.check("u-1", ACT, NO_MEASURE)
            assert (ruling.effect, {one.provision for one in ruling.violations}) == ("prohibited", {article})
            assert guard.check("u-2", ACT).allowed
        with service.opened() as started:
            assert not started.check("u-1", ACT).allowed
        lifts(service, "request:1")
        for guard in (service.guard, other):
            until(guard, "u-1", allowed=True)


def test_a_restriction_of_some_purposes_leaves_the_others(service: Service) -> None:
    """And where two sources restrict the same, both have to be lifted."""
    service.says("u-1", "give", "request-1")
    until(service.guard, "u-1", allowed=True)
    facts = LIMITS["pipl:art_44"]
    restricts(service, "u-1", "request:1", facts, "ads")
    restricts(service, "u-1", "request:2", facts, "tips", "ads")
    until(service.guard, "u-1", allowed=False)
    restricts(service, "u-1", "request:3", facts, "tips")
    lifts(service, "request:2")
    assert not service.guard.check("u-1", ACT).allowed
    lifts(service, "request:3")
    until(service.guard, "u-1", allowed=True)


ELSEWHERE = """
import sys, time
from contextlib import ExitStack
from shouxin.store import StoreConfig, open_store
from tests.duties.guard.test_office import ACT, Elsewhere

with ExitStack() as stack:
    store = stack.enter_context(open_store(StoreConfig(dsn=sys.argv[1])))
    guard = stack.enter_context(Elsewhere(store.engine, stack).opened())
    allowed = guard.check("u-1", ACT).allowed
    print("ready", flush=True)
    while line := sys.stdin.readline():
        end = time.time() + 30
        while guard.check("u-1", ACT).allowed is not (line.strip() == "allowed") and time.time() < end:
            time.sleep(0.001)
        print(time.time(), flush=True)
"""


class Elsewhere(Service):
    """The shop as another process has it: the notice is published already."""

    def publish(self) -> str:
        """Publish nothing."""
        return ""


PATIENCE = 10.0
"""Seconds that it may take on a machine that does other things; far more than it does."""


def test_a_restriction_counts_in_another_process_within_moments(service: Service, database_dsn: str) -> None:
    """Ten times it is heard of without being asked for; how soon is a matter of the benchmarks."""
    service.says("u-1", "give", "request-1")
    command = [sys.executable, "-c", ELSEWHERE, database_dsn]
    took = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        for number in range(10):
            denied = number % 2 == 0
            process.stdin.write("denied\n" if denied else "allowed\n")
            process.stdin.flush()
            if denied:
                restricts(service, "u-1", "request:1", LIMITS["pipl:art_44"])
            else:
                lifts(service, "request:1")
            done = time.time()
            took.append(float(process.stdout.readline()) - done)
        process.stdin.close()
    assert max(took) < PATIENCE
