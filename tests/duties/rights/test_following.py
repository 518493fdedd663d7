"""Requests that wait are taken up again: as approved, later and later, and never beyond what was approved."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from shouxin.duties.days import today
from shouxin.duties.rights.following import LATEST, Followed, follow
from shouxin.duties.rights.worker import Follower
from shouxin.errors import StoreError
from tests.duties.rights.made_up import ACTOR, FACTS, Office, lost


def hours(number: float) -> datetime:
    """Return the moment so many hours from now."""
    return datetime.now(UTC) + timedelta(hours=number)


def noted(office: Office, kind: str) -> list[dict[str, Any]]:
    """Return what the ledger says of a kind."""
    asked = text("select what from shouxin.ledger_entry where kind = :kind order by number")
    with office.engine.connect() as connection:
        return list(connection.execute(asked, {"kind": kind}).scalars())


def test_a_run_that_was_held_up_goes_on_as_it_was_approved(office: Office) -> None:
    """A store was locked; at once nothing happens, an hour later it is done, and never again."""
    number = office.ready()
    office.fails["shop"]["erase"] = StoreError("connect-locked", "busy", remedy="wait")
    office.rights.run(number, today(), ACTOR)
    assert follow(office.desk, today(), hours(0)) == ()
    assert follow(office.desk, today(), hours(1)) == (Followed(number, "done"),)
    assert office.left("7") == 1
    assert follow(office.desk, today(), hours(100)) == ()


def test_a_wait_doubles_and_ends_with_a_day(office: Office) -> None:
    """It has gone on for an hour when it failed: the next try is an hour later, and after weeks a day."""
    number = office.ready()
    office.fails["shop"]["erase"] = lost()
    office.rights.run(number, today(), ACTOR)
    for gone_on, early, late in ((1, 0.9, 1.1), (500, 23, 25)):
        with office.engine.begin() as connection:
            connection.execute(
                text("update shouxin.rights_plan set approved_at = now() - make_interval(hours => :h)"),
                {"h": gone_on},
            )
        office.fails["shop"]["erase"] = lost()
        assert follow(office.desk, today(), hours(early)) == (), gone_on
        assert follow(office.desk, today(), hours(late)) == (Followed(number, "waits"),)
    assert timedelta(days=1) == LATEST


def test_a_run_that_nobody_began_is_left_alone(office: Office) -> None:
    """It is approved, and whoever approved it may still wait."""
    office.ready()
    before = office.snapshot()
    assert follow(office.desk, today(), hours(100)) == ()
    assert office.snapshot() == before


def test_what_changed_goes_back_to_the_approver_and_is_said(office: Office) -> None:
    """A row came after the approval: nothing of it goes, a new plan says how many there are now."""
    number = office.ready()
    office.shop.append({"customer_id": "7", "name": "new"})
    office.rights.run(number, today(), ACTOR)
    assert office.left("7") == 3
    assert follow(office.desk, today(), hours(1)) == (Followed(number, "planned"),)
    assert office.left("7") == 3
    plan = office.rights.show(number, today()).plan
    assert plan is not None
    assert (plan.who, plan.approved_by) == ("system", "")
    changed = noted(office, "request.planned_again")[0]["changed"]
    shop = next(one for one in changed if one["store"] == "shop")
    assert (shop["act"], shop["before"], shop["now"]) == ("delete", 1, 2)
    assert follow(office.desk, today(), hours(100)) == ()
    office.rights.approve(number, plan.digest, "read again", FACTS, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    assert office.left("7") == 1


def test_what_the_law_no_longer_has_kept_is_planned_when_its_day_is_over(office: Office) -> None:
    """On the last day nothing, on the next a plan that waits for a person; approved, the rest goes."""
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    last = today() + timedelta(days=400)
    assert follow(office.desk, last, hours(0)) == ()
    after = last + timedelta(days=1)
    assert follow(office.desk, after, hours(0)) == (Followed(number, "planned"),)
    assert follow(office.desk, after, hours(100)) == ()
    assert office.left("7") == 1
    plan = office.rights.show(number, after).plan
    assert plan is not None
    office.rights.approve(number, plan.digest, "its day is over", FACTS, after, ACTOR)
    office.rights.run(number, after, ACTOR)
    assert (office.left("7"), office.rights.show(number, after).state) == (0, "done")
    assert follow(office.desk, after + timedelta(days=900), hours(100)) == ()


def test_one_that_fails_keeps_no_other(office: Office) -> None:
    """A person who is gone is said by the code; the other request is done."""
    gone, other = office.ready(), office.ready(person="8", identities={"customer_id": "8"})
    for number in (gone, other):
        office.fails["shop"]["erase"] = lost()
        office.rights.run(number, today(), ACTOR)
    with office.engine.begin() as connection:
        whose = connection.execute(
            text("select person from shouxin.rights_request where number = :n"), {"n": gone}
        ).scalar_one()
        office.people.shred(connection, [whose])
    desk = office.made()
    became = dict(follow(desk, today(), hours(1)))
    assert became[gone] == "person-unknown"
    assert became[other] in ("done", "waits")
    assert office.left("8") == 0


@pytest.mark.parametrize("store", ["shop", "news"])
def test_the_thread_of_the_server_takes_it_up(office: Office, store: str) -> None:
    """Started as a context it finishes what was held up long ago, says so once, and stops."""
    number = office.ready()
    office.fails[store]["erase"] = lost()
    office.rights.run(number, today(), ACTOR)
    with office.engine.begin() as connection:
        connection.execute(text("update shouxin.rights_task set changed_at = now() - interval '1 hour'"))
    said: list[str] = []
    heard = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        heard.set()

    with Follower(office.rights, say, every=0.05):
        assert heard.wait(20)
    assert said == [f"request {number} was taken up again: done"]
