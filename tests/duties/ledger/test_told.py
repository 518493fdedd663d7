"""What the duties do stands in the ledger, in the transaction of the change and never without it."""

from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, text

from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.model import Given
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.inventory.service import Organisation
from shouxin.duties.posture.service import Judge
from shouxin.duties.posture.stored import StoredOrganisation
from shouxin.errors import InputError
from shouxin.law.register import register
from shouxin.store.ledger import Actor
from tests.duties.posture.conftest import DAY, complaints

CLERK = Actor("operator:3", "console")


def told(engine: Engine) -> list[tuple[str, str, str, Any]]:
    """Return the entries of the ledger: kind, who, from where, what."""
    asked = text("select kind, who, origin, what from shouxin.ledger_entry order by number")
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(asked)]


def test_a_case_that_is_opened_and_moved_is_told(migrated: Engine) -> None:
    """Who did it and by which step; what was only tried, or refused, leaves no entry."""
    cases = Cases(Timekeeper(register()), KeptCases(migrated))
    given = Given(
        step="ask_access",
        by="individual",
        on=date(2025, 6, 3),
        facts={"right": "access", "for_deceased": False},
        records={"request": "ticket 4711"},
    )
    today = date(2025, 6, 4)
    cases.open("rights-request", msgspec.structs.replace(given, dry_run=True), today, CLERK)
    assert told(migrated) == []
    cases.open("rights-request", given, today, CLERK)
    with pytest.raises(InputError):
        cases.move(1, msgspec.structs.replace(given, step="nothing"), today, CLERK)
    proof = Given(
        step="verify_identity",
        by="processor",
        facts={"actor.ecommerce_operator": False},
        records={"identity": "by the account"},
    )
    cases.move(1, proof, today, CLERK)
    what = {"case": 1, "procedure": "rights-request"}
    assert told(migrated) == [
        ("case.opened", "operator:3", "console", what | {"step": "ask_access"}),
        ("case.moved", "operator:3", "console", what | {"step": "verify_identity"}),
    ]


def test_the_organisation_and_its_evidence_are_told(migrated: Engine) -> None:
    """Loaded, added and withdrawn, by number; a dry run and a refusal are not."""
    stored, judge = StoredOrganisation(migrated), Judge(register())
    shop = Organisation(name="Made-up Shop", facts={"actor.telecom_or_internet_provider": True})
    stored.load(judge, shop, DAY, CLERK, dry_run=True)
    stored.load(judge, shop, DAY, CLERK)
    (number,) = stored.add(judge, [complaints()], DAY, CLERK)
    stored.withdraw(number, "out of date", CLERK)
    with pytest.raises(InputError):
        stored.withdraw(number, "again", CLERK)
    assert [(kind, what) for kind, _, _, what in told(migrated)] == [
        ("inventory.changed", {"version": 1, "changes": 1}),
        ("organisation.loaded", {"changes": 1, "evidence": 0}),
        ("evidence.added", {"count": 1, "evidence": number}),
        ("evidence.withdrawn", {"evidence": number}),
    ]
