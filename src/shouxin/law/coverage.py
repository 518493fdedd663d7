"""What becomes of every provision: executed, vocabulary, declaration, or not yet (promise P4)."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from shouxin.law import citation
from shouxin.law.model import Shape, State
from shouxin.law.procedure import Step
from shouxin.law.register import Entry, Register

Walked = Counter[str]
"""How many paths of procedures take a step that a provision orders, by citation."""


class Covered(Shape, frozen=True, kw_only=True):
    """The state of one provision, what executes it, and how many executed examples it has."""

    id: str
    state: State
    executed_by: tuple[str, ...]
    examples: int
    why: str = ""


class Counts(Shape, frozen=True, kw_only=True):
    """How many provisions are in each state."""

    total: int
    actionable: int
    executed: int
    vocabulary: int
    declaration: int
    not_yet: int


class Coverage(Shape, frozen=True, kw_only=True):
    """The state of the whole register; ``issuing_notice`` holds what stands in no article."""

    law_version: str
    counts: Counts
    provisions: tuple[Covered, ...]
    issuing_notice: tuple[Covered, ...]


@lru_cache(maxsize=2)
def coverage(register: Register) -> Coverage:
    """Return the state of every provision of ``register``; no id is ever left out."""
    provisions = tuple(covered(register, entry) for entry in register.entries)
    notices = (Entry(item, provision) for item in register.instruments for provision in item.issuing_notice)
    return Coverage(
        law_version=register.version,
        counts=counts(provisions, sum(entry.provision.actionable for entry in register.entries)),
        provisions=provisions,
        issuing_notice=tuple(covered(register, entry) for entry in notices),
    )


def counts(provisions: tuple[Covered, ...], actionable: int) -> Counts:
    """Return how many of ``provisions`` are in each state."""
    states = [item.state for item in provisions]
    return Counts(
        total=len(states),
        actionable=actionable,
        executed=states.count("executed"),
        vocabulary=states.count("vocabulary"),
        declaration=states.count("declaration"),
        not_yet=states.count("not_yet"),
    )


def covered(register: Register, entry: Entry) -> Covered:
    """Return the state of one provision."""
    return _all(register)[entry.instrument.instrument, entry.provision.id]


@lru_cache(maxsize=2)
def _all(register: Register) -> Mapping[tuple[str, str], Covered]:
    """Return the state of everything by instrument and eId: it is the same as long as the register is."""
    return {
        (item.instrument, provision.id): _covered(register, Entry(item, provision))
        for item in register.instruments
        for provision in item.everything
    }


def _covered(register: Register, entry: Entry) -> Covered:
    """Return the state of one provision.

    A declaration has nothing to execute, and its reason is given; a definition that other provisions
    read is vocabulary. Anything else is executed when each of its mechanisms is: ``executed_by`` names
    those that the law files execute, with examples that show it, and while one is not among them the
    provision is not yet executed. Only what stands under the answers that the register chose counts.
    """
    provision = entry.provision
    cited, walked = str(entry.citation), walks(register)
    by = tuple(mechanism for mechanism in provision.mechanism if _shows(register, entry, mechanism, walked))
    state: State = "not_yet"
    if provision.mechanism == ("declaration",):
        state = "declaration"
    elif provision.mechanism == ("vocabulary",):
        state = "vocabulary"
    elif set(by) | {"vocabulary"} >= set(provision.mechanism):
        state = "executed"
    shown = (provision.clock, provision.control, provision.calculator, provision.record)
    own = sum(len(item.examples) for group in shown for item in group)
    return Covered(
        id=cited,
        state=state,
        executed_by=by,
        examples=len(provision.examples) + own + walked[cited],
        why=provision.why,
    )


@lru_cache(maxsize=2)
def walks(register: Register) -> Walked:
    """Return how many paths of procedures take a step that a provision orders, for each provision.

    The step with which a path is refused is not taken, and a path under other readings is not walked.
    """
    found: Walked = Counter()
    for procedure in register.books.procedures:
        orders = {step.name: _ordered(step) for step in procedure.steps if _stands(register, step.readings)}
        for way in procedure.paths:
            if _stands(register, way.readings):
                taken = way.takes[:-1] if way.refused else way.takes
                found.update({name for move in taken for name in orders.get(move.step, ())})
    return found


def _ordered(step: Step) -> set[str]:
    cited = (*step.provisions, *(name for record in step.records for name in record.provisions))
    return {str(citation.parse(text)) for text in cited}


def _stands(register: Register, readings: Mapping[str, str], home: str = "") -> bool:
    answers = _answers(register)
    return all(
        answers[name if ":" in name else f"{home}:{name}"] == answer for name, answer in readings.items()
    )


@lru_cache(maxsize=2)
def _answers(register: Register) -> Mapping[str, str]:
    return register.answers()


def _shows(register: Register, entry: Entry, mechanism: str, walked: Walked) -> bool:
    """Tell whether something in the law files executes this mechanism of a provision, and shows it."""
    provision, home = entry.provision, entry.instrument.instrument
    ordered = bool(walked[str(entry.citation)])
    match mechanism:
        case "gate":
            rules = any(_stands(register, rule.readings, home) for rule in provision.gate)
            return rules and len(provision.examples) >= 2
        case "procedure":
            return ordered
        case "clock" | "control" | "calculator" | "record":
            blocks = getattr(provision, mechanism)
            stands = any(_stands(register, block.readings, home) for block in blocks)
            return stands or (mechanism == "record" and ordered)
        case _:
            return False
