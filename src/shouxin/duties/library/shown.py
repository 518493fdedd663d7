"""The examples of controls and calculators as a page shows them: cases with their twins, facts in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from shouxin.law import citation
from shouxin.law.mechanism import CalculatorExample, Control, ControlExample, LocalFact
from shouxin.law.wording import Fact

Facts = Mapping[str, Fact | LocalFact]
Under = Callable[[tuple[str, str]], Any]
_STATES = {"met": "permitted", "not_met": "prohibited", "not_applicable": "rests"}
_REACHED = {True: "duty", False: "rests", None: "undetermined"}


class Given(NamedTuple):
    """One thing that an example gives.

    ``kind`` is fact, acts (``worth`` holds what each gives), element (the kind of its evidence and the day),
    breach, at (citations), day, or reading. Without a worth it is not known or not shown.
    """

    kind: str
    what: Any
    worth: Any


class Shown(NamedTuple):
    """An example with what it gives, or, for a ``twin``, with what it changes of the one before it.

    ``mark`` is the icon that goes with its outcome.
    """

    example: ControlExample | CalculatorExample
    mark: str
    twin: bool
    given: tuple[Given, ...]


Case = tuple[ControlExample | CalculatorExample, str, dict[str, Given]]


def of_control(control: Control, facts: Facts) -> tuple[tuple[Shown, ...], ...]:
    """Return the examples of a control in groups: a case with its twins."""
    elements = {element.name: element for element in control.elements}

    def case(example: ControlExample) -> Case:
        given = {name: Given("fact", facts[name], worth) for name, worth in example.facts.items()}
        given |= {f":{name}": Given("element", elements[name], text) for name, text in example.shown.items()}
        given |= {f":{name}": Given("element", elements[name], "missing") for name in example.missing}
        if example.as_of:
            given[":day"] = Given("day", None, example.as_of)
        return example, _STATES.get(example.state, "undetermined"), given

    return tuple(_grouped(map(case, control.examples)))


def of_calculator(
    examples: Iterable[CalculatorExample], home: str, facts: Facts, under: Under
) -> tuple[tuple[Shown, ...], ...]:
    """Return the examples of a calculator in groups: a case with its twins."""

    def case(example: CalculatorExample) -> Case:
        given = {name: _fact(facts[name], worth, facts) for name, worth in example.given.items()}
        if example.at:
            given[":at"] = Given("at", None, (citation.parse(example.at, home),))
        if example.breach:
            cited = tuple(citation.parse(text, home) for text in example.breach)
            given[":breach"] = Given("breach", None, cited)
        if example.as_of:
            given[":day"] = Given("day", None, example.as_of)
        for name, answer in example.readings.items():
            given[f":{name}"] = Given("reading", None, under((name, answer)))
        return example, _REACHED[example.reached], given

    return tuple(_grouped(map(case, examples)))


def _fact(fact: Fact | LocalFact, worth: Any, facts: Facts) -> Given:
    if fact.type != "acts":
        return Given("fact", fact, worth)
    acts = tuple(tuple(_fact(facts[name], one, facts) for name, one in act.items()) for act in worth)
    return Given("acts", fact, acts)


def _grouped(cases: Iterable[Case]) -> Iterator[tuple[Shown, ...]]:
    """Yield the cases, each with those after it that change one thing of it."""
    group: list[Shown] = []
    base: dict[str, Given] = {}
    for example, mark, given in cases:
        changed = {name: item for name, item in given.items() if base.get(name) != item}
        changed |= {name: item._replace(worth=None) for name, item in base.items() if name not in given}
        twin = bool(group) and len(base) > 1 and len(changed) == 1
        if group and not twin:
            yield tuple(group)
            group = []
        if not twin:
            base = given
        group.append(Shown(example, mark, twin, tuple((changed if twin else given).values())))
    if group:
        yield tuple(group)
