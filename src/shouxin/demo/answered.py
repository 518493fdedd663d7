"""What the customers of the made-up shop agreed to, refused and took back, over two years."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import msgspec
import psycopg
from sqlalchemy import Connection

from shouxin.demo.described import SECOND, versions
from shouxin.demo.past import Event, moment
from shouxin.demo.shop.database import shop_dsn
from shouxin.demo.site import SERVICE, WHY, Site
from shouxin.duties.consent import guardians
from shouxin.duties.consent.kept import Report, Teller
from shouxin.duties.consent.model import Action, Given
from shouxin.duties.consent.views import Guardianship
from shouxin.errors import ShouxinError
from shouxin.store.ledger import Entry
from shouxin.store.people import People

AGREES, WITHDREW = 100_001, 100_002
"""Customers that are always there: one who agreed to everything, one who took it back."""

TELLER = Teller("system", "system", WHY)
_WEEK = timedelta(days=7)
_RETURNS = 21
"""Days after which a customer comes back to the shop, on average."""

_DAY = 24 * 60 * 60
_CHANNELS = {"mobile_phone": (0.35, 0.3), "personal_email": (0.45, 0.2)}
"""For each channel of news the shares of those who agree and who refuse."""


class Customer(NamedTuple):
    """What the answers follow from."""

    id: int
    joined: datetime
    guardian: int | None
    born: date | None


def customers(site: Site) -> list[Customer]:
    """Return everybody who has an account in the shop."""
    with psycopg.connect(shop_dsn(site.engine)) as shop:
        rows = shop.execute("select id, joined_at, guardian, birth_date from customer order by id")
        return [Customer(*row) for row in rows]


def events(site: Site, people: Sequence[Customer]) -> Iterator[Event]:
    """Yield the weeks: the guardians of the children who joined, then the answers in their order."""
    end = moment(site.today, 0)
    children, given = defaultdict(list), defaultdict(list)
    for one in people:
        if one.guardian:
            children[(end - one.joined) // _WEEK].append(_guardianship(one))
    for said in sorted(answers(people, site.today), key=lambda one: one.at or end):
        given[(end - (said.at or end)) // _WEEK].append(Report(said, TELLER))
    for week in children.keys() | given.keys():
        yield Event(end - week * _WEEK, partial(_week, site, children[week], given[week]))


def _week(site: Site, children: Sequence[Guardianship], given: Sequence[Report]) -> None:
    """Put guardians on record, each until the child is fourteen, and take answers down."""
    if children:
        site.consents.change(partial(_linked, children))
    for outcome in site.consents.record(given):
        if isinstance(outcome, ShouxinError):
            raise outcome


def answers(people: Sequence[Customer], today: date, seed: int = 27560) -> Iterator[Given]:
    """Yield what each customer answered; the same each time."""
    chance = random.Random(seed)
    for one in people:
        desk = _Desk(one, today, chance)
        yield from desk.of_child() if one.guardian else desk.of_adult()


class _Desk:
    """Where one customer is asked."""

    def __init__(self, one: Customer, today: date, chance: random.Random) -> None:
        self._one = one
        self._chance = chance
        self._first, self._second = (notice.address for notice in versions())
        self._now = moment(today, 0)
        self._asked_again = moment(today, SECOND)
        self._count = 0

    def of_child(self) -> Iterator[Given]:
        """Yield the guardian's word for the club."""
        later = self._later(self._one.joined)
        more: dict[str, Any] = {"kinds": {"guardian", "separate"}, "guardian": str(self._one.guardian)}
        yield self._says("give", "kids-club", later, **more)

    def of_adult(self) -> Iterator[Given]:
        """Yield the answers at the beginning, what was taken back, and the answers to the second version."""
        joined = self._one.joined
        agreed = self._drawn(0.7, AGREES, WITHDREW)
        if agreed or self._chance.random() < 0.7:
            yield self._says("give" if agreed else "refuse", "recommendations", joined)
        yield from self._of_news()
        if self._drawn(0.12, AGREES):
            asked = self._later(joined)
            yield self._says("give", "constitution", asked, kinds={"separate"})
        withdrawn = agreed and self._drawn(0.15, WITHDREW, but=AGREES)
        if withdrawn:
            yield self._says("withdraw", "recommendations", self._later(joined))
        asked = self._back_again(joined)
        known = joined <= self._asked_again
        if known and agreed and not withdrawn and self._drawn(0.4, AGREES):
            yield self._says("give", "recommendations", asked)
            left = int((self._now - asked).total_seconds())
            if left > _DAY and self._drawn(0.12, but=AGREES):
                later = asked + timedelta(seconds=self._chance.randint(_DAY // 2, left))
                yield self._says("withdraw", "recommendations", later)
        if self._drawn(0.1, AGREES):
            yield self._says("give", "partner-coupons", asked, kinds={"separate"})

    def _back_again(self, joined: datetime) -> datetime:
        """Return when the customer came back after the second version, and was asked by it."""
        first = max(self._asked_again, joined) + timedelta(hours=self._chance.randint(1, 20))
        later = first + timedelta(days=int(self._chance.expovariate(1 / _RETURNS)))
        return later if later < self._now else first

    def _of_news(self) -> Iterator[Given]:
        for channel, (yes, no) in _CHANNELS.items():
            drawn = self._chance.random() * (self._one.id != AGREES)
            if drawn > yes + no:
                continue
            action: Action = "give" if drawn < yes else "refuse"
            yield self._says(action, "marketing", self._one.joined, channel=channel)
            if action == "give" and self._drawn(0.12, but=AGREES):
                later = self._later(self._one.joined)
                yield self._says("withdraw", "marketing", later, channel=channel)

    def _drawn(self, share: float, *surely: int, but: int = 0) -> bool:
        drawn = self._chance.random() < share
        return self._one.id in surely or (drawn and self._one.id != but)

    def _later(self, since: datetime) -> datetime:
        left = max(int((self._asked_again - since).total_seconds()), 60)
        return min(since + timedelta(seconds=self._chance.randint(30, left)), self._now)

    def _says(self, action: Action, purpose: str, at: datetime, **more: Any) -> Given:
        """Return an answer to the version that was in force."""
        self._count += 1
        plain = {
            "person": str(self._one.id),
            "action": action,
            "purpose": purpose,
            "notice": self._first if at <= self._asked_again else self._second,
            "how": {"gesture": "switch", "place": "app", "language": "zh", "refusable": True},
            "request": f"demo-{self._one.id}-{self._count}",
            "at": at,
        }
        return msgspec.convert(plain | more, Given)


def _guardianship(child: Customer) -> Guardianship:
    assert child.born
    fourteen = child.born.replace(year=child.born.year + 14, day=min(child.born.day, 28))
    return Guardianship(
        service=SERVICE,
        child=str(child.id),
        guardian=str(child.guardian),
        verified_by=f"household register, file G{child.id}",
        until=fourteen - timedelta(days=1),
    )


def _linked(
    all_of_them: Sequence[Guardianship], connection: Connection, people: People
) -> tuple[None, list[Entry]]:
    """Link all guardians, unless a demo that was begun before did: then the children are known."""
    known = people.find(connection, SERVICE, [one.child for one in all_of_them])
    return None, [
        entry
        for one, person in zip(all_of_them, known, strict=True)
        if person is None
        for entry in guardians.link(connection, people, one, TELLER)[1]
    ]
