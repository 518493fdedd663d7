"""The rules of the register, read and tied together: conditions, scopes, exceptions, dates.

A rule takes effect where its instrument's scope and its own condition hold and no exception does:
``effective = scope AND when AND NOT require AND NOT any effective exception``. Exceptions apply their
own exceptions first; the edges are acyclic or nothing loads.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from shouxin.engine import derive, parser
from shouxin.engine.expression import TRUE, Expression, Not, both, names, normal
from shouxin.engine.necessary import INSTRUMENT, Lists
from shouxin.engine.readings import Readings, full_name
from shouxin.errors import LawError
from shouxin.law import citation
from shouxin.law.model import Instrument
from shouxin.law.register import Entry, Register
from shouxin.law.rule import Gate
from shouxin.law.wording import Fact, FactType, Vocabulary


class Rule(NamedTuple):
    """One rule, ready to run.

    ``key`` is the provision's citation, with ``#2`` and so on after the first. ``condition`` is the
    whole of it: the ``scope`` of the instrument and what the provision says on its ``own``.
    """

    key: str
    provision: str
    effect: str
    duty: str
    acts: frozenset[str] | None
    condition: Expression
    scope: Expression
    own: Expression
    exceptions: tuple[str, ...]
    readings: tuple[str, ...]
    since: date
    until: date | None

    def live(self, day: date) -> bool:
        """Tell whether the rule's instrument was in force on ``day``."""
        return self.since <= day and (self.until is None or day < self.until)

    def about(self, act: str) -> bool:
        """Tell whether the rule speaks about ``act``."""
        return self.acts is None or act in self.acts


class Parsed(NamedTuple):
    """The rules of a register under some readings, and those that another reading would bring in."""

    rules: tuple[Rule, ...]
    dormant: tuple[Rule, ...]
    scopes: tuple[str, ...]


