"""Answers as rows: many are written by one COPY, and read without a conversion that was done before."""

import datetime
import hashlib
import struct
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from shouxin.duties.consent import fold
from shouxin.duties.consent.model import How, Place, Standing, Transaction
from shouxin.store.driver import END, NULL, START, TEXT, array, asked, driver, field, numbers, texts
from shouxin.store.ledger.entry import EPOCH, microseconds

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SETS = ("kinds", "categories", "recipients")
READ = ", ".join(
    {
        "notice": "encode(t.notice, 'hex')",
        "how": "t.how::text",
        **{name: f"array_to_json(t.{name})::text" for name in _SETS},
    }.get(name, f"t.{name}")
    for name in Transaction.__struct_fields__
)
"""The columns of an answer, of the table ``t``, in the order of its fields."""
_COLUMNS = ", ".join(Transaction.__struct_fields__)
_WRITE = f"copy shouxin.consent_transaction ({_COLUMNS}) from stdin (format binary)"
LAST = "t.purpose, t.channel, t.action = 'give'"
"""Of what the last line counts: each purpose and channel, and what was agreed to apart from the rest."""
_STANDING = f"""
select distinct on (t.person, {LAST}) {READ}
from shouxin.consent_transaction t where t.person = any(%s)
order by t.person, {LAST}, t.number desc
"""  # noqa: S608  # constants
_HISTORY = f"select {READ} from shouxin.consent_transaction t where t.person = %s order by t.number"  # noqa: S608
# Each pair is looked up by itself: a join of thousands would rather read the whole table.
_EARLIER = f"""
select {READ} from unnest(%s::bigint[], %s::text[]) as asked (person, request)
cross join lateral (
    select * from shouxin.consent_transaction own
    where own.person = asked.person and own.request = asked.request limit 1
) as t
"""  # noqa: S608
# Where the people lie close together, one walk along the index is shorter than so many searches.
_EARLIER_BETWEEN = f"""
select {READ} from shouxin.consent_transaction t where t.person between %s and %s and t.request = any(%s)
"""  # noqa: S608
_GUARDIANS = """
select g.child, array_agg(g.guardian) from shouxin.consent_guardianship g
where g.child = any(%s) and g.until >= %s
    and not exists (select from shouxin.consent_guardianship_end e where e.guardianship = g.number)
group by g.child
"""
_COUNTED = """
select count(*), coalesce(max(p.id), 0) from shouxin.person p
where p.service = %s and p.shredded_at is null
    and exists (select from shouxin.consent_transaction t where t.person = p.id)
"""
_PAGE = f"""
select {READ} from (
    select p.id from shouxin.person p
    where p.service = %s and p.shredded_at is null and p.id > %s and p.id <= %s
        and exists (select from shouxin.consent_transaction t where t.person = p.id)
    order by p.id limit 500
) as people join shouxin.consent_transaction t on t.person = people.id order by t.person, t.number
"""  # noqa: S608
_NUMBERS = "select nextval('shouxin.consent_transaction_number_seq') from generate_series(1, %s)"

_SENT = 500
"""Rows that are sent at once."""

_MANY = 300
"""People of whom it is worth a look whether their numbers lie close together."""

_FIELDS = len(Transaction.__struct_fields__)
_HEAD, _LONG, _DAY = struct.Struct(">hiqiq"), struct.Struct(">iq"), struct.Struct(">ii")
_INFORMED_AT = struct.Struct(">i?iq")
_EMPTY, _NEITHER = field(b""), NULL + NULL
_JSONB = b"\1"
"""The version of the format, in front of every jsonb."""

_plain = msgspec.json.Encoder(order="deterministic")
_number = attrgetter("number")


Standings = dict[int, dict[Place, Standing]]


class Needed(NamedTuple):
    """What is on record of persons: where they stand, what came before, who answers for a child.

    ``earlier`` is by person and request, ``guardians`` are those of a day by child; ``numbers`` are free for
    new transactions, rise, and may remain unused.
    """

    standings: Standings
    earlier: dict[tuple[int, str], Transaction]
    guardians: dict[int, frozenset[int]]
    numbers: Sequence[int]


def digest(one: Transaction) -> str:
    """Return the SHA-256 of a transaction, which its ledger entry holds."""
    return hashlib.sha256(content(one)).hexdigest()


def content(one: Transaction) -> bytes:
    """Return the bytes that the digest is of: every field that is not its default, as JSON."""
    return _plain.encode(one)


def insert(connection: "Connection", made: Iterable[Transaction]) -> None:
    """Write new transactions, which have their numbers; the database writes some while the next are made."""
    head, coming = START, map(_row, made)
    with driver(connection) as cursor, cursor.copy(_WRITE) as copy:
        while len(part := list(islice(coming, _SENT))) == _SENT:
            copy.write(head + b"".join(part))
            head = b""
        copy.write(b"".join((head, *part, END)))


def standings(connection: "Connection", persons: Iterable[int]) -> Standings:
    """Return where persons stand: of each purpose the last answer and the last consent."""
    return standings_of(asked(connection, (_STANDING, [numbers(sorted(persons))]))[0])


