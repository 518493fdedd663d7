"""The verification beside the requests: one thread reads everything back, and pages ask how far it is."""

import threading
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from shouxin.duties.ledger.service import Ledger
from shouxin.errors import ShouxinError
from shouxin.store.ledger.verify import Report


class Reading(NamedTuple):
    """How a verification stands: when it began, how far it is, at its end the report or why there is none.

    ``ended`` is None while it runs.
    """

    began: datetime
    done: int = 0
    size: int = 0
    ended: datetime | None = None
    report: Report | None = None
    problem: str = ""


class Checking:
    """Verifications of one ledger, one at a time; the last one stays known while the process lives."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._last: Reading | None = None

    @property
    def last(self) -> Reading | None:
        """Return the verification that runs, or the last one; None where there was none."""
        return self._last

    def start(self) -> None:
        """Begin to read everything back unless that is going on; raise ``StoreError`` (store-missing)."""
        size = self._ledger.state().size
        with self._lock:
            if self._last and self._last.ended is None:
                return
            self._last = Reading(datetime.now(UTC), size=size)
            threading.Thread(target=self._run, name="verification", daemon=True).start()

    def _run(self) -> None:
        try:
            self._move(report=self._ledger.verify(progress=self._progress))
        except ShouxinError as error:
            self._move(problem=f"{error} [{error.code}]")
        except SQLAlchemyError as error:
            self._move(problem=f"the store does not answer ({type(error).__name__})")
        finally:
            self._move(ended=datetime.now(UTC))

    def _progress(self, done: int, size: int) -> None:
        self._move(done=done, size=size)

    def _move(self, **now: object) -> None:
        assert self._last is not None
        self._last = self._last._replace(**now)  # type: ignore[arg-type]  # its own fields