class RuleBase:
    """All rules of a register over a vocabulary, under the readings chosen.

    ``rules`` holds those that stand, ``dormant`` those that another reading would bring in. ``readings``
    is the answer to every reading, ``chosen`` those that somebody chose, and ``contested`` the contested
    ones left open, with the answers they could have instead; ``scopes`` are the readings that decide where
    a whole instrument applies, and ``other_scopes`` the conditions that other answers would bring in.
    """

    def __init__(
        self,
        register: Register,
        chosen: Mapping[str, str] | None = None,
        parsed: Parsed | None = None,
        conditions: dict[str, Expression] | None = None,
    ) -> None:
        """Read the rules; ``parsed`` are the same rules read before, ``conditions`` those read before.

        Raises ``InputError`` (reading-unknown, reading-answer) for a choice that there is not, and
        ``LawError`` where a rule is wrong.
        """
        self.register = register
        self.vocabulary: Vocabulary = register.books.vocabulary
        self.facts: dict[str, Fact] = {fact.name: fact for fact in self.vocabulary.facts}
        self.acts = {act.name: act for act in self.vocabulary.acts}
        self._readings = Readings(register, chosen)
        self.readings = self._readings.answers
        self.chosen = dict(chosen or {})
        self.contested = {
            name: tuple(option.id for option in reading.alternatives if option.id != reading.chosen)
            for item, reading in register.readings()
            if reading.contested and (name := f"{item.instrument}:{reading.id}") not in (chosen or {})
        }
        self._types: dict[str, FactType] = {
            name: fact.kind for name, fact in self.facts.items() if fact.type != "set"
        }
        self.functions = self.derivations({})
        derive.check(self.vocabulary, self.functions)
        self._personal = frozenset(act.name for act in self.vocabulary.acts if act.personal)
        self._conditions = {} if conditions is None else conditions
        self._scopes: dict[str, tuple[Expression, tuple[str, ...]]] = {}
        self.dormant: dict[str, Rule] = {rule.key: rule for rule in parsed.dormant} if parsed else {}
        self.rules = {rule.key: rule for rule in (parsed.rules if parsed else self._read())}
        resting = (name for _, names in self._scopes.values() for name in names)
        self.scopes = frozenset(parsed.scopes if parsed else resting)
        self._order = self._sorted()

    @cached_property
    def other_scopes(self) -> tuple[Expression, ...]:
        """Return where whole instruments apply under other readings."""
        return tuple(
            self._parse(form.when, TRUE, "scope")
            for item in self.register.instruments
            for form in (item.scope.under if item.scope else ())
        )

    @property
    def parsed(self) -> Parsed:
        """Return the rules alone, to be kept and handed in again."""
        return Parsed(tuple(self.rules.values()), tuple(self.dormant.values()), tuple(sorted(self.scopes)))

    def under(self, chosen: Mapping[str, str]) -> "RuleBase":
        """Return the same rules under these answers and no others chosen; errors as for a new one."""
        return RuleBase(self.register, chosen, conditions=self._conditions)

    @cached_property
    def cuts(self) -> list[date]:
        """Return the days on which the set of rules in force changes, in order."""
        return sorted(
            {rule.since for rule in self.rules.values()} | {r.until for r in self.rules.values() if r.until}
        )

    def derivations(self, otherwise: Mapping[str, str]) -> derive.Functions:
        """Return what computes derived facts under the readings chosen, or ``otherwise`` instead of some."""
        readings = {**self.readings, **otherwise}
        return derive.functions(Lists(self.register.books.categories, readings, self._types))

    @cached_property
    def alternatives(self) -> dict[str, tuple[derive.Functions, ...]]:
        """Return for each reading that derived facts rest on what computes them under the other answers."""
        used = {item.reading for category in self.register.books.categories for item in category.necessary}
        names_used = [f"{INSTRUMENT}:{reading}" for reading in sorted(filter(None, used))]
        return {
            name: tuple(
                self.derivations({name: answer})
                for answer in sorted(self._readings.options[name] - {self.readings[name]})
            )
            for name in names_used
        }

    def about(self, act: str) -> Sequence[Rule]:
        """Return the rules of any time that speak about ``act``, every exception before what it defeats."""
        return self._by_act.get(act, ())

    @cached_property
    def _by_act(self) -> dict[str, list[Rule]]:
        found: dict[str, list[Rule]] = {act: [] for act in self.acts}
        for rule in map(self.rules.__getitem__, self._order):
            for act in rule.acts or self.acts:
                found[act].append(rule)
        return found

    def effective(self, day: date, act: str) -> dict[str, Expression]:
        """Return when each rule about ``act`` takes effect on ``day``: normal form, exceptions folded in."""
        folded: dict[str, Expression] = {}
        for rule in self.in_order(day, act):
            against = (Not(folded[item]) for item in rule.exceptions if item in folded)
            folded[rule.key] = normal(both(rule.condition, *against))
        return folded

    def in_order(self, day: date, act: str) -> list[Rule]:
        """Return the rules in force on ``day`` that speak about ``act``, in the order of ``about``."""
        return [rule for rule in self.about(act) if rule.live(day)]

    def _read(self) -> Iterator[Rule]:
        drafts: list[tuple[Entry, str, Gate]] = []
        for entry in self.register.entries:
            for number, gate in enumerate(entry.provision.gate, start=1):
                key = str(entry.citation) + (f"#{number}" if number > 1 else "")
                if self._readings.stand(entry.instrument.instrument, gate.readings, str(entry.citation)):
                    drafts.append((entry, key, gate))
                else:  # it must be sound all the same: another reading may bring it in
                    self.dormant[key] = self._rule(entry, key, gate, ())
        exceptions = _exceptions(drafts, {key: rule.effect for key, rule in self.dormant.items()})
        for entry, key, gate in drafts:
            yield self._rule(entry, key, gate, exceptions[key])

    def _rule(self, entry: Entry, key: str, gate: Gate, exceptions: tuple[str, ...]) -> Rule:
        instrument = entry.instrument
        scope = instrument.scope
        where = f"instruments/{instrument.instrument}.yaml, {entry.provision.id}"
        when = self._parse(gate.when, TRUE, f"{where}, when")
        require = self._parse(gate.require, TRUE, f"{where}, require")
        if gate.effect != "permit" and gate.require:
            require = Not(require)
        own = both(when, require)
        around, resting = self._scope(instrument)
        acts = self._acts(gate.acts or (scope.acts if scope else ()), where)
        return Rule(
            key=key,
            provision=str(entry.citation),
            effect=gate.effect,
            duty=gate.duty,
            acts=acts,
            condition=both(around, own),
            scope=around,
            own=own,
            exceptions=exceptions,
            readings=tuple(
                dict.fromkeys((*(full_name(name, instrument.instrument) for name in gate.readings), *resting))
            ),
            since=instrument.effective,
            until=instrument.repealed,
        )

    def _scope(self, instrument: Instrument) -> tuple[Expression, tuple[str, ...]]:
        """Return where an instrument applies, and the readings that this depends on."""
        found = self._scopes.get(instrument.instrument)
        if found is None:
            scope, where = instrument.scope, f"instruments/{instrument.instrument}.yaml, scope"
            forms = scope.under if scope else ()
            when = scope.when if scope else ""
            for form in reversed(forms):
                self._parse(form.when, TRUE, where)  # it must be sound under every reading
                when = (
                    form.when if self._readings.stand(instrument.instrument, form.readings, where) else when
                )
            resting = tuple(
                full_name(name, instrument.instrument) for form in forms for name in form.readings
            )
            found = self._scopes[instrument.instrument] = (self._parse(when, TRUE, where), resting)
        return found

    def _parse(self, text: str, otherwise: Expression, where: str) -> Expression:
        if not text:
            return otherwise
        found = self._conditions.get(text)
        if found is None:
            found = self._conditions[text] = parser.parse(text, self._types, where=where)
        return found

    def _acts(self, given: Iterable[str], where: str) -> frozenset[str] | None:
        acts: set[str] = set()
        for name in given:
            if name == "personal":
                acts |= self._personal
            elif name in self.acts:
                acts.add(name)
            else:
                raise LawError(
                    "rule-act",
                    f'there is no act "{name}"',
                    where=where,
                    remedy="declare it in law/vocabulary",
                )
        return frozenset(acts) or None

    def _sorted(self) -> list[str]:
        """Return the keys with every exception before what it defeats; raise ``LawError`` for a cycle."""
        order: dict[str, None] = {}
        path: list[str] = []

        def visit(key: str) -> None:
            if key in order:
                return
            if key in path:
                cycle = " → ".join([*path[path.index(key) :], key])
                raise LawError(
                    "rule-cycle",
                    f"exceptions run in a circle: {cycle}",
                    where=key,
                    remedy="take one of them away",
                )
            path.append(key)
            for item in self.rules[key].exceptions:
                visit(item)
            path.pop()
            order[key] = None

        for key in self.rules:
            visit(key)
        return list(order)


