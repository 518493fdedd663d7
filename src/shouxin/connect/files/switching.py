"""New files in the place of old ones: all, or after an interruption none, or all by whoever comes next.

A journal in the folder says what is under way: while files are written, that they are to be thrown away;
from the moment that all of them are there, that they take the place of the old.
"""

import fcntl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

import msgspec

from shouxin.connect.files.folder import Folder
from shouxin.errors import ShouxinError, StoreError
from shouxin.law.base import Shape

JOURNAL, LOCK, NEW = ".shouxin-journal", ".shouxin-lock", ".shouxin-new"

STALE = 3600.0
"""Seconds after which a journal that nothing can lock is taken for one of a run that died."""

_DRAFT = JOURNAL + NEW
_PATIENCE = 0.05

Writes = Mapping[str, Callable[[IO[bytes]], None]]
"""What writes each file anew."""


class Step(Shape, frozen=True, kw_only=True):
    """A file, the new one beside it, and the state of the old one that the new one was made from."""

    file: str
    new: str
    state: str


class Journal(Shape, frozen=True, kw_only=True):
    """What is under way, since when in seconds since 1970."""

    phase: Literal["writing", "switching"]
    since: float
    steps: tuple[Step, ...]


class Switching:
    """Changes the files of one folder; ``timeout`` in seconds is how long it waits for another run."""

    def __init__(self, folder: Folder, timeout: float) -> None:
        self._folder, self._timeout = folder, timeout

    def switch(self, writes: Writes, seen: Mapping[str, str]) -> None:
        """Write files anew and put them in the place of the old, unless one of those seen is another now.

        Raises ``StoreError`` (connect-locked) where somebody else is at work or has changed a file, and what
        the folder raises; up to the last step nothing is changed.
        """
        with self._locked():
            self._recover()
            self._same(seen)
            steps = tuple(
                Step(file=one, new=self._folder.beside(one, NEW), state=seen[one]) for one in sorted(writes)
            )
            try:
                self._note("writing", steps)
                for step in steps:
                    with self._folder.writing(step.new, like=step.file) as out:
                        writes[step.file](out)
                self._same(seen)
                self._note("switching", steps)
            except BaseException:
                self._throw_away(steps)
                raise
            self._finish(steps)

    def recover(self) -> None:
        """End what a run before left: throw away what it wrote, or put it all in place."""
        found = self._journal()
        if found is None and not self._folder.state(_DRAFT):
            return
        if found and found.phase == "writing" and self._busy(found):
            return
        with self._locked():
            self._recover()

    def _recover(self) -> None:
        found = self._journal()
        self._folder.remove(_DRAFT)
        if found is None:
            return
        if found.phase == "switching":
            self._finish(found.steps)
        elif self._busy(found):
            raise _locked(self._folder.store)
        else:
            self._throw_away(found.steps)

    def _busy(self, found: Journal) -> bool:
        """Tell whether another may still be writing, where no lock says so."""
        return not self._folder.local and time.time() - found.since < STALE

    def _finish(self, steps: tuple[Step, ...]) -> None:
        """Put new files in place; one whose old file somebody changed meanwhile is thrown away."""
        for step in steps:
            if self._folder.state(step.new):
                if self._folder.state(step.file) == step.state:
                    self._folder.move(step.new, step.file)
                else:
                    self._folder.remove(step.new)
        self._folder.remove(JOURNAL)

    def _throw_away(self, steps: tuple[Step, ...]) -> None:
        for path in (*(step.new for step in steps), _DRAFT, JOURNAL):
            self._folder.remove(path)

    def _same(self, seen: Mapping[str, str]) -> None:
        self._folder.fs.invalidate_cache()
        for path, state in seen.items():
            if self._folder.state(path) != state:
                raise StoreError(
                    "connect-locked",
                    "somebody else has changed a file meanwhile; nothing was changed",
                    where=f"{self._folder.store}.{path}",
                    remedy="try again when they have finished",
                )

    def _note(self, phase: Literal["writing", "switching"], steps: tuple[Step, ...]) -> None:
        """Write the journal in one step."""
        written = msgspec.json.encode(Journal(phase=phase, since=time.time(), steps=steps))
        with self._folder.writing(_DRAFT) as out:
            out.write(written)
        self._folder.move(_DRAFT, JOURNAL)

    def _journal(self) -> Journal | None:
        self._folder.fs.invalidate_cache()
        if not self._folder.state(JOURNAL):
            return None
        with self._folder.reading(JOURNAL) as file:
            return msgspec.json.decode(file.read(), type=Journal)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other runs out, where the files are on a disk; elsewhere the journal has to do."""
        if not self._folder.local:
            yield
            return
        with self._folder.told(), Path(self._folder.place(LOCK)).open("a") as lock:
            end = time.monotonic() + self._timeout
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise _locked(self._folder.store) from None
                    time.sleep(_PATIENCE)
            yield


def _locked(store: str) -> ShouxinError:
    return StoreError(
        "connect-locked",
        "another run is changing the files; nothing was changed",
        where=store,
        remedy="try again when it has finished",
    )
