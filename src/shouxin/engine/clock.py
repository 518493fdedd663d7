"""When time runs out: days, working days, months and years, pauses, extensions, counted back or repeated.

The day on which a time begins is not counted unless the clock says so; a month or year ends on the day
of the same number, or on the last of a shorter month (Civil Code arts. 201 and 202). Pure: the day it is
never matters here.
"""

import calendar as months_of
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from shouxin.engine.calendar import DAY, Calendar
from shouxin.engine.readings import Readings
from shouxin.errors import InputError, LawError
from shouxin.law import citation
from shouxin.law.base import Shape
from shouxin.law.mechanism import Clock, Pause, Span
from shouxin.law.model import Deadline
from shouxin.law.register import Entry, Register

LONGEST = 40_000
"""Days that a clock may run, about a century; more is a mistake."""


class Skipped(Shape, frozen=True, kw_only=True):
    """A day that did not count, or a weekend day that did, and why: holiday, make-up day, weekend, pause."""

    date: date
    why: str


class Due(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """When a clock runs out.

    ``due`` is the last day, in Beijing; None where the text has a ``word`` for time and no figure.
    ``provisional`` where a year matters whose holidays are not published. ``own`` where the length is the
    organisation's. ``made_up`` are weekend days that counted as working days.
    """

    provision: str
    due: date | None
    provisional: bool = False
    at_once: bool = False
    own: bool = False
    direction: str = "within"
    word: str = ""
    skipped: tuple[Skipped, ...] = ()
    made_up: tuple[Skipped, ...] = ()
    extended_by: tuple[str, ...] = ()


class Timer(Shape, frozen=True, kw_only=True):
    """One clock of the law, ready to run under the readings chosen."""

    provision: str
    direction: str
    span: Span | None
    at_once: bool
    word: str
    first_day: str
    past_rest_days: bool
    year_end: bool
    extends: tuple[str, ...]
    pauses: tuple[str, ...]
    readings: tuple[str, ...]


class Clocks:
    """Every clock of the register under the readings chosen, by citation."""

    def __init__(self, register: Register, readings: Readings) -> None:
        """Raise ``LawError`` where a clock names a reading or another clock that does not exist."""
        self.timers: dict[str, Timer] = {}
        for entry in register.entries:
            where = str(entry.citation)
            home = entry.instrument.instrument
            for clock in entry.provision.clock:
                if readings.stand(home, clock.readings, where):
                    self.timers[where] = _timer(entry, clock)
        for timer in self.timers.values():
            for other in (*timer.extends, *timer.pauses):
                if other not in self.timers:
                    raise LawError(
                        "clock-unknown",
                        f'there is no clock at "{other}"',
                        where=timer.provision,
                        remedy="mend the citation",
                    )

    def find(self, text: str) -> Timer:
        """Return the clock at a citation; raise ``InputError`` (clock-unknown).

        Under a whole article it is the one clock there that does not merely extend or pause another.
        """
        found = self.timers.get(text)
        if found is None:
            inside = [
                name
                for name, timer in self.timers.items()
                if citation.parse(text).covers(citation.parse(name)) and not (timer.extends or timer.pauses)
            ]
            if len(inside) == 1:
                return self.timers[inside[0]]
            near = f"did you mean one of: {', '.join(inside)}" if inside else "`shouxin due` lists them"
            raise InputError("clock-unknown", f'there is no single clock at "{text[:80]}"', remedy=near)
        return found

    def due(
        self,
        text: str,
        start: date,
        calendar: Calendar,
        *,
        own: Span | None = None,
        pauses: Sequence[Pause] = (),
        extended_by: Iterable[str] = (),
    ) -> Due:
        """Return when the clock at a citation runs out that starts (or is counted back from) ``start``.

        ``own`` is the organisation's length where the text has none; a figure of the law wins over it.
        Raises ``InputError``: clock-unknown, clock-too-long, clock-extension, clock-pause.
        """
        timer = self.find(text)
        found = run(timer, start, calendar, own=own, pauses=pauses)
        for name in extended_by:
            extension = self.find(name)
            if timer.provision not in extension.extends:
                raise InputError(
                    "clock-extension",
                    f'"{name}" does not extend {timer.provision}',
                    remedy="give a provision that does",
                )
            if found.due is None:
                break
            more = run(
                msgspec.structs.replace(extension, direction="within"),
                found.due,
                calendar,
                own=own,
                pauses=_left(pauses, found.due),
            )
            found = _joined(found, more)
        return found


def run(
    timer: Timer,
    start: date,
    calendar: Calendar,
    *,
    own: Span | None = None,
    pauses: Sequence[Pause] = (),
) -> Due:
    """Return when one clock runs out; errors as ``Clocks.due``."""
    span = timer.span or own
    if timer.at_once and span is None:
        return Due(provision=timer.provision, due=start, at_once=True, direction=timer.direction)
    if span is None:
        return Due(provision=timer.provision, due=None, direction=timer.direction, word=timer.word)
    _check(span, start, pauses)
    back = timer.direction == "before"
    if timer.first_day == "same" and not back:
        start -= DAY
    due, skipped, made_up = (
        _days(span, start, calendar, pauses, back=back)
        if span.unit == "days"
        else _months(span, start, timer, pauses)
    )
    if timer.past_rest_days and not back:
        while not calendar.working(due):
            skipped.append(Skipped(date=due, why=calendar.why(due)))
            due += DAY
    dated = span.kind == "working" or timer.past_rest_days
    return Due(
        provision=timer.provision,
        due=due,
        provisional=dated and not all(map(calendar.published, (start, due))),
        own=timer.span is None,
        direction=timer.direction,
        word=timer.word,
        skipped=tuple(skipped),
        made_up=tuple(made_up),
    )


def _days(
    span: Span, start: date, calendar: Calendar, pauses: Sequence[Pause], *, back: bool
) -> tuple[date, list[Skipped], list[Skipped]]:
    """Count days one by one; a day that is paused or, for working days, of rest is skipped."""
    working = span.kind == "working"
    step = -DAY if back else DAY
    skipped: list[Skipped] = []
    made_up: list[Skipped] = []
    if not working and not pauses:
        return start + step * span.length, skipped, made_up
    day, left = start, span.length
    while left:
        day += step
        if any(pause.begins < day <= pause.ends for pause in pauses):
            skipped.append(Skipped(date=day, why="pause"))
        elif working and not calendar.working(day):
            skipped.append(Skipped(date=day, why=calendar.why(day)))
        else:
            left -= 1
            if working and day.weekday() >= 5:
                made_up.append(Skipped(date=day, why=calendar.why(day)))
    return day, skipped, made_up


def _months(
    span: Span, start: date, timer: Timer, pauses: Sequence[Pause]
) -> tuple[date, list[Skipped], list[Skipped]]:
    """Count months or years to the day of the same number; days of a pause before the end are added to it.

    Years of the calendar end with December: the running one is the first, except between repetitions.
    """
    count = span.length * (12 if span.unit == "years" else 1)
    if timer.year_end:
        due = date(start.year + span.length - (timer.direction != "every"), 12, 31)
    else:
        due = add_months(start, -count if timer.direction == "before" else count)
    skipped: list[Skipped] = []
    for pause in sorted(pauses, key=lambda item: item.begins):
        if pause.begins < due:
            left_out = [Skipped(date=day, why="pause") for day in _between(pause.begins, pause.ends)]
            skipped += left_out
            due += len(left_out) * DAY
    return due, skipped, []


def _left(pauses: Sequence[Pause], after: date) -> list[Pause]:
    """Return what of some pauses lies after a day, for a clock that goes on from there."""
    return [Pause(begins=max(pause.begins, after), ends=pause.ends) for pause in pauses if pause.ends > after]


def _between(begins: date, ends: date) -> Iterable[date]:
    return (begins + timedelta(days=number) for number in range(1, (ends - begins).days + 1))


def add_months(day: date, count: int) -> date:
    """Return the day of the same number ``count`` months on, or the last of a shorter month.

    Raises ``InputError`` (clock-too-long) beyond the years that a date can have.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise InputError("clock-too-long", "the date lies outside the calendar", remedy="give a nearer day")
    last = months_of.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _check(span: Span, start: date, pauses: Sequence[Pause]) -> None:
    days = span.length * {"days": 1, "months": 31, "years": 366}[span.unit]
    if days > LONGEST or not date.min.year + 120 < start.year < date.max.year - 120:
        raise InputError(
            "clock-too-long", "the date lies outside the calendar", remedy="give a nearer day or less time"
        )
    last = None
    for pause in sorted(pauses, key=lambda item: item.begins):
        if pause.ends < pause.begins or pause.begins < start or (last and pause.begins < last):
            raise InputError(
                "clock-pause",
                f"the pause from {pause.begins} to {pause.ends} ends before it begins, overlaps another, "
                "or begins before the clock does",
                remedy="mend its days",
            )
        last = pause.ends


def _joined(first: Due, more: Due) -> Due:
    return Due(
        provision=first.provision,
        due=more.due,
        provisional=first.provisional or more.provisional,
        own=first.own,
        direction=first.direction,
        word=first.word,
        skipped=first.skipped + more.skipped,
        made_up=first.made_up + more.made_up,
        extended_by=(*first.extended_by, more.provision),
    )


def _timer(entry: Entry, clock: Clock) -> Timer:
    home = entry.instrument.instrument
    deadline = entry.provision.deadline
    return Timer(
        provision=str(entry.citation),
        direction=clock.direction or (deadline.direction if deadline else "within"),
        span=_span(deadline, clock),
        at_once=bool(deadline and deadline.at_once),
        word=clock.word,
        first_day=clock.first_day,
        past_rest_days=clock.past_rest_days,
        year_end=clock.year_end,
        extends=tuple(str(citation.parse(text, home)) for text in clock.extends),
        pauses=tuple(str(citation.parse(text, home)) for text in clock.pauses),
        readings=tuple(name if ":" in name else f"{home}:{name}" for name in clock.readings),
    )


def _span(deadline: Deadline | None, clock: Clock) -> Span | None:
    if deadline is None or deadline.length is None:
        return None
    kind = clock.kind or deadline.kind or "calendar"
    return Span(length=deadline.length, unit=deadline.unit or "days", kind=kind)
