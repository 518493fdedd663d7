"""A guard on a store: it reads people there, hears what changes, and writes its rulings into the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from shouxin.duties.consent import service as consent
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard.decided import KIND
from shouxin.duties.guard.grounds import StoredGrounds
from shouxin.duties.guard.memory import Memory
from shouxin.duties.guard.model import Ruled
from shouxin.duties.guard.reading import Reader
from shouxin.duties.guard.service import Grounds, Guard, Record, Today
from shouxin.duties.inventory.service import Inventory
from shouxin.law.register import Register
from shouxin.store import restrictions
from shouxin.store.ledger import Actor, Entry, Writer
from shouxin.store.line import Line
from shouxin.store.people import SUBJECT, People

if TYPE_CHECKING:
    from sqlalchemy import Connection


def entry(ruled: Ruled, by: Actor) -> Entry:
    """Return what the ledger keeps of a ruling."""
    (_, act, _), ruling, whose = ruled
    rules = ruling.violations or ruling.open
    return Entry(
        kind=KIND,
        who=by.who,
        origin=by.origin,
        what={
            "act": act.act,
            "service": act.service,
            "activity": act.activity,
            "effect": ruling.effect,
            "provisions": list(dict.fromkeys(one.provision for one in rules)),
            "missing": list(ruling.missing),
            "assumed": list(ruling.assumed),
        },
        whose=whose,
        why=ruling.decision,
        outcome="done" if ruling.allowed else "refused",
    )


def of_store(
    engine: Engine,
    register: Register,
    readings: Mapping[str, str],
    people: People,
    writer: Writer,
    *,
    sample: float,
) -> AbstractContextManager[Guard]:
    """Return a guard that knows the inventory, the notices and the answers in a store; see ``opened``."""
    grounds = StoredGrounds(Inventory(register, readings, engine).declared, engine)
    return opened(engine, Decider(register, readings), grounds, people, writer, sample=sample)


@contextmanager
def opened(
    engine: Engine, decider: Decider, grounds: Grounds, people: People, writer: Writer, *, sample: float = 0.0
) -> Iterator[Guard]:
    """Give a guard while its line to the store is held; ``writer`` is one that others use as well.

    It reads without transactions: fewer ways to the database and back.
    """
    read = Reader(engine, people)

    def hear(subject: str, message: str) -> None:
        if subject not in (consent.SUBJECT, SUBJECT, restrictions.SUBJECT):
            guard.forget()
        elif message == "*":
            memory.forget_all()
        else:
            memory.forget([int(number) for number in message.split(",")])

    def again() -> None:
        memory.forget_all()
        guard.forget()

    memory = Memory(read)
    line = Line(engine, hear, again)
    guard = Guard(
        decider, grounds, memory, stands=lambda: line.stands, record=_recorder(writer), sample=sample
    )
    try:
        with line:
            yield guard
    finally:
        read.close()


@contextmanager
def at_once(
    engine: Engine, decider: Decider, grounds: Grounds, people: People, writer: Writer, today: Today
) -> Iterator[Guard]:
    """Give a guard for rulings in a row between which nothing is written: it hears of no change.

    ``today`` tells the day that it rules on; the time of its entries is that of the writer.
    """
    read = Reader(engine, people)
    try:
        yield Guard(decider, grounds, Memory(read), record=_recorder(writer), today=today)
    finally:
        read.close()


def _recorder(writer: Writer) -> Record:
    """Return what hands rulings to a writer."""

    def record(ruled: Sequence[Ruled], by: Actor) -> "Future[None]":
        return writer.submit(_nothing, [entry(one, by) for one in ruled])

    return record


def _nothing(_connection: "Connection") -> None:
    """Change nothing: a ruling is its entry."""
