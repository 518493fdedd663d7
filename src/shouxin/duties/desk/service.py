"""The desk: matters taken in from outside (``Outside``), read with a reason, answered, counted.

Other duties reach the desk through this module; each describes its ``Kind`` and what it asks.
"""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from shouxin.duties.cases.model import CaseView, Given
from shouxin.duties.days import BEIJING, over
from shouxin.duties.desk import kept, sealing, steps
from shouxin.duties.desk.expiry import EndedMatters
from shouxin.duties.desk.model import (
    Arrival,
    Kind,
    Letter,
    Matter,
    MatterFigure,
    MatterLine,
    OfficeStep,
    OfficeStepTaken,
    word,
)
from shouxin.duties.desk.outside import Outside
from shouxin.duties.desk.sealing import Writing
from shouxin.duties.desk.shared import reasoned, still_open
from shouxin.errors import InputError, StoreError
from shouxin.law.mechanism import Span
from shouxin.store.ledger import Actor, Entry, append

__all__ = ["Arrival", "Desk", "Kind", "Letter", "OfficeStep", "there"]

MOST = 500
"""Lines that the queue shows at most."""

UNDO = 15 * 60
"""Seconds in which whoever took a matter on may undo it."""


class Desk(Outside):
    """The matters of one kind over one store, for the office and for people outside."""

    def queue(
        self,
        today: datetime.date,
        *,
        ended: bool | None = False,
        subject: str = "",
        service: str = "",
        after: int | None = None,
        before: int | None = None,
        limit: int = MOST,
    ) -> tuple[MatterLine, ...]:
        """Return matters without anything personal: open ones by what is due first, others the newest first.

        The list goes on ``after`` a matter of the open ones, ``before`` one of others.
        """
        limit = max(1, min(limit, MOST))
        wanted = kept.Wanted(ended, subject, service.strip(), after, before, limit)
        with self._engine.connect() as connection:
            rows = kept.queue(connection, self.kind, self.finals, wanted, soonest=ended is False)
        return tuple(self._line(row, today) for row in rows)

    def each(
        self, today: datetime.date, *, ended: bool | None = None, subject: str = "", service: str = ""
    ) -> Iterator[MatterLine]:
        """Yield every matter of a filter, the newest first, a page at a time."""
        wanted = kept.Wanted(ended, subject, service.strip(), limit=MOST)
        while True:
            with self._engine.connect() as connection:
                rows = kept.queue(connection, self.kind, self.finals, wanted, soonest=False)
            if not rows:
                return
            yield from (self._line(row, today) for row in rows)
            wanted = wanted._replace(before=rows[-1].number)

    def newest(self, services: Sequence[str], limit: int) -> list[tuple[int, str]]:
        """Return number and service of the newest matters of some services."""
        with self._engine.connect() as connection:
            return kept.newest(connection, self.kind.name, services, limit)

    def show(self, number: int, today: datetime.date) -> tuple[Matter, CaseView]:
        """Return a matter with its letters unopened, and its case; raise ``InputError`` (desk-none)."""
        with self._engine.connect() as connection:
            row = self._row(connection, number)
            letters = tuple(sealing.closed(one) for one in kept.letters(connection, number))
            alive = all(one.alive for one in kept.parties(connection, self.kind.name, number))
            cases, ties = kept.cases(connection, number), kept.ties(connection, number)
        view = self.cases.show(row.case_id, today)
        line = self._line(row, today)
        return Matter(
            **{name: getattr(line, name) for name in line.__struct_fields__},
            language=row.language,
            assumed=tuple(row.assumed),
            shredded=not alive,
            cases=tuple(cases),
            ties=tuple(ties),
            letters=letters,
            steps=steps.ahead(self.machine, view.state, view.facts, self.kind.office),
        ), view

    def read(self, number: int, reason: str, actor: Actor) -> tuple[Letter, ...]:
        """Return the letters of a matter opened; the reading and its reason stand in the ledger first.

        Raises ``InputError``: desk-none, desk-reason.
        """
        reasoned(reason)
        with self._engine.begin() as connection:
            self._row(connection, number)
            what = {"of": self.kind.name, "number": number}
            entries = [
                Entry(
                    kind="read",
                    who=actor.who,
                    origin=actor.origin,
                    what=what,
                    whose=one.commitment,
                    why=reason,
                )
                for one in kept.parties(connection, self.kind.name, number)
            ]
            letters = self._opened(connection, number)
            append(connection, entries)
        return letters

    def act(self, number: int, act: OfficeStep, today: datetime.date, actor: Actor) -> OfficeStepTaken:
        """Take a step: what is written for its records goes to whom the step tells, and is a letter.

        ``act.others`` holds the letters to parties that are heard besides, who otherwise get the reasons; one
        heard for the first time gets a word, which is returned this once. Raises ``InputError``: desk-none,
        desk-notice, and those of ``move``.
        """
        with self._engine.connect() as connection:
            row = self._row(connection, number)
            known = {one.party for one in kept.parties(connection, self.kind.name, number)}
        step = next((one for one in self.machine.steps if one.name == act.step), None)
        tells = step.tells if step else ()
        texts = {name: text for name, text in act.texts.items() if text.strip()}
        main = Writing(self.kind.stranger, act.step, texts, shown=self.kind.stranger in tells)
        heard = {
            name: act.others.get(name, "").strip() or texts.get("reasons", "")
            for name in self.kind.heard
            if name in tells
        }
        if lacking := [name for name, text in heard.items() if not text]:
            raise InputError(
                "desk-notice",
                f'"{act.step}" has to be told to: {", ".join(lacking)}',
                remedy="write what they are to hear, with the reasons",
            )
        words = {name: word() for name in heard if name not in known}
        letters = [main] if texts else []
        letters += [Writing(name, act.step, {"text": text}, shown=True) for name, text in heard.items()]
        moved = Given(
            step=act.step,
            by=self.kind.office,
            on=act.on,
            facts=act.facts,
            records=dict.fromkeys(texts, f"letter {main.id}"),
            version=act.version,
        )
        view = self._move((row.case_id, number), moved, letters, (today, actor), words)
        return OfficeStepTaken(number=number, case=view.id, state=view.state, words=words)

    def note(self, number: int, text: str, actor: Actor, *, shown: bool, party: str = "") -> None:
        """Write to whoever brought a matter, or a note that only the office sees.

        Raises ``InputError``: desk-none, desk-text.
        """
        if not text.strip():
            raise InputError("desk-text", "there is nothing written", remedy="write something")
        writing = Writing(party or self.kind.stranger, "note", {"text": text}, shown=shown)
        with self._engine.begin() as connection:
            self._row(connection, number)
            append(connection, self._letters(connection, number, [writing], actor))

    def take(self, number: int, actor: Actor) -> None:
        """Make whoever acts the one who deals with a matter; raise ``InputError`` (desk-none).

        Where they do already nothing changes.
        """
        with self._engine.begin() as connection:
            self._row(connection, number)
            kept.lock(connection, number)
            known = kept.takers(connection, number)
            if known and known[0].who == actor.who:
                return
            kept.take(connection, number, actor.who)
            append(connection, [actor.did(f"{self.kind.name}.taken", number=number)])

    def undoes(self, number: int, who: str) -> bool:
        """Return whether somebody took a matter on so lately that they may undo it."""
        with self._engine.connect() as connection:
            return _lately(kept.takers(connection, number), who)

    def leave(self, number: int, actor: Actor) -> None:
        """Undo that whoever acts took a matter on: who dealt with it before does again, or nobody.

        Raises ``InputError``: desk-none, and desk-undo where another deals with it or it was taken too long
        ago.
        """
        with self._engine.begin() as connection:
            self._row(connection, number)
            kept.lock(connection, number)
            known = kept.takers(connection, number)
            if not _lately(known, actor.who):
                raise InputError(
                    "desk-undo",
                    f"that you took {number} on cannot be undone any more",
                    remedy="whoever is to deal with it takes it on",
                )
            before, since = (known[1].who, known[1].at) if known[1:] else ("", None)
            kept.take(connection, number, before, since)
            append(connection, [actor.did(f"{self.kind.name}.left", number=number, to=before)])

    def tie(self, number: int, case_id: int, actor: Actor) -> None:
        """Tie a matter to the case of a request or an incident; raise desk-none, case-unknown."""
        with self._engine.begin() as connection:
            self._row(connection, number)
            if not kept.bind(connection, number, case_id):
                raise InputError(
                    "case-unknown",
                    f"there is no case {case_id}",
                    remedy="`shouxin case list` lists the cases",
                )
            append(connection, [actor.did(f"{self.kind.name}.tied", number=number, case=case_id)])

    def shred(self, number: int, reason: str, actor: Actor, today: datetime.date) -> int:
        """Destroy the keys of an ended matter's letters; return how many people it forgets.

        What remains is that it came, when, and what steps it took. Raises ``InputError``: desk-none,
        desk-open, desk-reason.
        """
        reasoned(reason)
        if not self.show(number, today)[0].final:
            raise still_open(number)
        with self._engine.begin() as connection:
            people = [one.person for one in kept.parties(connection, self.kind.name, number)]
            gone = self._people.shred(connection, people)
            what = {"number": number, "people": gone}
            entry = Entry(
                kind=f"{self.kind.name}.shredded", who=actor.who, origin=actor.origin, what=what, why=reason
            )
            append(connection, [entry])
        return gone

    def ended(self, time: Span) -> EndedMatters:
        """Return the ended matters as a store; their letters are past their time so long after the end."""
        return EndedMatters(self.kind, lambda: self.finals, self._engine, self._people, time)

    def figures(self, since: datetime.date, until: datetime.date) -> tuple[MatterFigure, ...]:
        """Return how many matters came from a day to another, and what became of them."""
        start = datetime.datetime.combine(since, datetime.time(), BEIJING)
        with self._engine.connect() as connection:
            rows = kept.figures(connection, self.kind.name, self.finals, start, over(until))
        return tuple(MatterFigure(**row._mapping) for row in rows)

    def _line(self, row: Any, today: datetime.date) -> MatterLine:
        state = self.machine.states[row.state]
        left = (row.next_due - today).days if row.next_due else None
        return MatterLine(
            number=row.number,
            case=row.case_id,
            subject=row.subject,
            service=row.service,
            state=row.state,
            label=state.label,
            final=state.final,
            received=row.received,
            due=row.next_due,
            days_left=left,
            late=left is not None and left < 0,
            provisional=bool(row.provisional),
            taker=row.taker,
            unread=bool(row.unread),
        )


def _lately(known: Sequence[Any], who: str) -> bool:
    """Return whether the newest of the takers is ``who``, took it on lately, and did not get it back."""
    if not known or known[0].who != who or known[0].seconds >= UNDO:
        return False
    return not known[1:] or known[0].at > known[1].at


def there(desk: Desk | None) -> Desk:
    """Return a desk; raise ``StoreError`` (store-missing) where the server has none."""
    if desk is None:
        raise StoreError(
            "store-missing",
            "there is no store that could hold what people bring",
            remedy="start one with `shouxin serve`",
        )
    return desk
