"""The examples of clocks, controls, calculators, records and procedures, run: what they say against what is.

Each function yields in words where an example expects something else than the engine answers.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from shouxin.engine.calculated import Calculated, Part
from shouxin.engine.calculator import Calculators
from shouxin.engine.calendar import Calendar
from shouxin.engine.case import Case, Move, RefusalError
from shouxin.engine.control import Controls, Evidence
from shouxin.engine.control import Ready as ReadyControl
from shouxin.engine.engines import Engines
from shouxin.engine.examples import DAY
from shouxin.engine.facts import Reader
from shouxin.engine.procedure import Machine
from shouxin.engine.retention import Ready as ReadyRecord
from shouxin.engine.retention import Records
from shouxin.errors import ShouxinError
from shouxin.law import citation
from shouxin.law.mechanism import Calculator, CalculatorExample, ControlExample, RecordExample
from shouxin.law.procedure import Procedure, Way
from shouxin.law.register import Entry


def clocks(engines: Engines, entry: Entry, calendar: Calendar) -> Iterator[str]:
    """Yield the disagreements of the clocks of one provision, each under the readings it stands on."""
    home, here = entry.instrument.instrument, str(entry.citation)
    if entry.provision.clock and here not in engines.clocks.timers:
        yield f"{here}: no clock stands under the readings chosen"
        return
    for clock in entry.provision.clock:
        running = engines.under(home, clock.readings).clocks
        for example in clock.examples:
            of = str(citation.parse(example.of, home)) if example.of else here
            extended = (here,) if example.extended else ()
            due = running.due(
                of, example.start, calendar, own=example.own, pauses=example.pauses, extended_by=extended
            )
            if due.due != example.due:
                yield f"{here}: from {example.start} {of} runs out on {due.due}, not {example.due}"


def calculators(engines: Engines, entry: Entry) -> Iterator[str]:
    """Yield the disagreements of the calculators of one provision, each under the readings it stands on."""
    for calculator in entry.provision.calculator:
        for example in calculator.examples:
            yield from calculated(engines, entry, calculator, example)


def under(engines: Engines, home: str, answers: Mapping[str, str]) -> Calculators:
    """Return the calculators under some answers to the readings of an instrument, or of others in full."""
    return engines.calculating({n if ":" in n else f"{home}:{n}": answer for n, answer in answers.items()})


def calculated(
    engines: Engines, entry: Entry, calculator: Calculator, example: CalculatorExample
) -> Iterator[str]:
    """Yield where a calculator of a provision answers otherwise than one example says."""
    home, here = entry.instrument.instrument, str(entry.citation)
    answering = under(engines, home, {**calculator.readings, **example.readings})
    asked = str(citation.parse(example.at, home)) if example.at else here
    found = answering.calculate(asked, example.given, example.as_of or DAY, example.breach or None)
    name = f"{here}, {example.name or dict(example.given)}"
    part: Calculated | Part = found
    if not example.at:
        blocks = [item.calculator for item in answering.formulas[here]]
        part = [item for item in found.parts if item.provision == here][blocks.index(calculator)]
    if part.reached is not example.reached:
        yield f"{name}: reached is {part.reached}, not {example.reached}"
    if example.sum and part.sum != example.sum:
        yield f"{name}: the sum is {part.sum}, not {example.sum}"
    if example.gives and part.gives != example.gives:
        yield f"{name}: gives {part.gives}, not {example.gives}"
    kinds = [item.kind for item in found.sanctions]
    if example.sanctions and sorted(kinds) != sorted(example.sanctions):
        yield f"{name}: the sanctions are {kinds}, not {list(example.sanctions)}"


def controls(engines: Engines, entry: Entry) -> Iterator[str]:
    """Yield the disagreements of the controls of one provision, each under the readings it stands on."""
    for control in entry.provision.control:
        judging = engines.under(entry.instrument.instrument, control.readings)
        for item in judging.controls.all:
            if item.control is control:
                for example in control.examples:
                    yield from controlled(judging, item, example)


def controlled(engines: Engines, item: ReadyControl, example: ControlExample) -> Iterator[str]:
    """Yield where a control is in another state than one example says."""
    as_of = example.as_of or DAY
    service = "a service" if item.control.per == "service" else ""
    evidence = list(_evidence(engines.controls, item, example, as_of, service))
    facts = Reader(engines.rules).read({"act": next(iter(engines.rules.acts)), **example.facts})[1]
    state = engines.controls.judge(item, facts, evidence, as_of).state
    if state != example.state:
        yield f"{item.provision}, {example.name}: the state is {state}, not {example.state}"


def _evidence(
    all_: Controls, item: ReadyControl, example: ControlExample, as_of: date, service: str
) -> Iterator[Evidence]:
    for shown, pairs in ((True, example.shown.items()), (False, ((name, "") for name in example.missing))):
        for name, text in pairs:
            element = item.element(name)
            kind, _, day = (text or element.evidence[0]).partition(" ")
            evidence = Evidence(
                provision=item.provision,
                element=name,
                kind=kind,  # type: ignore[arg-type]
                on=date.fromisoformat(day) if day else as_of,
                shown=shown,
                by="Zhang San",
                service=service,
            )
            all_.accepts(evidence, as_of)
            yield evidence


def records(engines: Engines, entry: Entry) -> Iterator[str]:
    """Yield the disagreements of the records of one provision, each under the readings it stands on."""
    for record in entry.provision.record:
        if record.kind not in engines.records.kinds:
            yield f'{entry.citation}: the vocabulary has no kind of record "{record.kind}"'
        keeping = engines.under(entry.instrument.instrument, record.readings).records
        for item in keeping.all:
            if item.record is record:
                for example in record.examples:
                    yield from _recorded(keeping, item, example)


def _recorded(all_: Records, item: ReadyRecord, example: RecordExample) -> Iterator[str]:
    if example.made:
        last = all_.last(item, example.made, example.own)
        if last != example.until:
            yield f"{item.provision}: made {example.made} it is kept until {last}, not {example.until}"
    if example.holds or example.lacks:
        known = {one.name for one in item.record.items}
        if not known.issuperset(example.holds):
            yield f"{item.provision}: an example holds {example.holds}, which the record does not name"
        lacks = tuple(one.name for one in all_.lacks(item, example.holds))
        if set(lacks) != set(example.lacks):
            yield f"{item.provision}: the record lacks {lacks}, not {example.lacks}"


def paths(engines: Engines, procedure: Procedure, calendar: Calendar) -> Iterator[str]:
    """Yield the disagreements of every path of a procedure, each under the readings it names.

    A step that has another form under an answer not chosen is to be taken in that form too: by a path
    that comes out under that answer as it says.
    """
    for way in procedure.paths:
        for wrong in _walked(engines.machine(procedure, way.readings), way, calendar):
            yield f"{procedure.procedure}, {way.name}: {wrong}"
    for step in procedure.steps:
        if engines.readings.stand("", step.readings, step.name):
            continue
        wrongs = [
            list(_walked(engines.machine(procedure, {**step.readings, **way.readings}), way, calendar))
            for way in procedure.paths
            if step.name in [taken.step for taken in (way.takes[:-1] if way.refused else way.takes)]
            and all(step.readings.get(name, answer) == answer for name, answer in way.readings.items())
        ]
        if [] not in wrongs:
            first = wrongs[0] if wrongs else ""
            yield f"{procedure.procedure}: no path takes {step.name} under {step.readings} {first}"


def _walked(machine: Machine, way: Way, calendar: Calendar) -> Iterator[str]:
    case = Case(procedure=machine.data.procedure)
    for number, taken in enumerate(way.takes, start=1):
        step = next((one for one in machine.steps if one.name == taken.step), None)
        wanted = [one.name for one in step.records if one.name not in taken.without] if step else []
        by = taken.by or (step.by[0] if step else "")
        move = Move(step=taken.step, by=by, on=taken.day, facts=taken.facts, records=tuple(wanted))
        try:
            case, _ = machine.advance(case, move, calendar, way.own)
        except ShouxinError as error:
            expected = way.refused and number == len(way.takes)
            if not (expected and error.code == way.refused):
                yield f"step {number} ({taken.step}) is refused: {error.what} [{error.code}] {error.remedy}"
            if not (expected and isinstance(error, RefusalError)):
                return
        else:
            if way.refused and number == len(way.takes):
                yield f"step {number} ({taken.step}) is not refused"
    yield from _ended(case, way)


def _ended(case: Case, way: Way) -> Iterator[str]:
    if case.state != way.ends:
        yield f"it ends in {case.state}, not {way.ends}"
    due: Mapping[str, date | None] = {clock.provision: clock.due for clock in case.clocks}
    for text, day in way.due.items():
        name = str(citation.parse(text))
        if due.get(name) != day:
            yield f"{name} runs out on {due.get(name)}, not {day}"
    late = {clock.provision for clock in case.clocks if clock.late}
    if late != {str(citation.parse(text)) for text in way.late}:
        yield f"late are {sorted(late)}, not {sorted(way.late)}"
