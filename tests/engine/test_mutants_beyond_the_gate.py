"""Calculators, clocks and controls that are bent: their examples must notice nearly every bend.

A condition loses a part or is turned round, a comparison or a figure is shifted by one, a sum loses a
term or counts it otherwise, an element is dropped, a day is counted from elsewhere or otherwise. A bend
counts as noticed when an example sees another outcome.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

import pytest
from msgspec import structs

from shouxin.engine import proofs
from shouxin.engine.calculator import Calculators
from shouxin.engine.calendar import official
from shouxin.engine.clock import Timer
from shouxin.engine.control import Ready
from shouxin.engine.engines import Engines
from shouxin.engine.examples import DAY
from shouxin.engine.expression import Compare, Expression, Not, normal
from shouxin.engine.formula import Formula
from shouxin.engine.local import LocalFacts
from shouxin.errors import ShouxinError
from shouxin.law import citation
from shouxin.law.mechanism import Calculator, CalculatorExample, LocalFact, Span
from shouxin.law.model import Parameter
from shouxin.law.register import Entry, register

from .test_mutants import SHARE, bends

INSTRUMENTS = [item.instrument for item in register().instruments]
Bend = tuple[str, Callable[[], bool]]
"""What was bent, and a test whether the examples notice it."""
Case = tuple[Entry, Calculator, CalculatorExample]


@cache
def engines() -> Engines:
    """Return the engines over the installed law, once for all tests of a process."""
    return Engines(register())


def shifted(condition: Expression) -> Iterator[Expression]:
    """Yield ``condition`` with one thing changed; figures also one up and one down."""
    whole = normal(condition)
    yield from bends(whole)
    if isinstance(whole, Compare) and isinstance(whole.literal, int):
        yield from (Compare(whole.name, whole.sign, whole.literal + by) for by in (-1, 1))
    items = () if isinstance(whole, Compare | Not) else getattr(whole, "items", ())
    for index, item in enumerate(items):
        for bent in shifted(item):
            yield type(whole)((*items[:index], bent, *items[index + 1 :]))  # type: ignore[arg-type, call-arg]


def outcome(case: Case, calculators: Calculators) -> tuple[object, ...]:
    """Return what an example sees of a calculator, or the refusal."""
    entry, calculator, example = case
    home, here = entry.instrument.instrument, str(entry.citation)
    asked = str(citation.parse(example.at, home)) if example.at else here
    try:
        found = calculators.calculate(asked, example.given, example.as_of or DAY, example.breach or None)
    except ShouxinError as error:
        return (error.code,)
    part = found
    if not example.at:
        standing = [one for one in entry.provision.calculator if stands(one, case)]
        parts = [item for item in found.parts if item.provision == here]
        part = parts[standing.index(calculator)]  # type: ignore[assignment]
    kinds = sorted(item.kind for item in found.sanctions) if example.sanctions else ()
    return part.reached, part.sum if example.sum else "", part.gives if example.gives else "", kinds


_USUAL: dict[int, tuple[object, ...]] = {}


def usual(case: Case) -> tuple[object, ...]:
    """Return what an example sees while nothing is bent."""
    if id(case[2]) not in _USUAL:
        _USUAL[id(case[2])] = outcome(case, answering(case))
    return _USUAL[id(case[2])]


def in_full(home: str, answers: Mapping[str, str]) -> dict[str, str]:
    """Return answers to readings with each reading named in full."""
    return {name if ":" in name else f"{home}:{name}": answer for name, answer in answers.items()}


def stands(one: Calculator, case: Case) -> bool:
    """Tell whether a calculator stands beside the one that an example is of."""
    home = case[0].instrument.instrument
    shown = in_full(home, {**case[1].readings, **case[2].readings})
    return in_full(home, one.readings).items() <= {**engines().readings.answers, **shown}.items()


def cases(instrument: str) -> list[Case]:
    """Return every example of the calculators of an instrument."""
    return [
        (entry, calculator, example)
        for entry in register().find(instrument)
        for calculator in entry.provision.calculator
        for example in calculator.examples
    ]


def answering(case: Case) -> Calculators:
    """Return the calculators under the readings of an example."""
    entry, calculator, example = case
    return proofs.under(engines(), entry.instrument.instrument, {**calculator.readings, **example.readings})


def about(case: Case, entry: Entry) -> bool:
    """Tell whether an example is of a provision or asks it."""
    here, home = case[0].citation, case[0].instrument.instrument
    at = citation.parse(case[2].at, home) if case[2].at else here
    return entry.citation == here or at.covers(entry.citation)


def bent_formulas(item: Formula) -> Iterator[tuple[str, Formula]]:
    """Yield a calculator with one thing changed, and what it was."""
    for bent in dict.fromkeys(shifted(item.condition)):
        if item.calculator.when:
            yield f"when {bent}", item._replace(condition=bent)
    for index, name in enumerate(item.after):
        yield f"not after {name}", item._replace(after=item.after[:index] + item.after[index + 1 :])
    for index, name in enumerate(item.upon):
        yield f"not upon {name}", item._replace(upon=item.upon[:index] + item.upon[index + 1 :])
    for part in ("for_breach", "within", "sum"):
        empty = {"for_breach": False, "within": None, "sum": ""}[part]
        if getattr(item.calculator, part) != empty:
            changed = structs.replace(item.calculator, **{part: empty, "when": item.calculator.when or "x"})
            yield f"without {part}", item._replace(calculator=changed)
    yield from (
        (
            what,
            item._replace(
                entry=item.entry._replace(provision=structs.replace(item.entry.provision, parameters=changed))
            ),
        )
        for what, changed in bent_parameters(item)
    )
    yield from bent_adding(item)


def bent_parameters(item: Formula) -> Iterator[tuple[str, tuple[Parameter, ...]]]:
    """Yield the parameters with one figure of a sum or a window shifted, or one term dropped."""
    within, adds = item.calculator.within, item.calculator.adds
    windows = {within.parameter if within else "", adds.within if adds else ""}
    for index, old in enumerate(item.entry.provision.parameters):
        changed: list[tuple[str, Parameter]] = []
        if old.name in windows | {item.calculator.sum}:
            changed += [
                (f"{bound} {by:+}", structs.replace(old, **{bound: getattr(old, bound) + by}))
                for bound in ("min", "max", "below", "value")
                if getattr(old, bound) is not None
                for by in (-1, 1)
            ]
        if old.name == item.calculator.sum:
            for at, term in enumerate(old.terms):
                rest = (old.terms[:at], old.terms[at + 1 :])
                changed.append((f"without {term.count}", structs.replace(old, terms=rest[0] + rest[1])))
                for by in (-1, 1):
                    other = structs.replace(term, per=term.per + by)
                    changed.append(
                        (
                            f"{term.count} per {other.per}",
                            structs.replace(old, terms=(*rest[0], other, *rest[1])),
                        )
                    )
        for what, new in changed:
            yield (
                f"{old.name} {what}",
                (
                    *item.entry.provision.parameters[:index],
                    new,
                    *item.entry.provision.parameters[index + 1 :],
                ),
            )


def bent_adding(item: Formula) -> Iterator[tuple[str, Formula]]:
    """Yield a calculator that adds up acts with one thing changed in which acts count towards what."""
    adds = item.adds
    if adds is None:
        return
    for bent in dict.fromkeys(shifted(adds.acts)):
        yield f"acts {bent}", item._replace(adds=adds._replace(acts=bent))
    for index, (cited, besides) in enumerate(adds.to):
        rest = (adds.to[:index], adds.to[index + 1 :])
        yield f"not to {cited}", item._replace(adds=adds._replace(to=rest[0] + rest[1]))
        for bent in dict.fromkeys(shifted(besides)):
            if adds.rule.to[cited.eid]:
                to = (*rest[0], (cited, bent), *rest[1])
                yield f"to {cited} {bent}", item._replace(adds=adds._replace(to=to))
    if adds.rule.within:
        rule = structs.replace(adds.rule, within="", day="")
        yield "without window", item._replace(adds=adds._replace(rule=rule))


def calculator_bends(instrument: str) -> Iterator[Bend]:
    """Yield every bend of the calculators of an instrument, and of the facts that they work out."""
    every = cases(instrument)
    for entry in register().find(instrument):
        here = str(entry.citation)
        mine = sorted((case for case in every if about(case, entry)), key=lambda case: case[0] != entry)
        for calculator in entry.provision.calculator:
            home = proofs.under(engines(), instrument, calculator.readings)
            index = [one.calculator for one in home.formulas[here]].index(calculator)
            for what, bent in bent_formulas(home.formulas[here][index]):
                yield (
                    f"{here}: {what}",
                    partial(formula_noticed, bent, calculator, mine),
                )
    for readings, facts in worked_out(instrument):
        yield from fact_bends(instrument, readings, facts, every)


def formula_noticed(bent: Formula, old: Calculator, mine: list[Case]) -> bool:
    """Tell whether an example sees another outcome of a bent calculator."""
    for case in mine:
        calculators = answering(case)
        group = calculators.formulas.get(bent.provision, [])
        at = next((index for index, one in enumerate(group) if one.calculator == old), None)
        if at is None:
            continue
        before, kept = usual(case), group[at]
        group[at] = bent
        try:
            if outcome(case, calculators) != before:
                return True
        finally:
            group[at] = kept
    return False


def worked_out(instrument: str) -> Iterator[tuple[dict[str, str], LocalFacts]]:
    """Yield the facts of an instrument under each set of answers that some fact is worked out by."""
    (home,) = (item for item in register().instruments if item.instrument == instrument)
    answers: list[dict[str, str]] = [{}]
    answers += [m.readings for fact in home.facts for m in fact.means if m.readings not in answers]
    for chosen in answers:
        yield chosen, proofs.under(engines(), instrument, chosen).facts[instrument]


def fact_bends(
    instrument: str, readings: dict[str, str], facts: LocalFacts, every: list[Case]
) -> Iterator[Bend]:
    """Yield bends of facts that are worked out: a part of a sum dropped, a condition changed."""
    for name, fact in facts.own.items():
        if facts.readings.get(name, {}) != readings:
            continue
        for part in fact.total:
            fewer = structs.replace(fact, total=tuple(one for one in fact.total if one != part))
            yield (
                f"{instrument}, {name} {readings} without {part}",
                partial(total_noticed, instrument, fewer, facts, every),
            )
        for bent in dict.fromkeys(shifted(facts.follows[name])) if name in facts.follows else ():
            yield (
                f"{instrument}, {name} {readings} {bent}",
                partial(follows_noticed, name, bent, facts, every),
            )


def reads(case: Case, name: str) -> bool:
    """Tell whether what an example asks rests on a fact."""
    home, calculators = case[0].instrument.instrument, answering(case)
    asked = citation.parse(case[2].at or case[0].provision.id, home)
    group = [one for items in calculators.formulas.values() for one in items]
    read = {name for one in group if asked.covers(one.entry.citation) or one.adds for name in one.reads}
    return name in calculators.facts[home].rests_on(read)


def swapped(case: Case, place: dict[str, Any], name: str, new: object) -> bool:
    """Tell whether an example sees another outcome once ``new`` stands in place of ``name``."""
    before, kept = usual(case), place[name]
    place[name] = new
    try:
        return outcome(case, answering(case)) != before
    finally:
        place[name] = kept


def total_noticed(instrument: str, fewer: LocalFact, facts: LocalFacts, every: list[Case]) -> bool:
    """Tell whether an example notices that a total has lost a part."""
    name = fewer.name
    return any(
        swapped(case, answering(case).facts[instrument].own, name, fewer)
        for case in every
        if reads(case, name) and answering(case).facts[instrument].own[name] == facts.own[name]
    )


def follows_noticed(name: str, bent: Expression, facts: LocalFacts, every: list[Case]) -> bool:
    """Tell whether an example notices that a fact follows from another condition."""
    return any(
        swapped(case, place, name, bent)
        for case in every
        if reads(case, name)
        and (place := answering(case).facts[case[0].instrument.instrument].follows).get(name)
        == facts.follows[name]
    )


def clock_bends(instrument: str) -> Iterator[Bend]:
    """Yield every bend of the clocks of an instrument that some date could show."""
    timers = engines().clocks.timers
    for entry in register().find(instrument):
        timer = timers.get(str(entry.citation))
        for what, bent in bent_timers(timer) if timer else ():
            yield f"{entry.citation}: {what}", partial(timer_noticed, bent, entry)


def bent_timers(timer: Timer) -> Iterator[tuple[str, Timer]]:
    """Yield a clock with one thing changed: its length, the kind of its days, the day it begins."""
    span = timer.span
    if span:
        for length in (span.length - 1, span.length + 1):
            if length:
                other = Span(length=length, unit=span.unit, kind=span.kind)
                yield f"{length} {span.unit}", structs.replace(timer, span=other)
        if span.unit == "days":
            kind = "calendar" if span.kind == "working" else "working"
            yield kind, structs.replace(timer, span=structs.replace(span, kind=kind))
    if span and timer.direction != "before" and not timer.year_end:
        first = "next" if timer.first_day == "same" else "same"
        yield f"first day {first}", structs.replace(timer, first_day=first)
    if timer.past_rest_days or timer.year_end:
        yield "ends as counted", structs.replace(timer, past_rest_days=False, year_end=False)
    for name in timer.extends:
        yield f"not of {name}", structs.replace(timer, extends=tuple(o for o in timer.extends if o != name))


def timer_noticed(bent: Timer, entry: Entry) -> bool:
    """Tell whether an example of a clock sees another day."""
    timers = engines().clocks.timers
    kept = timers[bent.provision]
    timers[bent.provision] = bent
    try:
        return bool(list(proofs.clocks(engines(), entry, official())))
    except ShouxinError:
        return True
    finally:
        timers[bent.provision] = kept


def control_bends(instrument: str) -> Iterator[Bend]:
    """Yield every bend of the controls of an instrument: where it applies, and what it asks for."""
    for item in engines().controls.all:
        if item.entry.instrument.instrument != instrument:
            continue
        if item.control.applies:
            for bent in dict.fromkeys(shifted(item.applies)):
                changed = item._replace(applies=bent)
                yield f"{item.provision}: {bent}", partial(control_noticed, changed)
        elements = item.control.elements
        for index, element in enumerate(elements if len(elements) > 1 else ()):
            fewer = structs.replace(item.control, elements=elements[:index] + elements[index + 1 :])
            changed = item._replace(control=fewer)
            yield f"{item.provision}: without {element.name}", partial(control_noticed, changed)


def control_noticed(item: Ready) -> bool:
    """Tell whether an example of a control sees another state."""
    try:
        return any(list(proofs.controlled(engines(), item, one)) for one in item.control.examples)
    except ShouxinError:
        return True


@pytest.mark.parametrize(
    "kind", [calculator_bends, clock_bends, control_bends], ids=lambda kind: kind.__name__
)
def test_the_examples_notice_nearly_every_bend(kind: Callable[[str], Iterator[Bend]]) -> None:
    """At least 95 in 100 bends of each kind are noticed; the figure is printed."""
    survivors: list[str] = []
    total = 0
    for instrument in INSTRUMENTS:
        for what, noticed in kind(instrument):
            total += 1
            if not noticed():
                survivors.append(what)
    share = 1 - len(survivors) / total if total else 1.0
    print(f"{kind.__name__}: {total} bends, {share:.1%} noticed")
    assert share >= SHARE, "\n".join(survivors[:60])
