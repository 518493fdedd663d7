"""The gate: whether an act may be done, by which article, and what is missing to say so."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from shouxin.engine import program
from shouxin.engine.decision import Assumed, Cited, Decision, Duty, Outcome, Question
from shouxin.engine.derive import Functions
from shouxin.engine.expression import Expression, Facts, names
from shouxin.engine.facts import Reader
from shouxin.engine.missing import deciding
from shouxin.engine.program import Found, Program
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError
from shouxin.law import citation


class Prepared:
    """An act whose facts are read and checked once, to be decided many times; made by ``Gate.prepare``."""

    __slots__ = ("act",)
    act: str


class Gate:
    """Decides acts under one rule base; immutable but for what it has compiled so far."""

    def __init__(self, rules: RuleBase) -> None:
        self.rules = rules
        self.reader = Reader(rules)
        self._effective: dict[tuple[int, str], dict[str, Expression]] = {}
        self._usual = self.reader.usual()
        self._wanted: dict[tuple[int, str], set[str]] = {}
        self._programs: dict[tuple[int, str, bool], Program] = {}
        self._outcomes: dict[Found, Outcome] = {}
        slots = {program.slot(name): None for name in rules.facts}
        self._shape: type[Prepared] = type("PreparedAct", (Prepared,), {"__slots__": tuple(slots)})
        self.values = {name: fact.values for name, fact in rules.facts.items() if fact.type == "enum"}
        self._slots = {name: program.slot(name) for name in rules.facts}

    def prepare(self, facts: Mapping[str, object]) -> Prepared:
        """Return an act ready to be decided again and again; raise ``InputError`` for bad facts.

        It is not bound to a day, so no age follows from a date of birth here: give the age itself.
        """
        act, known = self.reader.read(facts)
        prepared = self._shape()
        prepared.act = act
        for name, slot in self._slots.items():
            setattr(prepared, slot, known.get(name))
        return prepared

    def outcome(self, act: Prepared, as_of: date) -> Outcome:
        """Decide a prepared act; the hot path. Equal outcomes are one shared object."""
        key = (bisect_right(self.rules.cuts, as_of), act.act, True)
        run = self._programs.get(key) or self._program(key)
        found = run(act)
        return self._outcomes.get(found) or self._make(found)

    def outcome_of(self, act: str, known: Mapping[str, object], as_of: date) -> Outcome:
        """Decide an act from facts that are read already (``Reader.read``)."""
        key = (bisect_right(self.rules.cuts, as_of), act, False)
        run = self._programs.get(key) or self._program(key)
        found = run(known)
        return self._outcomes.get(found) or self._make(found)

    def decide(self, facts: Mapping[str, object], as_of: date, assume: str = "") -> Decision:
        """Decide an act from plain facts, with citations, questions and the assumptions it rests on.

        ``facts`` holds ``act`` and any facts by name; ``assume`` names a profile that fills in others.
        Raises ``InputError``: act-unknown, act-unregulated, fact-unknown, fact-type,
        fact-contradiction, profile-unknown, date-before-law.
        """
        act, given = self.reader.read(facts, as_of)
        self._regulated(act, as_of)
        profile = self.reader.profile(assume) if assume else {}
        extra = {name: worth for name, worth in profile.items() if given.get(name) is None}
        known = self.reader.derived({**extra, **given}, as_of)
        outcome = self.outcome_of(act, known, as_of)
        needed = self._needed(act, given, extra, outcome, as_of)
        made = self._decision(act, known, outcome, needed, assume, as_of)
        plain = {**extra, **{name: given[name] for name in facts if name in given}}
        through = self._through_facts(act, plain, known, outcome, as_of)
        return msgspec.structs.replace(made, readings=(*made.readings, *through)) if through else made

    def effective(self, as_of: date, act: str) -> dict[str, Expression]:
        """Return when each rule about ``act`` takes effect, as ``RuleBase.effective``, computed once."""
        key = (bisect_right(self.rules.cuts, as_of), act)
        found = self._effective.get(key)
        if found is None:
            cuts = self.rules.cuts
            day = cuts[key[0] - 1] if key[0] else date.min
            found = self._effective[key] = self.rules.effective(day, act)
        return found

    def reads(self, as_of: date, act: str) -> set[str]:
        """Return every fact that rules about ``act`` read, and those it can follow from."""
        key = (bisect_right(self.rules.cuts, as_of), act)
        found = self._wanted.get(key)
        if found is None:
            read = {name for rule in self.rules.in_order(as_of, act) for name in names(rule.condition)}
            found = self._wanted[key] = self.reader.sources(read)
        return found

    def _program(self, key: tuple[int, str, bool]) -> Program:
        epoch, act, prepared = key
        day = self.rules.cuts[epoch - 1] if epoch else date.min
        read = program.from_object if prepared else program.from_mapping
        text = program.source(self.rules.in_order(day, act), read, name="decide", usual=self._usual)
        made = self._programs[key] = program.compiled(text, name="decide")
        return made

    def _make(self, found: Found) -> Outcome:
        forbidden, maybe, duties, possible, permits = found
        effect: Any = "prohibited" if forbidden else "undetermined" if maybe else "permitted"
        made = self._outcomes[found] = Outcome(
            effect=effect,
            violations=forbidden,
            open=maybe,
            duties=duties,
            possible_duties=possible,
            grants=permits,
        )
        return made

    def _regulated(self, act: str, as_of: date) -> None:
        if not self.rules.cuts or as_of < self.rules.cuts[0]:
            first = self.rules.cuts[0] if self.rules.cuts else "none"
            raise InputError(
                "date-before-law",
                f"on {as_of} no rule of the register was in force",
                remedy=f"the first took effect on {first}; ask for that day or later",
            )
        if not any(rule.effect != "permit" for rule in self.rules.live(as_of, act)):
            raise InputError(
                "act-unregulated",
                f'no rule in force on {as_of} speaks about the act "{act}"',
                remedy="ask for a later day, or about another act (`shouxin law acts`)",
            )

    def _needed(
        self, act: str, given: Facts, extra: Facts, outcome: Outcome, as_of: date
    ) -> dict[str, object]:
        """Return a smallest part of the assumptions that leaves the answer what it is."""
        wanted = self.reads(as_of, act)
        needed = {name: worth for name, worth in extra.items() if name in wanted}
        for name in list(needed):
            rest = {other: worth for other, worth in needed.items() if other != name}
            without = self.outcome_of(act, self.reader.derived({**rest, **given}, as_of), as_of)
            if _answer(without) == _answer(outcome):
                needed = rest
        return needed

    def _through_facts(
        self, act: str, plain: Facts, known: Facts, outcome: Outcome, as_of: date
    ) -> tuple[str, ...]:
        """Return the readings under which derived facts, and with them the answer, would be others."""
        if not self.reader.computes(plain):
            return ()
        return tuple(
            name
            for name, others in self.rules.alternatives.items()
            if any(self._differs(act, plain, known, outcome, as_of, other) for other in others)
        )

    def _differs(
        self, act: str, plain: Facts, known: Facts, outcome: Outcome, as_of: date, functions: Functions
    ) -> bool:
        try:
            other = self.reader.derived(plain, as_of, functions)
        except InputError:  # the fact was given, so the answer does not rest on how it is computed
            return False
        return other != known and _answer(self.outcome_of(act, other, as_of)) != _answer(outcome)

    def _decision(
        self, act: str, known: Facts, outcome: Outcome, needed: Facts, assume: str, as_of: date
    ) -> Decision:
        rules = self.rules.rules
        effective = self.effective(as_of, act)
        asked: tuple[str, ...] = ()
        if outcome.effect == "undetermined":
            verdict = deciding([effective[key] for key in outcome.open], known, self.values)
            outcome, asked = _settled(outcome, verdict.holds), verdict.asked
        resting = outcome.violations or outcome.open or (*outcome.duties, *outcome.grants)
        return Decision(
            effect=outcome.effect,
            violations=tuple(self.cited(key) for key in outcome.violations),
            duties=tuple(
                Duty(duty=rules[key].duty, provision=rules[key].provision) for key in outcome.duties
            ),
            missing=tuple(self._question(name, known) for name in asked),
            assumed=tuple(Assumed(fact=n, value=v, profile=assume) for n, v in needed.items()),  # type: ignore[arg-type]
            grants=tuple(dict.fromkeys(rules[key].provision for key in outcome.grants)),
            readings=tuple(dict.fromkeys(name for key in resting for name in rules[key].readings)),
            possible=tuple(dict.fromkeys(rules[key].provision for key in outcome.open)),
            as_of=as_of,
            law_version=self.rules.register.version,
        )

    def _question(self, name: str, known: Facts) -> Question:
        return Question(
            fact=name,
            question=self.rules.facts[name].question,
            follows_from=self.reader.asks(name, known),
        )

    def cited(self, key: str) -> Cited:
        """Return the provision of a rule with its summary."""
        provision = self.rules.rules[key].provision
        found = self.rules.register.find(str(citation.parse(provision)))[0]
        return Cited(provision=provision, summary=found.provision.summary)


def _settled(outcome: Outcome, holds: bool | None) -> Outcome:
    """Return the outcome with rules that are open one by one taken for what they are together."""
    if holds is None:
        return outcome
    if holds:
        return msgspec.structs.replace(outcome, effect="prohibited", violations=outcome.open, open=())
    return msgspec.structs.replace(outcome, effect="permitted", open=())


def _answer(outcome: Outcome) -> tuple[object, ...]:
    """Return what an assumption must change to count: for a prohibition only what forbids the act."""
    if outcome.effect == "prohibited":
        return (outcome.effect, outcome.violations)
    return (outcome.effect, outcome.open, outcome.duties, outcome.grants)
