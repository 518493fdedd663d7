"""What every part of this duty shares: the transaction, a request with its case, steps, entries."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from shouxin.duties.cases.model import CaseView, Given
from shouxin.duties.cases.service import Cases
from shouxin.duties.consent.service import Consents
from shouxin.duties.inventory.service import facts_within
from shouxin.duties.notice.service import Notices
from shouxin.duties.rights import kept
from shouxin.duties.rights.gateway import Gateway
from shouxin.duties.rights.kinds import Kind, kind
from shouxin.duties.rights.model import Content
from shouxin.duties.rights.stores import Stores
from shouxin.engine.expression import names, value
from shouxin.errors import InputError
from shouxin.law.procedure import Step
from shouxin.store import restrictions
from shouxin.store.ledger import Entry, append
from shouxin.store.ledger.entry import Actor
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

CONTENT, LEARNED = "rights/content", "rights/learned"
"""What the sealed values are for; it must be given again to open them."""


SOURCE = "request:"


def source(number: int) -> str:
    """Return what a request is called among all that restricts the use of information."""
    return f"{SOURCE}{number}"


class Found(NamedTuple):
    """A request with its right and its case, within a transaction."""

    row: kept.Kept
    kind: Kind
    case: CaseView

    @property
    def number(self) -> int:
        """Return the number of the request."""
        return self.row.number


class Desk(NamedTuple):
    """The services that requests go through."""

    engine: "Engine"
    people: People
    cases: Cases
    stores: Stores
    gateway: Gateway
    secret: bytes
    consents: Consents | None = None
    notices: Notices | None = None

    @contextmanager
    def begin(self) -> Iterator["Connection"]:
        """Give a transaction: all of it is kept or, where anything fails, nothing."""
        with self.engine.begin() as connection:
            yield connection

    def find(self, connection: "Connection", number: int, today: date, *, lock: bool = True) -> Found:
        """Return a request; raise ``InputError`` (rights-unknown)."""
        row = kept.held(connection, number, lock=lock)
        return Found(row, kind(row.right), self.cases.within(connection).show(row.case, today))

    def verified(self, connection: "Connection", number: int, today: date) -> Found:
        """Return a request whose person was verified; raise ``InputError`` (rights-unverified)."""
        found = self.find(connection, number, today)
        if not found.row.verified_by:
            raise InputError(
                "rights-unverified",
                f"nobody has verified yet who asks in request {number}",
                where=f"request {number}",
                remedy="verify the person first: shouxin request verify --help",
            )
        return found

    def reaches(self, found: Found, name: str) -> bool:
        """Tell whether a step starts where the case stands, whatever its condition says."""
        steps = self.cases.procedures.machine(found.kind.procedure).steps
        return any(step.name == name and found.case.state in step.from_ for step in steps)

    def content(self, connection: "Connection", row: kept.Kept) -> Content:
        """Return what of a request is sealed; raise ``InputError`` (person-unknown) once it is gone."""
        opened = self.people.unsealed(connection, row.person, row.content, CONTENT)
        return msgspec.json.decode(opened, type=Content)

    def take(
        self,
        connection: "Connection",
        found: Found,
        steps: Sequence[str],
        text: str,
        facts: Mapping[str, Any],
        today: date,
        actor: Actor,
    ) -> CaseView:
        """Take the one of these steps that the facts allow, its records filled with one text.

        Facts that nobody gave and the step reads are those of the inventory. Raises ``InputError`` as
        ``Cases.move``.
        """
        cases = self.cases.within(connection)
        case = cases.show(found.row.case, today)
        step, known = self._chosen(connection, found, case, steps, facts)
        records = {one.name: text for one in step.records if not one.optional}
        given = Given(step=step.name, by=step.by[0], on=today, facts=known, records=records)
        taken = cases.move(found.row.case, given, today, actor)
        assert taken.case
        return taken.case

    def _chosen(
        self,
        connection: "Connection",
        found: Found,
        case: CaseView,
        steps: Sequence[str],
        facts: Mapping[str, Any],
    ) -> tuple[Step, dict[str, Any]]:
        machine = self.cases.procedures.machine(found.kind.procedure)
        around = facts_within(connection, found.row.service)
        fitting = [one for one in machine.steps if one.name in steps and case.state in one.from_]
        if not fitting:
            fitting = [one for one in machine.steps if one.name in steps]
        choices = []
        for step in sorted(fitting, key=lambda one: steps.index(one.name)):
            condition = machine.condition(step.name)
            read = names(condition)
            known = {
                name: around[name]
                for name in read
                if name in around and name not in facts and name not in case.facts
            } | {name: worth for name, worth in facts.items() if name in read}
            choices.append((value(condition, {**case.facts, **machine.facts.read(known)}), step, known))
        best = next((one for one in choices if one[0]), None)
        best = best or next((one for one in choices if one[0] is None), choices[0])
        return best[1], best[2]

    def restrict(
        self,
        connection: "Connection",
        found: Found,
        facts: Mapping[str, Any],
        because: str,
        days: tuple[date, date | None],
        purposes: Sequence[str] = (),
    ) -> None:
        """Restrict the use of the person's information, in the facts that the right has for it.

        Those of ``facts`` that the right names stand before what it takes for granted.
        """
        said = {name: facts.get(name, worth) is True for name, worth in found.kind.own.restricts.items()}
        made = restrictions.Restriction(0, found.row.service, tuple(purposes), said, *days, because)
        restrictions.restrict(connection, source(found.number), found.row.person, made)

    def note(
        self,
        connection: "Connection",
        actor: Actor,
        row: kept.Kept,
        kind: str,
        what: Mapping[str, Any],
        *,
        outcome: Any = "done",
    ) -> int:
        """Append an entry about a request; return its number."""
        entry = Entry(
            kind=kind,
            who=actor.who,
            origin=actor.origin,
            what={"request": row.number, **what},
            whose=row.commitment,
            why=source(row.number),
            outcome=outcome,
        )
        return append(connection, [entry])[0]
