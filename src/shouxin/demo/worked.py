"""What the staff of the made-up company did: cases, accounts, an approval asked for, refusals."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import zip_longest
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import msgspec
import yaml

from shouxin.demo.answered import AGREES, WITHDREW
from shouxin.demo.shop.people import CHILD
from shouxin.demo.site import SERVICE, Site
from shouxin.duties.access.model import SYSTEM_KEY, Ask, Limit, Principal, Role
from shouxin.duties.cases.model import Given
from shouxin.duties.guard.model import Act, Question
from shouxin.law.base import Shape

OPERATORS = ("privacy_officer", "staff", "approver", "auditor", "inspector")
"""The accounts, each named after the role it has."""

_CASES = Path(__file__).with_name("cases.yaml")
_INSPECTION = timedelta(days=30)
_ASK = Ask(
    operation="export",
    scope="orders of the last quarter, without names",
    purpose="figures for the yearly report",
    people=1200,
    per_day=1200,
)


class Step(Shape, frozen=True, kw_only=True):
    """A step of a case, taken some days ago."""

    step: str
    by: str
    ago: int
    records: dict[str, str] = msgspec.field(default_factory=dict)


class Story(Shape, frozen=True, kw_only=True):
    """A case from its beginning to where it stands."""

    procedure: str
    facts: dict[str, Any]
    steps: tuple[Step, ...]


@cache
def stories() -> tuple[Story, ...]:
    """Return the cases."""
    plain = yaml.load(_CASES.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return msgspec.convert(plain, tuple[Story, ...])


def work_on_cases(site: Site) -> None:
    """Open the cases and take their steps; what was done when the demo was begun before is not done again."""
    known = sorted(one.id for one in site.cases.list(limit=1000))[: len(stories())]
    for story, number in zip_longest(stories(), known):
        _tell(site, story, number)
    site.cases.fire()


def let_in(site: Site) -> None:
    """Make an account for each role; nobody knows the passwords, and the terminal shows links instead."""
    known = {one.name for one in site.access.operators.all()}
    for role in OPERATORS:
        until = datetime.now(UTC) + _INSPECTION if role == "inspector" else None
        if role not in known:
            given = (Role(role=role, until=until),)
            site.access.operators.add(SYSTEM_KEY, "system", role, password=token_urlsafe(24), roles=given)
    if not site.access.approvals.all():
        limit = Limit(operation="export", bulk_from=100, people=5000, per_day=2000)
        site.access.approvals.set_limit(SYSTEM_KEY, "system", limit)
        staff = site.access.operators.find("staff")
        asking = Principal(
            id=f"operator:{staff.id}", kind="operator", name="staff", roles=frozenset({"staff"})
        )
        site.access.approvals.ask(asking, "console", _ASK)


def rule(site: Site) -> None:
    """Let the guard rule on some acts; what it refuses stands in the ledger."""
    _, told = site.guard.tell(site.guard.rule(questions()))
    if told:
        told.result()


def questions() -> list[Question]:
    """Return the acts, each with the person it is about; who is not a child is none under fourteen."""
    views = frozenset({"browsing_history"})
    tips = Act("use", SERVICE, "recommendations", views)
    coupons = Act("provide", SERVICE, "partner-coupons", frozenset({"phone_number"}), "china-ware")
    news = Act("send_message", SERVICE, "marketing", channel="mobile_phone")
    club = Act("use", SERVICE, "kids-club", frozenset({"real_name"}))
    asked = [
        (AGREES, tips),
        *((person, tips) for person in range(WITHDREW, WITHDREW + 30, 3)),
        *((person, coupons) for person in range(AGREES, AGREES + 12)),
        *((person, news) for person in range(AGREES, AGREES + 12)),
        (CHILD, club),
    ]
    return [
        Question(str(person), act, {"subject.minor": act is club, "subject.minor_u14": act is club})
        for person, act in asked
    ]


def _tell(site: Site, story: Story, number: int | None) -> None:
    """Take the steps of a story that its case has not taken yet."""
    done = 0
    if number is not None:
        done = sum(one.kind == "step" for one in site.cases.show(number, site.today).history)
    for index, step in enumerate(story.steps[done:], done):
        on = site.today - timedelta(days=step.ago)
        facts = {} if index else {name: _known(worth, site.today) for name, worth in story.facts.items()}
        given = Given(step=step.step, by=step.by, on=on, facts=facts, records=step.records)
        if number is None:
            opened = site.cases.open(story.procedure, given, site.today).case
            number = opened.id if opened else None
        else:
            site.cases.move(number, given, site.today)


def _known(worth: Any, today: date) -> Any:
    """Return a fact; one that is written ``{ago: 9}`` is a day."""
    return (today - timedelta(days=worth["ago"])).isoformat() if isinstance(worth, dict) else worth
