"""Does what the truth says of a world, or all of it but one thing: the checks must tell the two apart."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from shouxin.errors import StoreError
from tests.connect.worlds.truth import Fate, Must, cells, fates, found
from tests.connect.worlds.world import Made, Place, World

Flaw = Literal[
    "", "one row left", "mentions left", "shells not emptied", "a row of others", "a cell of others",
    "what the law keeps", "one missed", "one disclosed", "half done", "never twice the same", "miscounted",
    "dry runs count", "says it was done",
]  # fmt: skip
_MARK = "〔…〕"


class Row(NamedTuple):
    """A row that was found."""

    table: str
    values: Mapping[str, Any]


class Part(NamedTuple):
    """Rows of a table that share a fate."""

    table: str
    rows: int
    act: str


class Survey(NamedTuple):
    """What would be done."""

    parts: Sequence[Part]
    digest: str = ""


class Outcome(NamedTuple):
    """What was done."""

    deleted: Mapping[str, int]
    changed: Mapping[str, int]


class Faithful:
    """Knows the world beforehand, so that it is right by its nature; ``flaw`` is where it is not."""

    def __init__(self, world: World, engine: sa.Engine, flaw: Flaw = "") -> None:
        self._world, self._engine, self._flaw = world, engine, flaw
        self._run = 0

    @contextmanager
    def opened(self, _world: World) -> Iterator["Faithful"]:
        """Give itself."""
        yield self

    def read(self, person: Any, as_of: date) -> Iterator[Row]:
        """Yield the rows that are the person's."""
        number = self._world.people.index(person)
        must, _ = found(self._world, number)
        shown = sorted(must)
        if self._flaw == "one missed":
            shown = shown[1:]
        if self._flaw == "one disclosed":
            shown += sorted({*self._world.placed} - found(self._world, number)[1])[:1]
        yield from (Row(place[0], self._world.placed[place].values) for place in shown)

    def survey(self, person: Any, as_of: date) -> Survey:
        """Return what would be done, by doing it and going back."""
        done = self._erase(person, commit=False)
        parts = [Part(table, rows, "delete") for table, rows in done.deleted.items()]
        return Survey([*parts, *(Part(table, rows, "anonymise") for table, rows in done.changed.items())])

    def erase(self, person: Any, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Outcome:
        """Do what the truth says in one transaction."""
        try:
            return self._erase(person, commit=not dry_run or self._flaw == "dry runs count")
        except sa.exc.SQLAlchemyError:
            if self._flaw == "says it was done":
                return Outcome({}, {})
            raise StoreError("connect-refused", "the database refused", where="a made-up store") from None

    def _erase(self, person: Any, *, commit: bool) -> Outcome:
        number = self._world.people.index(person)
        deleted, changed = Counter[str](), Counter[str]()
        self._run += 1
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for index, (place, fate, made) in enumerate(self._steps(number)):
                where = sa.and_(*(
                    self._table(place).c[name] == made.values[name] for name in self._world.known_by(place[0])
                ))  # fmt: skip
                if fate is Fate.GONE:
                    deleted[place[0]] += connection.execute(self._table(place).delete().where(where)).rowcount
                elif values := self._values(number, made, fate, index):
                    changed[place[0]] += 1
                    connection.execute(self._table(place).update().where(where).values(values))
                if commit and self._flaw == "half done":
                    connection.commit()
            if commit:
                connection.commit()
        if self._flaw == "miscounted" and commit:
            deleted["member"] += 1
        return Outcome(dict(+deleted), dict(changed))

    def _steps(self, person: int) -> Iterator[tuple[Place, Fate, Made]]:
        """Yield every row with its fate, members last; a flaw gives one row another."""
        decided = dict(fates(self._world, person))
        swapped: Mapping[str, tuple[Fate, Fate]] = {
            "one row left": (Fate.GONE, Fate.KEPT),
            "a row of others": (Fate.OTHERS, Fate.GONE),
            "what the law keeps": (Fate.KEPT, Fate.GONE),
        }
        if self._flaw in swapped:
            wanted, then = swapped[self._flaw]
            for place in [place for place, fate in decided.items() if fate is wanted][:1]:
                decided[place] = then
        for place in sorted(decided, key=lambda place: place[0] in ("member", "home")):
            fate = Fate.SHELL if decided[place] is Fate.EITHER else decided[place]
            yield place, fate, self._world.placed[place]

    def _values(self, person: int, made: Made, fate: Fate, index: int) -> dict[str, Any]:
        if fate is Fate.KEPT:
            return {}
        changed: dict[str, Any] = {}
        for name, must in cells(self._world, person, made, fate).items():
            column = self._world.schema.tables[made.table].c[name]
            if must is Must.CHANGED and self._flaw != "shells not emptied":
                again = self._run * 1000 if self._flaw == "never twice the same" else 0
                changed[name] = None if column.nullable else _token(column.type, index + 1 + again)
            elif must is Must.MASKED and self._flaw != "mentions left":
                changed[name] = "".join(
                    one if isinstance(one, str) else _MARK if one.person == person else one.written
                    for one in made.texts[name]
                )
            elif (
                self._flaw == "a cell of others"
                and fate is Fate.OTHERS
                and isinstance(made.values[name], str)
            ):
                changed[name] = None if column.nullable else made.values[name] + "x"
        return changed

    def _table(self, place: Place) -> sa.Table:
        return self._world.schema.tables[place[0]]


def _token(type_: Any, number: int) -> Any:
    """Return a value that is nobody's."""
    if isinstance(type_, sa.Date):
        return date(1, 1, 1) + timedelta(days=number)
    if isinstance(type_, sa.Uuid):
        return str(UUID(int=number))
    return Decimal(-number) if isinstance(type_, sa.Numeric) else f"x{number}"
