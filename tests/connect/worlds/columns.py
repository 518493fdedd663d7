"""Columns of made-up tables and what stands in them; no value comes twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st

from shouxin.connect.model import MappedColumn
from tests.connect.worlds.world import Mention, Words

Type = sa.types.TypeEngine[Any]
_FIRST = date(1950, 2, 3)
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明"
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙"
LITERALS = ("来电咨询", " call back，", " 已登记 ", "：", "单号 20211101，", "电话", "(", "）ok\n")
UNIQUE = frozenset({"name", "nick", "token", "height"})
OWN_VALUE = 14
"""Characters without which no column can hold a value of its own for each row."""

UUIDS = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
"""Written the same in every database."""


class Kind(NamedTuple):
    """A kind of personal column: its type, its category, the n-th value, and the shortest it may be."""

    type: Callable[[int], Type]
    category: str
    value: Callable[[int], Any]
    shortest: int = 0


KINDS: Mapping[str, Kind] = {
    "name": Kind(sa.String, "real_name", lambda n: f"{_SURNAMES[n % 12]}{_GIVEN[n % 16]}{n}", 6),
    "nick": Kind(sa.String, "nickname", lambda n: f"tea{n:04}", 8),
    "born": Kind(lambda _: sa.Date(), "date_of_birth", lambda n: _FIRST + timedelta(days=17 * n)),
    "height": Kind(lambda _: sa.Integer(), "body_measurements", lambda n: 120 + n),
    "token": Kind(lambda _: UUIDS, "device_identifier", lambda n: str(UUID(int=(n + 7) << 64, version=4))),
    "married": Kind(lambda _: sa.Boolean(), "marital_status", lambda n: n % 2 == 0),
    "income": Kind(lambda _: sa.Numeric(10, 2), "income", lambda n: Decimal(10_050 + n) / 4),
}


@dataclass
class Columns:
    """The columns of a table in the making, and how the cells of its rows come about."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    counter: "Counter"
    real: list[sa.Column[Any]] = field(default_factory=list)
    mapped: list[MappedColumn] = field(default_factory=list)
    values: dict[str, Callable[[], Any]] = field(default_factory=dict)
    nullable: set[str] = field(default_factory=set)

    def add(self, name: str, type_: Type, *, category: str = "", free_text: bool = False, **how: Any) -> str:
        """Add a column; ``how`` goes to SQLAlchemy. Return its name."""
        how.setdefault("nullable", False)
        key = how.pop("references", None)
        keys = [key] if key is not None else []
        self.real.append(sa.Column(name, type_, *keys, **how))
        categories = (category,) if category else ()
        self.mapped.append(MappedColumn(column=name, categories=categories, free_text=free_text))
        if how["nullable"]:
            self.nullable.add(name)
        return name

    def personal(self, most: int = 3) -> None:
        """Add some personal columns, which may be empty or not, and unique or not."""
        names = self.draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=most, unique=True))
        for name in names:
            kind = KINDS[name]
            nullable, unique = self.draw(st.booleans()), name in UNIQUE and self.draw(st.booleans())
            least = kind.shortest if nullable or not unique else OWN_VALUE
            length = least + self.draw(st.sampled_from((0, 1, 30)))
            self.add(
                name,
                kind.type(length),
                category=kind.category,
                nullable=nullable,
                unique=unique,
            )
            self.values[name] = partial(self._next, kind)

    def _next(self, kind: Kind) -> Any:
        return kind.value(self.counter.next())

    def plain(self) -> None:
        """Add, perhaps, a column that tells nothing of anybody."""
        if self.draw(st.booleans()):
            self.add("stars", sa.Integer())
            self.values["stars"] = lambda: self.draw(st.integers(1, 5))

    def cells(self) -> dict[str, Any]:
        """Return the cells of a new row, without those that the table's own pattern fills."""
        return {
            name: None if name in self.nullable and self.draw(st.booleans()) else value()
            for name, value in self.values.items()
        }


class Counter:
    """Counts, so that no value comes twice."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        """Return a number that was not there yet."""
        self._last += 1
        return self._last


def ways(identifier: str) -> tuple[str, ...]:
    """Return an identifier in the ways in which people write it."""
    if "@" in identifier:
        return (identifier, identifier.upper(), identifier.title(), _wide(identifier))
    if len(identifier) == 11:
        parts = (identifier[:3], identifier[3:7], identifier[7:])
        spaced, hyphened = " ".join(parts), "-".join(parts)
        return identifier, _wide(identifier), spaced, hyphened, f"+86 {identifier}", f"+86-{hyphened}"
    spaced = f"{identifier[:6]} {identifier[6:14]} {identifier[14:]}"
    return identifier, _wide(identifier), spaced, identifier.lower()


def words(draw: Callable[[st.SearchStrategy[Any]], Any], named: Mapping[int, tuple[str, ...]]) -> Words:
    """Return a text that mentions some of the people, by one of the identifiers that are theirs alone."""
    made: list[str | Mention] = []
    people = sorted(person for person, identifiers in named.items() if identifiers)
    for _ in range(draw(st.integers(0, 2))):
        made.append(draw(st.sampled_from(LITERALS)))
        if people and draw(st.booleans()):
            person = draw(st.sampled_from(people))
            made.append(Mention(person, draw(st.sampled_from(ways(draw(st.sampled_from(named[person])))))))
    return (*made, draw(st.sampled_from(LITERALS)))


def _wide(identifier: str) -> str:
    """Return the full-width form of a text."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in identifier)
