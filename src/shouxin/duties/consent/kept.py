"""Consent in the store: answers, with what they follow from and their ledger entries, in one transaction."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from shouxin.duties.consent import fold, rows
from shouxin.duties.consent.model import Acting, Given, Place, Transaction
from shouxin.duties.days import BEIJING
from shouxin.duties.notice.service import Offered
from shouxin.errors import InputError
from shouxin.store import line
from shouxin.store.clock import set_time
from shouxin.store.ledger import Entry
from shouxin.store.ledger.entry import Origin
from shouxin.store.people import People, Person

SUBJECT = "consent"
"""What the messages are about that name the people whose answers changed, or ``*`` for everybody."""

_TOLD, _PARTS = 500, 10
"""Persons that one message names at most, and messages of one batch."""

Offers = Callable[[Connection, frozenset[str]], Mapping[str, Offered]]
"""What returns the published versions of notices by their addresses."""

_TURN = text("select clock_timestamp() from pg_advisory_xact_lock(hashtext('shouxin consent'))")
"""Waits for whoever takes reports down elsewhere, then tells the time."""

_ENTRIES = text(
    "select number, cast(what->>'transaction' as bigint) as answer from shouxin.ledger_entry "
    "where whose = :whose and kind = any(:kinds)"
)

_ENTRY = {"give": "consent.given", "refuse": "consent.refused", "withdraw": "consent.withdrawn"}


class Teller(NamedTuple):
    """Who reports: the id of an operator or key, from where, and the source of an import."""

    who: str
    origin: Origin
    source: str = ""


class Report(NamedTuple):
    """What is reported, and by whom."""

    given: Given
    teller: Teller


class Recorded(NamedTuple):
    """What a report became: the line of the history that counts, and whether it is new."""

    transaction: Transaction
    new: bool


class Batch(NamedTuple):
    """Reports, the versions of notices that they answer, and the people they are about."""

    reports: Sequence[Report]
    offered: Mapping[str, Offered]
    persons: Mapping[tuple[str, str], Person]

    def person(self, one: Given, reference: str) -> Person | None:
        """Return whom a reference in a report means."""
        version = self.offered.get(one.notice)
        return self.persons.get((version.service, reference)) if version else None


Outcomes = tuple[list[Recorded | InputError], list[Entry]]
"""What became of each report, and the entries to append."""


class KeptConsents:
    """The answers in one store."""

    def __init__(self, people: People, offers: Offers) -> None:
        self._people = people
        self._offers = offers

    def record(self, connection: Connection, reports: Sequence[Report]) -> Outcomes:
        """Take reports down in their order; return what became of each, and the entries to append.

        A report that is refused changes nothing and hinders no other. Whoever calls appends the entries and
        commits; until then no other process takes reports down, so that each follows from all before it.
        """
        now = _turn(connection)
        return self._taken(connection, self.expect(connection, reports), now)

    def expect(self, connection: Connection, reports: Sequence[Report]) -> Batch:
        """Find out whom reports are about; those who give or refuse consent are made where they are new.

        This may be done, and committed, while others take reports down. Whoever waits for their turn must
        not hold new people, for whom the one who has the turn may be waiting.
        """
        given = [one.given for one in reports]
        offered = self._offers(connection, frozenset(one.notice for one in given))
        return Batch(reports, offered, self._persons(connection, given, offered))

    def take(self, connection: Connection, batch: Batch) -> Outcomes:
        """Take reports down that were expected; see ``record``."""
        now = _turn(connection)
        offered = self._offers(connection, frozenset(batch.offered))
        return self._taken(connection, batch._replace(offered=offered), now)

    def _taken(self, connection: Connection, batch: Batch, now: datetime.datetime) -> Outcomes:
        desk = _Desk(connection, batch, now)
        rows.insert(connection, desk.work())
        tell(connection, desk.persons)
        return desk.outcomes, desk.entries

    def _persons(
        self, connection: Connection, given: Sequence[Given], offered: Mapping[str, Offered]
    ) -> dict[tuple[str, str], Person]:
        wanted: dict[str, dict[str, bool]] = defaultdict(dict)
        for one in given:
            if version := offered.get(one.notice):
                known = wanted[version.service]
                known[one.person] = known.get(one.person, False) or one.action != "withdraw"
                if one.guardian:
                    known.setdefault(one.guardian, False)
        found: dict[tuple[str, str], Person] = {}
        for service, references in sorted(wanted.items()):
            for call, new in ((self._people.find, False), (self._people.make, True)):
                asked = sorted(name for name, makes in references.items() if makes is new)
                persons = call(connection, service, asked) if asked else ()
                found |= {
                    (service, name): person for name, person in zip(asked, persons, strict=True) if person
                }
        return found


class _Desk:
    """Where reports are taken down one after the other, each after what the ones before it changed."""

    def __init__(self, connection: Connection, batch: Batch, now: datetime.datetime) -> None:
        self._batch = batch
        self._now = now
        self._whom = [batch.person(one, one.person) for one, _ in batch.reports]
        requests = [
            (person.id, one.given.request)
            for one, person in zip(batch.reports, self._whom, strict=True)
            if person
        ]
        persons = {person.id for person in batch.persons.values()}
        needed = rows.needed(connection, persons, requests, now.astimezone(BEIJING).date())
        self._standings = needed.standings
        self._known = needed.earlier
        self._guardians = needed.guardians
        self._numbers = iter(needed.numbers)
        self.outcomes: list[Recorded | InputError] = []
        self.entries: list[Entry] = []
        self.persons: set[int] = set()

    def work(self) -> Iterator[Transaction]:
        """Take the reports down, and yield what is new as it comes."""
        for (one, teller), person in zip(self._batch.reports, self._whom, strict=True):
            try:
                outcome: Recorded | InputError = self._taken(one, person, teller)
            except InputError as refused:
                outcome = refused
            self.outcomes.append(outcome)
            if person and isinstance(outcome, Recorded) and outcome.new:
                self.entries.append(_entry(outcome.transaction, teller, person.commitment))
                self.persons.add(person.id)
                yield outcome.transaction

    def _taken(self, one: Given, person: Person | None, teller: Teller) -> Recorded:
        offered = self._batch.offered.get(one.notice)
        if offered is None:
            raise InputError(
                "consent-notice",
                "there is no published version of a notice with this address",
                where=one.notice[:12],
                remedy="publish it first: shouxin notice publish --help",
            )
        guardian = self._batch.person(one, one.guardian) if one.guardian else None
        if one.guardian and guardian is None:
            raise fold.no_guardian()
        if person is None:
            raise fold.nothing_given(one.purpose)
        if earlier := self._known.get((person.id, one.request)):
            return _repeated(one, earlier)
        acting = Acting(
            person.id, guardian.id if guardian else None, self._guardians.get(person.id, frozenset())
        )
        own, place = self._standings.setdefault(person.id, {}), Place(one.purpose, one.channel)
        standing, number = own.get(place), next(self._numbers)
        made = fold.taken(one, acting, offered, standing, self._now, number=number, source=teller.source)
        if made is None:
            return Recorded(own[place].last, new=False)
        own[place] = fold.after(standing, made)
        self._known[person.id, one.request] = made
        return Recorded(made, new=True)


def entries_of(connection: Connection, commitment: bytes) -> dict[int, int]:
    """Return the numbers of the ledger's entries that hold the answers of a person, by answer."""
    rows = connection.execute(_ENTRIES, {"whose": commitment, "kinds": sorted(_ENTRY.values())})
    return {row.answer: row.number for row in rows}


