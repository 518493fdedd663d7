"""Consent for whoever asks: answers taken down, withdrawn and shown; guardians; figures."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import text

from shouxin.duties.consent import counted, fold, followed, rows, searching, views
from shouxin.duties.consent.kept import (
    SUBJECT,
    Batch,
    KeptConsents,
    Outcomes,
    Recorded,
    Report,
    Teller,
    entries_of,
)
from shouxin.duties.consent.model import EVERY, Given, Place, Standing, Transaction
from shouxin.duties.consent.on_record import on_record
from shouxin.duties.consent.rows import history, standings
from shouxin.duties.days import today
from shouxin.duties.notice.service import Offered, Offering, processors
from shouxin.errors import InputError, StoreError
from shouxin.store.ledger import Entry, append
from shouxin.store.ledger.bundle import entry_proof
from shouxin.store.people import People, Person

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["SUBJECT", "Consents", "Teller", "followed", "on_record", "standings"]

CHUNK = 2000
"""Answers of a bulk that share a transaction."""

_SOON = text("set local lock_timeout = '300ms'")
"""Sooner than PostgreSQL looks for those who wait for each other."""

Wanted = TypeVar("Wanted")
Allow = Callable[["Connection", int], None]
"""Lets the answers of so many people out in a transaction, or raises why not."""

Tell = Callable[[views.Refused], None]
"""Hears of each line that is refused."""

Line = tuple[int, Given | InputError]
"""The number of a line, and what it reports or why it cannot be read."""


class _Part(NamedTuple):
    """A part of a bulk: the numbers of its lines that can be read, what they report, and the others."""

    lines: Sequence[int]
    reports: Sequence[Report]
    unread: Sequence[tuple[int, InputError]]


def _next(rest: Iterator[Line], teller: Teller) -> _Part | None:
    """Return the next part of a bulk, None behind the last one."""
    chunk = list(islice(rest, CHUNK))
    sound = [(line, one) for line, one in chunk if isinstance(one, Given)]
    unread = [(line, one) for line, one in chunk if isinstance(one, InputError)]
    return (
        _Part([line for line, _ in sound], [Report(one, teller) for _, one in sound], unread)
        if chunk
        else None
    )


class _Count:
    """What became of the parts of a bulk so far."""

    def __init__(self, tell: Tell | None) -> None:
        self._listed: list[views.Refused] = []
        self._tell = tell or self._listed.append
        self._recorded = self._repeated = self.refused = 0

    def add(self, part: _Part, outcomes: Sequence[Recorded | InputError]) -> None:
        """Count a part, and tell what of it was refused in the order of its lines."""
        taken = list(zip(part.lines, outcomes, strict=True))
        recorded = [one.new for _, one in taken if isinstance(one, Recorded)]
        self._recorded += sum(recorded)
        self._repeated += len(recorded) - sum(recorded)
        refused = [(line, one) for line, one in (*taken, *part.unread) if isinstance(one, InputError)]
        self.refused += len(refused)
        for line, error in sorted(refused, key=itemgetter(0)):
            self._tell(views.refused(line, error))

    def answer(self) -> views.Many:
        """Return all of it."""
        return views.Many(recorded=self._recorded, repeated=self._repeated, refused=tuple(self._listed))


class Consents:
    """The consents in the store behind ``engine``; without one everything raises ``StoreError``."""

    def __init__(
        self, engine: "Engine | None", people: People | None, searches: int = searching.SEARCHES
    ) -> None:
        self._engine, self._people, self._searches = engine, people, searches
        self.offering = Offering()
        self.kept = KeptConsents(people, self.offering) if people else None

    def record(self, reports: Sequence[Report]) -> list[Recorded | InputError]:
        """Take answers down in one transaction, each refused by itself; see ``KeptConsents.record``."""
        return self._kept(KeptConsents.record, reports)

    def many(self, lines: Iterable[Line], teller: Teller, tell: Tell | None = None) -> views.Many:
        """Take any number of answers down, so many a transaction, each refused by itself.

        While one part is taken down, the next one is read and its people are looked up. What is refused is
        listed by its line, or handed to ``tell`` as it comes.
        """
        count = _Count(tell)
        rest = iter(lines)
        with ThreadPoolExecutor(1, "consent-bulk") as ahead:
            coming = ahead.submit(self._expected, rest, teller)
            while (found := coming.result()) is not None:
                coming = ahead.submit(self._expected, rest, teller)
                part, batch = found
                count.add(part, self._kept(KeptConsents.take, batch) if batch else self.record(part.reports))
        return count.answer()

    def _expected(self, rest: Iterator[Line], teller: Teller) -> tuple[_Part, Batch | None] | None:
        """Read the next part of a bulk and look its people up.

        Where somebody else is making the same people, that is left to the turn of the part: waiting for them
        with new people in hand could be waiting for each other.
        """
        part = _next(rest, teller)
        if part is None:
            return None
        try:
            with self._begin() as (connection, _):
                assert self.kept
                connection.execute(_SOON)
                return part, self.kept.expect(connection, part.reports)
        except StoreError:
            return part, None

    def _kept(
        self, work: "Callable[[KeptConsents, Connection, Wanted], Outcomes]", wanted: Wanted
    ) -> list[Recorded | InputError]:
        """Let reports be taken down, append their entries and commit; return what became of each."""
        with self._begin() as (connection, _):
            assert self.kept
            outcomes, entries = work(self.kept, connection, wanted)
            append(connection, entries)
        return outcomes

    def whole(
        self, lines: Iterable[Line], teller: Teller, *, keep: bool, tell: Tell | None = None
    ) -> views.Many:
        """Take all answers down or none; without ``keep`` only look what would become of them.

        Nobody else's answers are taken down meanwhile.
        """
        count = _Count(tell)
        rest = iter(lines)
        with self._begin() as (connection, _):
            assert self.kept
            while (part := _next(rest, teller)) is not None:
                outcomes, entries = self.kept.record(connection, part.reports)
                count.add(part, outcomes)
                if keep and not count.refused:
                    append(connection, entries)
            if count.refused or not keep:
                connection.rollback()
        return count.answer()

    def withdraw(self, asked: views.Withdrawal, teller: Teller) -> list[views.Taken]:
        """Take consent back; raise ``InputError`` (consent-not-given) where there is none to take back."""
        with self._begin() as (connection, people):
            person = people.find(connection, asked.service, [asked.person])[0]
            known = _of(connection, person)
        return self._all([Report(one, teller) for one in _withdrawn(asked, known)])

    def _all(self, reports: Sequence[Report]) -> list[views.Taken]:
        """Take the reports of one act down, all or none; raise the first refusal."""
        with self._begin() as (connection, _):
            assert self.kept
            outcomes, entries = self.kept.record(connection, reports)
            taken = []
            for outcome in outcomes:
                if isinstance(outcome, InputError):
                    raise outcome
                taken.append(views.taken(outcome.transaction, new=outcome.new))
            append(connection, entries)
        return taken

    def standing(self, asked: views.Asked, teller: Teller) -> list[views.Stand]:
        """Return where a person stands on every purpose they answered to; the reading is written down."""
        with self._begin() as (connection, people):
            person = self._read(connection, people, asked, teller, "standing")
            in_force = self.offering.in_force(connection, asked.service)
            known = _of(connection, person)
        on = today()
        return [views.stand(place, one, in_force, on) for place, one in sorted(known.items())]

    def history(self, asked: views.Asked, teller: Teller) -> list[Transaction]:
        """Return all answers of a person in their order; the reading is written down."""
        with self._begin() as (connection, people):
            person = self._read(connection, people, asked, teller, "history")
            return history(connection, person.id) if person else []

    def shown(self, asked: views.Asked, teller: Teller) -> tuple[list[views.Stand], list[views.Line]]:
        """Return where a person stands and all their answers; the reading is written down."""
        with self._begin() as (connection, people):
            person = self._read(connection, people, asked, teller, "history")
            in_force = self.offering.in_force(connection, asked.service)
            past = history(connection, person.id) if person else []
        on, known = today(), fold.folded(past)
        stands = [views.stand(place, one, in_force, on) for place, one in sorted(known.items())]
        return stands, [views.history_line(one) for one in past]

    def services(self) -> list[str]:
        """Return the services that people answered to."""
        with self._begin() as (connection, _):
            counted.freeze(connection)
            return counted.services(connection)

    def statistics(self, service: str, since: datetime.date, until: datetime.date) -> views.Statistics:
        """Return the answers of some days to a service, or to ``EVERY``, and where its people stand now."""
        with self._begin() as (connection, _):
            counted.freeze(connection)
            names = counted.services(connection) if service == EVERY else [service]
            found = [self.offering.in_force(connection, one) for one in names]
            return views.Statistics(
                service=service,
                days=counted.days(connection, service, since, until),
                now=counted.now(connection, service, filter(None, found), today()),
            )

    def daily(self, since: datetime.date) -> dict[tuple[datetime.date, str], int]:
        """Return how many answers of each action all services got on each day from one on."""
        with self._begin() as (connection, _):
            counted.freeze(connection)
            return counted.daily(connection, since)

    def asked_again(
        self, service: str, purpose: str, reason: str, teller: Teller, *, limit: int = 1000
    ) -> list[str]:
        """Return whom the notice in force asks again for a purpose, by the references of the service."""
        with self._begin() as (connection, people):
            in_force = self.offering.in_force(connection, service)
            found = counted.again(connection, service, in_force, today(), (purpose, 0, limit))
            references = [people.reference(connection, one) for one in found]
            what = {"of": "consent.again", "purpose": purpose, "people": len(found)}
            append(
                connection, [Entry(kind="read", who=teller.who, origin=teller.origin, what=what, why=reason)]
            )
        return references

    def in_force(self, service: str) -> Offered:
        """Return what the notice of a service in force offers; raise ``InputError`` (consent-notice)."""
        with self._begin() as (connection, _):
            found = self.offering.in_force(connection, service)
        if found is None:
            raise InputError(
                "consent-notice",
                f'the service "{service}" has no notice in force',
                remedy="publish one first: shouxin notice publish --help",
            )
        return found

    def signalled(self, header: str | None, asked: views.Signal, teller: Teller) -> list[views.Taken]:
        """Take down what the header Sec-GPC refuses; anything but ``1`` says nothing.

        Raises ``InputError`` (consent-notice, consent-purpose).
        """
        reports = views.refused_by_signal(header, asked, self.in_force(asked.service))
        return self._all([Report(one, teller) for one in reports])

    def grounds(
        self, asked: views.Asked, said: Sequence[Transaction]
    ) -> tuple[dict[str, dict[str, str]], dict[int, Any]]:
        """Return who processes by the notice of each answer, and the ledger's entry of each answer."""
        addresses = frozenset(one.notice for one in said)
        with self._begin() as (connection, people):
            person = people.find(connection, asked.service, [asked.person])[0]
            controllers = processors(connection, addresses)
            entries = entries_of(connection, person.commitment) if person else {}
            proofs = {
                one.number: _proof(connection, one, entries[one.number])
                for one in said
                if one.number in entries
            }
        return controllers, proofs

    def exported(
        self, service: str, reason: str, teller: Teller, allow: Allow
    ) -> Iterator[tuple[str, list[Transaction]]]:
        """Return everybody's answers with the references of the service, once ``allow`` lets them out.

        The reading is in the ledger before the first one is read. Whoever answers for the first time
        meanwhile is left out.
        """
        with self._begin() as (connection, _):
            count, last = rows.counted(connection, service)
            allow(connection, count)
            what = {"of": "consent.export", "service": service, "people": count}
            entry = Entry(kind="read", who=teller.who, origin=teller.origin, what=what, why=reason.strip())
            append(connection, [entry])
        return self._pages(service, last)

    def _pages(self, service: str, last: int) -> Iterator[tuple[str, list[Transaction]]]:
        after = 0
        while after < last:
            with self._begin() as (connection, people):
                page = rows.page(connection, service, after, last)
                references = people.references(connection, service, list(page))
            if not page:
                return
            after = max(page)
            yield from ((references[person], page[person]) for person in sorted(page) if person in references)

    def change(self, work: "Callable[[Connection, People], tuple[Any, Sequence[Entry]]]") -> Any:
        """Do some work and append its entries in one transaction; return its answer."""
        with self._begin() as (connection, people):
            answer, entries = work(connection, people)
            append(connection, entries)
        return answer

    def _read(
        self, connection: "Connection", people: People, asked: views.Asked, teller: Teller, what: str
    ) -> Person | None:
        """Return a person, whose reading is written down first; raise ``InputError`` (consent-searches)."""
        searching.allow(connection, teller, self._searches)
        person = people.find(connection, asked.service, [asked.person])[0]
        entry = Entry(
            kind="read",
            who=teller.who,
            origin=teller.origin,
            what={"of": f"consent.{what}", "service": asked.service, "found": person is not None},
            whose=person.commitment if person else b"",
            why=asked.reason.strip(),
        )
        append(connection, [entry])
        return person

    @contextmanager
    def _begin(self) -> "Iterator[tuple[Connection, People]]":
        if self._engine is None or self._people is None:
            raise StoreError(
                "store-missing", "there is no store that could hold consents", remedy="start `shouxin serve`"
            )
        with self._engine.connect() as connection:
            yield connection, self._people
            connection.commit()


