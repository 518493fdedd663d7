"""Making checkpoints, and keeping the last one outside the database.

The file outside is what an old copy of the database cannot fake: before anything is signed, the ledger must
still hold what the last checkpoint said.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from shouxin.errors import IntegrityError, ShouxinError
from shouxin.protect.wrapping import Wrapper
from shouxin.store.files import disk_errors, write_private
from shouxin.store.ledger import tables
from shouxin.store.ledger.note import Checkpoint, Previous, PublicKey, opened, read_key, read_note
from shouxin.store.ledger.proofs import Tree
from shouxin.store.ledger.signing import current_key, public_keys

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

EVERY = 60.0
"""Seconds between two checkpoints of a running server, where anything was written."""


class Sealer:
    """Makes checkpoints of one ledger; ``folder`` holds the last one and the public keys."""

    def __init__(self, engine: "Engine", wrapper: Wrapper, folder: Path) -> None:
        self._engine = engine
        self._wrapper = wrapper
        self.folder = folder

    def seal(self) -> str:
        """Return a signed checkpoint of the ledger as it stands: a new one where it has grown.

        Raises ``IntegrityError``: ledger-rolled-back, ledger-forked, ledger-other, those of ``opened``,
        ledger-head and ledger-tile; ``StoreError`` as ``disk_errors``.
        """
        with self._engine.begin() as connection:
            key = current_key(connection, self._wrapper)
            keys = public_keys(connection)
            tree = Tree(connection)
            before = [read_note(note)[0] for note in _before(connection, tree.head.size)]
            for note in outside_notes(self.folder):
                kept = opened(note, [*outside_keys(self.folder), *keys], "the last checkpoint")
                holds(tree, kept)
                before += [kept] if kept.size < tree.head.size else []
            last = max(before, key=lambda one: one.size, default=None)
            previous = Previous(last.size, last.digest) if last else None
            checkpoint = Checkpoint(tree.head.origin, tree.head.size, tree.head.root(), previous)
            found = select(tables.checkpoint.c.note).where(tables.checkpoint.c.size == checkpoint.size)
            add = insert(tables.checkpoint).values(size=checkpoint.size, note=key.sign(checkpoint))
            connection.execute(add.on_conflict_do_nothing())
            note = str(connection.execute(found).scalar_one())
        self._keep(note, keys)
        return note

    def _keep(self, note: str, keys: list[PublicKey]) -> None:
        """Write the checkpoint outside, and every public key that is not written down there yet."""
        with disk_errors(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            known = outside_keys(self.folder)
            if new := [key for key in keys if key not in known]:
                lines = "".join(f"{key}\n" for key in [*known, *new])
                write_private(self.folder / "public-keys", lines)
            write_private(self.folder / "checkpoint", note)


def outside_notes(folder: Path) -> list[str]:
    """Return the last checkpoint that was kept outside the database, if there is one."""
    path = folder / "checkpoint"
    with disk_errors(path):
        return [path.read_text(encoding="utf-8")] if path.exists() else []


def outside_keys(folder: Path) -> list[PublicKey]:
    """Return the public keys that are written down outside the database; raise as ``read_key``."""
    path = folder / "public-keys"
    with disk_errors(path):
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [read_key(line, str(path)) for line in lines if line.strip()]


def last_note(connection: "Connection") -> str | None:
    """Return the newest checkpoint in the store; None where there is none."""
    asked = select(tables.checkpoint.c.note).order_by(tables.checkpoint.c.size.desc()).limit(1)
    found = connection.execute(asked).scalar_one_or_none()
    return None if found is None else str(found)


def _before(connection: "Connection", size: int) -> list[str]:
    """Return the last checkpoint in the store of fewer entries, if there is one."""
    column = tables.checkpoint.c
    asked = select(column.note).where(column.size < size).order_by(column.size.desc()).limit(1)
    return [str(note) for note in connection.execute(asked).scalars()]


def note_of(connection: "Connection", size: int) -> str | None:
    """Return the checkpoint in the store that was signed over so many entries; None where there is none."""
    found = connection.execute(
        select(tables.checkpoint.c.note).where(tables.checkpoint.c.size == size)
    ).scalar_one_or_none()
    return None if found is None else str(found)


def holds(tree: Tree, checkpoint: Checkpoint) -> None:
    """Raise ``IntegrityError`` unless the ledger still begins with what a checkpoint said.

    The codes are ledger-other, ledger-rolled-back, ledger-forked.
    """
    if checkpoint.origin != tree.head.origin:
        raise IntegrityError(
            "ledger-other",
            f'the checkpoint is of the ledger "{checkpoint.origin[:80]}", and this is another',
            remedy="give the data folder or the checkpoint that belongs to this store",
        )
    if checkpoint.size > tree.head.size:
        raise IntegrityError(
            "ledger-rolled-back",
            f"the ledger had {checkpoint.size:,} entries and now has {tree.head.size:,}",
            remedy="an older copy of the database was put in place; restore the newest one",
        )
    if tree.root(checkpoint.size) != checkpoint.root:
        raise IntegrityError(
            "ledger-forked",
            f"the first {checkpoint.size:,} entries are not those that the checkpoint was signed over",
            remedy="`shouxin ledger verify` names the first that differs; restore the store from a backup",
        )


class Sealing:
    """A thread that makes a checkpoint every minute; a context manager that makes a last one at its end."""

    def __init__(self, sealer: Sealer, say: Callable[[str], None], every: float = EVERY) -> None:
        self._sealer = sealer
        self._say = say
        self._every = every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
        self._said = ""

    def __enter__(self) -> "Sealing":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            last = self._stopping.is_set()
            problem = ""
            try:
                self._sealer.seal()
            except ShouxinError as error:
                problem = f"no checkpoint is made: {error} [{error.code}]"
            except SQLAlchemyError as error:
                problem = f"no checkpoint is made: the store does not answer ({type(error).__name__})"
            if problem and problem != self._said:
                self._say(problem)
            self._said = problem
            if last:
                return
            self._stopping.wait(self._every)
