"""Leaks, major problems and hidden risks of core and ordinary cryptography: taken in as a case of their own.

The procedure is the law's (cryptography-law art. 17 para. 2); what follows is taken as steps of the case.
"""

from datetime import date
from typing import Annotated

import msgspec

from shouxin.duties.cases.model import CaseLine, CaseView, Given
from shouxin.duties.cases.service import Cases
from shouxin.duties.incident.checking import impersonal
from shouxin.law.base import Shape
from shouxin.store.ledger.entry import Actor

PROCEDURE = "cryptography-incident"
JUDGED = ("leak", "major_problem", "hidden_risk", "risk_is_major")
"""What whoever found it answers for; the law names no criterion of "major"."""


class Finding(Shape, frozen=True, kw_only=True):
    """What was found and on which day; a question that was not answered stays open."""

    found_on: date
    finding: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"^[^\x00]*\S[^\x00]*$")]
    leak: bool | None = None
    major_problem: bool | None = None
    hidden_risk: bool | None = None
    risk_is_major: bool | None = None


def take_in(cases: Cases, found: Finding, today: date, actor: Actor) -> CaseView:
    """Open the case, from which the clocks run that begin with the discovery.

    Raises ``InputError``: incident-personal where the text holds somebody's number or the like, and as
    ``Cases.open`` where nothing is found that the law wants handled.
    """
    impersonal(found.finding, "finding")
    facts = {name: worth for name in JUDGED if (worth := getattr(found, name)) is not None}
    given = Given(
        step="find",
        by="body",
        on=today,
        facts={**facts, "found_on": found.found_on.isoformat()},
        records={"finding": found.finding},
    )
    taken = cases.open(PROCEDURE, given, today, actor)
    assert taken.case
    return taken.case


def known(cases: Cases) -> tuple[CaseLine, ...]:
    """Return the cases that were taken in."""
    return cases.list(procedure=PROCEDURE, state="", late=False, limit=200)
