"""Consent in the store: answers, with what they follow from and their ledger entries, in one transaction."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, func, select, text

from shouxin.duties.consent import fold
from shouxin.duties.consent.model import Acting, Given, How, Place, Standing, Transaction
from shouxin.duties.consent.tables import ending, guardianship, transaction
from shouxin.duties.days import BEIJING
from shouxin.duties.notice.service import Offered
from shouxin.errors import InputError
from shouxin.store import line
from shouxin.store.ledger import Entry
from shouxin.store.ledger.entry import Origin
from shouxin.store.people import People, Person

SUBJECT = "consent"
"""What the messages are about that name the people whose answers changed, or ``*`` for everybody."""

_TOLD, _PARTS = 500, 10
"""Persons that one message names at most, and messages of one batch."""

Offers = Callable[[Connection, frozenset[str]], Mapping[str, Offered]]
"""What returns the published versions of notices by their addresses."""

_SETS = ("kinds", "categories", "recipients")
_WRITE = text(
    "insert into shouxin.consent_transaction (number, person, action, purpose, channel, notice, scope, "
    "kinds, categories, recipients, how, informed, at, until, guardian, evidence, request, source) "
    "overriding system value "
    "select number, person, action, purpose, coalesce(channel, ''), notice, scope, kinds, categories, "
    "recipients, how, coalesce(informed, true), at, until, guardian, coalesce(evidence, ''), "
    "coalesce(request, ''), coalesce(source, '') "
    "from json_populate_recordset(null::shouxin.consent_transaction, cast(:rows as json))"
)
_BEFORE = text(
    "select t.* from unnest(cast(:persons as bigint[]), cast(:requests as text[])) as asked "
    "(person, request) join shouxin.consent_transaction t using (person, request)"
)
_TURN = text("select clock_timestamp() from pg_advisory_xact_lock(hashtext('shouxin consent'))")
"""Waits for whoever takes reports down elsewhere, then tells the time."""

_NUMBERS = text(
    "select nextval(pg_get_serial_sequence('shouxin.consent_transaction', 'number')) "
    "from generate_series(1, :count)"
)

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


class KeptConsents:
    """The answers in one store."""

    def __init__(self, people: People, offers: Offers) -> None:
        self._people = people
        self._offers = offers

    def record(
        self, connection: Connection, reports: Sequence[Report]
    ) -> tuple[list[Recorded | InputError], list[Entry]]:
        """Take reports down in their order; return what became of each, and the entries to append.

        A report that is refused changes nothing and hinders no other. Whoever calls appends the entries and
        commits; until then no other process takes reports down, so that each follows from all before it.
        """
        now: datetime.datetime = connection.execute(_TURN).scalar_one()
        given = [one.given for one in reports]
        offered = self._offers(connection, frozenset(one.notice for one in given))
        persons = self._persons(connection, given, offered)
        desk = _Desk(connection, persons, offered, now)
        desk.remember(given)
        outcomes = [desk.take(one) for one in reports]
        made = desk.numbered()
        _insert(connection, made)
        tell(connection, {one.person for one in made})
        commitments = {person.id: person.commitment for person in persons.values()}
        entries = [
            _entry(one, teller, commitments[one.person])
            for one, teller in zip(made, desk.tellers, strict=True)
        ]
        return [_numbered(one, made) for one in outcomes], entries

    def _persons(
        self, connection: Connection, given: Sequence[Given], offered: Mapping[str, Offered]
    ) -> dict[tuple[str, str], Person]:
        """Return the people in question; those who give or refuse consent are made where they are new."""
        wanted: dict[str, dict[str, bool]] = defaultdict(dict)
        for one in given:
            if version := offered.get(one.notice):
                known = wanted[version.service]
                known[one.person] = known.get(one.person, False) or one.action != "withdraw"
                if one.guardian:
                    known.setdefault(one.guardian, False)
        found: dict[tuple[str, str], Person] = {}
        for service, references in wanted.items():
            for call, new in ((self._people.find, False), (self._people.make, True)):
                asked = sorted(name for name, makes in references.items() if makes is new)
                persons = call(connection, service, asked) if asked else ()
                found |= {
                    (service, name): person for name, person in zip(asked, persons, strict=True) if person
                }
        return found


class _Desk:
    """Where reports are taken down one after the other, each after what the ones before it changed."""

    def __init__(
        self,
        connection: Connection,
        persons: Mapping[tuple[str, str], Person],
        offered: Mapping[str, Offered],
        now: datetime.datetime,
    ) -> None:
        self._connection = connection
        self._persons = persons
        self._offered = offered
        self._now = now
        numbers = {person.id for person in persons.values()}
        self._standings = standings(connection, numbers)
        self._guardians = guardians(connection, numbers, self._now.astimezone(BEIJING).date())
        self._known: dict[tuple[int, str], Transaction] = {}
        self.made: list[Transaction] = []
        self.tellers: list[Teller] = []

    def remember(self, given: Sequence[Given]) -> None:
        """Read which of the reports came before."""
        keys = {
            (person.id, one.request)
            for one in given
            if (person := self._person(one, one.person)) and person.id in self._standings
        }
        if keys:
            persons, requests = zip(*sorted(keys), strict=True)
            asked = {"persons": list(persons), "requests": list(requests)}
            rows = self._connection.execute(_BEFORE, asked)
            self._known = {(row.person, row.request): _transaction(row) for row in rows}

    def take(self, report: Report) -> "Recorded | InputError":
        """Return the transaction of a report, or its refusal; new ones are numbered -1, -2 and so on."""
        one, teller = report
        if one.notice not in self._offered:
            return InputError(
                "consent-notice",
                "there is no published version of a notice with this address",
                where=one.notice[:12],
                remedy="publish it first: shouxin notice publish --help",
            )
        try:
            return self._taken(one, teller)
        except InputError as refused:
            return refused

    def _taken(self, one: Given, teller: Teller) -> "Recorded":
        person, guardian = self._person(one, one.person), self._person(one, one.guardian)
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
        made = fold.taken(
            one, acting, self._offered[one.notice], own.get(place), self._now, imported=bool(teller.source)
        )
        if made is None:
            return Recorded(own[place].last, new=False)
        made = msgspec.structs.replace(made, source=teller.source, number=-1 - len(self.made))
        own[place] = fold.after(own.get(place), made)
        self._known[person.id, one.request] = made
        self.made.append(made)
        self.tellers.append(teller)
        return Recorded(made, new=True)

    def numbered(self) -> list[Transaction]:
        """Return the new transactions with their numbers, which rise in the order of the history."""
        numbers = self._connection.execute(_NUMBERS, {"count": len(self.made)}).scalars() if self.made else ()
        return [
            msgspec.structs.replace(one, number=number)
            for one, number in zip(self.made, sorted(numbers), strict=True)
        ]

    def _person(self, one: Given, reference: str) -> Person | None:
        version = self._offered.get(one.notice)
        return self._persons.get((version.service, reference)) if version else None


def standings(connection: Connection, persons: Iterable[int]) -> dict[int, dict[Place, Standing]]:
    """Return where persons stand: of each purpose the last answer and the last consent."""
    counting = (
        select(func.max(transaction.c.number))
        .where(transaction.c.person == func.any(sorted(persons)))
        .group_by(
            transaction.c.person,
            transaction.c.purpose,
            transaction.c.channel,
            transaction.c.action == "give",
        )
    )
    rows = connection.execute(
        select(transaction).where(transaction.c.number.in_(counting)).order_by(transaction.c.number)
    )
    histories: dict[int, list[Transaction]] = defaultdict(list)
    for row in rows:
        histories[row.person].append(_transaction(row))
    return {person: fold.folded(lines) for person, lines in histories.items()}


def history(connection: Connection, person: int) -> list[Transaction]:
    """Return all answers of a person in their order."""
    rows = connection.execute(
        select(transaction).where(transaction.c.person == person).order_by(transaction.c.number)
    )
    return [_transaction(row) for row in rows]


def entries_of(connection: Connection, commitment: bytes) -> dict[int, int]:
    """Return the numbers of the ledger's entries that hold the answers of a person, by answer."""
    rows = connection.execute(_ENTRIES, {"whose": commitment, "kinds": sorted(_ENTRY.values())})
    return {row.answer: row.number for row in rows}


