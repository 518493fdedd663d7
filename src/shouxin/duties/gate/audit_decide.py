"""Batches of acts decided; the answers are those of ``Gate.decide`` for each row.

This is all that an engine needs that brings batches of its own: ``Columns`` says which columns are facts,
``Auditor.decide`` turns a batch into a ``Decided``, ``audit_table.verdict_columns`` turns that into Arrow
columns, and ``Auditor.refusal`` says why a row without verdict has none. A batch is anything with
``num_rows`` and ``column(name)``. An auditor may be used by several threads.
"""

from bisect import bisect_right
from datetime import date
from functools import cached_property
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np

from shouxin.duties.gate import audit_bits
from shouxin.duties.gate.audit_columns import Columns, coded
from shouxin.duties.gate.audit_facts import FactTable
from shouxin.duties.gate.audit_verdicts import Docket, Found, Kept, Verdict
from shouxin.engine.expression import Atom
from shouxin.engine.gate import Gate
from shouxin.engine.signature import Bits, Plan
from shouxin.errors import InputError

_Key = tuple[str, int]
"""An act, and the number of the stretch of time between two changes of law."""


class Decided(NamedTuple):
    """For each row the number of its verdict (in numpy), the verdicts, and the day of all rows or of each.

    A row that cannot be decided has the number of the verdict None. Verdicts stand in the order in which
    they first occur.
    """

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
        self._dockets: dict[_Key, tuple[Docket, Plan] | None] = {}
        self._kept = Kept()

    def decide(self, batch: Any) -> Decided:
        """Decide every row of a batch."""
        days = self._as_of or self._columns.days(batch)
        groups, keys = self._grouped(batch, days)
        dockets = [self._docket(key) for key in keys]
        wanted = self.tied.union(*(found[1].reads for found in dockets if found))
        acts = self._columns.read(batch, wanted)
        given = {name: array for name, array in acts.facts.items() if name in wanted}
        facts = FactTable(self._gate.rules, given, days, batch.num_rows)
        facts.complete()
        facts.assume({name: worth for name, worth in self._profile.items() if name in wanted})
        facts.complete()
        bad = acts.bad | facts.clash
        for number, found in enumerate(dockets):
            if found is None:
                bad |= audit_bits.where(groups == number)
        if bad:
            groups = np.where(
                audit_bits.column(bad, batch.num_rows).to_numpy(zero_copy_only=False), -1, groups
            )
        numbers, verdicts = self._ruled(facts, groups, [found and found[0] for found in dockets])
        return Decided(numbers, verdicts, days)

    def refusal(self, batch: Any, row: int) -> InputError:
        """Return why a row cannot be decided, as ``Gate.decide`` says it."""
        day = self._as_of or self._columns.days(batch)[row].as_py()
        if day is None:
            return InputError("day-unreadable", "the row has no day", remedy="write it like 2025-06-03")
        try:
            self._gate.decide(self._columns.act(batch, row), day, self._assume)
        except InputError as error:
            return error
        raise AssertionError("a row was refused that the gate decides")

    def _grouped(self, batch: Any, days: Any) -> tuple[Any, list[_Key | None]]:
        """Return the distinct acts with their stretch of time, and for each row the number of its own."""
        cuts = self._gate.rules.cuts
        ids, pairs = audit_bits.numbered([coded(batch.column("act")), days], batch.num_rows)
        keys = [(act, bisect_right(cuts, day)) if act is not None and day else None for act, day in pairs]
        number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        return np.array([number[key] for key in keys], np.int64)[ids], list(number)

    def _ruled(
        self, facts: FactTable, groups: Any, dockets: list[Docket | None]
    ) -> tuple[Any, list[Verdict | None]]:
        """Return the number of each row's verdict, and the verdicts; rows of the group -1 have none."""
        found = _run(facts, groups, dockets)
        count = facts.count
        effects, left = (audit_bits.words(vectors, count) for vectors in found)
        ids, cases = audit_bits.numbered([groups if groups.any() else 0, *effects, *left], count)
        seen: dict[Verdict | None, int] = {}
        first = None
        numbers: list[int] = []
        for place, (group, *code) in enumerate(cases):
            docket = None if group < 0 else dockets[group]
            key = tuple(code[: len(effects)]), tuple(code[len(effects) :])
            verdict = docket.verdict(*key) if docket else None
            if docket and verdict is None:
                first = _first(ids) if first is None else first
                verdict = docket.rule(*key, facts, int(first[place]))
            numbers.append(seen.setdefault(verdict, len(seen)))
        return np.array(numbers, np.int32)[ids], list(seen)

    def _docket(self, key: _Key | None) -> tuple[Docket, Plan] | None:
        """Return the rules about an act, or None where the gate refuses to decide about it."""
        if key is None:
            return None
        if key not in self._dockets:
            act, epoch = key
            day = self._gate.rules.cuts[epoch - 1] if epoch else date.min
            try:
                plan = Plan(self._gate, act, day, self.constants)
                self._dockets[key] = Docket(self._gate, plan, self._kept), plan
            except InputError:
                self._dockets[key] = None
        return self._dockets[key]

    @cached_property
    def tied(self) -> frozenset[str]:
        """Return the facts that follow from others or others from them: they can contradict each other."""
        tied: set[str] = set()
        for fact in self._gate.rules.facts.values():
            others = (*fact.implies, *fact.excludes, *fact.derived_from)
            if others:
                tied.update((fact.name, *others))
        return frozenset(tied)

    @cached_property
    def constants(self) -> dict[str, object]:
        """Return the facts that the profile makes the same in every row, whatever the table says."""
        facts = self._gate.rules.facts.values()
        varying = {fact.name for fact in self._columns.names.values()}
        varying |= {fact.name for fact in facts if not self._profile.keys().isdisjoint(fact.derived_from)}
        size = -1
        while size < len(varying):
            size = len(varying)
            for fact in facts:
                if fact.name in varying:
                    varying.update((*fact.implies, *fact.excludes))
                elif not varying.isdisjoint(fact.derived_from):
                    varying.add(fact.name)
        try:
            known = self._gate.reader.derived(self._profile, None)
        except InputError:  # then every row contradicts itself
            return {}
        return {name: worth for name, worth in known.items() if name not in varying}


def _run(facts: FactTable, groups: Any, dockets: list[Docket | None]) -> Found:
    """Run the rules of each group over its rows; what one group says of its rows stands beside the others."""
    atoms: dict[Atom, Bits] = {}
    effects: list[int] = []
    left: list[int] = []
    for number, docket in enumerate(dockets):
        rows = audit_bits.where(groups == number)
        if docket and rows:
            found = docket.run(facts, atoms, rows)
            effects = [one | other for one, other in zip_longest(effects, found.effects, fillvalue=0)]
            left = [one | other for one, other in zip_longest(left, found.left, fillvalue=0)]
    return Found(effects, left)


def _first(ids: Any) -> Any:
    """Return the first row of each number."""
    found = np.zeros(int(ids.max()) + 1, np.int64)
    found[ids[::-1]] = np.arange(len(ids) - 1, -1, -1)
    return found
