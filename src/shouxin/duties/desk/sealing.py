"""Letters on their way into the store and out of it, and the words that open a matter."""

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Any

import msgspec

from shouxin.duties.desk.kept import Sealed
from shouxin.duties.desk.model import LONGEST, Body, Letter, plain
from shouxin.errors import InputError
from shouxin.law.base import Shape
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Connection

_USE = "desk/letter"
_FIELDS = 20


class Writing(Shape, frozen=True, kw_only=False):
    """A letter that is being written: with or to which party, at which step, and its fields."""

    party: str
    kind: str
    body: Body
    inward: bool = False
    shown: bool = False
    id: str = msgspec.field(default_factory=lambda: secrets.token_hex(8))


def checked(body: Body) -> Body:
    """Return the fields of a letter that say something; raise ``InputError`` (desk-long, desk-text)."""
    said = {name: text.strip() for name, text in body.items() if text.strip()}
    if not said:
        raise InputError("desk-text", "there is nothing written", remedy="write something")
    for name, text in said.items():
        if len(text) > LONGEST or len(said) > _FIELDS or len(name) > 40:
            raise InputError(
                "desk-long",
                f'the field "{name[:40]}" has {len(text):,} characters',
                remedy=f"write at most {LONGEST:,} characters, and send the rest as a letter of its own",
            )
        if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise InputError("desk-text", f'the field "{name[:40]}" is no text', remedy="write plain text")
    return said


def sealed(connection: "Connection", people: People, person: int, one: Writing) -> Sealed:
    """Return a letter sealed for a person; raise ``InputError``: desk-long, desk-text, person-unknown."""
    content = msgspec.json.encode(checked(one.body))
    closed_ = people.seal(connection, person, content, f"{_USE}/{one.id}")
    return Sealed(one.id, one.party, one.kind, one.inward, one.shown, closed_)


def opened(connection: "Connection", people: People, person: int, row: Any) -> Letter:
    """Return a letter opened; raise ``IntegrityError`` (person-sealed) where it was changed."""
    content = people.unsealed(connection, person, bytes(row.sealed), f"{_USE}/{row.id}")
    return msgspec.structs.replace(closed(row), body=msgspec.json.decode(content, type=Body))


def closed(row: Any) -> Letter:
    """Return what is known of a letter without opening it."""
    return Letter(
        id=row.id, party=row.party, kind=row.kind, inward=row.inward, shown=row.shown, at=row.at, body=None
    )


def digest(text: str) -> bytes:
    """Return what is kept of a word or the name of a report."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def digest_of(sealed_: bytes) -> str:
    """Return what the ledger keeps of a letter, so that a changed one is noticed."""
    return hashlib.sha256(sealed_).hexdigest()


def fits(kept: bytes, given: str) -> bool:
    """Tell whether a word is the right one, in a time that tells nothing."""
    return hmac.compare_digest(kept, digest(plain(given)))
