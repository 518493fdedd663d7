"""One running PostgreSQL server: start it, see whether it lives, stop it.

Whether a server lives is asked of the kernel, not of ``postmaster.pid``: every process of the server inherits
a lock on ``server.lock``, so the lock is free exactly when the last of them is gone, however it died. This
holds where process ids mislead: reused ones, orphaned backends of a killed postmaster, other containers.
"""

import hashlib
import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shouxin.errors import StoreError
from shouxin.store.binaries import Binaries, clean_environment
from shouxin.store.cluster import last_lines
from shouxin.store.config import Progress
from shouxin.store.files import disk_errors, disk_full, open_private, private_folder
from shouxin.store.home import Home
from shouxin.store.locks import FileLock, wait_until

PORT = 5432
"""Part of the name of the socket; no TCP port is ever opened."""

_SOCKET = f".s.PGSQL.{PORT}"
_LONGEST_SOCKET_PATH = 107
_SPARE_BYTES = 1 << 20
_LOG_BYTES = 1 << 20
_SILENT_SECONDS = 10.0
_READY_SECONDS = 600.0
_FAST_STOP_SECONDS = 60.0
_HARD_STOP_SECONDS = 20.0
_END_SECONDS = 5.0
_LINGER_SECONDS = 45.0  # longer than the statement_timeout that ends an orphaned backend

_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class PidFile:
    """The lines of ``postmaster.pid`` that matter here."""

    pid: int
    socket_dir: Path
    ready: bool


def is_alive(home: Home) -> bool:
    """Tell whether any process of a server that Shouxin started on this folder still lives."""
    lock = FileLock(home.path / "server.lock")
    try:
        return not lock.try_exclusive()
    finally:
        lock.release()


def start(home: Home, binaries: Binaries, lock: FileLock, progress: Progress, *, for_tests: bool) -> Path:
    """Start the server and return the folder of its socket once it answers.

    ``lock`` is the held ``server.lock``; it passes to the server, and our side is released. Raises StoreError
    ``store-start-failed``, ``store-start-slow``, ``store-disk-full``, ``store-running-elsewhere``.
    """
    _clear_stale_pid(home)
    sockets = _socket_folder(home)
    for name in (_SOCKET, f"{_SOCKET}.lock"):
        (sockets / name).unlink(missing_ok=True)
    with disk_errors(home.log):
        log_fd = _open_log(home.log)
        log_start = os.fstat(log_fd).st_size
    try:
        pid = _spawn(home, _command(home, binaries, sockets, for_tests=for_tests), lock, log_fd)
    finally:
        os.close(log_fd)
        lock.release()
    if _wait_ready(home, pid, progress):
        return sockets
    raise _start_error(home, log_start)


def join(home: Home, progress: Progress) -> Path | None:
    """Return the socket folder of the server that already lives; None when it has died in the meantime.

    Raises StoreError ``store-start-slow`` and ``store-running-elsewhere``.
    """

    def settled() -> bool:
        """Tell whether it can be asked (one just born has yet to write its file) or is gone."""
        return _postmaster(home) is not None or not is_alive(home)

    if not settled() and read_pid_file(home) is not None:
        progress("waiting for the remains of an earlier PostgreSQL to end …")
    if not wait_until(settled, _LINGER_SECONDS):
        raise _running_elsewhere(home)
    found = _postmaster(home)
    if found is None or not _wait_ready(home, found.pid, progress):
        return None
    ready = read_pid_file(home)
    return private_folder(ready.socket_dir, home.account) if ready is not None else None


def stop(home: Home) -> None:
    """Stop the server in order and return when all its processes are gone; does nothing if none lives.

    Raises StoreError ``store-stop-failed``.
    """
    if not is_alive(home):
        _collect([])
        return
    for request, seconds in ((signal.SIGINT, _FAST_STOP_SECONDS), (signal.SIGQUIT, _HARD_STOP_SECONDS)):
        if _ends(home, request, seconds):
            with suppress(OSError):  # most servers have no such folder
                _outside_folder(home).rmdir()
            return
    raise StoreError(
        "store-stop-failed",
        "PostgreSQL does not stop",
        where=str(home.path),
        remedy=f'see the end of "{home.log.name}" there, then end its processes by hand',
    )


def _ends(home: Home, request: signal.Signals, seconds: float) -> bool:
    """Ask the server to stop, as soon as it can be asked, and wait until it is gone; False if it stays."""
    asked: list[int] = []

    def gone() -> bool:
        if not is_alive(home):
            return True
        found = read_pid_file(home)
        if found is not None and found.pid not in asked and _is_postmaster(found.pid, home):
            os.kill(found.pid, request)
            asked.append(found.pid)
        return False

    ended = wait_until(gone, seconds)
    _collect(asked if ended else [])
    return ended


def read_pid_file(home: Home) -> PidFile | None:
    """Return what ``postmaster.pid`` says; None when it is absent or not whole."""
    try:
        fd = os.open(
            home.cluster / "postmaster.pid", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        )
    except OSError:
        return None
    with os.fdopen(fd, encoding="utf-8", errors="surrogateescape") as file:
        lines = [line.strip() for line in file.read(4096).splitlines()]
    if not lines or not lines[0].lstrip("-").isdigit():
        return None
    lines += [""] * 8
    return PidFile(abs(int(lines[0])), Path(lines[4]), lines[7] == "ready")


def _command(home: Home, binaries: Binaries, sockets: Path, *, for_tests: bool) -> list[str]:
    """Return the server's command line; what stands here cannot be changed by its configuration files."""
    quoted = str(sockets).replace('"', '""')
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{quoted}"',
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "hba_file": str(home.cluster / "pg_hba.conf"),
        # The log must hold no personal information, and failing statements quote it.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_destination": "stderr",
        "logging_collector": "off",
    }
    if for_tests:
        settings |= {"fsync": "off", "full_page_writes": "off"}
    pairs = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [str(binaries.folder / "postgres"), "-D", str(home.cluster), *pairs]


