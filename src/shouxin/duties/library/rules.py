"""The rules of a provision as a page shows them: conditions in words, exceptions, examples in pairs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shouxin.duties import question
from shouxin.duties.clauses import Clause, clause
from shouxin.duties.question import Asked
from shouxin.engine.examples import Case, cases
from shouxin.law import citation
from shouxin.law.citation import Citation
from shouxin.law.model import Instrument, Reading, Words
from shouxin.law.register import Entry, Register
from shouxin.law.rule import Example, Gate
from shouxin.law.wording import Act, Fact


class Under(NamedTuple):
    """A reading that a rule depends on, and the answer under which it stands."""

    instrument: Instrument
    reading: Reading
    answer: Words
    chosen: bool


class RuleView(NamedTuple):
    """One rule: its conditions as clauses, its acts with their labels, what it yields to or defeats."""

    gate: Gate
    acts: tuple[Act, ...]
    groups: tuple[str, ...]
    when: Clause | None
    require: Clause | None
    unless: tuple[Citation, ...]
    overrides: tuple[Citation, ...]
    beside: tuple[Citation, ...]
    under: tuple[Under, ...]

    @property
    def stands(self) -> bool:
        """Tell whether the rule stands under the readings chosen."""
        return all(under.chosen for under in self.under)


class ExampleView(NamedTuple):
    """An example: the facts it gives or changes, what it shows, and the question that tries it.

    ``mark`` is the icon that goes with it: an effect, ``duty``, or ``rests`` where all that it shows is
    that the provision does not take effect.
    """

    example: Example
    act: Act | None
    facts: tuple[tuple[Fact, object], ...]
    mark: str
    by: tuple[Citation, ...]
    not_by: tuple[Citation, ...]
    under: tuple[Under, ...]
    tried: Asked | None


class Ruled(NamedTuple):
    """What a provision's rules are: where they apply, the rules, and the examples, twins together.

    ``scopes`` are the scopes that stand under other readings.
    """

    scope: Clause | None
    scopes: tuple[tuple[Clause, tuple[Under, ...]], ...]
    rules: tuple[RuleView, ...]
    examples: tuple[tuple[ExampleView, ...], ...]
    profile: Words | None


def ruled(register: Register, entry: Entry, answers: Mapping[str, str]) -> Ruled:
    """Return the rules and examples of a provision, both empty where it has none.

    ``answers`` are those that stand for each reading: a rule under another one is set apart.
    """
    vocabulary = register.books.vocabulary
    facts = {fact.name: fact for fact in vocabulary.facts}
    scope = entry.instrument.scope
    assumed = {example.assume for example in entry.provision.examples}
    profiles = [item.label for item in vocabulary.profiles if item.name in assumed]
    return Ruled(
        scope=_clause(scope.when if scope and entry.provision.gate else "", facts),
        scopes=_scopes(register, entry, facts, answers),
        rules=tuple(_rule(register, entry, gate, facts, answers) for gate in entry.provision.gate),
        examples=_examples(register, entry, facts, answers),
        profile=profiles[0] if len(profiles) == 1 else None,
    )


def _rule(
    register: Register, entry: Entry, gate: Gate, facts: Mapping[str, Fact], answers: Mapping[str, str]
) -> RuleView:
    home = entry.instrument.instrument
    acts = {act.name: act for act in register.books.vocabulary.acts}
    return RuleView(
        gate=gate,
        acts=tuple(acts[name] for name in gate.acts if name in acts),
        groups=tuple(name for name in gate.acts if name not in acts),
        when=_clause(gate.when, facts),
        require=_clause(gate.require, facts),
        unless=tuple(citation.parse(text, home) for text in gate.unless),
        overrides=tuple(citation.parse(text, home) for text in gate.overrides),
        beside=tuple(citation.parse(text, home) for text in gate.beside),
        under=tuple(under(register, home, pair, answers) for pair in gate.readings.items()),
    )


def _scopes(
    register: Register, entry: Entry, facts: Mapping[str, Fact], answers: Mapping[str, str]
) -> tuple[tuple[Clause, tuple[Under, ...]], ...]:
    scope, home = entry.instrument.scope, entry.instrument.instrument
    forms = scope.under if scope and entry.provision.gate else ()
    return tuple(
        (
            clause(form.when, facts),
            tuple(under(register, home, pair, answers) for pair in form.readings.items()),
        )
        for form in forms
    )


def under(register: Register, home: str, pair: tuple[str, str], answers: Mapping[str, str]) -> Under:
    """Return a reading that something depends on, and whether the answer it needs is the one that stands."""
    name, answer = pair
    cited = Citation(*name.split(":", 1)) if ":" in name else Citation(home, name)
    item = register.instrument(cited.instrument)
    reading = next(reading for reading in item.readings if reading.id == cited.eid)
    return Under(item, reading, reading.worded(answer), answers[str(cited)] == answer)


def _examples(
    register: Register, entry: Entry, facts: Mapping[str, Fact], answers: Mapping[str, str]
) -> tuple[tuple[ExampleView, ...], ...]:
    """Return the examples in groups: a case with the twins that change it."""
    groups: list[list[ExampleView]] = []
    for case in cases(entry):
        if case.example.facts:
            groups.append([])
        groups[-1].append(_example(register, case, facts, answers))
    return tuple(tuple(group) for group in groups)


def _example(
    register: Register, case: Case, facts: Mapping[str, Fact], answers: Mapping[str, str]
) -> ExampleView:
    home, example = case.entry.instrument.instrument, case.example
    acts = {act.name: act for act in register.books.vocabulary.acts}
    shown = example.facts or example.but
    by = tuple(citation.parse(text, home) for text in example.expect.by)
    not_by = tuple(citation.parse(text, home) for text in example.expect.not_by)
    return ExampleView(
        example=example,
        act=acts.get(str(shown.get("act", ""))),
        facts=tuple((facts[name], worth) for name, worth in shown.items() if name in facts),
        mark=example.expect.effect or _mark(case.entry, by),
        by=by,
        not_by=not_by,
        under=tuple(under(register, home, pair, answers) for pair in case.readings.items()),
        tried=_tried(register, case, answers),
    )


def _mark(entry: Entry, by: Sequence[Citation]) -> str:
    if not any(item.covers(entry.citation) for item in by):
        return "rests"
    marks = {"prohibit": "prohibited", "duty": "duty", "permit": "permitted"}
    return marks[entry.provision.gate[0].effect]


def _tried(register: Register, case: Case, answers: Mapping[str, str]) -> Asked | None:
    """Return the question that asks the same of the gate; None where it cannot be asked there.

    That is so where a fact may not stand in an address, or the example runs under other readings.
    """
    if any(answers[name] != answer for name, answer in case.readings.items()):
        return None
    facts = {name: worth for name, worth in case.facts.items() if name != "act"}
    if facts.keys() & question.private(register.books.vocabulary):
        return None
    return question.asked(case.facts["act"], facts.items(), case.example.assume, case.day.isoformat())


def _clause(text: str, facts: Mapping[str, Fact]) -> Clause | None:
    return clause(text, facts) if text else None
