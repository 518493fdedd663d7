"""The people of the services: a number and a commitment for each, and a data key that can be destroyed.

A service knows a person by a reference of its own. Here it stands only as a keyed hash, to find the person
again, and sealed under the person's own data key, which is wrapped under the key-encryption key. The
commitment is a hash salted from the data key: once ``shred`` has destroyed that, nothing here or in the
ledger tells any more whom it was about, and the ledger still verifies.
"""

import datetime
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidTag
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    text,
)

from shouxin.errors import InputError, IntegrityError
from shouxin.protect.envelope import seal, seal_each, unseal
from shouxin.protect.keys import KEY_BYTES
from shouxin.protect.mac import Mac
from shouxin.protect.wrapping import Bound, Wrapper
from shouxin.store import line
from shouxin.store.driver import ByteStrings, driver
from shouxin.store.keyring import store_key

if TYPE_CHECKING:
    from sqlalchemy import Connection

CACHED = 10_000
"""Data keys that a process keeps in memory at most."""

LONGEST = 512
"""Bytes that a reference may have."""

_LOOKUP = "people/lookup"

SUBJECT = "people"
"""What the messages are about that tell that somebody's key was destroyed."""

_REFERENCE = "reference"
_SEAL, _COMMITMENT = b"shouxin.people/seal", b"shouxin.people/commitment"

metadata = MetaData(schema="shouxin")

person = Table(
    "person",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("service", Text, nullable=False),
    Column("commitment", LargeBinary, nullable=False, comment="salted from the data key"),
    Column("lookup", LargeBinary, unique=True, comment="keyed hash of service and reference"),
    Column("reference", LargeBinary, comment="sealed under the data key"),
    Column("kek", Text, comment="the key-encryption key that wraps the data key"),
    Column("wrapped", LargeBinary, comment="the data key"),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("shredded_at", DateTime(timezone=True)),
    CheckConstraint(
        "num_nulls(lookup, reference, kek, wrapped) = case when shredded_at is null then 0 else 4 end",
        name="person_shredded_check",
    ),
    Index("person_commitment", "commitment"),
    Index("person_shredded", "shredded_at", postgresql_where=text("shredded_at is not null")),
)

_FIND = "select id, lookup, commitment from shouxin.person where lookup = any(%s)"
_MAKE = """
insert into shouxin.person (service, commitment, lookup, reference, kek, wrapped)
select %(service)s, made.commitment, made.lookup, made.reference, %(kek)s, made.wrapped
from unnest(%(commitments)s, %(lookups)s, %(references)s, %(wrapped)s)
    as made (commitment, lookup, reference, wrapped)
on conflict (lookup) do nothing returning id, lookup, commitment
"""
_KEYS = text("select id, lookup, kek, wrapped from shouxin.person where id = any(:ids)")
_KNOWN = text(
    "select id, reference from shouxin.person "
    "where id = any(:ids) and service = :service and shredded_at is null order by id"
)
_SHREDDED = text("select id from shouxin.person where shredded_at >= :since")
_SHRED = text(
    "update shouxin.person set lookup = null, reference = null, kek = null, wrapped = null, "
    "shredded_at = now() where id = any(:ids) and shredded_at is null returning id"
)


class Person(NamedTuple):
    """A person of a service: the number in this store, and what the ledger calls them."""

    id: int
    commitment: bytes