def guardians(connection: Connection, persons: Iterable[int], on: datetime.date) -> dict[int, frozenset[int]]:
    """Return the verified guardians of those among the persons who need one on a day."""
    rows = connection.execute(
        select(guardianship.c.child, guardianship.c.guardian)
        .outerjoin(ending)
        .where(
            guardianship.c.child == func.any(sorted(persons)),
            guardianship.c.until >= on,
            ending.c.guardianship.is_(None),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        found[row.child].add(row.guardian)
    return {child: frozenset(numbers) for child, numbers in found.items()}


def tell(connection: Connection, persons: Iterable[int]) -> None:
    """Tell the guards, once this is committed, whose answers changed."""
    numbers = sorted(persons)
    parts = [numbers[start : start + _TOLD] for start in range(0, len(numbers), _TOLD)]
    for message in [",".join(map(str, part)) for part in parts] if len(parts) <= _PARTS else ["*"]:
        line.tell(connection, SUBJECT, message)


def digest(one: Transaction) -> str:
    """Return the SHA-256 of a transaction, which its ledger entry holds."""
    plain = msgspec.json.encode(_sortable(one), order="deterministic")
    return hashlib.sha256(plain).hexdigest()


def _sortable(one: Transaction) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(one, builtin_types=(datetime.datetime, datetime.date))
    for name in _SETS:
        plain[name] = sorted(plain.get(name, ()))
    plain["at"] = one.at.astimezone(datetime.UTC)
    return plain


def _entry(one: Transaction, teller: Teller, commitment: bytes) -> Entry:
    return Entry(
        kind=_ENTRY[one.action],
        who=teller.who,
        origin=teller.origin,
        what={"transaction": one.number, "digest": digest(one), "purpose": one.purpose},
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


def _numbered(one: Recorded | InputError, made: Sequence[Transaction]) -> Recorded | InputError:
    if isinstance(one, InputError) or one.transaction.number > 0:
        return one
    return one._replace(transaction=made[-1 - one.transaction.number])


def _insert(connection: Connection, made: Sequence[Transaction]) -> None:
    """Write new transactions; as one value, which PostgreSQL takes apart faster than a driver puts it in."""
    if made:
        rows = [_sortable(one) | {"notice": rf"\x{one.notice}"} for one in made]
        connection.execute(_WRITE, {"rows": msgspec.json.encode(rows).decode()})


def _transaction(row: Row[Any]) -> Transaction:
    return Transaction(
        number=row.number,
        person=row.person,
        action=row.action,
        purpose=row.purpose,
        channel=row.channel,
        notice=bytes(row.notice).hex(),
        scope=row.scope,
        kinds=frozenset(row.kinds),
        categories=frozenset(row.categories),
        recipients=frozenset(row.recipients),
        how=msgspec.convert(row.how, How),
        informed=row.informed,
        at=row.at,
        until=row.until,
        guardian=row.guardian,
        evidence=row.evidence,
        request=row.request,
        source=row.source,
    )
