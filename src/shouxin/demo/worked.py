"""What the staff of the made-up company did: cases, accounts, an approval asked for; what was ruled on."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import msgspec
import yaml

from shouxin.demo.answered import AGREES, WITHDREW, Customer
from shouxin.demo.described import FIRST, SECOND, versions
from shouxin.demo.past import Event, moment
from shouxin.demo.shop.people import CHILD
from shouxin.demo.site import SERVICE, Site
from shouxin.duties.access.model import SYSTEM_KEY, Ask, Limit, Principal, Role
from shouxin.duties.cases.model import Given
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard.model import Act, Question
from shouxin.duties.notice.editing import spread
from shouxin.duties.notice.service import Notices
from shouxin.law.base import Shape
from shouxin.law.register import register
from shouxin.store.ledger.entry import Actor

OPERATORS = ("privacy_officer", "staff", "approver", "auditor", "inspector")
"""The accounts, each named after the role it has."""

_CASES = Path(__file__).with_name("cases.yaml")
_STAFF = OPERATORS[:-1]
"""Those who are there from the first day; an inspector comes for an inspection."""

_RULED = 16 * 7
"""Days for which the acts that were ruled on are drawn."""

_ADULT = timedelta(days=18 * 366)
_TIPS = Act("use", SERVICE, "recommendations", frozenset({"browsing_history"}))
_COUPONS = Act("provide", SERVICE, "partner-coupons", frozenset({"phone_number"}), "china-ware")
_NEWS = Act("send_message", SERVICE, "marketing", channel="mobile_phone")
_CLUB = Act("use", SERVICE, "kids-club", frozenset({"real_name"}))
_GROWN = {"subject.minor": False, "subject.minor_u14": False}
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


def events(site: Site, people: Sequence[Customer]) -> Iterator[Event]:
    """Yield the first day of the staff, the steps of cases, and the days on which acts were ruled on."""
    yield Event(moment(site.today, FIRST, 9), partial(let_in, site))
    for number, story in enumerate(stories()):
        begun = moment(site.today, story.steps[0].ago, 9 + number)
        for index, step in enumerate(story.steps):
            at = moment(site.today, step.ago, 9 + number, index)
            yield Event(at, partial(_step, site, story, index, begun), single=True)
    yield Event(moment(site.today, 2, 16), partial(draft_the_next, site), single=True)
    chance, ago = random.Random(69), _RULED
    while ago > 1:
        asked = drawn(people, moment(site.today, ago), ago, chance)
        yield Event(
            moment(site.today, ago, 20, chance.randrange(60)), partial(rule, site, asked), single=True
        )
        ago -= chance.randint(1, 5)
    yield Event(moment(site.today, 1, 21), partial(rule, site, questions()), single=True)


def let_in(site: Site) -> None:
    """Make an account for each role; nobody knows the passwords, and the terminal shows links instead."""
    known = {one.name for one in site.access.operators.all()}
    for role in _STAFF:
        if role not in known:
            given = (Role(role=role),)
            site.access.operators.add(SYSTEM_KEY, "system", role, password=token_urlsafe(24), roles=given)


def draft_the_next(site: Site) -> None:
    """Begin a draft of the third version of the notice."""
    values = dict(spread(versions()[1]).values)
    values |= {
        "title.zh": ("个人信息处理规则（第三版）",),
        "title.en": ("How we handle personal information (third)",),
    }
    notices = Notices(Decider(register()), register().version, site.engine)
    notices.drafts.keep(SERVICE, values, Actor(who(site, "privacy_officer").id, "console"))


def ask_for_an_export(site: Site) -> None:
    """Let the staff ask for an export in bulk, which waits for a second person."""
    if not site.access.approvals.all():
        limit = Limit(operation="export", bulk_from=100, people=5000, per_day=2000)
        site.access.approvals.set_limit(SYSTEM_KEY, "system", limit)
        site.access.approvals.ask(who(site, "staff"), "console", _ASK)


def who(site: Site, role: str) -> Principal:
    """Return the account of a role as it acts."""
    found = site.access.operators.find(role)
    return Principal(id=f"operator:{found.id}", kind="operator", name=role, roles=frozenset({role}))


def rule(site: Site, asked: Sequence[Question]) -> None:
    """Let the guard rule on acts; what it refuses stands in the ledger."""
    with site.guard() as guard:
        _, told = guard.tell(guard.rule(asked))
        if told:
            told.result()


def drawn(people: Sequence[Customer], on: datetime, ago: int, chance: random.Random) -> list[Question]:
    """Return what the shop's programs meant to do on a day, some days ago, with grown-up customers.

    They ask more often as the shop grows, and most often just after the second version of the notice, when
    what was agreed to before no longer does.
    """
    grown = [one for one in people if one.joined < on and not (one.born and on.date() - one.born < _ADULT)]
    purposes = [_TIPS, _TIPS, _TIPS, _NEWS] + [_COUPONS] * (ago < SECOND - 1)
    many = 3 + (_RULED - ago) // 14 + 5 * (SECOND - 14 < ago < SECOND)
    chosen = [chance.choice(grown) for _ in range(chance.randint(many // 2, many))]
    return [Question(str(one.id), chance.choice(purposes), _GROWN) for one in chosen]


def questions() -> list[Question]:
    """Return the acts, each with the person it is about; who is not a child is none under fourteen."""
    asked = [
        (AGREES, _TIPS),
        *((person, _TIPS) for person in range(WITHDREW, WITHDREW + 30, 3)),
        *((person, _COUPONS) for person in range(AGREES, AGREES + 12)),
        *((person, _NEWS) for person in range(AGREES, AGREES + 12)),
        (CHILD, _CLUB),
    ]
    return [
        Question(str(person), act, {"subject.minor": act is _CLUB, "subject.minor_u14": act is _CLUB})
        for person, act in asked
    ]


def _step(site: Site, story: Story, index: int, begun: datetime) -> None:
    """Take a step of a story; its case is the one that was opened at its time."""
    step = story.steps[index]
    on = site.today - timedelta(days=step.ago)
    facts = {} if index else {name: _known(worth, site.today) for name, worth in story.facts.items()}
    given = Given(step=step.step, by=step.by, on=on, facts=facts, records=step.records)
    if not index:
        site.cases.open(story.procedure, given, site.today)
        return
    known = site.cases.list(procedure=story.procedure, limit=1000)
    (number,) = (one.id for one in known if one.opened_at == begun)
    site.cases.move(number, given, site.today)


def _known(worth: Any, today: date) -> Any:
    """Return a fact; one that is written ``{ago: 9}`` is a day."""
    return (today - timedelta(days=worth["ago"])).isoformat() if isinstance(worth, dict) else worth