class People:
    """The people of one store, whose data keys are wrapped by ``wrapper``."""

    def __init__(self, wrapper: Wrapper, cached: int = CACHED) -> None:
        self._wrapper = wrapper
        self._lookup: Mac | None = None
        self._keys: OrderedDict[int, bytes] = OrderedDict()
        self._cached = cached
        self._lock = threading.Lock()

    def find(self, connection: "Connection", service: str, references: Sequence[str]) -> list[Person | None]:
        """Return the people of these references, None for each that is not known.

        Raises ``InputError`` (person-reference).
        """
        lookups = self.lookups(connection, service, references)
        known = _found(connection, lookups)
        return [known.get(lookup) for lookup in lookups]

    def make(self, connection: "Connection", service: str, references: Sequence[str]) -> list[Person]:
        """Return the people of these references, and make those that are not known.

        Raises ``InputError`` (person-reference).
        """
        lookups = self.lookups(connection, service, references)
        known = _found(connection, lookups)
        # In one order for everybody: two that make the same people at once wait and do not block each other.
        new = sorted({pair for pair in zip(lookups, references, strict=True) if pair[0] not in known})
        if new:
            known |= self._made(connection, service, new)
            known |= _found(connection, [lookup for lookup, _ in new if lookup not in known])
        return [known[lookup] for lookup in lookups]

    def reference(self, connection: "Connection", id_: int) -> str:
        """Return the reference by which the service knows a person; errors as ``unsealed``."""
        asked = text("select reference from shouxin.person where id = :id")
        sealed = connection.execute(asked, {"id": id_}).scalar_one_or_none()
        return self.unsealed(connection, id_, bytes(sealed or b""), _REFERENCE).decode()

    def references(self, connection: "Connection", service: str, ids: Sequence[int]) -> dict[int, str]:
        """Return the references of those of the people whom a service knows and whose key is still there.

        Errors as ``unsealed``.
        """
        rows = connection.execute(_KNOWN, {"ids": list(ids), "service": service}).all()
        keys = self.keys(connection, [row.id for row in rows])
        return {
            row.id: _unsealed(row.id, keys[row.id], bytes(row.reference), _REFERENCE).decode() for row in rows
        }

    def seal(self, connection: "Connection", id_: int, value: bytes, use: str) -> bytes:
        """Return a value of a person sealed under their data key; ``use`` must be given again to open it.

        Raises ``InputError`` (person-unknown) where there is no such person any more.
        """
        return _seal(self.keys(connection, [id_])[id_], value, use)

    def unsealed(self, connection: "Connection", id_: int, sealed: bytes, use: str) -> bytes:
        """Return what was sealed.

        Raises ``InputError`` (person-unknown), ``IntegrityError`` (person-sealed) where it does not open.
        """
        return _unsealed(id_, self.keys(connection, [id_])[id_], sealed, use)

    def keys(self, connection: "Connection", ids: Sequence[int]) -> dict[int, bytes]:
        """Return the data keys of people; raise ``InputError`` (person-unknown), ``IntegrityError``.

        What was shredded in another process can be cached here; what it would open is gone all the same.
        """
        with self._lock:
            known = {id_: self._keys[id_] for id_ in ids if id_ in self._keys}
            for id_ in known:
                self._keys.move_to_end(id_)
        missing = [id_ for id_ in ids if id_ not in known]
        if missing:
            rows = connection.execute(_KEYS, {"ids": missing}).all()
            for kek in {row.kek for row in rows if row.kek}:
                own = [row for row in rows if row.kek == kek]
                keys = self._wrapper.unwrap(
                    kek, [Bound(bytes(row.wrapped), bytes(row.lookup)) for row in own]
                )
                known |= dict(zip((row.id for row in own), keys, strict=True))
            self._remember(known)
        for id_ in ids:
            if id_ not in known:
                raise InputError(
                    "person-unknown",
                    f"there is no person {id_}, or their key was destroyed",
                    remedy="what was sealed for them cannot be opened any more",
                )
        return known

    def shred(self, connection: "Connection", ids: Sequence[int]) -> int:
        """Destroy the data keys of people and what finds them; return how many still had one.

        Their numbers and commitments stay and mean nobody. A backup made before still holds the wrapped
        keys: it forgets these people when the key-encryption key of its time is destroyed.
        """
        gone = list(connection.execute(_SHRED, {"ids": list(ids)}).scalars())
        with self._lock:
            for id_ in ids:
                self._keys.pop(id_, None)
        line.tell(connection, SUBJECT, "*")
        return len(gone)

    def lookups(self, connection: "Connection", service: str, references: Sequence[str]) -> list[bytes]:
        """Return what finds the people of these references; raise ``InputError`` (person-reference)."""
        if self._lookup is None:
            with connection.engine.begin() as own:  # what is remembered must outlive the caller's transaction
                self._lookup = Mac(store_key(own, self._wrapper, _LOOKUP))
        lookup, head = self._lookup, _named(service)
        return [lookup(head + _checked(reference)) for reference in references]

    def _made(
        self, connection: "Connection", service: str, new: Sequence[tuple[bytes, str]]
    ) -> dict[bytes, Person]:
        random = secrets.token_bytes(KEY_BYTES * len(new))
        keys = [random[at : at + KEY_BYTES] for at in range(0, len(random), KEY_BYTES)]
        macs = [Mac(key) for key in keys]
        references = [reference for _, reference in new]
        values = {
            "service": service,
            "kek": self._wrapper.current(),
            "lookups": ByteStrings(lookup for lookup, _ in new),
            "commitments": ByteStrings(
                commitment(mac(_COMMITMENT), service, reference)
                for mac, reference in zip(macs, references, strict=True)
            ),
            "references": ByteStrings(
                seal_each(
                    ((mac(_SEAL), one.encode()) for mac, one in zip(macs, references, strict=True)),
                    _REFERENCE.encode(),
                    len(new),
                )
            ),
            "wrapped": ByteStrings(
                self._wrapper.wrap([Bound(key, lookup) for key, (lookup, _) in zip(keys, new, strict=True)])
            ),
        }
        with driver(connection) as cursor:
            return _people(cursor.execute(_MAKE, values, binary=True).fetchall())

    def _remember(self, keys: dict[int, bytes]) -> None:
        with self._lock:
            self._keys |= keys
            while len(self._keys) > self._cached:
                self._keys.popitem(last=False)


