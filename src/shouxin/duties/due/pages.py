"""Time as pages: when a clock runs out, with every day it skipped, and how long records are kept."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from litestar.response import Template

from shouxin.duties.clauses import Clause, worded
from shouxin.duties.days import day, today
from shouxin.duties.due.service import ClockLine, DueAnswer, Timekeeper, length, moment, rest_day
from shouxin.engine.calendar import DAY
from shouxin.engine.clock import Skipped
from shouxin.engine.expression import TRUE
from shouxin.engine.retention import Kept, Period
from shouxin.errors import InputError
from shouxin.law import citation
from shouxin.law.mechanism import Pause, Span
from shouxin.law.model import Deadline, Instrument, Reading

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``due``."""

ENTRIES = (("/due", "nav.due"), ("/retention", "nav.retention"))
"""The places in the navigation, each an address and the key of its phrase."""

UNITS = ("days", "working_days", "months", "years")
"""The units in which the form takes a length of the organisation's own."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}


class Stretch(NamedTuple):
    """Days in a row that did not count for one reason, or a make-up day that did."""

    first: date
    last: date
    why: str
    counted: bool

    @property
    def days(self) -> int:
        """Return how many days they are."""
        return (self.last - self.first).days + 1

    @property
    def name(self) -> str:
        """Return the reason as a word that the languages may have a label for."""
        return rest_day(self.why)


class Asked(NamedTuple):
    """What the address asks of a clock, as text; pauses are pairs of days."""

    start: str
    own: str
    unit: str
    pauses: tuple[tuple[str, str], ...]
    extended: bool


class Row(NamedTuple):
    """How long one provision has a record kept, and where it applies."""

    period: Period
    deadline: Deadline | None
    applies: Clause | None


def routes(keeper: Timekeeper) -> Router:
    """Return the pages at /due and /retention; they are no part of the API."""
    return Router(
        "/",
        route_handlers=[due, retention],
        dependencies={"keeper": Provide(lambda: keeper, sync_to_thread=False)},
        include_in_schema=False,
    )


@get("/due", sync_to_thread=True, opt={"public": True})
def due(
    request: Request[Any, Any, Any], keeper: NamedDependency[Timekeeper], id_: FromQuery[str] = ""
) -> Template:
    """Show the clocks, what one asks for, or when it runs out; a refusal with its code."""
    text = request.query_params.get("id", id_).strip()
    asked = _asked(request)
    problem = asks = found = None
    try:
        if text:
            asks = keeper.asks(text)
            found = _answer(keeper, text, asked) if asked.start else None
    except InputError as error:
        problem = error
    context = {
        "id": text,
        "asked": asked,
        "asks": asks,
        "found": found,
        "stretches": stretches(found.skipped, found.made_up) if found else [],
        "readings": _readings(keeper, found.readings) if found else {},
        "problem": problem,
        "units": UNITS,
        "instruments": [] if asks else _listed(keeper),
        **_places(keeper),
    }
    return Template("due/due.html", context=context, status_code=400 if problem else 200, headers=_HEADERS)


@get("/retention", sync_to_thread=True, opt={"needs": "retention.read"})
def retention(keeper: NamedDependency[Timekeeper], as_of: FromQuery[str] = "") -> Template:
    """Show how long each kind of record is kept, by which provisions, and what it holds; figures first."""
    problem = None
    plan: Sequence[Kept] = ()
    on = today()
    try:
        on = day(as_of) if as_of else on
        plan = keeper.retention({}, on)
    except InputError as error:
        problem = error
    context = {
        "as_of": as_of,
        "on": on,
        "plan": sorted(
            ((kept, rows) for kept in plan if (rows := list(_rows(keeper, kept)))),
            key=lambda pair: pair[1][0].deadline is None,
        ),
        "problem": problem,
        **_places(keeper),
    }
    code = 400 if problem else 200
    return Template("due/retention.html", context=context, status_code=code, headers=_HEADERS)


def stretches(skipped: Iterable[Skipped], made_up: Iterable[Skipped]) -> list[Stretch]:
    """Return the days that a count left out, and the make-up days it counted, in order and in stretches."""
    days = [Stretch(item.date, item.date, item.why, counted=False) for item in skipped]
    days += [Stretch(item.date, item.date, item.why, counted=True) for item in made_up]
    days.sort()
    ends = [index for index, (one, other) in enumerate(pairwise(days), 1) if not _follows(one, other)]
    bounds = pairwise([0, *ends, len(days)])
    return [days[first]._replace(last=days[last - 1].last) for first, last in bounds if first < last]


def _follows(one: Stretch, other: Stretch) -> bool:
    return other.first == one.last + DAY and (one.why, one.counted) == (other.why, other.counted)


def _asked(request: Request[Any, Any, Any]) -> Asked:
    """Return what the address asks; a pause that was left empty is none."""
    query = request.query_params
    begins, ends = (query.getall(name, []) for name in ("pause_from", "pause_to"))
    pairs = ((one.strip(), other.strip()) for one, other in zip(begins, ends, strict=False))
    unit = query.get("unit", "")
    return Asked(
        start=query.get("from", "").strip(),
        own=query.get("own", "").strip(),
        unit=unit if unit in UNITS else UNITS[0],
        pauses=tuple(pair for pair in pairs if any(pair)),
        extended=query.get("extended", "") == "true",
    )


def _answer(keeper: Timekeeper, text: str, asked: Asked) -> DueAnswer:
    """Return when the clock runs out; errors as ``Timekeeper.due``, ``moment`` and ``length``."""
    own: Span | None = length(f"{asked.own} {asked.unit.replace('_', ' ')}") if asked.own else None
    pauses = [Pause(begins=moment(begins), ends=moment(ends)) for begins, ends in asked.pauses]
    return keeper.due(text, moment(asked.start), own=own, pauses=pauses, extended=asked.extended)


def _listed(keeper: Timekeeper) -> list[tuple[Instrument, list[tuple[ClockLine, Deadline | None]]]]:
    """Return every instrument that has a clock, with its clocks."""
    find, instrument = keeper.register.find, keeper.register.instrument
    lines = [(line, find(line.provision)[0].provision.deadline) for line in keeper.clocks()]
    groups = groupby(lines, lambda pair: citation.parse(pair[0].provision).instrument)
    return [(instrument(name), list(group)) for name, group in groups]


def _readings(keeper: Timekeeper, names: Iterable[str]) -> dict[str, tuple[Reading, str]]:
    """Return the readings a clock rests on, each with the answer that stands."""
    known = {f"{item.instrument}:{reading.id}": reading for item, reading in keeper.register.readings()}
    return {name: (known[name], keeper.engines.readings.answers[name]) for name in names}


def _rows(keeper: Timekeeper, kept: Kept) -> Iterator[Row]:
    """Yield the periods of a kind of record, those in figures first."""
    conditions = {(item.provision, item.record.kind): item.applies for item in keeper.engines.records.all}
    for period in sorted(kept.periods, key=lambda item: item.span is None):
        condition = conditions[period.provision, kept.kind]
        yield Row(
            period,
            keeper.register.find(period.provision)[0].provision.deadline if period.span else None,
            None if condition == TRUE else worded(condition, keeper.engines.rules.facts),
        )


def _places(keeper: Timekeeper) -> dict[str, Any]:
    """Return what a template asks to put a citation into words, or a day into a field."""
    return {
        "dated": _dated,
        "home": lambda text: keeper.register.instrument(citation.parse(text).instrument),
        "eid": lambda text: citation.parse(text).eid,
        "summary": lambda text: keeper.register.find(text)[0].provision.summary,
    }


def _dated(text: str) -> str:
    """Return a text that a field for a day can hold; "" for any other."""
    try:
        return moment(text).isoformat() if text else ""
    except InputError:
        return ""
