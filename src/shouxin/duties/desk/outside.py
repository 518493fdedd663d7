"""The desk for people outside: bring a matter, look it up with its word, write, bring it again."""

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from shouxin.duties.cases.model import CaseView, Given
from shouxin.duties.desk import kept, steps
from shouxin.duties.desk.model import Arrival, Body, MatterReceipt, OwnMatter, word
from shouxin.duties.desk.sealing import Writing, checked, digest, fits
from shouxin.duties.desk.shared import Shared, still_open
from shouxin.duties.inventory.service import Officer, facts_within, organisation_within
from shouxin.errors import InputError
from shouxin.store.ledger import Actor, Entry, append

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from shouxin.duties.cases.kept import Work

STRANGER = Actor("public", "console")
"""Who acts without an account."""


class _Place(NamedTuple):
    """Who writes in a matter, found by the word, and its case."""

    party: str
    case: int


class Outside(Shared):
    """What needs no account."""

    def offered(self, fact: str) -> tuple[str, ...]:
        """Return those values of a fact of the procedure that a case can be opened with here."""
        found = next(one for one in self.machine.data.facts if one.name == fact)
        with self._engine.connect() as connection:
            around = facts_within(connection, "")
        return tuple(one for one in found.values if self._opens({fact: one}, around))

    def officer(self) -> Officer | None:
        """Return the person responsible for personal information, where one is recorded and published."""
        with self._engine.connect() as connection:
            try:
                found = organisation_within(connection).officer
            except InputError:
                return None
        return found if found.name and found.published else None

    def take_in(
        self, given: Arrival, today: datetime.date, actor: Actor = STRANGER, address: str | None = None
    ) -> MatterReceipt:
        """Take a matter in: its case, its letter under a new data key, and its clock in one transaction.

        Raises ``InputError``: sign-in-slow for an ``address`` that brings many, desk-repeated, desk-subject,
        and those of ``Cases.open``.
        """
        if address is not None:
            self._bringing.attempt(f"desk {address}", f"desk {address}")
        self._ready()
        request = digest(f"{self.kind.name}:{given.request}") if given.request else None
        with self._turns, self._engine.connect() as connection:
            if request and (before := kept.repeated(connection, request)):
                raise _repeated(before)
            service, unknown = _service(connection, given.service)
            around = facts_within(connection, service)
        step, facts, assumed = steps.opening(self.machine, self.kind, given.facts, around, given.step)
        writing = Writing(self.kind.stranger, step, checked(given.body | unknown), inward=True)
        told = word()
        made = 0

        def beside(work: "Work", case_id: int) -> Sequence[Entry]:
            nonlocal made
            values = {
                "kind": self.kind.name,
                "subject": str(given.facts.get("subject") or step),
                "service": service,
                "language": given.language,
                "assumed": list(assumed),
                "request": request,
            }
            made = kept.add(work.connection, values) or 0
            if not made:
                raise _repeated(kept.repeated(work.connection, request or b""))
            kept.runs(work.connection, made, case_id)
            self._admit(work.connection, made, self.kind.stranger, told)
            return self._letters(work.connection, made, [writing], actor)

        records = self._records(step, writing)
        opened = Given(step=step, by=self.kind.stranger, on=given.on, facts=facts, records=records)
        with self._turns:
            case = self.cases.open(self.kind.procedure, opened, today, actor, beside=beside).case
        assert case
        return MatterReceipt(
            number=made,
            word=told,
            received=given.on or today,
            due=case.next_due,
            provisional=case.provisional,
        )

    def own(self, number: int, given: str, address: str, today: datetime.date) -> OwnMatter:
        """Return a matter to whoever knows its word.

        Raises ``InputError``: sign-in-slow; desk-unknown, the same for a wrong number and a wrong word.
        """
        place = self._found(number, given, address)
        with self._engine.connect() as connection:
            row = self._row(connection, number)
            letters = self._opened(connection, number, place.party)
        view = self.cases.show(row.case_id, today)
        return OwnMatter(
            number=number,
            party=place.party,
            state=view.state,
            label=view.label,
            final=view.final,
            again=place.party == self.kind.stranger and self._ended(view),
            received=row.received,
            due=view.next_due,
            late=view.late,
            provisional=view.provisional,
            letters=tuple(one for one in letters if one.shown or one.inward),
            steps=steps.ahead(self.machine, view.state, view.facts, place.party),
        )

    def write(
        self, number: int, given: str, address: str, body: Body, today: datetime.date, *, step: str = ""
    ) -> None:
        """Add a letter of the person's own, with a step of theirs or without; errors as ``own``, ``move``."""
        place = self._found(number, given, address)
        writing = Writing(place.party, step or "note", body, inward=True)
        if not step:
            with self._engine.begin() as connection:
                append(connection, self._letters(connection, number, [writing], STRANGER))
            return
        moved = Given(step=step, by=place.party, records=self._records(step, writing))
        self._move((place.case, number), moved, [writing] if body else [], (today, STRANGER))

    def again(
        self, number: int, given: str, address: str, body: Body, today: datetime.date
    ) -> datetime.date | None:
        """Bring an ended matter anew: another case, whose clock begins today; return its last day.

        Raises ``InputError``: desk-open, desk-party, and those of ``own``.
        """
        place = self._found(number, given, address)
        if place.party != self.kind.stranger:
            raise InputError(
                "desk-party", "this is for whoever brought the matter", remedy="bring one yourself"
            )
        before = self.cases.show(place.case, today)
        if not self._ended(before):
            raise still_open(number)
        first = before.history[0]
        writing = Writing(self.kind.stranger, "again", checked(body), inward=True)

        def beside(work: "Work", case_id: int) -> Sequence[Entry]:
            kept.lock(work.connection, number)
            if kept.cases(work.connection, number)[-1] != place.case:
                raise still_open(number)
            kept.runs(work.connection, number, case_id)
            return self._letters(work.connection, number, [writing], STRANGER)

        records = self._records(first.step, writing)
        opened = Given(step=first.step, by=place.party, facts=first.facts, records=records)
        case = self.cases.open(self.kind.procedure, opened, today, STRANGER, beside=beside).case
        return case.next_due if case else None

    def _found(self, number: int, given: str, address: str) -> _Place:
        """Return who knows this word; each try is counted before it is looked at."""
        self._guessing.attempt(f"desk {self.kind.name} {number}", address)
        with self._engine.connect() as connection:
            for one in kept.parties(connection, self.kind.name, number):
                if fits(bytes(one.word), given):
                    row = self._row(connection, number)
                    break
            else:
                raise InputError(
                    "desk-unknown",
                    "there is nothing under this number and this word",
                    remedy="look at the receipt: both stand there",
                )
        self._guessing.forgive(f"desk {self.kind.name} {number}", address)
        return _Place(one.party, row.case_id)

    def _ended(self, view: CaseView) -> bool:
        """Tell whether a case is over and nobody who is heard in it can still object."""
        objecting = (steps.ahead(self.machine, view.state, view.facts, party) for party in self.kind.heard)
        return view.final and not any(objecting)

    def _opens(self, given: Mapping[str, Any], around: Mapping[str, Any]) -> bool:
        try:
            steps.opening(self.machine, self.kind, given, around, "")
        except InputError:
            return False
        return True


def _service(connection: "Connection", name: str) -> tuple[str, dict[str, str]]:
    """Return a service of the inventory; any other name goes into the letter, for it may say anything."""
    try:
        known = {one.name for one in organisation_within(connection).services}
    except InputError:
        known = set()
    return (name, {}) if name in known or not name.strip() else ("", {"service": name})


def _repeated(before: int | None) -> InputError:
    return InputError(
        "desk-repeated",
        f"this was taken in already, under the number {before}",
        remedy="look it up with the word of its receipt",
    )