def needed(
    connection: "Connection", persons: Iterable[int], requests: Iterable[tuple[int, str]], on: datetime.date
) -> Needed:
    """Return what reports are taken down by, in one exchange: each is a person and the name of a request.

    What others answered under the same names can be among ``earlier``.
    """
    known, keys = sorted(persons), list(requests)
    everybody, names = numbers(known), texts(request for _, request in keys)
    stand, earlier, guardians, free = asked(
        connection,
        (_STANDING, [everybody]),
        (_EARLIER_BETWEEN, [known[0], known[-1], names])
        if _close(known)
        else (_EARLIER, [numbers(person for person, _ in keys), names]),
        (_GUARDIANS, [everybody, on]),
        (_NUMBERS, [len(keys)]),
    )
    before = map(_transaction, earlier)
    return Needed(
        standings=standings_of(stand),
        earlier={(one.person, one.request): one for one in before},
        guardians={child: frozenset(theirs) for child, theirs in guardians},
        numbers=sorted(number for (number,) in free),
    )


def _close(known: Sequence[int]) -> bool:
    """Tell whether people, by their rising numbers, are so many and so close that a walk is shorter."""
    return len(known) >= _MANY and known[-1] - known[0] < 2 * len(known)


def history(connection: "Connection", person: int) -> list[Transaction]:
    """Return all answers of a person in their order."""
    return [_transaction(row) for row in asked(connection, (_HISTORY, [person]))[0]]


def counted(connection: "Connection", service: str) -> tuple[int, int]:
    """Return how many people of a service answered and still have a key, and the highest of their numbers."""
    found = asked(connection, (_COUNTED, [service]))[0][0]
    return int(found[0]), int(found[1])


def page(connection: "Connection", service: str, after: int, last: int) -> dict[int, list[Transaction]]:
    """Return the answers of the next people behind a number, up to the last one, by person."""
    found: dict[int, list[Transaction]] = defaultdict(list)
    for row in asked(connection, (_PAGE, [service, after, last]))[0]:
        one = _transaction(row)
        found[one.person].append(one)
    return found


def standings_of(found: Iterable[Sequence[Any]]) -> Standings:
    """Return where persons stand by rows of their last answers and consents."""
    histories: dict[int, list[Transaction]] = defaultdict(list)
    for one in sorted(map(_transaction, found), key=_number):
        histories[one.person].append(one)
    return {person: fold.folded(lines) for person, lines in histories.items()}


def _row(one: Transaction) -> bytes:
    """Return a transaction as a COPY in binary takes it, the fields in their order."""
    alike = _alike(
        (one.action, one.purpose, one.channel),
        one.notice,
        one.scope,
        (one.kinds, one.categories, one.recipients),
        one.how,
    )
    return b"".join(
        (
            _HEAD.pack(_FIELDS, 8, one.number, 8, one.person),
            alike,
            _INFORMED_AT.pack(1, one.informed, 8, microseconds(one.at)),
            _NEITHER if one.until is None and one.guardian is None else _ends(one),
            field(one.evidence.encode()) if one.evidence else _EMPTY,
            field(one.request.encode()),
            field(one.source.encode()) if one.source else _EMPTY,
        )
    )


def _ends(one: Transaction) -> bytes:
    """Return the last day of a consent and the guardian who gave it."""
    until = NULL if one.until is None else _DAY.pack(4, (one.until - EPOCH.date()).days)
    return until + (NULL if one.guardian is None else _LONG.pack(8, one.guardian))


@lru_cache(maxsize=1024)
def _alike(
    words: tuple[str, ...], notice: str, scope: str, sets: tuple[frozenset[str], ...], how: How
) -> bytes:
    """Return the fields that the answers of many have in common, from the action to how it was given."""
    plain = [*(one.encode() for one in words), bytes.fromhex(notice), scope.encode()]
    arrays = [array([one.encode() for one in sorted(keys)], TEXT) for keys in sets]
    return b"".join(map(field, (*plain, *arrays, _JSONB + _plain.encode(how))))


def _transaction(row: Sequence[Any]) -> Transaction:
    (
        number, person, action, purpose, channel, notice, scope, kinds, categories, recipients, how,
        informed, at, until, guardian, evidence, request, source,
    ) = row  # fmt: skip
    return Transaction(
        number=number,
        person=person,
        action=action,
        purpose=purpose,
        channel=channel,
        notice=notice,
        scope=scope,
        kinds=_set(kinds),  # type: ignore[arg-type]  # the names that were kept are those of kinds
        categories=_set(categories),
        recipients=_set(recipients),
        how=_how(how),
        informed=informed,
        at=at,
        until=until,
        guardian=guardian,
        evidence=evidence,
        request=request,
        source=source,
    )


@lru_cache(maxsize=1024)
def _set(listed: str) -> frozenset[str]:
    return frozenset(msgspec.json.decode(listed, type=list[str]))


@lru_cache(maxsize=1024)
def _how(written: str) -> How:
    return msgspec.json.decode(written, type=How)
