"""Contested readings in a table of acts: the rows they can matter to are decided on every side.

Only settled rows that some rule under a contested reading may hold for are decided again, once for each
answer; what comes of the sides is put together as ``engine.contested`` does for one act. Where the profile
and the columns rule these rules out for the whole table, it costs nothing.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouxin.duties.gate import audit_bits
from shouxin.duties.gate.audit_columns import Columns
from shouxin.duties.gate.audit_decide import Auditor, Decided
from shouxin.duties.gate.audit_facts import FactTable
from shouxin.duties.gate.audit_verdicts import Verdict
from shouxin.engine.expression import FALSE, AnyOf, Expression, atoms, names, reduced
from shouxin.engine.gate import Gate
from shouxin.engine.signature import run
from shouxin.errors import InputError


class SidedAuditor:
    """An ``Auditor`` that looks at every side of the contested readings nobody has chosen an answer to."""

    def __init__(self, gate: Gate, columns: Columns, as_of: date | None, assume: str = "") -> None:
        """Raise ``InputError`` as ``Auditor``."""
        self._own = Auditor(gate, columns, as_of, assume)
        self._gate = gate
        self._columns = columns
        self._as_of = as_of
        self._assume = assume
        self._profile = gate.reader.profile(assume) if assume else {}

    def decide(self, batch: Any) -> Decided:
        """Decide every row of a batch."""
        made = self._own.decide(batch)
        touched = np.flatnonzero(_is_settled(made) & self._spoken(batch)) if self._touching else ()
        if not len(touched):
            return made
        some = _Rows(batch, touched)
        touched = touched[self._matters(some)]
        if not len(touched):
            return made
        some = _Rows(batch, touched)
        sides = [auditor.decide(some) for auditor in self._others]
        columns = [made.numbers[touched], *(side.numbers for side in sides)]
        tables: list[Sequence[Verdict | None]] = [made.verdicts, *(side.verdicts for side in sides)]
        ids, cases = audit_bits.numbered(columns, len(touched))
        settled = [_settled([table[at] for table, at in zip(tables, case, strict=True)]) for case in cases]
        numbers = np.array(made.numbers, np.int64)
        numbers[touched] = ids + len(made.verdicts)
        return _renumbered(numbers, [*made.verdicts, *settled], made.days)

    def refusal(self, batch: Any, row: int) -> InputError:
        """Return why a row cannot be decided, as ``Gate.decide`` says it."""
        return self._own.refusal(batch, row)

    @cached_property
    def _touching(self) -> dict[str, Expression]:
        """Return the acts that contested readings may matter to, and when: what the table leaves of it."""
        found: dict[str, tuple[Expression, ...]] = {}
        for day in self._gate.rules.cuts if self._gate.rules.contested else ():
            for act in self._gate.rules.acts:
                for conditions in self._gate.contested(act, day).values():
                    found[act] = tuple(dict.fromkeys((*found.get(act, ()), *conditions)))
        left = {act: reduced(AnyOf(several), self._own.constants) for act, several in found.items()}
        return {act: condition for act, condition in left.items() if condition != FALSE}

    @cached_property
    def _others(self) -> tuple[Auditor, ...]:
        """Return an auditor for each other answer, in the order in which one act is decided."""
        return tuple(
            Auditor(self._gate.under({name: answer}), self._columns, self._as_of, self._assume)
            for name, answers in self._gate.rules.contested.items()
            for answer in answers
        )

    def _spoken(self, batch: Any) -> Any:
        """Return which rows are about an act that a contested reading may matter to."""
        acts = batch.column("act").cast(pa.string())
        found = pc.is_in(acts, value_set=pa.array(list(self._touching), pa.string()))
        return np.asarray(found.fill_null(False)).astype(np.bool_)

    def _matters(self, batch: "_Rows") -> Any:
        """Return for which rows some rule under a contested reading may hold."""
        every = AnyOf(tuple(dict.fromkeys(self._touching.values())))
        wanted = self._own.tied | names(every)
        days = self._as_of or self._columns.days(batch)
        given = self._columns.read(batch, wanted).facts
        facts = FactTable(
            self._gate.rules,
            {name: array for name, array in given.items() if name in wanted},
            days,
            batch.num_rows,
        )
        facts.complete()
        facts.assume({name: worth for name, worth in self._profile.items() if name in wanted})
        facts.complete()
        table = {atom: facts.bits(atom) for atom in atoms(every)}
        maybe = run(every, table, facts.everything).maybe
        return audit_bits.column(maybe, batch.num_rows).to_numpy(zero_copy_only=False)


class _Rows:
    """Some rows of a batch, as an auditor reads them."""

    def __init__(self, batch: Any, rows: Any) -> None:
        self._batch = batch
        self._rows = pa.array(rows)
        self.num_rows = len(rows)

    def column(self, name: str) -> Any:
        """Return a column of these rows."""
        return self._batch.column(name).take(self._rows)


def _is_settled(made: Decided) -> Any:
    """Return which rows have a verdict that leaves nothing open: the sides can say nothing about others."""
    return np.array([bool(it and it.effect != "undetermined") for it in made.verdicts], np.bool_)[
        made.numbers
    ]


def _settled(sides: Sequence[Verdict | None]) -> Verdict:
    """Return the verdict on a row from those of its sides, the register's own first."""
    own, *others = sides
    assert own, "only settled rows are decided again"
    if {other.effect for other in others if other} - {own.effect, "undetermined"}:
        return own._replace(effect="contested")
    left_open = next((other for other in others if other and other.effect == "undetermined"), None)
    if left_open is None:
        return own
    possible = dict.fromkeys((*own.violations, *left_open.possible, *own.possible))
    return own._replace(
        effect="undetermined", violations=(), missing=left_open.missing, possible=tuple(possible)
    )


def _renumbered(numbers: Any, verdicts: Sequence[Verdict | None], days: Any) -> Decided:
    """Return verdicts in the order in which they first occur, each once."""
    used, first, ids = np.unique(numbers, return_index=True, return_inverse=True)
    seen: dict[Verdict | None, int] = {}
    for place in np.argsort(first):
        seen.setdefault(verdicts[used[place]], len(seen))
    new = np.array([seen[verdicts[number]] for number in used], np.int32)
    return Decided(new[ids], list(seen), days)