def _of(connection: "Connection", person: Person | None) -> dict[Place, Standing]:
    return standings(connection, [person.id]).get(person.id, {}) if person else {}


def _proof(connection: "Connection", one: Transaction, entry: int) -> dict[str, Any]:
    """Return what shows that an answer is in the ledger; without the path while no checkpoint covers it."""
    proof = {"entry": entry, "digest": rows.digest(one), "answer": rows.content(one).decode()}
    try:
        return proof | {"inclusion": entry_proof(connection, entry)}
    except InputError:
        return proof


def _withdrawn(asked: views.Withdrawal, known: dict[Place, Standing]) -> list[Given]:
    """Return a withdrawal of each consent that is meant, against the version that was agreed to."""
    meant = [
        (place, one.consent)
        for place, one in sorted(known.items())
        if one.consent
        and one.last.action != "refuse"
        and (asked.purposes is None or place.purpose in asked.purposes)
        and (asked.channel is None or place.channel == asked.channel)
    ]
    if (never := sorted(set(asked.purposes or ()) - {place.purpose for place, _ in meant})) or not meant:
        raise fold.nothing_given(never[0] if never else "any purpose")
    return [
        Given(
            person=asked.person,
            action="withdraw",
            purpose=place.purpose,
            channel=place.channel,
            notice=consent.notice,
            how=asked.how,
            guardian=asked.guardian,
            kinds=frozenset({"guardian"}) if asked.guardian else frozenset(),
            request=views.request_name(asked.request, *place),
        )
        for place, consent in meant
    ]
