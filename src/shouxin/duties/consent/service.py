"""Consent for whoever asks: answers taken down, withdrawn and shown; guardians; figures."""

import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from shouxin.duties.consent import counted, fold, followed, views
from shouxin.duties.consent.kept import (
    SUBJECT,
    KeptConsents,
    Recorded,
    Report,
    Teller,
    digest,
    entries_of,
    history,
    standings,
)
from shouxin.duties.consent.model import Given, Place, Standing, Transaction
from shouxin.duties.days import BEIJING, today
from shouxin.duties.notice.service import Offering, processors
from shouxin.errors import InputError, StoreError
from shouxin.store.ledger import Entry, append
from shouxin.store.people import People, Person

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["SUBJECT", "Consents", "Teller", "followed", "standings"]

CHUNK = 2000
"""Answers of a bulk that share a transaction."""

Line = tuple[int, Given | InputError]
"""The number of a line, and what it reports or why it cannot be read."""


class Consents:
    """The consents in the store behind ``engine``; without one everything raises ``StoreError``."""

    def __init__(self, engine: "Engine | None", people: People | None) -> None:
        self._engine = engine
        self._people = people
        self.offering = Offering()
        self.kept = KeptConsents(people, self.offering) if people else None

    def record(self, reports: Sequence[Report]) -> list[Recorded | InputError]:
        """Take answers down in one transaction, each refused by itself; see ``KeptConsents.record``."""
        with self._begin() as (connection, _):
            assert self.kept
            outcomes, entries = self.kept.record(connection, reports)
            append(connection, entries)
        return outcomes

    def many(self, lines: Iterable[Line], teller: Teller) -> views.Many:
        """Take any number of answers down, so many a transaction; what is refused is listed by its line."""
        recorded, repeated, refused = 0, 0, []
        rest = iter(lines)
        while chunk := list(islice(rest, CHUNK)):
            sound = [(line, one) for line, one in chunk if isinstance(one, Given)]
            refused += [views.refused(line, one) for line, one in chunk if isinstance(one, InputError)]
            outcomes = self.record([Report(one, teller) for _, one in sound])
            for (line, _), outcome in zip(sound, outcomes, strict=True):
                if isinstance(outcome, InputError):
                    refused.append(views.refused(line, outcome))
                elif outcome.new:
                    recorded += 1
                else:
                    repeated += 1
        in_order = tuple(sorted(refused, key=lambda one: one.line))
        return views.Many(recorded=recorded, repeated=repeated, refused=in_order)

    def whole(self, lines: Sequence[tuple[int, Given]], teller: Teller, *, keep: bool) -> views.Many:
        """Take all answers down or none; without ``keep`` only look what would become of them."""
        with self._begin() as (connection, _):
            assert self.kept
            outcomes, entries = self.kept.record(connection, [Report(one, teller) for _, one in lines])
            refused = tuple(
                views.refused(line, outcome)
                for (line, _), outcome in zip(lines, outcomes, strict=True)
                if isinstance(outcome, InputError)
            )
            if keep and not refused:
                append(connection, entries)
            else:
                connection.rollback()
        new = sum(isinstance(one, Recorded) and one.new for one in outcomes)
        return views.Many(recorded=new, repeated=len(lines) - new - len(refused), refused=refused)

    def withdraw(self, asked: views.Withdrawal, teller: Teller) -> list[views.Taken]:
        """Take consent back; raise ``InputError`` (consent-not-given) where there is none to take back."""
        with self._begin() as (connection, people):
            person = people.find(connection, asked.service, [asked.person])[0]
            known = _of(connection, person)
        reports = [Report(one, teller) for one in _withdrawn(asked, known)]
        outcomes = self.record(reports)
        for outcome in outcomes:
            if isinstance(outcome, InputError):
                raise outcome
        return [views.taken(one.transaction, new=one.new) for one in outcomes if isinstance(one, Recorded)]

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

    def statistics(self, service: str, since: datetime.date, until: datetime.date) -> views.Statistics:
        """Return the answers of a service from a day to another, and where its people stand now."""
        start = datetime.datetime.combine(since, datetime.time(), BEIJING)
        end = datetime.datetime.combine(until, datetime.time(), BEIJING) + datetime.timedelta(days=1)
        with self._begin() as (connection, _):
            in_force = self.offering.in_force(connection, service)
            return views.Statistics(
                service=service,
                days=counted.days(connection, service, start, end),
                now=counted.now(connection, service, in_force, today()),
            )

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
            one.number: {"entry": entries[one.number], "digest": digest(one)}
            for one in said
            if one.number in entries
        }
        return controllers, proofs

    def change(self, work: "Callable[[Connection, People], tuple[Any, Sequence[Entry]]]") -> Any:
        """Do some work and append its entries in one transaction; return its answer."""
        with self._begin() as (connection, people):
            answer, entries = work(connection, people)
            append(connection, entries)
        return answer

    def _read(
        self, connection: "Connection", people: People, asked: views.Asked, teller: Teller, what: str
    ) -> Person | None:
        """Return a person, whose reading is written down first."""
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
    never = sorted(set(asked.purposes or ()) - {place.purpose for place, _ in meant})
    if never or not meant:
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
            request=request_name(asked.request, *place),
        )
        for place, consent in meant
    ]


def request_name(*parts: str) -> str:
    """Return a name for a report, the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
