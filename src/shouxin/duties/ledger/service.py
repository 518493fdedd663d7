"""The ledger for whoever looks at it: state, entries, verification, checkpoints, proofs and keys."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from shouxin.duties.days import BEIJING
from shouxin.duties.growing import Growing
from shouxin.duties.ledger.model import (
    CheckpointView,
    EntryView,
    Filters,
    GrowthView,
    InclusionView,
    KeyView,
    LedgerView,
)
from shouxin.errors import StoreError

if TYPE_CHECKING:
    from datetime import date

    from cryptography.x509 import Certificate
    from sqlalchemy import Connection, Engine

    from shouxin.duties.ledger.reading import Reading
    from shouxin.protect.wrapping import Wrapper
    from shouxin.store.ledger.bundle import Proof
    from shouxin.store.ledger.entry import Actor
    from shouxin.store.ledger.note import Algorithm, Checkpoint, PublicKey
    from shouxin.store.ledger.verify import Report

Progress = Callable[[int, int], None]


class Ledger:
    """The ledger of one store; ``folder`` keeps the last checkpoint and the public keys outside it.

    ``wrapper`` gives who wraps the secrets of the keys when one is needed. Without an engine everything
    raises ``StoreError`` (store-missing).
    """

    def __init__(
        self,
        engine: "Engine | None" = None,
        folder: Path | None = None,
        wrapper: "Callable[[], Wrapper] | None" = None,
    ) -> None:
        self._engine = engine
        self._folder = folder
        self._wrapper = wrapper
        self._denials: Growing[date] = Growing(_denials)

    def state(self) -> LedgerView:
        """Return the ledger as it stands."""
        from shouxin.store.ledger.append import head
        from shouxin.store.ledger.checkpoint import last_note
        from shouxin.store.ledger.note import read_note

        with self._read() as connection:
            top, note = head(connection), last_note(connection)
        return LedgerView(
            origin=top.origin,
            hash=top.hash,
            size=top.size,
            root=top.root().hex(),
            at=top.at,
            signed=read_note(note)[0].size if note else 0,
            checkpoint=note or "",
        )

    def size(self) -> int:
        """Return how many entries there are: where it stays the same, nothing was done."""
        from shouxin.duties.ledger import stored

        with self._read() as connection:
            return stored.size(connection)

    def entries(self, filters: Filters) -> tuple[EntryView, ...]:
        """Return entries, newest first; raise ``InputError`` (ledger-whose)."""
        from shouxin.duties.ledger import stored

        with self._read() as connection:
            return stored.entries(connection, filters)

    def people(self, filters: Filters) -> int:
        """Return of how many people the entries of a filter are; raise ``InputError`` (ledger-whose)."""
        from shouxin.duties.ledger import stored

        with self._read() as connection:
            return stored.people(connection, filters)

    def denials(self, since: "date") -> "dict[date, int]":
        """Return how many acts the guard refused on each day in Beijing from one on."""
        from shouxin.duties.ledger import stored

        start = datetime.combine(since, time(), BEIJING)
        with self._read() as connection:
            return self._denials.of(connection, start, stored.size(connection) - 1)

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of entries that there are, in order."""
        from shouxin.duties.ledger import stored

        with self._read() as connection:
            return stored.kinds(connection)

    def entry(self, number: int) -> EntryView:
        """Return one entry; raise ``InputError`` (ledger-number)."""
        from shouxin.duties.ledger import stored

        with self._read() as connection:
            return stored.one(connection, number)

    def verify(
        self,
        notes: Sequence[tuple[str, str]] = (),
        keys: "Sequence[PublicKey]" = (),
        progress: Progress = lambda _done, _size: None,
        roots: "Sequence[Certificate]" = (),
    ) -> "Report":
        """Read everything back, against the checkpoint outside and ``notes`` (text, where it is from).

        The keys that are believed are ``keys``, else those outside, else those that the store holds;
        ``roots`` are the certificates to which time stamps must lead.
        Raises ``IntegrityError``: ledger-head, and as ``opened`` for a checkpoint that is not believed.
        """
        from shouxin.store.ledger.checkpoint import outside_notes
        from shouxin.store.ledger.note import opened
        from shouxin.store.ledger.verify import verify

        believed = list(keys) or self._believed()
        kept = [(note, "the last checkpoint") for note in outside_notes(self._folder)] if self._folder else []
        against: list[Checkpoint] = [opened(note, believed, where) for note, where in [*kept, *notes]]
        return verify(self._store(), believed, against, progress, roots)

    def begin_reading(self) -> tuple[int, bool]:
        """Begin a verification that others can ask after; return its number, and whether none ran before."""
        from shouxin.duties.ledger import readings, stored

        with self._store().begin() as connection:
            return readings.begin(connection, stored.size(connection))

    def move_reading(self, number: int, done: int, size: int) -> None:
        """Write down how far a verification is."""
        from shouxin.duties.ledger import readings

        with self._store().begin() as connection:
            readings.move(connection, number, done, size)

    def end_reading(self, number: int, report: "Report | None", problem: str = "") -> None:
        """Write down what a verification found, or why it broke off."""
        from shouxin.duties.ledger import readings

        with self._store().begin() as connection:
            readings.end(connection, number, report, problem)

    def last_reading(self) -> "Reading | None":
        """Return the verification that runs, or the last one; None where there was none."""
        from shouxin.duties.ledger import readings

        with self._read() as connection:
            return readings.newest(connection)

    def reading(self, number: int) -> "Reading":
        """Return a verification by its number; raise ``InputError`` (ledger-reading)."""
        from shouxin.duties.ledger import readings

        with self._read() as connection:
            return readings.one(connection, number)

    def checkpoint(self) -> str:
        """Return a signed checkpoint of the ledger as it stands; errors as ``Sealer.seal``."""
        from shouxin.store.ledger.checkpoint import Sealer

        if self._folder is None:
            raise _missing()
        return Sealer(self._store(), self._wraps(), self._folder).seal()

    def stamp(self, note: str, authority: str, roots: "Sequence[Certificate]") -> datetime:
        """Have an authority stamp a checkpoint, and return its time; errors as ``timestamps.stamp``."""
        from shouxin.store.ledger.timestamps import stamp

        with self._store().begin() as connection:
            return stamp(connection, note, authority, list(roots))

    def proof(self, number: int) -> "Proof":
        """Return the proof of an entry; errors as ``entry_proof``."""
        from shouxin.store.ledger.bundle import entry_proof

        with self._read() as connection:
            return entry_proof(connection, number)

    def checkpoints(self, limit: int = 100) -> tuple[CheckpointView, ...]:
        """Return the newest signed checkpoints, the newest first."""
        from shouxin.duties.ledger import stored

        with self._read() as connection:
            return stored.checkpoints(connection, limit)

    def checkpoint_at(self, size: int) -> CheckpointView:
        """Return the checkpoint over so many entries; raise ``InputError`` (ledger-checkpoint)."""
        from shouxin.duties.ledger import stored

        with self._read() as connection:
            return stored.checkpoint_at(connection, size)

    def inclusion(self, number: int) -> InclusionView | None:
        """Return how an entry is part of the newest signed tree; None where none covers it yet."""
        from shouxin.duties.ledger import drawing

        with self._read() as connection:
            return drawing.inclusion_of(connection, number)

    def consistency(self, older: int, newer: int) -> GrowthView:
        """Return how one signed tree begins another, checked anew.

        Raises ``InputError`` (ledger-checkpoint, ledger-order), ``IntegrityError`` as ``opened``.
        """
        from shouxin.duties.ledger import drawing

        with self._read() as connection:
            return drawing.growth_of(connection, older, newer)

    def growth(self, older: str) -> "Proof":
        """Return the proof that an older checkpoint begins the newest; errors as ``growth_proof``."""
        from shouxin.store.ledger.bundle import growth_proof

        with self._read() as connection:
            return growth_proof(connection, older)

    def public_keys(self) -> tuple[KeyView, ...]:
        """Return the public keys that sign and signed, the oldest first."""
        from shouxin.store.ledger.signing import public_keys

        with self._read() as connection:
            found = public_keys(connection)
        return tuple(
            KeyView(id=key.id, algorithm=key.algorithm, public=str(key), current=key is found[-1])
            for key in found
        )

    def key_ages(self) -> "dict[str, date]":
        """Return the day in Beijing on which each signing key was made, by its id."""
        from shouxin.store.ledger.signing import key_days

        with self._read() as connection:
            return {name: at.astimezone(BEIJING).date() for name, at in key_days(connection).items()}

    def new_key(self, algorithm: str, actor: "Actor") -> str:
        """Make a key that signs from now on, and a checkpoint with it.

        The old key signs a last checkpoint before, so that it covers everything it was there for.
        """
        from shouxin.store.ledger.signing import make_key

        self.checkpoint()
        with self._store().begin() as connection:
            make_key(connection, self._wraps(), cast("Algorithm", algorithm), actor)
        return self.checkpoint()

    def _believed(self) -> "list[PublicKey]":
        from shouxin.store.ledger.checkpoint import outside_keys
        from shouxin.store.ledger.signing import public_keys

        if self._folder and (found := outside_keys(self._folder)):
            return found
        with self._read() as connection:
            return public_keys(connection)

    @contextmanager
    def _read(self) -> "Iterator[Connection]":
        with self._store().connect() as connection:
            yield connection

    def _store(self) -> "Engine":
        if self._engine is None:
            raise _missing()
        return self._engine

    def _wraps(self) -> "Wrapper":
        if self._wrapper is None:
            raise _missing()
        return self._wrapper()


def _denials(connection: "Connection", since: datetime, after: int, top: int) -> "dict[date, int]":
    from shouxin.duties.ledger import stored

    return stored.denials(connection, since, after, top)


def _missing() -> StoreError:
    return StoreError(
        "store-missing",
        "there is no store that could hold a ledger",
        remedy="start one with `shouxin serve`",
    )
