"""What must be kept and for how long, what a record must hold: the plan that erasure reads."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shouxin.engine import parser
from shouxin.engine.calendar import WEEKENDS
from shouxin.engine.clock import Clocks, run
from shouxin.engine.expression import TRUE, Expression, names, reduced, value
from shouxin.engine.readings import Readings
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError
from shouxin.law.base import Shape, Words
from shouxin.law.mechanism import Item, Record, Span
from shouxin.law.register import Entry


class Period(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How long one provision has a record kept: at least or at most a span, or a word without a figure."""

    provision: str
    summary: Words
    bound: str
    span: Span | None
    keep: str
    applies: bool | None
    missing: tuple[str, ...]
    readings: tuple[str, ...]


class Kept(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One kind of record: every provision about its keeping, and what it must hold."""

    kind: str
    label: Words
    periods: tuple[Period, ...]
    items: tuple[Item, ...]


class Ready(NamedTuple):
    """One record of the law, its condition parsed."""

    entry: Entry
    record: Record
    applies: Expression

    @property
    def provision(self) -> str:
        """Return the citation."""
        return str(self.entry.citation)


class Records:
    """Every record that the register orders, under the readings chosen."""

    def __init__(self, rules: RuleBase, readings: Readings, clocks: Clocks) -> None:
        """Raise ``LawError`` where a condition does not parse."""
        self._clocks = clocks
        self.kinds = {kind.name: kind for kind in rules.vocabulary.records}
        types = {name: fact.kind for name, fact in rules.facts.items() if fact.type != "set"}
        self.all: tuple[Ready, ...] = tuple(
            Ready(entry, record, _parsed(entry, record, types))
            for entry in rules.register.entries
            for record in entry.provision.record
            if readings.stand(entry.instrument.instrument, record.readings, str(entry.citation))
        )

    def plan(self, facts: Mapping[str, object], as_of: date) -> tuple[Kept, ...]:
        """Return for each kind of record every provision in force about it, and whether it applies."""
        return tuple(self._kept(kind, facts, as_of) for kind in self.kinds)

    def until(
        self, kind: str, made: date, facts: Mapping[str, object], as_of: date, own: Span | None = None
    ) -> tuple[date | None, tuple[str, ...]]:
        """Return the last day on which a record must be kept, and the provisions that say so.

        A provision whose application is unknown counts: what may have to be kept is not thrown away.
        ``own`` is the length the organisation set where the law has none. Raises ``InputError``
        (record-unknown).
        """
        self._known(kind)
        ends: list[tuple[date, str]] = []
        for item in self._in_force(kind, as_of):
            end = None if value(item.applies, facts) is False else self.last(item, made, own)
            if end is not None:
                ends.append((end, item.provision))
        last = max((end for end, _ in ends), default=None)
        return last, tuple(provision for end, provision in ends if end == last)

    def least(
        self, kind: str, facts: Mapping[str, object], as_of: date
    ) -> tuple[Span | None, tuple[str, ...]]:
        """Return the longest time for which the law has a record kept at least, and who says so.

        As ``until``, a provision whose application is unknown counts. Raises ``InputError`` (record-unknown).
        """
        self._known(kind)
        found = [
            item.provision for item in self._in_force(kind, as_of) if value(item.applies, facts) is not False
        ]
        return self.longest(found, as_of)

    def longest(self, provisions: Sequence[str], as_of: date) -> tuple[Span | None, tuple[str, ...]]:
        """Return the longest time for which some of these provisions have something kept at least."""
        timers = [self._clocks.timers[one] for one in provisions if one in self._clocks.timers]
        ends = [
            (run(timer, as_of, WEEKENDS).due or as_of, timer)
            for timer in timers
            if timer.direction == "at_least" and timer.span
        ]
        last = max((end for end, _ in ends), default=None)
        found = [timer for end, timer in ends if end == last]
        return (found[0].span if found else None), tuple(timer.provision for timer in found)

    def last(self, item: Ready, made: date, own: Span | None = None) -> date | None:
        """Return the last day on which one provision has a record of ``made`` kept, if it says so."""
        timer = self._clocks.timers.get(item.provision)
        if timer is None or timer.direction not in ("at_least", "within"):
            return None
        return run(timer, made, WEEKENDS, own=own).due

    def lacks(self, item: Ready, holds: Collection[str]) -> tuple[Item, ...]:
        """Return what a record must hold and does not."""
        return tuple(one for one in item.record.items if not one.optional and one.name not in holds)

    def _known(self, kind: str) -> None:
        if kind not in self.kinds:
            raise InputError(
                "record-unknown",
                f'there is no kind of record "{kind[:80]}"',
                remedy=f"the kinds are: {', '.join(self.kinds)}",
            )

    def _in_force(self, kind: str, as_of: date) -> Sequence[Ready]:
        return [
            item
            for item in self.all
            if item.record.kind == kind
            and item.entry.instrument.effective <= as_of
            and not (item.entry.instrument.repealed and as_of >= item.entry.instrument.repealed)
        ]

    def _kept(self, kind: str, facts: Mapping[str, object], as_of: date) -> Kept:
        ready = self._in_force(kind, as_of)
        return Kept(
            kind=kind,
            label=self.kinds[kind].label,
            periods=tuple(self._period(item, facts) for item in ready),
            items=tuple(one for item in ready for one in item.record.items),
        )

    def _period(self, item: Ready, facts: Mapping[str, object]) -> Period:
        timer = self._clocks.timers.get(item.provision)
        applies = value(item.applies, facts)
        home = item.entry.instrument.instrument
        return Period(
            provision=item.provision,
            summary=item.entry.provision.summary,
            bound=timer.direction if timer and timer.span else "",
            span=timer.span if timer else None,
            keep=item.record.keep,
            applies=applies,
            missing=tuple(sorted(names(reduced(item.applies, facts)))) if applies is None else (),
            readings=tuple(name if ":" in name else f"{home}:{name}" for name in item.record.readings),
        )


def _parsed(entry: Entry, record: Record, types: Mapping[str, object]) -> Expression:
    where = f"{entry.citation}, record"
    return parser.parse(record.applies, types, where=where) if record.applies else TRUE  # type: ignore[arg-type]