def shredded(connection: "Connection", since: datetime.datetime) -> list[int]:
    """Return whose keys were destroyed since a time, in no order."""
    return list(connection.execute(_SHREDDED, {"since": since}).scalars())


def salt(key: bytes) -> bytes:
    """Return the salt of a person's commitment; with it and the reference the commitment can be shown."""
    return Mac(key)(_COMMITMENT)


def commitment(salt: bytes, service: str, reference: str) -> bytes:
    """Return what the ledger calls a person of a service."""
    return Mac(salt)(_named(service) + reference.encode())


def _named(service: str) -> bytes:
    """Return a service in front of a reference, so that the two cannot run into each other."""
    words = service.encode()
    return len(words).to_bytes(4, "big") + words


def _checked(reference: str) -> bytes:
    try:
        words = reference.encode()
    except UnicodeEncodeError:
        words = b""
    if not 0 < len(words) <= LONGEST:
        raise InputError(
            "person-reference",
            f"the reference of a person must be text of 1 to {LONGEST} bytes",
            remedy="give what the service itself calls this person: a user number, an account name",
        )
    return words


def _seal(key: bytes, value: bytes, use: str) -> bytes:
    return seal("aes", Mac(key)(_SEAL), value, use.encode())


def _unsealed(id_: int, key: bytes, sealed: bytes, use: str) -> bytes:
    try:
        return unseal("aes", Mac(key)(_SEAL), sealed, use.encode())
    except InvalidTag:
        raise IntegrityError(
            "person-sealed",
            f"a value sealed for person {id_} does not open: it was cut, changed, or sealed for another",
            remedy="find out who changed it, or restore it",
        ) from None


def _found(connection: "Connection", lookups: Sequence[bytes]) -> dict[bytes, Person]:
    if not lookups:
        return {}
    with driver(connection) as cursor:
        return _people(cursor.execute(_FIND, [ByteStrings(lookups)], binary=True).fetchall())


def _people(rows: Iterable[tuple[int, bytes, bytes]]) -> dict[bytes, Person]:
    return {lookup: Person(id_, commitment) for id_, lookup, commitment in rows}
