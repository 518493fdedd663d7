"""The gate: whether an act may be done, by which article, and what is missing to say so."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from types import CodeType, FunctionType

import msgspec

from shouxin.engine import circuit, contested, layout, prepared, program
from shouxin.engine.decision import Assumed, Cited, Decision, Duty, Outcome, Question
from shouxin.engine.derive import Functions
from shouxin.engine.expression import Expression, Facts, names
from shouxin.engine.facts import Reader
from shouxin.engine.layout import Layout
from shouxin.engine.missing import Verdict, settling
from shouxin.engine.prepared import Prepared, Shape
from shouxin.engine.program import Program
from shouxin.engine.ready import MOST_KEPT, Code, Form, Key, Ready, Stock
from shouxin.engine.rulebase import RuleBase
from shouxin.engine.web import Web
from shouxin.errors import InputError
from shouxin.law import citation

_Stretch = tuple[dict[str, Ready], dict[str, Ready]]
"""What is ready in one stretch of time for each act: for what facts are worth, and for prepared acts."""


class Gate:
    """Decides acts under one rule base; immutable but for what it has compiled so far.

    ``stock`` returns the code of a program compiled earlier over the same rules, or None.
    """

    def __init__(self, rules: RuleBase, stock: Stock = lambda _key: None) -> None:
        self.rules = rules
        self.reader = Reader(rules)
        self._stock = stock
        self._native = layout.native()
        self.forms: tuple[Form, ...] = ("words",) if self._native else ("places", "slots")
        self._effective: dict[tuple[int, str], dict[str, Expression]] = {}
        self._webs: dict[tuple[int, str], tuple[Web, dict[str, int]]] = {}
        self._cited: dict[str, Cited] = {}
        self._read: dict[str, set[str]] = {}
        self._usual = self.reader.usual()
        self._under: dict[frozenset[tuple[str, str]], Gate] = {}
        self._contested: dict[tuple[int, str], dict[str, tuple[Expression, ...]]] = {}
        self._wanted: dict[tuple[int, str], set[str]] = {}
        self._stretches: dict[int, _Stretch] = {}
        self._days: dict[date, _Stretch] = {}
        self._shapes: dict[str, Shape] = {}
        self._layouts: dict[str, Layout] = {}
        self.values = {name: fact.values for name, fact in rules.facts.items() if fact.type == "enum"}

    def prepare(self, facts: Mapping[str, object]) -> Prepared:
        """Return an act ready to be decided again and again; raise ``InputError`` for bad facts.

        It is not bound to a day, so no age follows from a date of birth here: give the age itself.
        """
        act, known = self.reader.read(facts)
        return self._shape(act).prepared(act, known)

    def outcome(self, act: Prepared, as_of: date) -> Outcome:
        """Decide a prepared act; the hot path. Equal outcomes are one shared object.

        Raises ``InputError``: act-unregulated, date-before-law.
        """
        ready = self._stretch(as_of)[True].get(act.act) or self._make_ready(act.act, as_of, is_prepared=True)
        found = ready.run(act.known)
        return ready.outcomes.get(found) or ready.outcome(found)

    def check(self, facts: Mapping[str, object], as_of: date) -> Outcome:
        """Decide an act from plain facts: the effect and the rules it rests on, nothing else; quick.

        Facts are checked and completed as for ``decide``, and the same errors are raised.
        """
        act = facts.get("act")
        if type(act) is str and type(facts) is dict and (places := self._layouts.get(act)):
            ready = self._stretch(as_of)[False].get(act)
            if ready and (found := places.run(ready.run, facts, as_of)) is not None:
                return ready.outcomes.get(found) or ready.outcome(found)
        return self.outcome_of(*self.reader.read_quickly(facts, as_of), as_of)

    def outcome_of(self, act: str, known: Mapping[str, object], as_of: date) -> Outcome:
        """Decide an act from facts that are read already (``Reader.read``); errors as ``outcome``."""
        ready = self._stretch(as_of)[False].get(act) or self._make_ready(act, as_of)
        found = ready.run(*{**self._layout(act).base, **known}.values())
        return ready.outcomes.get(found) or ready.outcome(found)

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
            read = {name for rule in self.rules.in_order(as_of, act) for name in self._names(rule.key)}
            found = self._wanted[key] = self.reader.sources(read)
        return found

    def code(self, key: Key) -> Code:
        """Return the code of a program, written and compiled now."""
        epoch, act, form = key
        rules = self.rules.in_order(self._day(epoch), act)
        if form == "words":
            return circuit.written(rules, self._shape(act).numbers, self._layout(act).places)
        if form == "slots":
            literal, head = program.from_slots(self._shape(act).numbers), "decide(f)"
        else:
            places = self._layout(act).places
            literal, head = program.from_places(places), f"decide({program.arguments(places)})"
        return program.translated(program.source(rules, literal, head=head, usual=self._usual), name="decide")

    def _stretch(self, as_of: date) -> _Stretch:
        """Return what is ready for the stretch of time that a day lies in."""
        found = self._days.get(as_of)
        if found is None:
            if len(self._days) >= MOST_KEPT:
                self._days.clear()
            epoch = bisect_right(self.rules.cuts, as_of)
            found = self._days[as_of] = self._stretches.setdefault(epoch, ({}, {}))
        return found

    def _make_ready(self, act: str, as_of: date, *, is_prepared: bool = False) -> Ready:
        self._regulated(act, as_of)
        stretch, epoch = self._stretch(as_of), bisect_right(self.rules.cuts, as_of)
        other = stretch[not is_prepared].get(act)
        made = stretch[is_prepared][act] = Ready(
            run=self._program(epoch, act, is_prepared=is_prepared),
            rules=other.rules if other else self.rules.in_order(self._day(epoch), act),
            outcomes=other.outcomes if other else {},
        )
        return made

    def _program(self, epoch: int, act: str, *, is_prepared: bool) -> Program:
        key = (epoch, act, self.forms[-1 if is_prepared else 0])
        made = self._stock(key) or self.code(key)
        if isinstance(made, CodeType):
            return FunctionType(made, {})
        rules = self._native.Rules(*made)
        found: Program = rules.of_words if is_prepared else rules
        return found

    def _day(self, epoch: int) -> date:
        """Return the first day of a stretch of time between two changes of law."""
        return self.rules.cuts[epoch - 1] if epoch else date.min

    def _layout(self, act: str) -> Layout:
        """Return the places of the facts that rules about an act read, at any time."""
        found = self._layouts.get(act)
        if found is None:
            read = (name for rule in self.rules.about(act) for name in self._names(rule.key))
            found = self._layouts[act] = self.reader.layout(read)
        return found

    def _shape(self, act: str) -> Shape:
        """Return the shape of prepared acts, for the rules of any time."""
        found = self._shapes.get(act)
        if found is None:
            found = self._shapes[act] = prepared.shape(
                self.rules.about(act), in_words=self._native is not None
            )
        return found

    def _regulated(self, act: str, as_of: date) -> None:
        if not self.rules.cuts or as_of < self.rules.cuts[0]:
            first = self.rules.cuts[0] if self.rules.cuts else "none"
            raise InputError(
                "date-before-law",
                f"on {as_of} no rule of the register was in force",
                remedy=f"the first took effect on {first}; ask for that day or later",
            )
        if not any(rule.effect != "permit" for rule in self.rules.in_order(as_of, act)):
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
        return self.reader.sources(name for key in seen for name in self._names(key))

    def _names(self, key: str) -> set[str]:
        """Return the facts that a rule reads."""
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = names(self.rules.rules[key].condition)
        return found

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