def _spawn(home: Home, command: list[str], lock: FileLock, log_fd: int) -> int:
    """Start the server in a session of its own, out of reach of Ctrl-C; return its process id."""
    assert lock.fd is not None
    with disk_errors(home.path):
        child = subprocess.Popen(
            command, cwd="/", env=clean_environment(), stdin=subprocess.DEVNULL, stdout=log_fd, stderr=log_fd,
            start_new_session=True, pass_fds=(lock.fd,), **home.account.spawn_options(),
        )  # fmt: skip
    _children.append(child)
    return child.pid


def _collect(ended: list[int]) -> None:
    """Take leave of the servers that this process started and that have ended, so that no zombie stays.

    One that gave its lock back a moment ago is given the moment it needs to end.
    """
    for child in list(_children):
        with suppress(subprocess.TimeoutExpired):
            child.wait(_END_SECONDS if child.pid in ended else 0)
            _children.remove(child)


def _wait_ready(home: Home, pid: int, progress: Progress) -> bool:
    """Wait until the server with this process id takes connections; False when it has died."""

    def ready() -> bool:
        found = read_pid_file(home)
        return found is not None and found.pid == pid and found.ready

    def settled() -> bool:
        return ready() or not is_alive(home)

    if not wait_until(settled, _SILENT_SECONDS):
        progress("PostgreSQL is putting its data in order after a crash …")
        if not wait_until(settled, _READY_SECONDS):
            raise StoreError(
                "store-start-slow",
                f"PostgreSQL is not ready after {_READY_SECONDS:.0f} seconds",
                where=str(home.path),
                remedy=f'see the end of "{home.log.name}" there',
            )
    return ready()


def _postmaster(home: Home) -> PidFile | None:
    """Return what ``postmaster.pid`` says of a server that lives; None where there is none or not yet."""
    found = read_pid_file(home)
    return found if found is not None and _is_postmaster(found.pid, home) else None


def _is_postmaster(pid: int, home: Home) -> bool:
    """Tell whether a process is a PostgreSQL server of our account, as far as /proc says."""
    try:
        if Path(f"/proc/{pid}").stat().st_uid != home.account.uid:
            return False
        program = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return False
    return program.endswith(b"postgres")


def _clear_stale_pid(home: Home) -> None:
    """Remove a ``postmaster.pid`` whose process id now belongs to something else.

    PostgreSQL itself clears one whose process is gone, and checks for leftover shared memory on the way;
    it would take the newcomer for a server. Only called while nobody holds ``server.lock``.
    """
    marker = home.cluster / "postmaster.pid"
    with disk_errors(marker):
        if not os.path.lexists(marker):
            return
        found = read_pid_file(home)
        if found is not None and _is_postmaster(found.pid, home) and _works_in(found.pid, home.cluster):
            raise _running_elsewhere(home)
        if found is None or Path(f"/proc/{found.pid}").exists():
            marker.unlink()


def _works_in(pid: int, cluster: Path) -> bool:
    """Tell whether a process works in the data folder; one that may not be looked at is taken to."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(cluster)
    except PermissionError:
        return True
    except OSError:
        return False


def _running_elsewhere(home: Home) -> StoreError:
    """Return the error for a server on this folder that we did not start or cannot see."""
    return StoreError(
        "store-running-elsewhere",
        "another PostgreSQL server is using the data folder, and it was not started by Shouxin here",
        where=str(home.path),
        remedy="stop it (another container or pg_ctl may have started it), or give its DSN",
    )


def _socket_folder(home: Home) -> Path:
    """Return the private folder of the socket: ``run`` in the data folder if a socket's name fits there."""
    inside = home.path / "run"
    if _fits(inside):
        return private_folder(inside, home.account)
    return private_folder(_outside_folder(home), home.account)


def _outside_folder(home: Home) -> Path:
    """Return the name of the socket folder, outside the data folder, that belongs to this data folder."""
    mark = hashlib.sha256(os.fsencode(home.path)).hexdigest()[:16]
    bases = [Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108
    places = [base / f"shouxin-{home.account.uid}-{mark}" for base in bases]
    return next((place for place in places if _fits(place) and _enters(home, place.parent)), places[-1])


def _enters(home: Home, folder: Path) -> bool:
    """Tell whether the server may enter a folder that we can use."""
    return not home.account.dropped or home.account.can_enter(folder.resolve())


def _fits(folder: Path) -> bool:
    """Tell whether a socket in this folder has a path that the kernel takes and libpq reads as one path."""
    return len(os.fsencode(folder / _SOCKET)) <= _LONGEST_SOCKET_PATH and "," not in str(folder)


def _open_log(path: Path) -> int:
    """Open the server's log to append to it, keeping one older log when it has grown."""
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_name("server.log.1"))
    return open_private(path, os.O_WRONLY | os.O_APPEND)


def _start_error(home: Home, log_start: int) -> StoreError:
    """Say why the server died while starting, from its own words."""
    with home.log.open(encoding="utf-8", errors="replace") as log:
        log.seek(log_start)
        words = last_lines(log.read())
    room = os.statvfs(home.path)
    if "No space left on device" in words or room.f_bavail * room.f_frsize < _SPARE_BYTES:
        return disk_full(home.path)
    return StoreError(
        "store-start-failed",
        f'PostgreSQL did not start; its log ends with "{words}"',
        where=str(home.log),
        remedy="mend what it names and start again",
    )
