"""Batches of acts decided: rows are grouped by act and stretch of time, and each group is ruled on at once.

The answers are those of ``Gate.decide`` for each row.
"""

from bisect import bisect_right
from collections import Counter
from datetime import date
from itertools import repeat
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from shouxin.duties.gate import audit_bits
from shouxin.duties.gate.audit_columns import Columns
from shouxin.duties.gate.audit_facts import FactTable
from shouxin.duties.gate.audit_verdicts import Numbered, Questions, Ruling, Verdict
from shouxin.engine.gate import Gate
from shouxin.engine.signature import Plan
from shouxin.errors import InputError

_Key = tuple[str, int]
"""An act, and the number of the stretch of time between two changes of law."""


class Decided(NamedTuple):
    """The verdicts of a batch (see ``Numbered``), and the day of each row: one day or a column."""

    numbers: Any
    verdicts: list[Verdict | None]
    days: Any


class Auditor:
    """Decides batches under one gate and profile, on one day or each row on the day of its own."""

    def __init__(self, gate: Gate, columns: Columns, as_of: date | None, assume: str = "") -> None:
        """Raise ``InputError`` (profile-unknown); without ``as_of`` the table has a column of days."""
        self._gate = gate
        self._columns = columns
        self._as_of = as_of
        self._profile = gate.reader.profile(assume) if assume else {}
        self._assume = assume
        self._plans: dict[_Key, Plan | None] = {}
        self._questions = Questions(gate)
        self._tied = _tied(gate)

    def decide(self, batch: Any) -> Decided:
        """Decide every row of an Arrow batch."""
        acts = self._columns.read(batch)
        days = self._columns.days(batch) if self._as_of is None else None
        keys, ids = self._grouped(batch, days)
        order = pc.sort_indices(ids) if len(keys) > 1 else None
        bad = audit_bits.column(acts.bad, batch.num_rows)
        names = ["", *acts.facts]
        arrays = [bad, *acts.facts.values()]
        if order is not None:
            arrays = [array.take(order) for array in arrays]
            days = [days[row] for row in order.to_pylist()] if days is not None else None
        start, parts, sizes = 0, [], Counter(ids.to_pylist())
        for number, key in enumerate(keys):
            end = start + sizes[number]
            part = {name: a.slice(start, end - start) for name, a in zip(names, arrays, strict=True)}
            parts.append(self._rule(key, part, None if days is None else days[start:end], end - start))
            start = end
        numbers, verdicts = _joined(parts)
        if order is not None:
            numbers = numbers.take(pc.sort_indices(order))
        if self._as_of is not None:
            return Decided(numbers, verdicts, self._as_of)
        return Decided(numbers, verdicts, pa.array(self._columns.days(batch), pa.date32()))

    def refusal(self, batch: Any, row: int) -> InputError:
        """Return why a row cannot be decided, as ``Gate.decide`` says it."""
        day = self._as_of or self._columns.days(batch.slice(row, 1))[0]
        if day is None:
            return InputError("day-unreadable", "the row has no day", remedy="write it like 2025-06-03")
        try:
            self._gate.decide(self._columns.act(batch, row), day, self._assume)
        except InputError as error:
            return error
        raise AssertionError("a row was refused that the gate decides")

    def _grouped(self, batch: Any, days: list[date | None] | None) -> tuple[list[_Key | None], Any]:
        """Return the distinct acts with their stretch of time, and for each row the number of its own."""
        cuts = self._gate.rules.cuts
        if days is None:
            epochs = pa.repeat(pa.scalar(bisect_right(cuts, self._as_of or date.min)), batch.num_rows)
        else:
            number = {day: bisect_right(cuts, day) if day else None for day in set(days)}
            epochs = pa.array([number[day] for day in days], pa.int64())
        acts = batch.column("act").cast(pa.string()).dictionary_encode(null_encoding="encode")
        width = len(cuts) + 1
        pairs = pc.add(pc.multiply(acts.indices.cast(pa.int64()), width), epochs)
        coded = pairs.dictionary_encode(null_encoding="encode")
        names = acts.dictionary.to_pylist()
        keys = [
            None if pair is None or names[pair // width] is None else (names[pair // width], pair % width)
            for pair in coded.dictionary.to_pylist()
        ]
        return keys, coded.indices

    def _rule(
        self, key: _Key | None, part: dict[str, Any], days: list[date | None] | None, count: int
    ) -> Numbered:
        """Decide rows about one act in one stretch of time."""
        plan = self._plan(key) if key else None
        if plan is None:
            return Numbered(pa.repeat(pa.scalar(0, pa.int32()), count), [None])
        wanted = plan.reads | self._tied
        given = {name: array for name, array in part.items() if name in wanted}
        each_day = repeat(self._as_of, count) if days is None else days
        facts = FactTable(self._gate.rules, given, list(each_day), count)
        facts.complete()
        facts.assume({name: worth for name, worth in self._profile.items() if name in wanted})
        facts.complete()
        bad = audit_bits.known(part[""]).true | facts.clash
        return Ruling(self._gate, plan, facts, bad, self._questions).numbered()

    def _plan(self, key: _Key) -> Plan | None:
        """Return the plan for an act, or None where the gate refuses to decide about it."""
        if key not in self._plans:
            act, epoch = key
            day = self._gate.rules.cuts[epoch - 1] if epoch else date.min
            try:
                self._plans[key] = Plan(self._gate, act, day)
            except InputError:
                self._plans[key] = None
        return self._plans[key]


def _tied(gate: Gate) -> frozenset[str]:
    """Return the facts that follow from others or others from them: they can contradict each other."""
    tied: set[str] = set()
    for fact in gate.rules.facts.values():
        others = (*fact.implies, *fact.excludes, *fact.derived_from)
        if others:
            tied.update((fact.name, *others))
    return frozenset(tied)


def _joined(parts: list[Numbered]) -> Numbered:
    """Return the verdicts of several groups of rows as those of one."""
    verdicts: list[Verdict | None] = []
    numbers = []
    for part in parts:
        numbers.append(pc.add(part.numbers, len(verdicts)) if verdicts else part.numbers)
        verdicts += part.verdicts
    return Numbered(pa.concat_arrays([array.cast(pa.int32()) for array in numbers]), verdicts)