def _exceptions(
    drafts: list[tuple[Entry, str, Gate]], dormant: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return for each rule the permits that defeat it: its own ``unless`` and others' ``overrides``.

    A citation may lead to rules that are ``dormant`` alone (with their effects): nothing defeats or is
    defeated then. One that leads to no rule under any reading raises ``LawError`` (rule-exception).
    """
    resting = [(citation.parse(key.partition("#")[0]), effect) for key, effect in dormant.items()]
    permits = [(entry.citation, key) for entry, key, gate in drafts if gate.effect == "permit"]
    against: dict[str, dict[str, None]] = defaultdict(dict)
    for entry, key, gate in drafts:
        home = entry.instrument.instrument
        for text in gate.unless:
            target = citation.parse(text, home)
            found = [other for cited, other in permits if target.covers(cited) and other != key]
            if not found and not any(target.covers(at) and effect == "permit" for at, effect in resting):
                raise LawError(
                    "rule-exception",
                    f'"{text}" holds no permit that could be an exception',
                    where=key,
                    remedy="give that provision a rule with `effect: permit`, or mend the citation",
                )
            against[key].update(dict.fromkeys(found))
        for text in gate.overrides:
            target = citation.parse(text, home)
            beaten = [
                other
                for cited, other, _ in ((e.citation, k, g) for e, k, g in drafts)
                if target.covers(cited)
            ]
            if not beaten and not any(target.covers(at) for at, _ in resting):
                raise LawError(
                    "rule-exception",
                    f'"{text}" holds no rule to override',
                    where=key,
                    remedy="mend the citation",
                )
            for other in beaten:
                if other != key:
                    against[other][key] = None
    return {key: tuple(against[key]) for _, key, _ in drafts}


def read_facts(expressions: Iterable[Expression]) -> set[str]:
    """Return the names of all facts that ``expressions`` read."""
    return {name for expression in expressions for name in names(expression)}
