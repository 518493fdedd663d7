"""What both sides of the desk need: its procedure, its matters, and letters within a transaction."""

import datetime
import secrets
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shouxin.duties.access.service import Patience, Slowing
from shouxin.duties.cases.model import CaseView, Given
from shouxin.duties.cases.service import Cases
from shouxin.duties.desk import kept, sealing
from shouxin.duties.desk.model import Kind, Letter, plain
from shouxin.duties.desk.sealing import Writing
from shouxin.engine.procedure import Machine
from shouxin.errors import InputError
from shouxin.store.ledger import Actor, Entry
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from shouxin.duties.cases.kept import Work

PATIENCE = Patience(20, 60)
"""Matters that an address may bring in an hour before it waits between them."""

TURNS = 4
"""Matters taken in at the same moment: the others wait here, and not for a connection they may never get."""

SERVICE = "desk"
"""What the people of the desk belong to: nobody here was verified to be a customer of a service."""


class Shared:
    """The matters of one kind over one store."""

    def __init__(self, kind: Kind, cases: Cases, engine: "Engine", people: People) -> None:
        self.kind = kind
        self.cases = cases
        self._engine = engine
        self._people = people
        self._guessing = Slowing(engine)
        self._bringing = Slowing(engine, PATIENCE, PATIENCE)
        self._turns = threading.BoundedSemaphore(TURNS)
        self._warming = threading.Lock()
        self._warm = False

    @property
    def machine(self) -> Machine:
        """Return the procedure of this kind."""
        return self.cases.keeper.engines.machines.find(self.kind.procedure)

    @cached_property
    def finals(self) -> tuple[str, ...]:
        """Return the states in which a case has ended."""
        return tuple(state.name for state in self.machine.data.states if state.final)

    def _ready(self) -> None:
        """Have the key that finds people at hand, which within a transaction needs a second connection."""
        with self._warming:
            if not self._warm:
                with self._engine.connect() as connection:
                    self._people.find(connection, SERVICE, ["-"])
                self._warm = True

    def _row(self, connection: "Connection", number: int) -> Any:
        row = kept.one(connection, self.kind.name, number)
        if row is None:
            raise InputError(
                "desk-none", f"there is no {self.kind.name} {number}", remedy="look into the list of all"
            )
        return row

    def _admit(self, connection: "Connection", number: int, party: str, told: str) -> None:
        """Let a party write, under a data key of its own."""
        (made,) = self._people.make(connection, SERVICE, [secrets.token_hex(16)])
        kept.admit(connection, number, party, made.id, sealing.digest(plain(told)))

    def _letters(
        self, connection: "Connection", number: int, writings: Sequence[Writing], actor: Actor
    ) -> list[Entry]:
        """Write letters; return the entries that say so, each about whom the letter is sealed for."""
        parties = {one.party: one for one in kept.parties(connection, self.kind.name, number)}
        entries = []
        for one in writings:
            if one.party not in parties:
                raise InputError(
                    "desk-party",
                    f'nobody is heard as "{one.party[:40]}"',
                    remedy="take the step that hears them",
                )
            party = parties[one.party]
            letter = sealing.sealed(connection, self._people, party.person, one)
            kept.put(connection, number, letter)
            what = {"number": number, "letter": one.id, "sealed": sealing.digest_of(letter.sealed)}
            entries.append(
                Entry(
                    kind=f"{self.kind.name}.letter",
                    who=actor.who,
                    origin=actor.origin,
                    what=what,
                    whose=party.commitment,
                )
            )
        return entries

    def _opened(self, connection: "Connection", number: int, party: str = "") -> tuple[Letter, ...]:
        """Return letters opened, of one party or all; without a body where the key is gone."""
        alive = {
            one.party: one.person
            for one in kept.parties(connection, self.kind.name, number)
            if one.alive and party in ("", one.party)
        }
        return tuple(
            sealing.opened(connection, self._people, alive[row.party], row)
            if row.party in alive
            else sealing.closed(row)
            for row in kept.letters(connection, number)
            if party in ("", row.party)
        )

    def _records(self, step: str, writing: Writing) -> dict[str, str]:
        """Return where each record of a step lies: in the letter, where one is written."""
        needed = next((one.records for one in self.machine.steps if one.name == step), ())
        return {one.name: f"letter {writing.id}" for one in needed} if writing.body else {}

    def _move(
        self,
        where: tuple[int, int],
        given: Given,
        letters: Sequence[Writing],
        days: tuple[datetime.date, Actor],
        words: Mapping[str, str] | None = None,
    ) -> CaseView:
        """Take a step in the case of a matter, with its letters in the same transaction."""
        (case_id, number), (today, actor) = where, days

        def beside(work: "Work", _case: int) -> Sequence[Entry]:
            for party, told in (words or {}).items():
                self._admit(work.connection, number, party, told)
            asked = {"number": number, "kind": self.kind.name, "case": case_id, "step": given.step}
            work.tell(
                [(f"desk-{number}-{given.step}-{secrets.token_hex(8)}", f"{self.kind.name}.step", asked)]
            )
            return self._letters(work.connection, number, letters, actor)

        self._ready()
        view = self.cases.move(case_id, given, today, actor, beside=beside).case
        assert view
        return view


def still_open(number: int) -> InputError:
    """Return the error for what only ended matters allow."""
    return InputError(
        "desk-open", f"{number} has not ended, or somebody can still object", remedy="wait until it has ended"
    )


def reasoned(reason: str) -> None:
    """Let pass what has a reason; raise ``InputError`` (desk-reason)."""
    if not 0 < len(reason.strip()) <= 2000:
        raise InputError(
            "desk-reason", "a reason is needed, of at most 2,000 characters", remedy="say why this is done"
        )
