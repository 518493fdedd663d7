"""Erasures that somebody else carries out: asked once, asked after, resumed after a kill, never twice."""

import base64
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.app.server import create_app
from shouxin.connect.model import DatasetMap
from shouxin.connect.opendsr.store import OpenDsrStore
from shouxin.connect.service.line import Line
from shouxin.connect.service.store import ServiceStore
from shouxin.connect.stores import opened
from shouxin.duties.days import today
from shouxin.duties.library.service import Library
from shouxin.duties.rights.asking import Asker
from shouxin.duties.rights.desk import Desk
from shouxin.duties.rights.service import Rights
from shouxin.duties.rights.stores import Stores
from shouxin.law.register import register
from tests.connect.opendsr.party import Party
from tests.connect.opendsr.party import described as handed
from tests.connect.opendsr.party import served as served_party
from tests.connect.service.crm import Crm, described, served
from tests.duties.rights.made_up import ACTOR, FACTS, Office, mapped
from tests.duties.rights.test_running import Killed, states


class CrmOffice(Office):
    """The office of the other tests, with a customer service over HTTP in the place of the newsletter."""

    def __init__(self, engine: Engine, crm: Crm) -> None:
        self.crm = crm
        super().__init__(engine)
        del self.shop[1]

    def made(self) -> Desk:
        """Return a desk as a process that just started would have it."""
        stores = Stores(
            lambda: (mapped("shop"), described()),
            {"shop": "memory", "crm": self.crm.address},
            self.opened_either,
        )
        return super().made()._replace(stores=stores)

    @contextmanager
    def opened_either(self, found: DatasetMap, address: str) -> Iterator[Any]:
        """Open one of the stores."""
        if found.make == "http":
            yield ServiceStore(found, address, sleep=lambda _: None)
        else:
            with self.opened(found, address) as memory:
                yield memory


@pytest.fixture
def office(migrated: Engine) -> Iterator[CrmOffice]:
    """Give the desk with the service behind it."""
    with served(Crm()) as crm:
        yield CrmOffice(migrated, crm)


def soon(office: Office) -> None:
    """Let the time pass after which an answer is asked for."""
    with office.engine.begin() as connection:
        connection.execute(text("update shouxin.rights_errand set ask_at = now()"))


def entries(office: Office) -> int:
    """Count the entries of the ledger."""
    with office.engine.connect() as connection:
        return int(connection.execute(text("select count(*) from shouxin.ledger_entry")).scalar_one())


def worker(office: Office) -> Asker:
    """Return the worker of a process that just started."""
    return Asker(Rights(office.made()), lambda _: None)


def test_what_a_service_does_at_once_is_done_with_the_rest(office: CrmOffice) -> None:
    """Both stores in one run, with counts, and the case ends."""
    number = office.ready()
    tasks = {task.store: task for task in office.rights.run(number, today(), ACTOR)}
    assert {name: task.state for name, task in tasks.items()} == {"crm": "done", "shop": "done"}
    outcome = tasks["crm"].outcome
    assert outcome
    assert outcome.deleted == {"orders": 2, "customers": 1}
    assert office.rights.show(number, today()).state == "done"


def test_work_that_goes_on_is_asked_after_by_the_worker(office: CrmOffice) -> None:
    """The request is open until the service has finished and was read back; then the case ends."""
    office.crm.slow_jobs = True
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    assert states(office, number) == {"crm": "elsewhere", "shop": "done"}
    asked = len(office.crm.asked)
    worker(office).look()
    assert len(office.crm.asked) == asked
    soon(office)
    worker(office).look()
    assert states(office, number)["crm"] == "elsewhere"
    assert ("GET", "/v1/jobs/job%2F1") in office.crm.asked
    office.crm.finish()
    soon(office)
    worker(office).look()
    assert states(office, number) == {"crm": "done", "shop": "done"}
    shown = office.rights.show(number, today())
    assert (shown.state, shown.plan and shown.plan.finished) == ("done", True)
    with office.engine.connect() as connection:
        assert not connection.execute(text("select count(*) from shouxin.rights_errand")).scalar_one()


def test_a_service_that_is_away_is_asked_again_later(office: CrmOffice) -> None:
    """What stands in the way is shown, the work is still elsewhere, and no ledger entry is made each time."""
    office.crm.slow_jobs = True
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    before = entries(office)
    office.crm.faults = ["500"] * 3
    office.rights.run(number, today(), ACTOR)
    plan = office.rights.show(number, today()).plan
    assert plan
    crm = next(task for task in plan.tasks if task.store == "crm")
    assert (crm.state, crm.problem) == ("elsewhere", "service-busy")
    assert entries(office) == before


