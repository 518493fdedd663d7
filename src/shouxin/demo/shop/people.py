"""The customers of the made-up shop: families at one address, children with guardians, numbers passed on."""

import random
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from shouxin.demo.shop.numbers import Numbers
from shouxin.duties.days import BEIJING

FIRST = 100_001
"""The number of the first customer."""

CHILD, GUARDIAN = 100_005, 100_006
FORMER_OWNER, PRESENT_OWNER = 100_003, 100_004
"""Customers that are always there: a child and its guardian; who had a number, and who has it now."""

SPAN = 730
"""Days that the shop has been open."""

_NEVER = {"deleted": False, "guardian": None, "invited_by": None, "phone_until": None, "note": ""}
Row = dict[str, Any]


class Lot(NamedTuple):
    """Where everything is drawn from: chance, numbers, words, and the day on which the shop is made."""

    chance: random.Random
    numbers: Numbers
    words: dict[str, Any]
    today: date

    def moment(self, since: date, until: date | None = None) -> datetime:
        """Return a moment of a day between two, in Beijing."""
        days = max(((until or self.today) - since).days - 1, 0)
        day = since + timedelta(days=self.chance.randint(0, days))
        return datetime.combine(day, time(self.chance.randint(7, 22), self.chance.randint(0, 59)), BEIJING)


@cache
def words() -> dict[str, Any]:
    """Return what names and texts are made of."""
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


def lot(today: date, seed: int = 20_211_101) -> Lot:
    """Return the same chances each time, for a shop that is made on a day."""
    chance = random.Random(seed)
    return Lot(chance, Numbers(chance), words(), today)


def customers(of: Lot, many: int) -> list[Row]:
    """Return the customers in the order in which they joined; a child's guardian follows it."""
    made = [_customer(of, number) for number in range(FIRST, FIRST + many)]
    joined = sorted(row["joined_at"] for row in made)
    for row, moment in zip(made, joined, strict=True):
        row["joined_at"] = moment
        row["phone_since"] = moment.date()
    for number, (earlier, row) in enumerate(pairwise(made), 1):
        if of.chance.random() < 0.3:
            row["invited_by"] = of.chance.choice((earlier, made[of.chance.randrange(number)]))["id"]
        row["deleted"] = of.chance.random() < 0.02
    for child, guardian in zip(made[CHILD - FIRST :: 40], made[GUARDIAN - FIRST :: 40], strict=False):
        _child(of, child, guardian)
    for former, present in zip(
        made[FORMER_OWNER - FIRST :: 60], made[PRESENT_OWNER - FIRST :: 60], strict=False
    ):
        _passed_on(former, present)
    return made


def addresses(of: Lot, people: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the addresses, and who has things sent where: families share one, some have two."""
    homes: list[Row] = []
    sent: list[Row] = []
    numbers = count(1)
    for index, person in enumerate(people):
        shared = bool(homes) and (index in (3, 5) or of.chance.random() < 0.25)
        home = homes[-1] if shared else _home(of, next(numbers), person)
        if not shared:
            homes.append(home)
        person["main_address"] = home["id"]
        mine = [home]
        if of.chance.random() < 0.15:
            homes.append(_home(of, next(numbers), person))
            mine.append(homes[-1])
        sent += [
            {
                "customer": person["id"],
                "address": one["id"],
                "consignee_name": person["name"],
                "consignee_phone": person["phone"],
            }
            for one in mine
        ]
    return homes, sent


def _customer(of: Lot, number: int) -> Row:
    place, county = of.chance.choice(of.words["places"])
    name = of.chance.choice(of.words["surnames"]) + of.chance.choice(of.words["given"])
    latin = "".join(of.chance.choices(of.words["latin"], k=2))
    born = of.today.replace(day=1) - timedelta(days=of.chance.randint(20 * 365, 68 * 365))
    verified = of.chance.random() < 0.3
    return {
        **_NEVER,
        "id": number,
        "name": name,
        "nickname": f"{of.chance.choice(of.words['teas'])}{number % 100_000}",
        "phone": of.numbers.mobile(),
        "email": f"{latin}{number % 100_000}@{of.chance.choice(('mail', 'post'))}.example",
        "id_number": of.numbers.resident(county, born, number) if verified else None,
        "birth_date": born if verified else None,
        "joined_at": of.moment(of.today - timedelta(days=SPAN)),
        "region": place,
    }


def _child(of: Lot, child: Row, guardian: Row) -> None:
    born = of.today - timedelta(days=of.chance.randint(8 * 365, 12 * 365))
    child |= {"birth_date": born, "guardian": guardian["id"], "id_number": None, "deleted": False}
    guardian["deleted"] = False
    child["name"] = guardian["name"][0] + child["name"][1:]


def _passed_on(former: Row, present: Row) -> None:
    """Let a number have belonged to one customer and belong to another now."""
    until = max(former["phone_since"], present["phone_since"] - timedelta(days=1))
    former |= {"phone": present["phone"], "phone_until": until, "deleted": False}
    present |= {"phone_since": max(present["phone_since"], until + timedelta(days=1)), "deleted": False}


def _home(of: Lot, number: int, person: Row) -> Row:
    return {
        "id": number,
        "region": person["region"],
        "street": f"{of.chance.choice(of.words['roads'])}{of.chance.randint(1, 300)}号",
        "door": f"{of.chance.randint(1, 20)}幢{of.chance.randint(1, 4)}单元{number}室",
        "entered_by": person["id"],
    }
