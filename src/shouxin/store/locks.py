"""Advisory locks on files: the kernel drops them when their holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from shouxin.store.files import open_private

POLL_SECONDS = 0.02


class FileLock:
    """One ``flock`` on one file; the file itself stays and says nothing.

    A lock belongs to the open file: a child that inherits ``fd`` keeps it after we close ours, which is how
    a running server holds its own lock. Raises OSError where the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.fd: int | None = None

    def try_shared(self) -> bool:
        """Take the lock together with others; False when somebody has it alone."""
        return self._try(fcntl.LOCK_SH)

    def try_exclusive(self) -> bool:
        """Take the lock alone, or turn a shared lock into one; False when others have it too.

        The kernel may take the shared lock away when this fails: ask only on the way out.
        """
        return self._try(fcntl.LOCK_EX)

    def _try(self, kind: int) -> bool:
        """Open the file if need be and ask once, without waiting."""
        fresh = self.fd is None
        if self.fd is None:
            self.fd = open_private(self._path, os.O_RDWR)
        try:
            fcntl.flock(self.fd, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if fresh:
                self.release()
            return False
        return True

    def release(self) -> None:
        """Close our side of the lock; children that inherited it keep it."""
        if self.fd is not None:
            fd, self.fd = self.fd, None
            os.close(fd)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask a condition again and again until it holds (True) or the time is over (False)."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(POLL_SECONDS)
    return True