def test_a_service_that_gives_up_is_asked_anew(office: CrmOffice) -> None:
    """The refusal is shown; what is left of the person is planned, read and sent under another key."""
    office.crm.slow_jobs = True
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    office.crm.jobs["job/1"] = "stopped"
    office.rights.run(number, today(), ACTOR)
    assert states(office, number)["crm"] == "unknown"
    office.crm.keys.clear()
    office.crm.slow_jobs = False
    office.rights.run(number, today(), ACTOR)
    assert states(office, number)["crm"] == "failed"
    plan = office.rights.plan(number, today(), ACTOR)
    office.rights.approve(number, plan.digest, "read again", FACTS, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    assert office.rights.show(number, today()).state == "done"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("slow", [False, True])
def test_a_process_killed_between_sending_and_journal_sends_nothing_twice(
    office: CrmOffice, monkeypatch: pytest.MonkeyPatch, *, after: bool, slow: bool
) -> None:
    """Killed before or after the service had it: the same key again, and each thing is erased once."""
    office.crm.slow_jobs = slow
    number = office.ready()
    send = Line.send

    def killed(self: Line, call: object, request: object, key: str = "") -> object:
        if "DELETE" in str(request) and "/customers/7" in str(request):
            if after:
                send(self, call, request, key)  # type: ignore[arg-type]
            raise Killed
        return send(self, call, request, key)  # type: ignore[arg-type]

    monkeypatch.setattr(Line, "send", killed)
    with pytest.raises(Killed):
        office.rights.run(number, today(), ACTOR)
    monkeypatch.undo()
    assert states(office, number)["crm"] == "doing"
    Rights(office.made()).run(number, today(), ACTOR)
    assert len([one for one in office.crm.keys.values() if one[0] in (202, 204)]) == 3
    assert states(office, number)["crm"] == ("elsewhere" if slow else "done")
    office.crm.finish()
    Rights(office.made()).run(number, today(), ACTOR)
    assert states(office, number) == {"crm": "done", "shop": "done"}
    deleted = [target for _, target in office.crm.changed()]
    assert len(deleted) == len(set(deleted)) + (after and slow)


HANDING_OVER = """
import os, signal, sys
from types import SimpleNamespace
from shouxin.connect.service.line import Line
from shouxin.duties.days import today
from shouxin.store import StoreConfig, open_store
from tests.duties.rights.made_up import ACTOR
from tests.duties.rights.test_elsewhere import CrmOffice

dsn, address, number, when = sys.argv[1:]
send = Line.send

def killing(self, call, request, key=""):
    last = "DELETE" in str(request) and "/customers/7" in str(request)
    if last and when == "before": os.kill(os.getpid(), signal.SIGKILL)
    made = send(self, call, request, key)
    if last: os.kill(os.getpid(), signal.SIGKILL)
    return made

Line.send = killing
with open_store(StoreConfig(dsn=dsn)) as store:
    CrmOffice(store.engine, SimpleNamespace(address=address)).rights.run(int(number), today(), ACTOR)
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_really_dies_while_handing_over_is_carried_on(
    office: CrmOffice, database_dsn: str, when: str
) -> None:
    """Its locks die with it: the next run goes on under the same keys, and each thing is erased once."""
    number = office.ready()
    ran = subprocess.run(
        [sys.executable, "-c", HANDING_OVER, database_dsn, office.crm.address, str(number), when],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert states(office, number)["crm"] == "doing"
    assert ("7" in office.crm.customers) == (when == "before")
    office.rights.run(number, today(), ACTOR)
    assert states(office, number) == {"crm": "done", "shop": "done"}
    deleted = [target for _, target in office.crm.changed()]
    assert len(deleted) == len(set(deleted)) == 3


def test_rows_that_came_after_the_approval_are_not_sent_for(office: CrmOffice) -> None:
    """Nothing is sent, and a new plan is needed."""
    number = office.ready()
    office.crm.orders["72"] = {"number": "72", "of": "7", "finished": "2018-01-01"}
    office.rights.run(number, today(), ACTOR)
    assert states(office, number) == {"crm": "failed", "shop": "done"}
    assert not office.crm.changed()


def test_how_a_service_calls_the_work_stands_sealed_and_in_no_entry(office: CrmOffice) -> None:
    """It may tell who the person is."""
    office.crm.slow_jobs = True
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    with office.engine.connect() as connection:
        row = connection.execute(text("select reference from shouxin.rights_errand")).scalar_one()
        told = connection.execute(text("select string_agg(what::text, '') from shouxin.ledger_entry"))
        assert b"job/1" not in bytes(row)
        assert "job/1" not in told.scalar_one()
    assert "job/1" not in msgspec.json.encode(office.rights.show(number, today())).decode()


class PartyOffice(Office):
    """The office of the other tests, with an entrusted party in the place of the newsletter."""

    def __init__(self, engine: Engine, party: Party, callback: str = "") -> None:
        self.party = party
        found = handed()
        assert found.hand_off
        hand_off = msgspec.structs.replace(found.hand_off, callback=callback)
        self.mailer = msgspec.structs.replace(found, hand_off=hand_off)
        super().__init__(engine)
        del self.shop[1]

    def made(self) -> Desk:
        """Return a desk as a process that just started would have it."""
        addresses = {"shop": "memory", "mailer": self.party.address}
        stores = Stores(lambda: (mapped("shop"), self.mailer), addresses, self.either)
        return super().made()._replace(stores=stores)

    @contextmanager
    def either(self, found: DatasetMap, address: str) -> Iterator[Any]:
        """Open one of the stores."""
        if found.make == "opendsr":
            with opened(found, address) as store:
                yield store
        else:
            with self.opened(found, address) as memory:
                yield memory


def test_a_party_is_told_once_and_asked_until_it_has_signed(migrated: Engine, tmp_path: Path) -> None:
    """Killed after the hand-over, handed over again under the same number; a forged word ends nothing."""
    with served_party(Party(), tmp_path) as party:
        office = PartyOffice(migrated, party)
        number = office.ready()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(OpenDsrStore, "_progress", lambda *_: (_ for _ in ()).throw(Killed))
            with pytest.raises(Killed):
                office.rights.run(number, today(), ACTOR)
        assert states(office, number)["mailer"] == "doing"
        Rights(office.made()).run(number, today(), ACTOR)
        assert (party.posts, len(party.requests)) == (2, 1)
        party.state, party.spoilt = "completed", True
        soon(office)
        worker(office).look()
        plan = office.rights.show(number, today()).plan
        assert plan
        task = next(task for task in plan.tasks if task.store == "mailer")
        assert (task.state, task.problem) == ("elsewhere", "opendsr-signature")
        party.spoilt = False
        soon(office)
        worker(office).look()
        assert office.rights.show(number, today()).state == "done"


def test_a_signed_callback_has_the_status_asked_for_at_once(migrated: Engine, tmp_path: Path) -> None:
    """Unsigned, of another domain, for another address or request: 403, and nothing is asked for."""
    here = "https://tea.example/api/opendsr/callbacks"
    with served_party(Party(), tmp_path) as party:
        office = PartyOffice(migrated, party, callback=here)
        number = office.ready()
        office.rights.run(number, today(), ACTOR)
        (request,) = party.requests.values()
        assert request["status_callback_urls"] == [here]
        good = {"subject_request_id": request["subject_request_id"], "status_callback_url": here}
        app = create_app(
            Library(register()), host_names=("testserver.local",), api_token="t", rights=office.rights
        )
        with TestClient(app, base_url="http://testserver.local") as client:

            def call(told: dict[str, str], domain: str = "localhost", signed: bytes = b"") -> int:
                body = msgspec.json.encode(told)
                signature = base64.b64encode(party.key.sign(signed or body, PKCS1v15(), SHA256())).decode()
                headers = {"X-OpenGDPR-Processor-Domain": domain, "X-OpenGDPR-Signature": signature}
                return client.post("/api/opendsr/callbacks", content=body, headers=headers).status_code

            assert call(good, signed=b"other") == 403
            assert call(good, domain="other.example") == 403
            assert call(good | {"status_callback_url": "https://other.example/"}) == 403
            assert call(good | {"subject_request_id": "none"}) == 403
            assert client.post("/api/opendsr/callbacks", content=b"{").status_code == 403
            party.state = "completed"
            worker(office).look()
            assert states(office, number)["mailer"] == "elsewhere"
            assert call(good) == 200
            worker(office).look()
            assert office.rights.show(number, today()).state == "done"
            assert call(good) == 403
