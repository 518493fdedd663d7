"""What the server looks after by itself: a thread that looks again and again, whatever goes wrong."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from shouxin.errors import ShouxinError
from shouxin.store.refusals import REFUSALS, refusal


class Beside(ABC):
    """A thread beside everything else; a context manager that stops it and waits for its end."""

    def __init__(self, name: str) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    @abstractmethod
    def _run(self) -> None:
        """Do the work until ``_stopping`` is set."""


class Round(Beside):
    """A thread that does one thing every so many seconds; ``about`` says what, in words.

    A context manager: it stops between two looks. The first comes at once, or after ``first`` seconds. A lost
    connection, or a file that cannot be read, is said once and tried again at the next look.
    """

    def __init__(
        self,
        about: str,
        look: Callable[[], None],
        say: Callable[[str], None],
        every: float,
        first: float = 0,
    ) -> None:
        super().__init__(about)
        self._about, self._look, self._say = about, look, say
        self._every, self._first = every, first
        self._last_problem = ""

    def _run(self) -> None:
        self._stopping.wait(self._first)
        while not self._stopping.is_set():
            problem = ""
            try:
                self._look()
            except (SQLAlchemyError, ShouxinError, OSError) as error:
                problem = f"{self._about} are looked at again: {_told(error)}"
                if problem != self._last_problem:
                    self._say(problem)
            self._last_problem = problem
            self._stopping.wait(self._every)


def _told(error: Exception) -> str:
    """Return a problem in words, with its code and without what SQL held."""
    if isinstance(error, REFUSALS):
        error = refusal(error)
    if isinstance(error, ShouxinError):
        return f"{error} [{error.code}]"
    if isinstance(error, OSError):
        return f"{error.filename}: the notice cannot be read: {error.strerror} [notice-unreadable]"
    return f"{type(error).__name__} [internal-error]"
