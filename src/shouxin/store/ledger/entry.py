"""An entry of the ledger, and the bytes that are hashed for it.

A leaf is the row as PostgreSQL's binary ``COPY`` writes it: the number of fields as an int16, then each
field as its length (int32) and its bytes, all big-endian. The bytes that are hashed are therefore the bytes
that are stored, and reading everything back is hashing what the database sends.
"""

import re
import struct
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import msgspec

from shouxin.errors import InputError, IntegrityError

LARGEST = 64 * 1024
"""Bytes that one entry may have: it points to things, it does not hold them."""

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Where PostgreSQL counts the microseconds of a timestamp from."""

COLUMNS = ("number", "at", "kind", "who", "origin", "what", "whose", "why", "outcome")
_KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_MICROSECOND = timedelta(microseconds=1)
_HEAD = struct.Struct(">hiqiq")
_LENGTH = struct.Struct(">i")
_json = msgspec.json.Encoder(order="deterministic")

Origin = Literal["api", "console", "cli", "sdk", "system"]
Outcome = Literal["done", "refused", "failed"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who did what to whose information, from where and why, and what came of it.

    ``who`` is the id of an operator or key, or "system", never a name; ``what`` is plain data without
    personal information; ``whose`` is the commitment of a person (``store.people``) or empty; ``why`` is
    the id of a decision, a legal basis, or the reason that was given.
    """

    kind: str
    who: str
    origin: Origin
    what: dict[str, Any] = {}
    whose: bytes = b""
    why: str = ""
    outcome: Outcome = "done"


class Actor(NamedTuple):
    """Who acts, by an id and never a name, and from where."""

    who: str = "system"
    origin: Origin = "system"

    def did(self, kind: str, **what: Any) -> Entry:
        """Return the entry that this was done."""
        return Entry(kind=kind, who=self.who, origin=self.origin, what=what)


SYSTEM = Actor()


class Leaf(NamedTuple):
    """An entry as it was read back, with its number (from 0) and the database's time."""

    number: int
    at: datetime
    kind: str
    who: str
    origin: str
    what: str
    whose: bytes
    why: str
    outcome: str


def microseconds(at: datetime) -> int:
    """Return a time as PostgreSQL counts it."""
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def body(entry: Entry) -> bytes:
    """Return the fields of an entry behind its number and time; raise ``InputError`` (ledger-entry)."""
    try:
        head, outcome = _head(entry.kind, entry.who, entry.origin), _head(entry.outcome)
        what, whose, why = _json.encode(entry.what), entry.whose, entry.why.encode()
    except (TypeError, ValueError):
        raise _wrong(entry, "it holds something that is not plain data in UTF-8") from None
    length = _LENGTH.pack
    packed = b"".join(
        (head, length(len(what)), what, length(len(whose)), whose, length(len(why)), why, outcome)
    )
    if not _is_kind(entry.kind):
        raise _wrong(entry, 'its kind is not written like "consent.given"')
    if len(packed) > LARGEST:
        raise _wrong(entry, f"it has {len(packed):,} bytes, and {LARGEST:,} are the most")
    if "\0" in entry.who or b"\0" in why:
        raise _wrong(entry, "it holds a null character")
    return packed


@lru_cache(maxsize=1024)
def _is_kind(kind: str) -> bool:
    return _KIND.fullmatch(kind) is not None


@lru_cache(maxsize=1024)
def _head(*fields: str) -> bytes:
    """Return fields that are the same in many entries, each behind its length."""
    return b"".join(
        [part for field in fields for part in (_LENGTH.pack(len(field.encode())), field.encode())]
    )


def row(number: int, at: int, packed: bytes) -> bytes:
    """Return the leaf of a number, a time and a body."""
    return _HEAD.pack(len(COLUMNS), 8, number, 8, at) + packed


def place(leaf: bytes) -> tuple[int, int]:
    """Return the number and the time of a leaf; raise ``IntegrityError`` (ledger-leaf)."""
    try:
        columns, size, number, other, at = _HEAD.unpack_from(leaf)
    except struct.error:
        raise _broken() from None
    if (columns, size, other) != (len(COLUMNS), 8, 8):
        raise _broken()
    return number, at


def read(leaf: bytes) -> Leaf:
    """Return a leaf as an entry with its number and time; raise ``IntegrityError`` (ledger-leaf)."""
    number, at = place(leaf)
    fields: list[bytes] = []
    start = _HEAD.size
    while start + _LENGTH.size <= len(leaf):
        end = start + _LENGTH.size + max(0, _LENGTH.unpack_from(leaf, start)[0])
        fields.append(leaf[start + _LENGTH.size : end])
        start = end
    if len(fields) != len(COLUMNS) - 2 or start != len(leaf):
        raise _broken()
    whose = fields.pop(4)
    try:
        kind, who, origin, what, why, outcome = (field.decode() for field in fields)
        moment = EPOCH + at * _MICROSECOND
    except (UnicodeDecodeError, OverflowError):
        raise _broken() from None
    return Leaf(number, moment, kind, who, origin, what, whose, why, outcome)


def _wrong(entry: Entry, what: str) -> InputError:
    return InputError(
        "ledger-entry",
        f'an entry "{entry.kind[:40]}" cannot be written: {what}',
        remedy="an entry holds ids and plain data; see src/shouxin/store/ledger/README.md",
    )


def _broken() -> IntegrityError:
    return IntegrityError(
        "ledger-leaf", "these bytes are no entry of a ledger", remedy="restore what they were read from"
    )
