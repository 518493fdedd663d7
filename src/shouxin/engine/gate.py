"""The gate: whether an act may be done, by which article, and what is missing to say so."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import CodeType, FunctionType
from typing import NamedTuple

import msgspec

from shouxin.engine import contested, program
from shouxin.engine.decision import Assumed, Cited, Decision, Duty, Outcome, Question
from shouxin.engine.derive import Functions
from shouxin.engine.expression import Atom, Expression, Facts, atoms, names, value
from shouxin.engine.facts import Reader
from shouxin.engine.missing import Verdict, settling
from shouxin.engine.program import Program
from shouxin.engine.rulebase import Rule, RuleBase
from shouxin.engine.web import Web
from shouxin.errors import InputError
from shouxin.law import citation

Key = tuple[int, str, bool]
"""Which program: the stretch of time, the act, whether it takes a prepared act or a mapping of facts."""

Stock = Callable[[Key], CodeType | None]

MOST_KEPT = 10_000
"""Different outcomes of one act that are kept to be shared."""


class Prepared:
    """An act whose facts are read and checked once, to be decided many times; made by ``Gate.prepare``."""

    __slots__ = ("act", "u")
    act: str
    u: int


class _Ready(NamedTuple):
    """What decides an act in one stretch of time: the program, its rules by bit, the outcomes so far."""

    run: Program
    rules: list[Rule]
    outcomes: dict[int, Outcome]


class Gate:
    """Decides acts under one rule base; immutable but for what it has compiled so far.

    ``stock`` returns the code of a program compiled earlier over the same rules, or None.
    """

    def __init__(self, rules: RuleBase, stock: Stock = lambda _key: None) -> None:
        self.rules = rules
        self.reader = Reader(rules)
        self._stock = stock
        self._effective: dict[tuple[int, str], dict[str, Expression]] = {}
        self._webs: dict[tuple[int, str], tuple[Web, dict[str, int]]] = {}
        self._cited: dict[str, Cited] = {}
        self._read: dict[str, set[str]] = {}
        self._usual = self.reader.usual()
        self._under: dict[frozenset[tuple[str, str]], Gate] = {}
        self._contested: dict[tuple[int, str], dict[str, tuple[Expression, ...]]] = {}
        self._wanted: dict[tuple[int, str], set[str]] = {}
        self._ready: dict[Key, _Ready] = {}
        self._shapes: dict[str, tuple[type[Prepared], dict[Atom, int]]] = {}
        self.values = {name: fact.values for name, fact in rules.facts.items() if fact.type == "enum"}

    def prepare(self, facts: Mapping[str, object]) -> Prepared:
        """Return an act ready to be decided again and again; raise ``InputError`` for bad facts.

        It is not bound to a day, so no age follows from a date of birth here: give the age itself.
        """
        act, known = self.reader.read(facts)
        shape, numbers = self._shape(act)
        prepared = shape()
        prepared.act, prepared.u = act, 0
        for atom, number in numbers.items():
            worth = value(atom, known)
            setattr(prepared, f"y{number}", worth is not False)
            setattr(prepared, f"n{number}", worth is not True)
            prepared.u |= (worth is None) << number
        return prepared

    def outcome(self, act: Prepared, as_of: date) -> Outcome:
        """Decide a prepared act; the hot path. Equal outcomes are one shared object.

        Raises ``InputError``: act-unregulated, date-before-law.
        """
        key = (bisect_right(self.rules.cuts, as_of), act.act, True)
        ready = self._ready.get(key) or self._make_ready(key)
        found = ready.run(act)
        return ready.outcomes.get(found) or self._outcome(ready, found)

    def check(self, facts: Mapping[str, object], as_of: date) -> Outcome:
        """Decide an act from plain facts: the effect and the rules it rests on, nothing else; quick.

        Facts are checked and completed as for ``decide``, and the same errors are raised.
        """
        return self.outcome_of(*self.reader.read_quickly(facts, as_of), as_of)

    def outcome_of(self, act: str, known: Mapping[str, object], as_of: date) -> Outcome:
        """Decide an act from facts that are read already (``Reader.read``); errors as ``outcome``."""
        key = (bisect_right(self.rules.cuts, as_of), act, False)
        ready = self._ready.get(key) or self._make_ready(key)
        found = ready.run(known)
        return ready.outcomes.get(found) or self._outcome(ready, found)

    def decide(self, facts: Mapping[str, object], as_of: date, assume: str = "") -> Decision:
        """Decide an act from plain facts, with citations, questions and the assumptions it rests on.

        ``facts`` holds ``act`` and any facts by name; ``assume`` names a profile that fills in others.
        Unlike ``outcome``, it looks at every side of the contested readings that rules about the act rest on.
        Raises ``InputError``: act-unknown, act-unregulated, fact-unknown, fact-type,
        fact-contradiction, profile-unknown, date-before-law.
        """
        act, given = self.reader.read(facts, as_of)
        profile = self.reader.profile(assume) if assume else {}
        extra = {name: worth for name, worth in profile.items() if given.get(name) is None}
        known = self.reader.derived({**extra, **given}, as_of)

        def decided(gate: Gate) -> Decision:
            outcome = gate.outcome_of(act, known, as_of)
            needed = gate._needed(act, given, extra, outcome, as_of)
            return gate._decision(act, known, outcome, needed, assume, as_of)

        made = decided(self)
        plain = {**extra, **{name: given[name] for name in facts if name in given}}
        through = self._through_facts(act, plain, known, self.outcome_of(act, known, as_of), as_of)
        if through:
            made = msgspec.structs.replace(made, readings=(*made.readings, *through))
        return contested.settled(self, made, act, known, decided)

    def contested(self, act: str, as_of: date) -> dict[str, tuple[Expression, ...]]:
        """Return the contested readings that matter to ``act``, as ``contested.about``, computed once."""
        key = (bisect_right(self.rules.cuts, as_of), act)
        found = self._contested.get(key)
        if found is None:
            found = self._contested[key] = contested.about(self.rules, act, as_of)
        return found

    def under(self, answers: Mapping[str, str]) -> "Gate":
        """Return the gate under the same readings, these answered so and then none left contested.

        Without ``answers`` it is this gate. Raises ``InputError`` (reading-unknown, reading-answer).
        """
        if not answers:
            return self
        key = frozenset(answers.items())
        found = self._under.get(key)
        if found is None:
            chosen = {**self.rules.readings, **answers}
            found = self._under[key] = Gate(self.rules.under(chosen))
        return found

    def effective(self, as_of: date, act: str) -> dict[str, Expression]:
        """Return when each rule about ``act`` takes effect, as ``RuleBase.effective``, computed once."""
        key = (bisect_right(self.rules.cuts, as_of), act)
        found = self._effective.get(key)
        if found is None:
            found = self._effective[key] = self.rules.effective(self._day(key[0]), act)
        return found

    def missing(self, act: str, known: Facts, outcome: Outcome, as_of: date) -> Verdict:
        """Return what settles an undetermined outcome of facts that are read, as ``missing.deciding``."""
        web, parts = self._web(bisect_right(self.rules.cuts, as_of), act)
        return settling(web, [parts[key] for key in outcome.open], known, self.values)

    def _web(self, epoch: int, act: str) -> tuple[Web, dict[str, int]]:
        """Return a web of the rules about an act, and the part of each that says when it takes effect."""
        found = self._webs.get((epoch, act))
        if found is None:
            web, parts = Web(), dict[str, int]()
            for rule in self.rules.in_order(self._day(epoch), act):
                own = (web.add(rule.scope), web.add(rule.own))
                against = (web.opposite(parts[key]) for key in rule.exceptions if key in parts)
                parts[rule.key] = web.every((*own, *against))
            found = self._webs[epoch, act] = web, parts
        return found

    def reads(self, as_of: date, act: str) -> set[str]:
        """Return every fact that rules about ``act`` read, and those it can follow from."""
        key = (bisect_right(self.rules.cuts, as_of), act)
        found = self._wanted.get(key)
        if found is None:
            read = {name for rule in self.rules.in_order(as_of, act) for name in names(rule.condition)}
            found = self._wanted[key] = self.reader.sources(read)
        return found

    def code(self, key: Key) -> CodeType:
        """Return the code of a program, written and compiled now."""
        epoch, act, prepared = key
        rules = self.rules.in_order(self._day(epoch), act)
        numbers = self._shape(act)[1] if prepared else None
        return program.translated(
            program.source(rules, name="decide", numbers=numbers, usual=self._usual), name="decide"
        )

    def _make_ready(self, key: Key) -> _Ready:
        epoch, act, prepared = key
        self._regulated(act, self._day(epoch))
        other = self._ready.get((epoch, act, not prepared))
        made = self._ready[key] = _Ready(
            run=FunctionType(self._stock(key) or self.code(key), {}),
            rules=other.rules if other else self.rules.in_order(self._day(epoch), act),
            outcomes=other.outcomes if other else {},
        )
        return made

    def _day(self, epoch: int) -> date:
        """Return the first day of a stretch of time between two changes of law."""
        return self.rules.cuts[epoch - 1] if epoch else date.min

    def _shape(self, act: str) -> tuple[type[Prepared], dict[Atom, int]]:
        """Return the type of acts made ready and the numbers of the atoms that rules about them read."""
        found = self._shapes.get(act)
        if found is None:
            about = (rule for rule in self.rules.rules.values() if rule.about(act))
            read = dict.fromkeys(atom for rule in about for atom in atoms(rule.condition))
            numbers = {atom: number for number, atom in enumerate(read)}
            slots = tuple(f"{rail}{number}" for number in numbers.values() for rail in "yn")
            shape: type[Prepared] = type("PreparedAct", (Prepared,), {"__slots__": slots})
            found = self._shapes[act] = shape, numbers
        return found

    def _outcome(self, ready: _Ready, found: int) -> Outcome:
        """Return what the bits of a program's result say; ``MOST_KEPT`` of them are kept for each act."""
        many = len(ready.rules)

        def keys(effect: str, bits: int) -> tuple[str, ...]:
            return tuple(
                rule.key for bit, rule in enumerate(ready.rules) if bits >> bit & 1 and rule.effect == effect
            )

        forbidden, maybe = keys("prohibit", found), keys("prohibit", found >> many)
        made = Outcome(
            effect="prohibited" if forbidden else "undetermined" if maybe else "permitted",
            violations=forbidden,
            open=maybe,
            duties=keys("duty", found),
            possible_duties=keys("duty", found >> many),
            grants=keys("permit", found),
        )
        if len(ready.outcomes) >= MOST_KEPT:
            ready.outcomes.clear()
        ready.outcomes[found] = made
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
        wanted = self._read_by(outcome.violations) if outcome.violations else self.reads(as_of, act)
        needed = {name: worth for name, worth in extra.items() if name in wanted}
        chunks = [list(needed)]
        while chunks:  # what can be taken away together is; else one half is tried, then the other
            chunk = chunks.pop()
            rest = {name: worth for name, worth in needed.items() if name not in chunk}
            without = self.outcome_of(act, self.reader.derived({**rest, **given}, as_of), as_of)
            if _answer(without) == _answer(outcome):
                needed = rest
            elif len(chunk) > 1:
                middle = len(chunk) // 2
                chunks += [chunk[middle:], chunk[:middle]]
        return needed

    def _read_by(self, keys: Iterable[str]) -> set[str]:
        """Return every fact that some rules and their exceptions read, and those it can follow from."""
        seen: dict[str, None] = {}
        rest = list(keys)
        while rest:
            key = rest.pop()
            if key not in seen:
                seen[key] = None
                rest += self.rules.rules[key].exceptions
            if key not in self._read:
                self._read[key] = names(self.rules.rules[key].condition)
        return self.reader.sources(name for key in seen for name in self._read[key])

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
        asked: tuple[str, ...] = ()
        if outcome.effect == "undetermined":
            verdict = self.missing(act, known, outcome, as_of)
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
        found = self._cited.get(key)
        if found is None:
            provision = self.rules.rules[key].provision
            (entry, *_) = self.rules.register.find(str(citation.parse(provision)))
            found = self._cited[key] = Cited(provision=provision, summary=entry.provision.summary)
        return found


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
