"""Complaints past their keeping time go through a run like anything else, and only those that ended."""

import datetime

import pytest
from sqlalchemy import Engine, text

from shouxin.duties.access.service import Approvals
from shouxin.duties.days import end_of, today
from shouxin.duties.desk.model import OfficeStep
from shouxin.duties.retention.service import Retention
from shouxin.duties.rights.service import Stores
from shouxin.engine.control import last_day
from shouxin.errors import InputError
from shouxin.law.mechanism import Span
from tests.duties.desk.conftest import JUNE, SECRET, Front, front
from tests.duties.desk.conftest import STAFF as OFFICE
from tests.duties.retention.conftest import ACTOR, APPROVER, STAFF

__all__ = ["front"]

TIME = Span(length=36, unit="months")


@pytest.fixture
def retention(front: Front, migrated: Engine) -> Retention:
    """Give the runs over the ended complaints, with no store of a service."""
    own = (front.complaints.ended(TIME), front.contents.ended(TIME))
    return Retention(migrated, Stores(lambda: (), {}), Approvals(migrated), own)


def end(front: Front, number: int) -> None:
    """Answer a complaint."""
    front.complaints.act(number, OfficeStep(step="accept", texts={"accepted": "by Ms Li"}), JUNE, OFFICE)
    front.complaints.act(number, OfficeStep(step="answer", texts={"answer": "mended"}), JUNE, OFFICE)


def read(front: Front, number: int) -> str:
    """Return everything that can be read of a complaint."""
    return str([letter.body for letter in front.complaints.read(number, "a test", OFFICE)])


def test_an_ended_complaint_goes_when_its_time_is_over(front: Front, retention: Retention) -> None:
    """On the last day not, on the next after an approval; one that is open stays, and its letters too."""
    ended, still_open = front.complain()[0], front.complain()[0]
    end(front, ended)
    last = last_day(today(), TIME)
    assert retention.find(last, STAFF, "console").state == "nothing"
    after = last + datetime.timedelta(days=1)
    run = retention.find(after, STAFF, "console")
    assert [(part.table, part.rows, part.until) for part in run.overdue.surveys[0].parts] == [
        ("complaint", 1, last)
    ]
    with pytest.raises(InputError, match="nobody has approved"):
        retention.run(run.number, after, ACTOR)
    tried = retention.run(run.number, after, ACTOR, dry_run=True)
    assert [task.outcome.changed for task in tried.tasks if task.outcome] == [{"complaint": 1}]
    assert SECRET in read(front, ended)
    retention.decide(
        run.number, run.digest, APPROVER, "console", give=True, reason="over", measures="none kept",
        until=end_of("2099-01-01"),
    )  # fmt: skip
    assert retention.run(run.number, after, ACTOR).state == "done"
    assert SECRET not in read(front, ended)
    assert SECRET in read(front, still_open)
    assert front.complaints.show(ended, today())[0].shredded
    assert retention.find(after, STAFF, "console").state == "nothing"


def test_one_more_that_ended_needs_another_approval(
    front: Front, retention: Retention, migrated: Engine
) -> None:
    """What was approved was one; there are two now, and neither goes."""
    first = front.complain()[0]
    end(front, first)
    after = last_day(today(), TIME) + datetime.timedelta(days=1)
    run = retention.find(after, STAFF, "console")
    retention.decide(
        run.number, run.digest, APPROVER, "console", give=True, reason="over", measures="none kept",
        until=end_of("2099-01-01"),
    )  # fmt: skip
    second = front.complain()[0]
    end(front, second)
    assert retention.run(run.number, after, ACTOR).state == "changed"
    assert SECRET in read(front, first)
    assert [one.state for one in retention.list()] == ["asked", "changed"]
    with migrated.connect() as connection:
        asked = text("select count(*) from shouxin.ledger_entry where kind = 'complaint.expired'")
        assert connection.execute(asked).scalar_one() == 0
