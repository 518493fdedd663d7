"""Access, a copy, a transfer: the person's rows from every store, packed, and given to whom it is due."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from shouxin.duties.days import BEIJING
from shouxin.duties.rights import bundle, by_hand, gathering
from shouxin.duties.rights.courier import Courier
from shouxin.duties.rights.desk import Desk, Found
from shouxin.duties.rights.kinds import Work
from shouxin.duties.rights.model import Missing
from shouxin.duties.rights.person import learned, seeds
from shouxin.errors import InputError, ShouxinError
from shouxin.store.ledger.entry import Actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

_IN_MEMORY = 4 << 20
_SHORTEST = 20
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Given(NamedTuple):
    """A copy that was made: where its bytes are, how many, their SHA-256, and how many rows they hold.

    ``missing`` are the parties whose part it lacks: with any, the request waits.
    """

    file: IO[bytes]
    size: int
    digest: str
    rows: Mapping[str, int]
    missing: tuple[Missing, ...] = ()

    def __enter__(self) -> "Given":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file, which nobody can find again."""
        self.file.close()


def passphrase() -> str:
    """Return a new passphrase: twenty letters, about 99 bits, so that no derivation need slow a guesser."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def give(
    desk: Desk,
    number: int,
    password: str,
    language: str,
    facts: Mapping[str, Any],
    today: date,
    actor: Actor,
) -> Given:
    """Give an encrypted copy, once it is written down; the case takes the step that ends it, if it is whole.

    Asked again for a case that has ended so, another copy is made and written down. The caller closes it.
    Raises ``InputError``: rights-unverified, rights-work, rights-passphrase, rights-store, those of
    ``Cases.move``.
    """
    if len(password) < _SHORTEST:
        raise InputError(
            "rights-passphrase",
            "the passphrase is too short to keep a copy from whoever guesses",
            remedy=f"take the one that is proposed, or {_SHORTEST} letters drawn by lot",
        )
    if not (password.isascii() and password.isprintable()):
        raise InputError(
            "rights-passphrase",
            "programs that open a ZIP do not agree on passphrases with other letters than a to z",
            remedy="take the one that is proposed, or letters, digits and marks of a plain keyboard",
        )
    with ExitStack() as undone:
        file = undone.enter_context(SpooledTemporaryFile(_IN_MEMORY))
        found, made = _made(desk, number, ("give",), password, language, today, file)
        with desk.begin() as connection:
            found = desk.verified(connection, number, today)
            if not found.case.final and not made.missing:
                text = f"copy of {sum(made.rows.values())} rows, SHA-256 {made.digest}"
                desk.take(connection, found, found.kind.ends, text, facts, today, actor)
            desk.note(connection, actor, found.row, "request.given", _told(made))
        undone.pop_all()
    return made


def hand_over(
    desk: Desk, number: int, courier: Courier, facts: Mapping[str, Any], today: date, actor: Actor
) -> str:
    """Send a copy to the processor whom the person named; return its SHA-256.

    Over TLS and not encrypted beyond, so that the recipient can use it. Raises ``InputError``:
    rights-unverified, rights-work, rights-ended, rights-store, those of ``Cases.move``; ``StoreError``
    (rights-destination) where it does not arrive, which is written down as well.
    """
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        found, made = _made(desk, number, ("hand_over",), None, "zh", today, file)
        with desk.begin() as connection:
            if found.case.final:
                raise InputError(
                    "rights-ended", f"request {number} has ended", remedy="ask anew to send it elsewhere"
                )
            # The step is tried first: where the law does not allow it, nothing leaves.
            trial = connection.begin_nested()
            desk.take(connection, found, found.kind.ends, "tried", facts, today, actor)
            trial.rollback()
            destination = desk.content(connection, found.row).destination
        try:
            key = f"request-{number}-part" if made.missing else f"request-{number}"
            courier.carry(destination, made.file, made.size, key, made.digest)
        except ShouxinError as error:
            with desk.begin() as connection:
                told = _told(made) | {"code": error.code}
                desk.note(connection, actor, found.row, "request.handed_over", told, outcome="failed")
            raise
        with desk.begin() as connection:
            found = desk.verified(connection, number, today)
            if not made.missing:
                text = f"copy of {sum(made.rows.values())} rows sent, SHA-256 {made.digest}"
                desk.take(connection, found, found.kind.ends, text, facts, today, actor)
            desk.note(connection, actor, found.row, "request.handed_over", _told(made))
        return made.digest


def shelve(
    desk: Desk,
    number: int,
    put: Callable[["Connection", int, Given], None],
    facts: Mapping[str, Any],
    today: date,
    actor: Actor,
) -> None:
    """Make a copy and have it put by for whoever asked on the person's behalf; the case takes its last step.

    ``put`` gets the transaction, the person's number and the copy, which is not encrypted. Raises
    ``InputError`` (rights-missing) while a party's part is missing, and as ``give``.
    """
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        found, made = _made(desk, number, ("give",), None, "zh", today, file)
        if made.missing:
            raise InputError(
                "rights-missing",
                "a party has not given its part yet",
                where=f"request {number}",
                remedy="wait for its answer, or ask it again: shouxin request run",
            )
        with desk.begin() as connection:
            found = desk.verified(connection, number, today)
            if not found.case.final:
                text = f"copy of {sum(made.rows.values())} rows, SHA-256 {made.digest}"
                desk.take(connection, found, found.kind.ends, text, facts, today, actor)
            put(connection, found.row.person, made)
            desk.note(connection, actor, found.row, "request.given", _told(made))


def _made(
    desk: Desk,
    number: int,
    works: tuple[Work, ...],
    password: str | None,
    language: str,
    today: date,
    file: IO[bytes],
) -> tuple[Found, Given]:
    with desk.begin() as connection:
        found = desk.verified(connection, number, today)
        if found.kind.own.work not in works:
            raise InputError(
                "rights-work",
                f'no copy is given for "{found.kind.name}"',
                where=f"request {number}",
                remedy="see what is due: shouxin request show",
            )
        content = desk.content(connection, found.row)
        brought = list(by_hand.brought(desk, connection, found))
        parties = gathering.brought(desk, connection, found)
    begun = seeds(content.identities, found.row.made_at.astimezone(BEIJING).date())
    about = {
        "language": language,
        "service": found.row.service,
        "right": found.kind.name,
        "day": today.isoformat(),
        "missing": parties.missing,
    }
    hashed, size = hashlib.sha256(), 0
    with desk.stores.all() as stores:
        person = learned(stores, begun, today)
        parts = [part for store in stores for part in bundle.collected(store.name, store.read(person, today))]
    parts += [part for name, rows in (*brought, *parties.parts) for part in bundle.collected(name, rows)]
    for chunk in bundle.packed(parts, desk.stores.maps(), about, password):
        hashed.update(chunk)
        size += file.write(chunk)
    file.seek(0)
    rows = {f"{part.store}.{part.table}": part.rows for part in parts}
    return found, Given(file, size, hashed.hexdigest(), rows, parties.missing)


def _told(made: Given) -> dict[str, Any]:
    told = {"sha256": made.digest, "rows": dict(made.rows)}
    return told | ({"missing": [one.party for one in made.missing]} if made.missing else {})
