"""Copies that hold what entrusted parties know: asked once, waited for, named where it is missing."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, text

from shouxin.duties.days import today
from shouxin.duties.rights.asking import Asker
from shouxin.duties.rights.service import Rights
from shouxin.errors import InputError
from tests.connect.opendsr.party import Party, served
from tests.duties.rights.made_up import ACTOR
from tests.duties.rights.test_elsewhere import PartyOffice, soon, worker
from tests.duties.rights.test_running import states
from tests.duties.rights.zipped import opened as unzipped

PASSPHRASE = "twenty-letters-drawn-by-lot"
ROWS = [{"letter": "2026-1", "opened": "yes"}]


@pytest.fixture
def office(migrated: Engine, tmp_path: Path) -> Iterator[PartyOffice]:
    """Give the desk with a party behind it that gives copies."""
    with served(Party(), tmp_path) as party:
        party.types = ["erasure", "access", "portability"]
        party.results["/v1/results/7"] = msgspec.json.encode({"letters": ROWS})
        party.results_url = "/v1/results/7"
        yield PartyOffice(migrated, party)


def verified(office: PartyOffice, right: str = "access") -> int:
    """Ask for a copy and be verified."""
    number = office.ask(right)
    office.rights.vouch(number, today(), ACTOR)
    return number


def copied(office: PartyOffice, number: int, language: str = "en") -> tuple[dict[str, str], tuple[str, ...]]:
    """Take a copy; return its files, and whose part it lacks."""
    with office.rights.give(number, PASSPHRASE, language, {}, today(), ACTOR) as made:
        return unzipped(made.file.read(), PASSPHRASE), tuple(one.why for one in made.missing)


def test_a_copy_waits_for_the_party_and_holds_what_it_sent(office: PartyOffice) -> None:
    """Missing and said so in every form, the case open; then merged under its name, the case ended."""
    number = verified(office)
    with pytest.raises(InputError) as unplanned:
        copied(office, number)
    assert unplanned.value.code == "rights-plan"
    office.rights.plan(number, today(), ACTOR)
    worker(office).look()
    assert states(office, number)["mailer"] == "elsewhere"
    (request,) = office.party.requests.values()
    assert request["subject_request_type"] == "access"
    files, missing = copied(office, number)
    assert missing == ("waits",)
    assert json.loads(files["data.json"])["missing"] == ["Mailer Ltd"]
    assert "Mailer Ltd has not yet answered" in files["index.html"]
    assert not office.rights.show(number, today()).final
    office.party.state = "completed"
    soon(office)
    worker(office).look()
    assert states(office, number)["mailer"] == "done"
    files, missing = copied(office, number)
    assert missing == ()
    assert "missing" not in json.loads(files["data.json"])
    assert "2026-1" in files["Mailer Ltd.letters.csv"]
    assert office.rights.show(number, today()).final


def test_what_a_party_sent_stands_sealed_and_in_no_entry(office: PartyOffice) -> None:
    """The ledger has counts and the digest of what came."""
    number = verified(office)
    office.rights.plan(number, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    office.party.state = "completed"
    office.rights.run(number, today(), ACTOR)
    with office.engine.connect() as connection:
        (row,) = connection.execute(text("select found, ask_at from shouxin.rights_errand"))
        told = connection.execute(
            text("select what from shouxin.ledger_entry where kind = 'request.store'")
        ).scalars()
        (last,) = (one for one in told if "sha256" in one)
    assert b"2026-1" not in bytes(row.found)
    assert row.ask_at is None
    assert (last["found"], len(last["sha256"])) == ({"letters": 1}, 64)
    assert "2026-1" not in json.dumps(last)


def test_a_second_plan_asks_the_party_for_nothing_again(office: PartyOffice) -> None:
    """Neither while it works nor after it answered."""
    number = verified(office)
    office.rights.plan(number, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    office.rights.plan(number, today(), ACTOR)
    office.party.state = "completed"
    Rights(office.made()).run(number, today(), ACTOR)
    office.rights.plan(number, today(), ACTOR)
    assert states(office, number)["mailer"] == "done"
    assert office.party.posts == 1
    assert copied(office, number)[1] == ()


def test_a_party_that_fails_is_said_and_asked_again_under_a_new_plan(office: PartyOffice) -> None:
    """Cancelled: failed, no more questions; the copy says so, the request waits; a new plan asks anew."""
    number = verified(office)
    office.rights.plan(number, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    office.party.state = "cancelled"
    office.rights.run(number, today(), ACTOR)
    assert states(office, number)["mailer"] == "failed"
    files, missing = copied(office, number, "es")
    assert missing == ("failed",)
    assert "Mailer Ltd no pudo" in files["index.html"]
    assert not office.rights.show(number, today()).final
    office.party.state = "completed"
    office.rights.plan(number, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    assert (states(office, number)["mailer"], office.party.posts) == ("done", 2)
    assert copied(office, number)[1] == ()


def test_results_that_do_not_count_are_asked_for_again(office: PartyOffice) -> None:
    """The problem is shown, the work is still elsewhere, and the next answer counts."""
    number = verified(office)
    office.rights.plan(number, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    office.party.state, office.party.results_url = "completed", "https://other.example/results"
    office.rights.run(number, today(), ACTOR)
    plan = office.rights.show(number, today()).plan
    assert plan
    (task,) = (one for one in plan.tasks if one.store == "mailer")
    assert (task.state, task.problem) == ("elsewhere", "opendsr-results")
    office.party.results_url = "/v1/results/7"
    soon(office)
    Asker(Rights(office.made()), lambda _: None).look()
    assert states(office, number)["mailer"] == "done"
