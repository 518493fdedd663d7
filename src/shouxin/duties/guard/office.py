"""A guard on a store: it reads people there, hears what changes, and writes its denials into the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from shouxin.duties.consent import service as consent
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard.memory import Known, Memory
from shouxin.duties.guard.model import Act, Ruling
from shouxin.duties.guard.service import Grounds, Guard
from shouxin.store.ledger import Entry, Writer
from shouxin.store.ledger.entry import Origin
from shouxin.store.line import Line
from shouxin.store.people import People, Person


class Teller:
    """Writes rulings into the ledger through a writer that others use as well."""

    def __init__(self, writer: Writer, people: People, who: str, origin: Origin) -> None:
        self._writer = writer
        self._people = people
        self._who = who
        self._origin = origin

    def __call__(self, person: str, act: Act, ruling: Ruling) -> None:
        """Hand a ruling in; it is durable with the next commit of the writer."""
        found: list[Person | None] = []

        def look(connection: Connection) -> None:
            found[:] = self._people.find(connection, act.service, [person])

        self._writer.submit(look, lambda _nothing: [self._entry(act, ruling, found[0])])

    def _entry(self, act: Act, ruling: Ruling, person: Person | None) -> Entry:
        rules = ruling.violations or ruling.open
        return Entry(
            kind="decision",
            who=self._who,
            origin=self._origin,
            what={
                "act": act.act,
                "service": act.service,
                "activity": act.activity,
                "effect": ruling.effect,
                "provisions": list(dict.fromkeys(one.provision for one in rules)),
                "missing": list(ruling.missing),
            },
            whose=person.commitment if person else b"",
            why=ruling.decision,
            outcome="done" if ruling.allowed else "refused",
        )


@contextmanager
def opened(
    engine: Engine, decider: Decider, grounds: Grounds, people: People, teller: Teller, *, sample: float = 0.0
) -> Iterator[Guard]:
    """Give a guard while its line to the store is held."""

    def read(service: str, reference: str) -> Known:
        with engine.connect() as connection:
            (person,) = people.find(connection, service, [reference])
            if person is None:
                return Known(0, {})
            return Known(person.id, consent.standings(connection, [person.id]).get(person.id, {}))

    memory = Memory(read)
    guards: list[Guard] = []

    def hear(subject: str, message: str) -> None:
        if subject != consent.SUBJECT:
            again()
        elif message == "*":
            memory.forget_all()
        else:
            memory.forget([int(number) for number in message.split(",")])

    def again() -> None:
        memory.forget_all()
        for guard in guards:
            guard.forget()

    with Line(engine, hear, again) as line:
        guard = Guard(decider, grounds, memory, stands=lambda: line.stands, record=teller, sample=sample)
        guards.append(guard)
        yield guard
