"""What the guard denied, read out of the ledger: over time, by provision, by activity, and one by one."""

import datetime
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Date, FromClause, Text, cast, func, literal, literal_column, select, true
from sqlalchemy.dialects.postgresql import JSONB

from shouxin.duties.days import BEIJING, over
from shouxin.duties.guard.decided import KIND
from shouxin.errors import StoreError
from shouxin.law.base import Shape
from shouxin.store.ledger.tables import entry

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Engine

MOST = 200
"""Denials that one list has at most."""

_ZONE = "Asia/Shanghai"


class Asked(NamedTuple):
    """Which denials: of which days in Beijing, and of a service, an activity or a provision alone."""

    since: datetime.date
    until: datetime.date
    service: str = ""
    activity: str = ""
    provision: str = ""
    before: int | None = None


class Denial(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One denied act; ``decision`` is its id, ``entry`` its number in the ledger."""

    decision: str
    entry: int
    at: datetime.datetime
    act: str
    service: str
    activity: str
    effect: str
    provisions: tuple[str, ...]
    missing: tuple[str, ...]


class Counted(NamedTuple):
    """How often something stood behind a denial; ``name`` is a day, a provision or an activity."""

    name: str
    times: int
    service: str = ""


class Denied(NamedTuple):
    """Denials in figures: all, by day, by provision, by activity."""

    total: int
    days: tuple[Counted, ...]
    provisions: tuple[Counted, ...]
    activities: tuple[Counted, ...]


class Denials:
    """The denials in one store; without a store what is asked of it is ``StoreError`` (store-missing)."""

    def __init__(self, engine: "Engine | None") -> None:
        self._engine = engine

    def list(self, asked: Asked, limit: int = 50) -> tuple[Denial, ...]:
        """Return denials, the newest first."""
        found = select(entry.c.number, entry.c.at, entry.c.why, entry.c.what).where(*_conditions(asked))
        if asked.before is not None:
            found = found.where(entry.c.number < asked.before)
        found = found.order_by(entry.c.at.desc(), entry.c.number.desc()).limit(min(limit, MOST))
        with self._store().connect() as connection:
            return tuple(_denial(row) for row in connection.execute(found))

    def figures(self, asked: Asked) -> Denied:
        """Return the denials in figures."""
        with self._store().connect() as connection:
            day = cast(func.timezone(_ZONE, entry.c.at), Date)
            cited = func.json_array_elements_text(entry.c.what["provisions"]).table_valued("name").lateral()
            place = (_part("service"), _part("activity"))
            days = _counted(connection, asked, [day], [day])
            return Denied(
                sum(line.times for line in days),
                _every_day(asked, days),
                _counted(connection, asked, [cited.c.name], None, entry.join(cited, true())),
                _counted(connection, asked, [place[1], place[0]], None),
            )

    def _store(self) -> "Engine":
        if self._engine is None:
            raise StoreError(
                "store-missing",
                "there is no store that holds decisions",
                remedy="start one with `shouxin serve`",
            )
        return self._engine


def _part(name: str) -> "ColumnElement[str]":
    found: ColumnElement[str] = entry.c.what[name].as_string()
    return found


def _conditions(asked: Asked) -> list["ColumnElement[bool]"]:
    """Return the filters; the first two are those of the index of denials, word for word."""
    provision = json.dumps([asked.provision])
    wanted = {
        "service": _part("service") == asked.service,
        "activity": _part("activity") == asked.activity,
        "provision": cast(entry.c.what["provisions"], JSONB).contains(literal(provision, Text).cast(JSONB)),
    }
    return [
        entry.c.kind == literal_column(f"'{KIND}'"),
        entry.c.outcome == literal_column("'refused'"),
        entry.c.at >= datetime.datetime.combine(asked.since, datetime.time(), BEIJING),
        entry.c.at < over(asked.until),
        *(condition for name, condition in wanted.items() if getattr(asked, name)),
    ]


def _counted(
    connection: Connection,
    asked: Asked,
    by: "Sequence[ColumnElement[Any]]",
    order: "Sequence[ColumnElement[Any]] | None",
    source: FromClause = entry,
) -> tuple[Counted, ...]:
    count = func.count()
    found = select(*by, count).select_from(source).where(*_conditions(asked)).group_by(*by)
    found = found.order_by(*(order or (count.desc(), *by)))
    return tuple(
        Counted(str(row[0] or ""), int(row[-1]), str(row[1] or "") if len(by) > 1 else "")
        for row in connection.execute(found)
    )


def _every_day(asked: Asked, found: tuple[Counted, ...]) -> tuple[Counted, ...]:
    """Return each day of the time asked for, those without a denial as well."""
    known = {line.name: line.times for line in found}
    days = (asked.until - asked.since).days + 1
    each = (str(asked.since + datetime.timedelta(days=one)) for one in range(days))
    return tuple(Counted(day, known.get(day, 0)) for day in each)


def _denial(row: Any) -> Denial:
    what = row.what
    return Denial(
        decision=row.why,
        entry=row.number,
        at=row.at,
        act=what["act"],
        service=what["service"],
        activity=what["activity"],
        effect=what["effect"],
        provisions=tuple(what["provisions"]),
        missing=tuple(what["missing"]),
    )
