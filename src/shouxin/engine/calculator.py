"""Which threshold is reached and what follows: exact fractions, open terms left to a person.

A provision is reached, not reached, or open. What the counts given already reach is reached whatever the
others are; an open term ("serious") is answered by a person, and the answer says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from shouxin.engine.clock import add_months
from shouxin.engine.consequence import Consequence, consequence
from shouxin.engine.expression import Expression, names, reduced, value
from shouxin.engine.local import LocalFacts, bounded
from shouxin.engine.readings import Readings
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError, LawError
from shouxin.law import citation
from shouxin.law.base import Shape, Words
from shouxin.law.mechanism import Calculator
from shouxin.law.model import Parameter
from shouxin.law.register import Entry


class Asked(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A fact that is missing; ``judgement`` where a person decides it, weighing what ``weigh`` says."""

    fact: str
    label: Words
    unit: str
    judgement: bool
    weigh: Words | None


class Part(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One provision of the question, and whether it is reached."""

    provision: str
    summary: Words
    reached: bool | None
    sum: str | None = None
    gives: str | None = None


class Calculated(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The answer: reached or not, None while it is open; who decides; the sum; what follows.

    ``decided_by`` is ``person`` where the answer rests on an open term of the text, or stays open because
    of one; ``possible`` are consequences of provisions that are still open.
    """

    provision: str
    reached: bool | None
    sum: str | None
    gives: str | None
    sanctions: tuple[Consequence, ...]
    possible: tuple[Consequence, ...]
    decided_by: str
    missing: tuple[Asked, ...]
    parts: tuple[Part, ...]
    readings: tuple[str, ...]
    as_of: date
    law_version: str


class _Ready(NamedTuple):
    """One calculator, parsed."""

    entry: Entry
    calculator: Calculator
    condition: Expression
    upon: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def provision(self) -> str:
        return str(self.entry.citation)

    @property
    def parameters(self) -> dict[str, Parameter]:
        return {item.name: item for item in self.entry.provision.parameters}


class _Found(NamedTuple):
    """What one calculator came to."""

    reached: bool | None
    sum: Fraction | None
    rests: frozenset[str]


class Calculators:
    """Every calculator of the register under the readings chosen."""

    def __init__(self, rules: RuleBase, readings: Readings) -> None:
        """Raise ``LawError`` where a calculator names what does not exist."""
        self._rules = rules
        self.facts = {item.instrument: LocalFacts(item.facts, rules) for item in rules.register.instruments}
        self._ready: dict[str, list[_Ready]] = {}
        for entry in rules.register.entries:
            for calculator in entry.provision.calculator:
                if readings.stand(entry.instrument.instrument, calculator.readings, str(entry.citation)):
                    self._ready.setdefault(str(entry.citation), []).append(self._read(entry, calculator))
        for item in (one for group in self._ready.values() for one in group):
            for other in (*item.upon, *item.after):
                if other not in self._ready:
                    raise LawError(
                        "calculator-unknown",
                        f'there is no calculator at "{other}"',
                        where=item.provision,
                        remedy="mend the citation",
                    )

    @property
    def provisions(self) -> tuple[str, ...]:
        """Return the citation of every provision that calculates something."""
        return tuple(self._ready)

    def asks(self, text: str) -> tuple[Asked, ...]:
        """Return the facts that the calculators under a citation read; raise ``InputError``."""
        ready = self._under(text)
        home = ready[0].entry.instrument.instrument
        wanted = {name for item in ready for name in self._reads(item)}
        return tuple(self._asked(home, name) for name in self._ordered(home, wanted))

    def asks_breach(self, text: str) -> bool:
        """Tell whether the calculators under a citation ask which provisions were breached."""
        return any(item.calculator.for_breach for item in self._under(text))

    def calculate(
        self, text: str, given: Mapping[str, object], as_of: date, breach: Sequence[str] | None = None
    ) -> Calculated:
        """Return what the calculators under a citation come to.

        ``given`` holds facts by name, numbers also as text; ``breach`` the provisions that were breached.
        Raises ``InputError``: calculator-unknown, fact-unknown, fact-type, calculator-not-in-force,
        law-unknown-provision, law-unknown-instrument.
        """
        ready = self._under(text)
        home = ready[0].entry.instrument
        if as_of < home.effective or (home.repealed and as_of >= home.repealed):
            raise InputError(
                "calculator-not-in-force",
                f"{home.instrument} was not in force on {as_of}",
                remedy=f"it took effect on {home.effective}; ask for that day or later",
            )
        facts = self.facts[home.instrument]
        known = facts.read(given)
        breached = None if breach is None else self._cited(breach, home.instrument)
        found = [self._run(item, known, breached) for item in ready]
        return self._answer(str(citation.parse(text)), ready, found, known, as_of)

    def _under(self, text: str) -> list[_Ready]:
        self._rules.register.find(text)  # a wrong id gets its own error, with the nearest one
        wanted = citation.parse(text)
        ready = [
            item
            for name, group in self._ready.items()
            if wanted.covers(citation.parse(name))
            for item in group
        ]
        if not ready:
            raise InputError(
                "calculator-unknown",
                f'nothing is calculated at "{text[:80]}"',
                remedy="`shouxin calculate` without an id lists what is",
            )
        return ready

    def _cited(self, breach: Sequence[str], home: str) -> list[citation.Citation]:
        cited = [citation.parse(text, home) for text in breach]
        for item in cited:
            self._rules.register.find(str(item))
        return cited

    def _run(
        self, item: _Ready, known: Mapping[str, object], breached: list[citation.Citation] | None
    ) -> _Found:
        calculator, facts = item.calculator, self.facts[item.entry.instrument.instrument]
        condition = reduced(bounded(item.condition, known, facts), known)
        worths: list[bool | None] = [value(condition, known)]
        total = None
        if calculator.sum:
            worth, total = self._summed(item, known)
            worths.append(worth)
        if calculator.within:
            worths.append(_within(item, known))
        if calculator.for_breach:
            worths.append(self._breached(item, breached))
        if item.upon:
            others = {self._run(one, known, breached).reached for one in self._under_all(item.upon)}
            worths.append(True if True in others else None if None in others else False)
        reached = False if False in worths else None if None in worths else True
        if any(self._run(one, known, breached).reached for one in self._under_all(item.after)):
            reached = False
        return _Found(reached, total, frozenset(self._reads(item)))

    def _under_all(self, cited: Sequence[str]) -> Iterator[_Ready]:
        return (one for name in cited for one in self._ready[name])

    def _summed(self, item: _Ready, known: Mapping[str, object]) -> tuple[bool | None, Fraction | None]:
        """Return whether the proportional sum reaches the parameter, and what it comes to so far."""
        facts = self.facts[item.entry.instrument.instrument]
        parameter = item.parameters[item.calculator.sum]
        parts = [(facts.least(term.count, known), term) for term in parameter.terms]
        if all(part is None for part, _ in parts):
            return None, None
        total = sum((part / term.per for part, term in parts if part is not None), Fraction(0))
        if total >= Fraction(str(parameter.min)):
            return True, total
        whole = all(term.count in known for term in parameter.terms)
        return (False if whole else None), total

    def _breached(self, item: _Ready, breached: list[citation.Citation] | None) -> bool | None:
        if breached is None:
            return None
        for cited in breached:
            for entry in self._rules.register.find(str(cited)):
                home = entry.instrument.instrument
                penalties = [citation.parse(text, home) for text in entry.provision.sanctioned_by]
                if any(penalty.covers(item.entry.citation) for penalty in penalties):
                    return True
        return False

    def _answer(
        self,
        text: str,
        ready: list[_Ready],
        found: list[_Found],
        known: Mapping[str, object],
        as_of: date,
    ) -> Calculated:
        home = ready[0].entry.instrument.instrument
        worths = [item.reached for item in found]
        reached = True if True in worths else None if None in worths else False
        hits = [one for one, item in zip(ready, found, strict=True) if item.reached]
        open_ = [one for one, item in zip(ready, found, strict=True) if item.reached is None]
        missing = {name for one in open_ for name in self._reads(one) if name not in known}
        decisive = hits if reached else open_ if reached is None else ready
        rests = {name for one in decisive for name in self._reads(one)}
        if reached is None:
            rests = missing
        own = self.facts[home].own
        judged = any(name in own and own[name].judgement for name in rests)
        sums = [item.sum for item in found if item.sum is not None]
        gives = [str(known[one.calculator.gives]) for one in hits if one.calculator.gives in known]
        return Calculated(
            provision=text,
            reached=reached,
            sum=str(sums[0]) if sums else None,
            gives=gives[0] if gives else None,
            sanctions=tuple(self._consequences(hits, known)),
            possible=tuple(self._consequences(open_, known)),
            decided_by="person" if judged else "rule",
            missing=tuple(self._asked(home, name) for name in self._ordered(home, missing)),
            parts=tuple(
                Part(
                    provision=one.provision,
                    summary=one.entry.provision.summary,
                    reached=item.reached,
                    sum=str(item.sum) if item.sum is not None else None,
                    gives=str(known[one.calculator.gives])
                    if item.reached and one.calculator.gives in known
                    else None,
                )
                for one, item in zip(ready, found, strict=True)
            ),
            readings=tuple(
                dict.fromkeys(
                    name if ":" in name else f"{home}:{name}"
                    for one in decisive
                    for name in one.calculator.readings
                )
            ),
            as_of=as_of,
            law_version=self._rules.register.version,
        )

    def _consequences(self, ready: list[_Ready], known: Mapping[str, object]) -> Iterator[Consequence]:
        for item in ready:
            for sanction in item.calculator.sanctions:
                yield consequence(item.entry.provision, item.provision, sanction, known)

    def _reads(self, item: _Ready) -> set[str]:
        calculator = item.calculator
        found = set(names(item.condition))
        found |= {name for one in self._under_all(item.upon) for name in self._reads(one)}
        if calculator.sum:
            found |= {term.count for term in item.parameters[calculator.sum].terms}
        if calculator.within:
            found |= {calculator.within.begins, calculator.within.ends}
        if calculator.gives:
            found.add(calculator.gives)
        found |= {sanction.base for sanction in calculator.sanctions if sanction.base}
        own = self.facts[item.entry.instrument.instrument].own
        parts = {part for name in found if name in own for part in own[name].total}
        return {name for name in found if not (name in own and own[name].total)} | parts

    def _ordered(self, home: str, wanted: set[str]) -> list[str]:
        own = [name for name in self.facts[home].own if name in wanted]
        return [*own, *sorted(wanted.difference(own))]

    def _asked(self, home: str, name: str) -> Asked:
        own = self.facts[home].own.get(name)
        if own:
            return Asked(fact=name, label=own.label, unit=own.unit, judgement=own.judgement, weigh=own.weigh)
        fact = self._rules.facts[name]
        return Asked(fact=name, label=fact.label, unit=fact.unit, judgement=fact.judgement, weigh=None)

    def _read(self, entry: Entry, calculator: Calculator) -> _Ready:
        where = str(entry.citation)
        home = entry.instrument.instrument
        facts = self.facts[home]
        condition = facts.parse(calculator.when, where, entry.provision.parameters)
        ready = _Ready(
            entry,
            calculator,
            condition,
            tuple(str(citation.parse(text, home)) for text in calculator.upon),
            tuple(str(citation.parse(text, home)) for text in calculator.after),
        )
        _check(ready, facts)
        return ready


def _check(ready: _Ready, facts: LocalFacts) -> None:
    """Raise ``LawError`` where a calculator names a parameter or a fact that does not exist."""
    calculator, parameters = ready.calculator, ready.parameters
    wanted = {calculator.sum, *(sanction.parameter for sanction in calculator.sanctions)}
    counts = {calculator.gives, *(sanction.base for sanction in calculator.sanctions)}
    if calculator.within:
        wanted.add(calculator.within.parameter)
        counts |= {calculator.within.begins, calculator.within.ends}
    if calculator.sum in parameters:
        terms = parameters[calculator.sum].terms
        counts |= {term.count or "a term without `count`" for term in terms}
    for name in wanted - {""} - set(parameters):
        raise LawError(
            "calculator-parameter",
            f'the provision has no parameter "{name}"',
            where=ready.provision,
            remedy=f"the parameters are: {', '.join(parameters) or 'none'}",
        )
    for name in counts - {""} - set(facts.own):
        raise LawError(
            "calculator-fact",
            f'the instrument declares no fact "{name}"',
            where=ready.provision,
            remedy="declare it under `facts` of the instrument",
        )


def _within(item: _Ready, known: Mapping[str, object]) -> bool | None:
    rule = item.calculator.within
    assert rule is not None
    first, second = known.get(rule.begins), known.get(rule.ends)
    if first is None or second is None:
        return None
    parameter = item.parameters[rule.parameter]
    figure = next(
        number for number in (parameter.max, parameter.below, parameter.value) if number is not None
    )
    begins, ends = date.fromisoformat(str(first)), date.fromisoformat(str(second))
    months = int(figure) * {"years": 12, "months": 1}[parameter.unit]
    last = add_months(begins, months)
    return begins <= ends and (ends < last if parameter.below is not None else ends <= last)
