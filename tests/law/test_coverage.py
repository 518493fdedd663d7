"""Coverage is strict: only steps that are taken, and only what stands under the answers chosen, execute."""

from collections.abc import Callable, Iterator

import msgspec
import pytest

from shouxin.law.coverage import Covered, coverage
from shouxin.law.model import Books, Instrument, Provision
from shouxin.law.procedure import Procedure, Way
from shouxin.law.register import Register

NOTE, STEP = "ecommerce-law:art_42__para_1__cl_1", "notify"
OTHER = {"pipl:deletion-when": "erase-at-once"}


def state(books: Books, provision: str) -> Covered:
    """Return what becomes of one provision under changed books."""
    return next(item for item in coverage(Register(books, "changed")).provisions if item.id == provision)


def with_paths(books: Books, procedure: str, change: Callable[[Way], Iterator[Way]]) -> Books:
    """Return the books with every path of one procedure put in place of what ``change`` makes of it."""

    def changed(item: Procedure) -> Procedure:
        if item.procedure != procedure:
            return item
        return msgspec.structs.replace(item, paths=tuple(way for old in item.paths for way in change(old)))

    return msgspec.structs.replace(books, procedures=tuple(map(changed, books.procedures)))


def up_to_a_refusal(way: Way) -> Iterator[Way]:
    """Yield the path cut off at the step, which is then refused."""
    steps = [taken.step for taken in way.takes]
    if STEP in steps:
        takes = way.takes[: steps.index(STEP) + 1]
        yield msgspec.structs.replace(way, takes=takes, refused="step-not-allowed")
    else:
        yield way


def under_another_reading(way: Way) -> Iterator[Way]:
    """Yield the path as one that only another answer to a reading allows."""
    yield msgspec.structs.replace(way, readings=OTHER)


@pytest.mark.parametrize("change", [up_to_a_refusal, under_another_reading])
def test_a_step_that_is_not_taken_executes_nothing(
    register: Register, change: Callable[[Way], Iterator[Way]]
) -> None:
    """A provision that only a refused step orders, or one under an answer not chosen, is not yet executed."""
    assert state(register.books, NOTE).state == "executed"
    assert state(with_paths(register.books, "ip-notice", change), NOTE).state == "not_yet"


def test_the_form_of_a_step_under_another_answer_executes_nothing(register: Register) -> None:
    """Two forms of a step share its name; only what the one that stands orders counts."""

    def only_elsewhere(item: Procedure) -> Procedure:
        """Return the procedure whose step cites the provision under another answer only."""
        steps = []
        for step in item.steps:
            if step.name == STEP and NOTE in step.provisions:
                bare = tuple(name for name in step.provisions if name != NOTE)
                records = tuple(msgspec.structs.replace(one, provisions=()) for one in step.records)
                steps.append(msgspec.structs.replace(step, provisions=bare, records=records))
                step = msgspec.structs.replace(step, readings=OTHER)
            steps.append(step)
        return msgspec.structs.replace(item, steps=tuple(steps))

    books = msgspec.structs.replace(
        register.books, procedures=tuple(map(only_elsewhere, register.books.procedures))
    )
    assert state(books, NOTE).state == "not_yet"


def test_a_block_under_another_answer_executes_nothing(register: Register) -> None:
    """A clock, control, calculator, record or rule that stands under an answer not chosen does not count."""
    for mechanism in ("clock", "control", "calculator", "record", "gate"):
        entry = next(
            entry
            for entry in register.entries
            if entry.provision.mechanism == (mechanism,) and getattr(entry.provision, mechanism)
        )

        def dormant(item: Provision, mechanism: str = mechanism) -> Provision:
            blocks = getattr(item, mechanism)
            return msgspec.structs.replace(
                item, **{mechanism: tuple(msgspec.structs.replace(block, readings=OTHER) for block in blocks)}
            )

        def changed(item: Instrument, one: str = str(entry.provision.id)) -> Instrument:
            return msgspec.structs.replace(
                item, provisions=tuple(dormant(p) if p.id == one else p for p in item.provisions)
            )

        books = msgspec.structs.replace(
            register.books,
            instruments=tuple(
                changed(item) if item.instrument == entry.instrument.instrument else item
                for item in register.books.instruments
            ),
        )
        assert state(register.books, str(entry.citation)).state == "executed", mechanism
        assert state(books, str(entry.citation)).state == "not_yet", mechanism