def tell(connection: Connection, persons: Iterable[int]) -> None:
    """Tell the guards, once this is committed, whose answers changed."""
    numbers = sorted(persons)
    parts = [numbers[start : start + _TOLD] for start in range(0, len(numbers), _TOLD)]
    for message in [",".join(map(str, part)) for part in parts] if len(parts) <= _PARTS else ["*"]:
        line.tell(connection, SUBJECT, message)


def _turn(connection: Connection) -> datetime.datetime:
    """Wait until nobody else takes reports down, and return the time; the turn lasts until the commit."""
    now: datetime.datetime = connection.execute(_TURN).scalar_one()
    return min(now, set_time(connection) or now)


def _entry(one: Transaction, teller: Teller, commitment: bytes) -> Entry:
    return Entry(
        kind=_ENTRY[one.action],
        who=teller.who,
        origin=teller.origin,
        what={"transaction": one.number, "digest": rows.digest(one), "purpose": one.purpose},
        whose=commitment,
        why=one.notice,
    )


def _repeated(one: Given, earlier: Transaction) -> Recorded:
    """Return the transaction that a report became before; refuse another report under its name."""
    same = (one.action, one.purpose, one.channel, one.notice)
    if same == (earlier.action, earlier.purpose, earlier.channel, earlier.notice):
        return Recorded(earlier, new=False)
    raise InputError(
        "consent-request",
        "another report of this person came under the same request",
        where="request",
        remedy="give every report a name of its own, such as a UUID",
    )
