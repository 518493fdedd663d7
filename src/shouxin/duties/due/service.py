"""When clocks run out, working days, and the retention plan, over one calendar."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path

from shouxin.duties.days import BEIJING
from shouxin.duties.due.notices import Notice, keep, load_all, read, with_notice
from shouxin.engine.calendar import DAY, Calendar
from shouxin.engine.clock import Due, Timer
from shouxin.engine.engines import engines
from shouxin.engine.facts import Reader
from shouxin.engine.retention import Kept
from shouxin.errors import InputError
from shouxin.law.base import Shape, Words
from shouxin.law.mechanism import Pause, Span
from shouxin.law.model import Reading
from shouxin.law.register import Register


class ClockLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A clock of the law: its length or its word, and what the provision says."""

    provision: str
    direction: str
    span: Span | None
    at_once: bool
    word: str
    summary: Words


class ClockAsks(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What a clock is told before it answers: the event it runs from, and what extends or pauses it.

    ``own`` where the text has no figure and the organisation may set a length of its own.
    """

    line: ClockLine
    event: Words | None
    own: bool
    extended_by: tuple[str, ...]
    paused_by: tuple[str, ...]


class Otherwise(Shape, frozen=True, kw_only=True):
    """What another answer to a reading would give."""

    reading: str
    answer: str
    due: date | None


class DueAnswer(Due, frozen=True, kw_only=True):
    """When a clock runs out, from which event, by which readings, and what the alternatives would give.

    ``if_extended`` is the day to which the law lets it be extended, where it does and names a length.
    """

    start: date
    event: Words | None
    readings: tuple[str, ...]
    otherwise: tuple[Otherwise, ...]
    if_extended: date | None


class Year(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The working days of a year: how many, and every day that the notice changes."""

    year: int
    published: bool
    working_days: int
    rest: dict[date, str]
    work: tuple[date, ...]


class KeptUntil(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The last day on which a record of one kind must be kept, and the provisions that say so."""

    kind: str
    made: date
    until: date | None
    provisions: tuple[str, ...]


class Timekeeper:
    """Clocks, calendar and records of the register; ``folder`` holds the notices of an operator.

    ``own_times`` are the organisation's lengths ("3 working days") for clocks without a figure.
    """

    def __init__(
        self,
        register: Register,
        folder: Path | None = None,
        chosen: Mapping[str, str] | None = None,
        own_times: Mapping[str, str] | None = None,
    ) -> None:
        self.engines = engines(register, chosen)
        self.register = register
        self._folder = folder
        self._chosen = dict(chosen or {})
        self._own_times = dict(own_times or {})
        self._seen = self._files()
        self.calendar: Calendar = load_all(folder or Path("no folder"))

    @cached_property
    def own(self) -> dict[str, Span]:
        """Return the organisation's lengths by provision.

        Raises ``InputError``: clock-unknown, length-unreadable; own-time-fixed where the law has a figure.
        """
        found: dict[str, Span] = {}
        for name, text in self._own_times.items():
            timer = self.engines.clocks.find(name)
            if timer.span is not None:
                raise InputError(
                    "own-time-fixed",
                    f"the law sets the time of {timer.provision} itself",
                    where="setting own_times",
                    remedy="take it out: an own length is for clocks without a figure",
                )
            found[timer.provision] = length(text)
        return found

    def refresh(self) -> bool:
        """Read the notices again where their files have changed; return whether they had."""
        seen = self._files()
        if seen == self._seen:
            return False
        self.calendar = load_all(self._folder or Path("no folder"))
        self._seen = seen
        return True

    def _files(self) -> tuple[tuple[str, int], ...]:
        folder = self._folder
        paths = sorted(folder.glob("*.yaml")) if folder and folder.is_dir() else []
        return tuple((path.name, path.stat().st_mtime_ns) for path in paths)

    def clocks(self) -> tuple[ClockLine, ...]:
        """Return every clock in the order of the register."""
        return tuple(self._line(timer) for timer in self.engines.clocks.timers.values())

    def asks(self, text: str) -> ClockAsks:
        """Return what the clock at a citation is told; errors as ``due`` (law-unknown…, clock-unknown)."""
        self.register.find(text)
        timer = self.engines.clocks.find(text)
        deadline = self.register.find(timer.provision)[0].provision.deadline
        timers = self.engines.clocks.timers.values()
        return ClockAsks(
            line=self._line(timer),
            event=deadline.event if deadline else None,
            own=timer.span is None and not timer.at_once,
            extended_by=self._extensions(timer),
            paused_by=tuple(other.provision for other in timers if timer.provision in other.pauses),
        )

    def due(
        self,
        text: str,
        start: date,
        *,
        own: Span | None = None,
        pauses: Sequence[Pause] = (),
        extended: bool = False,
    ) -> DueAnswer:
        """Return when a clock runs out; ``extended`` applies every extension the law has for it.

        Raises ``InputError``: law-unknown-provision, clock-unknown, clock-too-long, clock-pause, and
        clock-extension where nothing extends it.
        """
        self.register.find(text)
        timer = self.engines.clocks.find(text)
        extensions = self._extensions(timer)
        if extended and not extensions:
            raise InputError(
                "clock-extension", f"nothing extends {timer.provision}", remedy="leave the extension out"
            )
        count = partial(
            self.engines.clocks.due,
            timer.provision,
            start,
            self.calendar,
            own=own or self.own.get(timer.provision),
            pauses=pauses,
        )
        longest = count(extended_by=extensions)
        found = longest if extended else count()
        deadline = self.register.find(timer.provision)[0].provision.deadline
        return DueAnswer(
            **{name: getattr(found, name) for name in found.__struct_fields__},
            start=start,
            event=deadline.event if deadline else None,
            readings=timer.readings,
            otherwise=tuple(self._otherwise(timer, start, own, pauses, found.extended_by)),
            if_extended=longest.due if longest.due != found.due else None,
        )

    def year(self, year: int) -> Year:
        """Return the working days of a year; raise ``InputError`` (calendar-year)."""
        if not 2004 <= year <= 2100:
            raise InputError(
                "calendar-year", f"{year} is no year to look up", remedy="give one from 2004 to 2100"
            )
        days = [date(year, 1, 1) + number * DAY for number in range(366)]
        special = {day: item for day, item in sorted(self.calendar.special.items()) if day.year == year}
        return Year(
            year=year,
            published=year in self.calendar.years,
            working_days=sum(self.calendar.working(day) for day in days if day.year == year),
            rest={day: item.why for day, item in special.items() if not item.working},
            work=tuple(day for day, item in special.items() if item.working),
        )

    def load(self, text: bytes, *, where: str, dry_run: bool = False) -> Notice:
        """Check a notice and keep it; errors as ``notices.read`` and ``notices.keep``."""
        notice = read(text, where=where)
        if not dry_run and self._folder is not None:
            keep(self._folder, notice)
        self.calendar = with_notice(self.calendar, notice)
        return notice

    def retention(self, facts: Mapping[str, object], as_of: date) -> tuple[Kept, ...]:
        """Return the retention plan for an organisation; facts by the vocabulary's names."""
        return self.engines.records.plan(self._read(facts), as_of)

    def keep_until(
        self, kind: str, made: date, facts: Mapping[str, object], as_of: date, own: Span | None = None
    ) -> KeptUntil:
        """Return how long a record must be kept; raise ``InputError`` (record-unknown)."""
        until, provisions = self.engines.records.until(kind, made, self._read(facts), as_of, own)
        return KeptUntil(kind=kind, made=made, until=until, provisions=provisions)

    def _read(self, facts: Mapping[str, object]) -> dict[str, object]:
        rules = self.engines.rules
        return Reader(rules).read({"act": next(iter(rules.acts)), **facts})[1]

    def _line(self, timer: Timer) -> ClockLine:
        return ClockLine(
            provision=timer.provision,
            direction=timer.direction,
            span=timer.span,
            at_once=timer.at_once,
            word=timer.word,
            summary=self.register.find(timer.provision)[0].provision.summary,
        )

    def _extensions(self, timer: Timer) -> tuple[str, ...]:
        timers = self.engines.clocks.timers
        return tuple(name for name, other in timers.items() if timer.provision in other.extends)

    def _otherwise(
        self,
        timer: Timer,
        start: date,
        own: Span | None,
        pauses: Sequence[Pause],
        extensions: Sequence[str],
    ) -> list[Otherwise]:
        """Return the days that the other answers to the clock's readings give."""
        found = []
        for name in timer.readings:
            instrument, _, id_ = name.partition(":")
            reading: Reading = next(
                one
                for item, one in self.register.readings()
                if (item.instrument, one.id) == (instrument, id_)
            )
            chosen = self.engines.readings.answers[name]
            for option in reading.alternatives:
                if option.id == chosen:
                    continue
                other = engines(self.register, {**self._chosen, name: option.id}).clocks
                if timer.provision in other.timers:
                    due = other.due(
                        timer.provision,
                        start,
                        self.calendar,
                        own=own,
                        pauses=pauses,
                        extended_by=extensions,
                    ).due
                    found.append(Otherwise(reading=name, answer=option.id, due=due))
        return found


def rest_day(why: str) -> str:
    """Return why a day does not count as a word that the languages may have a label for."""
    return re.sub(r"[^a-z0-9]+", "_", why.lower()).strip("_")


def moment(text: str) -> date:
    """Return the day in Beijing of a day or an instant (ISO 8601); raise ``InputError`` (day-unreadable).

    An instant without a zone is taken to be Beijing's.
    """
    try:
        if "T" in text or " " in text.strip():
            at = datetime.fromisoformat(text.strip())
            return (at.astimezone(BEIJING) if at.tzinfo else at).date()
        return date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise InputError(
            "day-unreadable",
            f'"{text[:40]}" is no day',
            remedy="write it like 2025-06-03 or 2025-06-03T16:30+00:00",
        ) from None


def length(text: str) -> Span:
    """Return a length like "3 working days" or "6 months"; raise ``InputError`` (length-unreadable)."""
    words = text.lower().split()
    units = {
        "day": "days",
        "days": "days",
        "month": "months",
        "months": "months",
        "year": "years",
        "years": "years",
    }
    number = words[0] if words else ""
    working = len(words) == 3 and words[1] == "working"
    unit = units.get(words[-1]) if len(words) in (2, 3) else None
    ok = (
        number.isascii()
        and number.isdigit()
        and int(number[:9]) > 0
        and unit
        and (len(words) == 2 or working)
    )
    if not ok or (working and unit != "days"):
        raise InputError(
            "length-unreadable",
            f'"{text[:40]}" is no length of time',
            remedy='write it like "3 working days", "15 days", "6 months" or "1 year"',
        )
    return Span(
        length=int(number[:9]),
        unit=unit,  # type: ignore[arg-type]
        kind="working" if working else "calendar",
    )


def pause(text: str) -> Pause:
    """Return a pause like 2025-06-05..2025-06-10; raise ``InputError`` (day-unreadable)."""
    begins, _, ends = text.partition("..")
    return Pause(begins=moment(begins), ends=moment(ends))
