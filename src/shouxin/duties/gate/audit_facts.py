"""The facts of many acts, completed as ``engine.facts.Reader.derived`` completes those of one.

Booleans are held as bits, everything else as Arrow columns: dates as ISO text, like the gate holds them,
sets as their items in order with commas between them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from shouxin.duties.gate.audit_bits import Known, column, known, numbered
from shouxin.engine.expression import Among, Atom, Compare, Fact
from shouxin.engine.facts import triggers
from shouxin.engine.rulebase import RuleBase
from shouxin.engine.signature import Bits
from shouxin.law.wording import Fact as Vocable

_ARROW = {"bool": pa.bool_(), "int": pa.int64()}
_COMPARE = {
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}


class FactTable:
    """What is known about ``count`` acts; ``clash`` has the bit of each act whose facts contradict."""

    def __init__(
        self, rules: RuleBase, columns: Mapping[str, Any], days: date | Any | None, count: int
    ) -> None:
        """``days`` is the day of all acts, or an Arrow column of days."""
        self.count = count
        self.everything = (1 << count) - 1
        self.clash = 0
        self._rules = rules
        self._days = days
        self._bools = {
            name: known(array) for name, array in columns.items() if rules.facts[name].type == "bool"
        }
        self._others = {name: array for name, array in columns.items() if name not in self._bools}

    def complete(self) -> None:
        """Add what follows from the facts: derived facts first, then one step of implications."""
        for fact in self._rules.vocabulary.facts:
            if fact.derived_by and any(self._has(name) for name in triggers(fact, self._rules)):
                self._add(fact.name, self._derived(fact))
        true = {name: self._bools[name].true for name in self._bools}
        for name, where in true.items():
            for other in self._rules.facts[name].implies if where else ():
                self._add_bits(other, Known(where, 0))
            for other in self._rules.facts[name].excludes if where else ():
                self._add_bits(other, Known(0, where))

    def assume(self, profile: Mapping[str, object]) -> None:
        """Fill in what is not known from a profile."""
        for name, worth in profile.items():
            if isinstance(worth, bool):
                true, false = self._bools.get(name, Known(0, 0))
                unknown = self.everything ^ (true | false)
                self._bools[name] = Known(true | unknown, false) if worth else Known(true, false | unknown)
            else:
                given = self._others.get(name)
                filler = pa.scalar(worth, given.type if given is not None else None)
                self._others[name] = (
                    pa.repeat(filler, self.count) if given is None else pc.fill_null(given, filler)
                )

    def bits(self, atom: Atom) -> Bits:
        """Return for which acts an atom is known to hold, and for which it may."""
        if isinstance(atom, Fact):
            true, false = self._bools.get(atom.name, Known(0, 0))
            return Bits(true, self.everything ^ false)
        array = self._others.get(atom.name)
        if array is None:
            return Bits(0, self.everything)
        found = known(_compared(atom, array))
        return Bits(found.true, self.everything ^ found.false)

    def row(self, number: int, names: Iterable[str]) -> dict[str, object]:
        """Return the facts of one act, as the gate holds them."""
        found: dict[str, object] = {}
        for name in names:
            if name in self._bools:
                true, false = self._bools[name]
                if (true | false) >> number & 1:
                    found[name] = bool(true >> number & 1)
            elif name in self._others and (worth := self._others[name][number].as_py()) is not None:
                found[name] = worth
        return found

    def _has(self, name: str) -> bool:
        return name in self._bools or name in self._others

    def _derived(self, fact: Vocable) -> Any:
        """Return what follows, worked out once for each day and values that occur."""
        run, sources = self._rules.functions[fact.derived_by].run, fact.derived_from
        given = [name for name in sources if self._has(name)]
        ids, keys = numbered([self._days, *(self._column(name) for name in given)], self.count)
        found: list[object] = []
        for day, *worths in keys:
            held = {name: self._plain(name, worth) for name, worth in zip(given, worths, strict=True)}
            worth = run({name: held.get(name) for name in sources}, day)
            found.append(",".join(sorted(worth)) if isinstance(worth, frozenset) else worth)
        return pa.array(found, _ARROW.get(fact.type, pa.string())).take(pa.array(ids))

    def _plain(self, name: str, worth: object) -> object:
        """Return a value of a column as the gate holds it."""
        if self._rules.facts[name].type != "set" or not isinstance(worth, str):
            return worth
        return frozenset(worth.split(",")) if worth else frozenset()

    def _column(self, name: str) -> Any:
        """Return a fact as a column; None where nothing is known of it."""
        if name not in self._bools:
            return self._others.get(name)
        true, false = self._bools[name]
        return pc.if_else(column(true | false, self.count), column(true, self.count), None)

    def _add(self, name: str, array: Any) -> None:
        if self._rules.facts[name].type == "bool":
            self._add_bits(name, known(array))
            return
        given = self._others.get(name)
        if given is not None:
            self.clash |= known(pc.not_equal(given, array)).true
            array = pc.coalesce(given, array)
        self._others[name] = array

    def _add_bits(self, name: str, more: Known) -> None:
        true, false = self._bools.get(name, Known(0, 0))
        self.clash |= (true & more.false) | (false & more.true)
        self._bools[name] = Known(true | (more.true & ~false), false | (more.false & ~true))


def _compared(atom: Compare | Among, array: Any) -> Any:
    if isinstance(atom, Compare):
        return _COMPARE[atom.sign](array, atom.literal)
    found = pc.is_in(array, value_set=pa.array(atom.literals, array.type))
    return pc.if_else(pc.is_valid(array), found, None)
