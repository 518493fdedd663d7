"""The verification beside the requests: one thread reads everything back; whoever asks is told how far."""

import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from shouxin.duties.ledger.reading import Reading
from shouxin.duties.ledger.service import Ledger
from shouxin.errors import ShouxinError

_EVERY = 1.0
"""Seconds after which it is written down how far a reading is."""


class Checking:
    """Verifications of one ledger, one at a time over all processes; each stays known."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def last(self) -> Reading | None:
        """Return the verification that runs, or the last one; None where there was none."""
        return self._ledger.last_reading()

    def start(self) -> Reading:
        """Begin to read everything back unless that is going on; raise ``StoreError`` (store-missing)."""
        number, new = self._ledger.begin_reading()
        if new:
            threading.Thread(target=self._run, args=(number,), name="verification", daemon=True).start()
        return self._ledger.reading(number)

    def _run(self, number: int) -> None:
        told = time.monotonic()

        def progress(done: int, size: int) -> None:
            nonlocal told
            if time.monotonic() - told >= _EVERY:
                self._ledger.move_reading(number, done, size)
                told = time.monotonic()

        try:
            self._ledger.end_reading(number, self._ledger.verify(progress=progress))
        except ShouxinError as error:
            self._ledger.end_reading(number, None, f"{error} [{error.code}]")
        except SQLAlchemyError as error:
            self._broken(number, f"the store does not answer ({type(error).__name__})")

    def _broken(self, number: int, problem: str) -> None:
        """Write down why a reading broke off, where the store can be written again; else it is lost."""
        try:
            self._ledger.end_reading(number, None, problem)
        except SQLAlchemyError:
            return
