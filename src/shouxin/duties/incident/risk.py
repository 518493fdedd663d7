"""How grave an incident is: by category, by count, and by the thresholds of the law. Pure."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from shouxin.connect.categories import categories, home
from shouxin.duties.calculate.service import Reckoner
from shouxin.duties.incident.model import Account, CategoryRisk, Risk
from shouxin.errors import InputError
from shouxin.law.base import Shape

_FILE = Path(__file__).parent / "classes.yaml"


class Classes(Shape, frozen=True, kw_only=True):
    """As what records of a category count: the citation asked, the categories by fact, and the rest."""

    question: str
    counted: dict[str, tuple[str, ...]]
    otherwise: str
    plain: str

    def of(self, category: str) -> str:
        """Return the fact as which the records of a category count."""
        for fact, members in self.counted.items():
            if category in members:
                return fact
        return self.plain if categories()[category].sensitive is False else self.otherwise

    @property
    def facts(self) -> tuple[str, ...]:
        """Return every fact that counts records."""
        return (*self.counted, self.otherwise, self.plain)


@cache
def classes() -> Classes:
    """Return the classes of the file beside this."""
    return msgspec.convert(yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), Classes)


def given(account: Account) -> dict[str, Any]:
    """Return what the account tells the calculators.

    A count is known only where every category that belongs to it is counted; where the categories are on
    record, a class that none of them belongs to has no record.
    """
    found: dict[str, int | None] = dict.fromkeys(classes().facts, 0) if account.categories else {}
    for category in _homes(account.categories):
        fact, records = classes().of(category), _records(account).get(category)
        sum_so_far = found[fact]
        found[fact] = None if records is None or sum_so_far is None else sum_so_far + records
    return {**{name: worth for name, worth in found.items() if worth is not None}, **account.facts}


def risk(reckoner: Reckoner, account: Account) -> Risk:
    """Return how grave it is on the day it was known; errors of the account's ``facts`` as ``calculate``."""
    lines = tuple(_line(reckoner, account, category) for category in _homes(account.categories))
    asked = reckoner.asks(classes().question).facts
    try:
        found = reckoner.calculate(classes().question, given(account), account.known_on)
    except InputError as error:
        if error.code != "calculator-not-in-force":
            raise
        return Risk(categories=lines, thresholds=None, asked=asked, why=error.what)
    return Risk(categories=lines, thresholds=found, asked=asked)


def _line(reckoner: Reckoner, account: Account, category: str) -> CategoryRisk:
    fact, known = classes().of(category), categories()[category]
    return CategoryRisk(
        category=category,
        label=known.label,
        sensitive=known.sensitive,
        records=_records(account).get(category),
        counts_as=fact,
        counted_label=reckoner.declared(classes().question, fact).label,
    )


def _homes(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(home(key, where="categories") for key in keys))


def _records(account: Account) -> Mapping[str, int]:
    """Return the records by category; items of one category are added."""
    found: dict[str, int] = {}
    for key, count in account.records.items():
        category = home(key, where="records")
        found[category] = found.get(category, 0) + count
    return found
