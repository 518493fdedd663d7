"""Packs that are broken are made again, each a few times; packs past their keeping time go."""

from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

import pytest
from litestar.testing import TestClient
from sqlalchemy import text

from shouxin.duties.access.model import SYSTEM_KEY
from shouxin.duties.access.service import Approvals
from shouxin.duties.days import BEIJING, end_of
from shouxin.duties.inspection import bundle, kept
from shouxin.duties.inspection.expiry import EndedPacks
from shouxin.duties.inspection.model import ARCHIVE, ATTEMPTS
from shouxin.duties.retention.service import Retention
from shouxin.duties.rights.service import Stores
from shouxin.engine.control import last_day
from shouxin.errors import InputError, StoreError
from shouxin.law.mechanism import Span
from tests.duties.access.conftest import form
from tests.duties.inspection.conftest import OFFICER, PASSWORD, InspectedOffice
from tests.duties.inspection.test_inspection import given, refused


def test_a_pack_that_cannot_be_made_is_given_up_with_its_reason(
    office: InspectedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried three times; the page says how often and why, and the button makes it all the same."""
    number = given(office).number
    broken_off(office, number)
    full = StoreError("store-unreachable", "the disk is full", remedy="make room")
    with monkeypatch.context() as patch:
        patch.setattr(bundle, "write", raising(full))
        for attempt in range(1, ATTEMPTS + 1):
            (tried,) = list(office.inspections.mend())
            assert (tried.state, tried.attempts, tried.problem) == ("broken", attempt, full.code)
        assert list(office.inspections.mend()) == []
    office.person("officer", "privacy_officer")
    with TestClient(office.app()) as client:
        client.post("/sign-in", data=form(client, "/sign-in", name="officer", password=PASSWORD))
        page = client.get(f"/inspections/{number}?lang=en").text
        assert "Made again: 3." in page
        assert f"<code>{full.code}</code>" in page
        assert "not tried again by itself" in page
        client.post(
            f"/inspections/{number}/packs/{tried.number}/again", data=form(client, f"/inspections/{number}")
        )
        assert office.inspections.show(number, SYSTEM_KEY).packs[0].state == "whole"


def test_a_pack_goes_when_its_time_is_over(office: InspectedOffice) -> None:
    """Not on the last day; on the next a run finds it, another approves, the archive goes, its line stays."""
    number = given(office).number
    made = office.inspections.make(number, "en", OFFICER)
    time = Span(length=36, unit="months")
    over = EndedPacks(office.engine, time)
    retention = Retention(office.engine, Stores(lambda: (), {}), Approvals(office.engine), (over,))
    staff, approver = office.person("keeper", "privacy_officer"), office.person("second", "approver")
    last = last_day(made.made_at.astimezone(BEIJING).date(), time)
    assert retention.find(last, staff, "console").state == "nothing"
    after = last + timedelta(days=1)
    run = retention.find(after, staff, "console")
    assert [(part.table, part.rows, part.act) for part in run.overdue.surveys[0].parts] == [
        ("inspection_pack", 1, "delete")
    ]
    refused("retention-approval", lambda: retention.run(run.number, after, OFFICER))
    with pytest.raises(InputError, match="other packs"):
        over.expire(after, digest="0" * 64)
    retention.decide(
        run.number, run.digest, approver, "console", give=True, reason="over", measures="none kept",
        until=end_of("2099-01-01"),
    )  # fmt: skip
    assert retention.run(run.number, after, OFFICER).state == "done"
    (gone,) = office.inspections.show(number, SYSTEM_KEY).packs
    assert (gone.state, gone.digest, gone.until) == ("removed", made.digest, None)
    assert gone.removed_at
    refused(
        "inspection-removed",
        lambda: office.inspections.fetch(number, made.number, ARCHIVE, SYSTEM_KEY, OFFICER),
    )
    with office.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from shouxin.inspection_piece")) == 0
        told = "select what from shouxin.ledger_entry where kind = 'inspection.expired'"
        assert connection.scalar(text(told))["packs"] == 1
    assert retention.find(after, staff, "console").state == "nothing"


def broken_off(office: InspectedOffice, number: int) -> None:
    """Leave a pack behind as its maker does that is killed: begun, and held by nobody."""
    signed = office.ledger.checkpoint()
    assert signed
    with office.engine.begin() as connection:
        entries = connection.scalar(text("select max(size) from shouxin.ledger_checkpoint"))
        kept.begun(connection, {"inspection": number, "entries": entries, "language": "en"}, OFFICER)


def raising(error: Exception) -> Callable[..., NoReturn]:
    """Return what raises an error, whatever it is asked."""

    def fail(*_: object) -> NoReturn:
        raise error

    return fail
