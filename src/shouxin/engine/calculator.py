"""Which threshold is reached and what follows: exact fractions, open terms left to a person.

A provision is reached, not reached, or open. What the counts given already reach is reached whatever the
others are; an open term ("serious") is answered by a person, and the answer says so.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from msgspec import structs

from shouxin.engine import adding
from shouxin.engine.calculated import Asked, Calculated, Part
from shouxin.engine.consequence import Consequence, consequence
from shouxin.engine.counts import Known, all_of, any_of, holds
from shouxin.engine.expression import Expression
from shouxin.engine.formula import Formula, Found, formula
from shouxin.engine.local import LocalFacts, Stand
from shouxin.engine.readings import Readings
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError, LawError
from shouxin.law import citation
from shouxin.law.citation import Citation
from shouxin.law.mechanism import LocalFact
from shouxin.law.wording import Fact

__all__ = ["Asked", "Calculated", "Calculators", "Part"]


class _Question(NamedTuple):
    """What is known of the case, and of each act where there are several; which provisions were breached.

    ``sets`` keeps what is known of acts together, by the rule and what acts must meet besides.
    """

    known: Known
    acts: tuple[Known, ...]
    breached: list[Citation] | None
    sets: dict[tuple[int, Expression], list[tuple[bool | None, Known]]]

    def lacks(self, name: str) -> bool:
        """Tell whether a fact is missing in the case, or in one of its acts."""
        return name not in self.known.exact and not (
            self.acts and all(name in act.exact for act in self.acts)
        )


class Calculators:
    """Every calculator of the register under the readings chosen, by the provision it stands in."""

    def __init__(self, rules: RuleBase, readings: Readings) -> None:
        """Raise ``LawError`` where a calculator names what does not exist."""
        self._rules = rules
        self.facts = {
            item.instrument: LocalFacts(item.facts, rules, _standing(readings, item.instrument))
            for item in rules.register.instruments
        }
        self.formulas: dict[str, list[Formula]] = {}
        for entry in rules.register.entries:
            here, home = str(entry.citation), entry.instrument.instrument
            for calculator in entry.provision.calculator:
                if readings.stand(home, calculator.readings, here):
                    ready = formula(entry, calculator, self.facts[home])
                    self.formulas.setdefault(here, []).append(ready)
        self._counted = {home: self._counts(home) for home in self.facts}
        self._check_citations()

    def _check_citations(self) -> None:
        """Raise ``LawError`` where calculators rest on one that is not there, or on themselves."""
        rests: dict[str, set[str]] = {}
        for item in self._all():
            for other in (*item.upon, *item.after):
                rests.setdefault(item.provision, set()).add(other)
                if other not in self.formulas:
                    raise LawError(
                        "calculator-unknown",
                        f'there is no calculator at "{other}"',
                        where=item.provision,
                        remedy="mend the citation",
                    )
        try:
            TopologicalSorter(rests).prepare()
        except CycleError as error:
            raise LawError(
                "calculator-circle",
                f"calculators rest on each other in a circle: {' > '.join(error.args[1])}",
                where=error.args[1][0],
                remedy="take one of `upon` and `after` away",
            ) from None

    def _all(self) -> Iterator[Formula]:
        return (item for group in self.formulas.values() for item in group)

    @property
    def provisions(self) -> tuple[str, ...]:
        """Return the citation of every provision that calculates something."""
        return tuple(self.formulas)

    def asks(self, text: str) -> tuple[Asked, ...]:
        """Return the facts that the calculators under a citation read; raise ``InputError``."""
        ready = self._under(text)
        home = ready[0].home
        wanted = {name for item in self._with_grounds(ready) for name in item.reads}
        return self._asked(home, self.facts[home].leaves(wanted))

    def asks_breach(self, text: str) -> bool:
        """Tell whether the calculators under a citation ask which provisions were breached."""
        return any(item.calculator.for_breach for item in self._with_grounds(self._under(text)))

    def calculate(
        self, text: str, given: Mapping[str, object], as_of: date, breach: Sequence[str] | None = None
    ) -> Calculated:
        """Return what the calculators under a citation come to.

        ``given`` holds facts by name, numbers also as text; ``breach`` the provisions that were breached.
        Raises ``InputError``: calculator-unknown, fact-unknown, fact-type, fact-contradiction,
        calculator-not-in-force, law-unknown-provision, law-unknown-instrument.
        """
        ready = self._under(text)
        home = ready[0].entry.instrument
        if as_of < home.effective or (home.repealed and as_of >= home.repealed):
            raise InputError(
                "calculator-not-in-force",
                f"{home.instrument} was not in force on {as_of}",
                remedy=f"it took effect on {home.effective}; ask for that day or later",
            )
        breached = None if breach is None else self._cited(breach, home.instrument)
        question = self._question(home.instrument, given, breached)
        found = [self._found(item, question) for item in ready]
        answer = self._answer(str(citation.parse(text)), ready, found, question, as_of)
        return structs.replace(answer, decided_by=self._decider(ready, answer, given, breached))

    def _under(self, text: str) -> list[Formula]:
        self._rules.register.find(text)  # a wrong id gets its own error, with the nearest one
        wanted = citation.parse(text)
        ready = [item for item in self._all() if wanted.covers(item.entry.citation)]
        if not ready:
            raise InputError(
                "calculator-unknown",
                f'nothing is calculated at "{text[:80]}"',
                remedy="`shouxin calculate` without an id lists what is",
            )
        return ready

    def _cited(self, breach: Sequence[str], home: str) -> list[Citation]:
        cited = [citation.parse(text, home) for text in breach]
        for item in cited:
            self._rules.register.find(str(item))
        return cited

    def _question(self, home: str, given: Mapping[str, object], breached: list[Citation] | None) -> _Question:
        facts = self.facts[home]
        known = facts.known(given)
        listed = known.exact.get(facts.acts, ())
        if not isinstance(listed, tuple) or not listed:
            return _Question(known, (), breached, {})
        counted = self._counted[home]
        for name in sorted(counted.intersection(given)):
            if not facts.own[name].distinct:
                raise InputError(
                    "fact-contradiction",
                    f'"{name}" is given beside several acts',
                    remedy="give it for each of the acts",
                )
        shared = {name: worth for name, worth in known.exact.items() if name not in {*counted, facts.acts}}
        acts = tuple(facts.known({**shared, **act}) for act in listed)
        return _Question(known, acts, breached, {})

    def _counts(self, home: str) -> frozenset[str]:
        """Return the numbers that are added up where there are several acts."""
        rules = [item.adds for item in self._all() if item.home == home and item.adds]
        towards = [cited for adds in rules for cited, _ in adds.to]
        reads = {
            name
            for item in (self._all() if towards else ())
            if any(cited.covers(item.entry.citation) for cited in towards)
            for name in item.reads
        }
        facts = self.facts[home]
        return frozenset(facts.rests_on(reads).intersection(facts.numbers))

    def _whole(self, ready: list[Formula], question: _Question) -> bool | None:
        """Return whether one of several calculators is reached.

        One that only waits for another of them to be ruled out does not matter: reached is one of the two.
        """
        beside = frozenset(str(item.entry.citation) for item in ready)
        return any_of(self._found(item, question, beside).reached for item in ready)

    def _found(self, item: Formula, question: _Question, beside: frozenset[str] = frozenset()) -> Found:
        found = self._alone(item, question)
        reached = found.reached
        if item.upon:
            grounds = any_of(self._found(one, question).reached for one in self._at(item.upon))
            reached = all_of([reached, grounds])
        others = [name for name in item.after if name not in beside]
        if reached is not False and others:
            first = any_of(self._found(one, question).reached for one in self._at(others))
            reached = all_of([reached, None if first is None else not first])
        return Found(reached, found.sum)

    def _at(self, provisions: Iterable[str]) -> Iterator[Formula]:
        return (one for name in provisions for one in self.formulas[name])

    def _with_grounds(self, items: Iterable[Formula]) -> list[Formula]:
        """Return calculators with those that they rest upon."""
        found = list(items)
        for item in found:
            found += [one for one in self._at(item.upon) if one not in found]
        return found

    def _alone(self, item: Formula, question: _Question) -> Found:
        """Return what a calculator comes to by itself: by any one act, or by several together."""
        breached = self._breached(item, question.breached)
        if not question.acts:
            return item.run(question.known, breached)
        if item.adds:
            added = (pair for _, besides in item.adds.to for pair in self._together(item, besides, question))
            return Found(any_of(several for several, _ in added))
        worlds = [item.run(act, breached) for act in question.acts]
        for rule, besides in self._adders(item):
            for several, known in self._together(rule, besides, question):
                found = item.run(known, breached)
                if several is not False:
                    worlds.append(Found(all_of([several, found.reached]), found.sum))
        sums = [found.sum for found in worlds if found.sum is not None]
        return Found(any_of(found.reached for found in worlds), max(sums, default=None))

    def _adders(self, item: Formula) -> Iterator[tuple[Formula, Expression]]:
        for rule in self._all():
            for cited, besides in rule.adds.to if rule.adds else ():
                if cited.covers(item.entry.citation):
                    yield rule, besides

    def _together(
        self, rule: Formula, besides: Expression, question: _Question
    ) -> list[tuple[bool | None, Known]]:
        """Return, for each set of acts, whether its counts are added up, and what is known of it."""
        assert rule.adds is not None
        facts, adds = self.facts[rule.home], rule.adds
        key = (id(adds), besides)
        if key in question.sets:
            return question.sets[key]
        counted = self._counted[rule.home]
        top = {name: worth for name, worth in question.known.exact.items() if name != facts.acts}
        window = rule.parameters.get(adds.rule.within)
        found = question.sets[key] = []
        for group in adding.groups(adds, besides, question.acts, window):
            known = adding.together(facts, group, top, counted, adds.rule.count)
            found.append((all_of([holds(rule.condition, known), group.several]), known))
        return found

    def _breached(self, item: Formula, breached: list[Citation] | None) -> bool | None:
        if breached is None:
            return None
        for cited in breached:
            for entry in self._rules.register.find(str(cited)):
                home = entry.instrument.instrument
                penalties = [citation.parse(text, home) for text in entry.provision.sanctioned_by]
                if any(penalty.covers(item.entry.citation) for penalty in penalties):
                    return True
        return False

    def _decider(
        self,
        ready: list[Formula],
        answer: Calculated,
        given: Mapping[str, object],
        breached: list[Citation] | None,
    ) -> str:
        """Return ``rule`` where the answer is the same without what persons judged."""
        if answer.reached is None:
            return "person" if any(asked.judgement for asked in answer.missing) else "rule"
        home = ready[0].home
        plain = self.facts[home].unjudged(given)
        if plain == given:
            return "rule"
        question = self._question(home, plain, breached)
        reached = self._whole(ready, question)
        return "rule" if reached is answer.reached else "person"

    def _answer(
        self, text: str, ready: list[Formula], found: list[Found], question: _Question, as_of: date
    ) -> Calculated:
        home = ready[0].home
        reached = self._whole(ready, question)
        hits = [one for one, item in zip(ready, found, strict=True) if item.reached]
        open_ = [one for one, item in zip(ready, found, strict=True) if item.reached is None]
        decisive = hits or open_ if reached else open_ if reached is None else ready
        sums = [str(item.sum) for item in found if item.sum is not None]
        exact = question.known.exact
        parts = tuple(
            Part(
                provision=one.provision,
                summary=one.entry.provision.summary,
                reached=item.reached,
                sum=str(item.sum) if item.sum is not None else None,
                gives=_given(one, exact) if item.reached else None,
            )
            for one, item in zip(ready, found, strict=True)
        )
        return Calculated(
            provision=text,
            reached=reached,
            sum=sums[0] if sums else None,
            gives=next((part.gives for part in parts if part.gives is not None), None),
            sanctions=tuple(_consequences(hits, exact)),
            possible=tuple(_consequences(open_, exact)),
            decided_by="rule",
            missing=self._missing(home, open_, question),
            parts=parts,
            readings=self._readings(home, decisive, question),
            as_of=as_of,
            law_version=self._rules.register.version,
        )

    def _read(self, items: Iterable[Formula], question: _Question) -> set[str]:
        """Return the facts that calculators read, and where there are several acts what adds them up."""
        everything = self._with_grounds(items)
        if question.acts:
            everything += [rule for item in everything for rule, _ in self._adders(item)]
        return {name for item in everything for name in item.reads}

    def _missing(self, home: str, open_: list[Formula], question: _Question) -> tuple[Asked, ...]:
        return self._asked(home, self.facts[home].leaves(self._read(open_, question), question.lacks))

    def _readings(self, home: str, decisive: list[Formula], question: _Question) -> tuple[str, ...]:
        facts = self.facts[home]
        rests = facts.rests_on(self._read(decisive, question))
        named = [name for item in decisive for name in item.calculator.readings]
        named += [name for fact in sorted(rests) for name in facts.readings.get(fact, ())]
        return tuple(dict.fromkeys(name if ":" in name else f"{home}:{name}" for name in named))

    def _asked(self, home: str, wanted: Collection[str]) -> tuple[Asked, ...]:
        own = self.facts[home].own
        facts: list[LocalFact | Fact] = [own[name] for name in own if name in wanted]
        facts += [self._rules.facts[name] for name in sorted(set(wanted).difference(own))]
        return tuple(
            Asked(
                fact=fact.name,
                label=fact.label,
                unit=fact.unit,
                judgement=fact.judgement,
                weigh=fact.weigh if isinstance(fact, LocalFact) else None,
            )
            for fact in facts
        )


def _standing(readings: Readings, home: str) -> Stand:
    return lambda answers: readings.stand(home, answers, home)


def _given(item: Formula, exact: Mapping[str, object]) -> str | None:
    gives = item.calculator.gives
    return str(exact[gives]) if gives in exact else None


def _consequences(items: list[Formula], exact: Mapping[str, object]) -> Iterator[Consequence]:
    for item in items:
        for sanction in item.calculator.sanctions:
            yield consequence(item.entry.provision, item.provision, sanction, exact)
