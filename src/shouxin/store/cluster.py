"""Making a new PostgreSQL data folder: whole or not at all, with a password that nothing ever shows."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from shouxin.errors import StoreError
from shouxin.store.binaries import Binaries, clean_environment
from shouxin.store.files import (
    disk_errors,
    disk_full,
    private_folder,
    remove_tree,
    sync_folder,
    write_private,
)
from shouxin.store.home import Home

OWNER = "shouxin_owner"
DATABASE = "shouxin"
_PASSWORD_BYTES = 32
_BUILTIN_LOCALES_SINCE = 17

_HBA = "# Every connection needs the password; there are no others than those through the socket.\n"
_HBA += "local all all scram-sha-256\n"

# What an operator may tune. What must hold is on the server's command line: see server.py.
_SETTINGS = """
# Shouxin: a small server beside its application
max_connections = 60
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
"""


def create_cluster(home: Home, binaries: Binaries, lock_fd: int, *, for_tests: bool) -> None:
    """Run initdb beside the final place, make the database, then rename: a half-made folder is never used.

    ``lock_fd`` is inherited by initdb, so that nobody tidies up under its feet if this process dies. Raises
    StoreError ``store-disk-full``, ``store-create-failed`` and those of ``disk_errors``.
    """
    staging = home.path / "cluster.new"
    password_file = home.path / "initdb.password"
    password = secrets.token_hex(_PASSWORD_BYTES)
    with disk_errors(home.path):
        remove_tree(staging)
        try:
            private_folder(staging, home.account)
            write_private(password_file, password + "\n", home.account)
            _initdb(home, binaries, staging, password_file, lock_fd, for_tests=for_tests)
            _overwrite(staging / "pg_hba.conf", _HBA)
            _append(staging / "postgresql.conf", _SETTINGS)
            _make_database(home, binaries, staging, lock_fd)
            write_private(home.pgpass, f"*:*:*:{OWNER}:{password}\n")
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)  # what cannot be removed now goes at the next start
            raise
        finally:
            password_file.unlink(missing_ok=True)
        staging.rename(home.cluster)
        sync_folder(home.path)


def _initdb(
    home: Home, binaries: Binaries, staging: Path, password_file: Path, lock_fd: int, *, for_tests: bool
) -> None:
    """Fill the staging folder."""
    locale = (
        ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if binaries.major >= _BUILTIN_LOCALES_SINCE
        else ["--locale=C.UTF-8"]
    )
    command = [
        str(binaries.folder / "initdb"), "-D", str(staging), f"--username={OWNER}", "--encoding=UTF8",
        *locale, "--auth=scram-sha-256", f"--pwfile={password_file}", "--data-checksums",
    ]  # fmt: skip
    _run(home, [*command, "--no-sync"] if for_tests else command, lock_fd)


def _make_database(home: Home, binaries: Binaries, staging: Path, lock_fd: int) -> None:
    """Make the database in single-user mode: no socket, no password, nobody else can come in."""
    command = [
        str(binaries.folder / "postgres"), "--single", "-D", str(staging), "-c", "exit_on_error=on",
        "-c", "log_min_messages=log", "-c", "log_checkpoints=off", "postgres",
    ]  # fmt: skip
    _run(home, command, lock_fd, said=f"CREATE DATABASE {DATABASE};\n")


def _run(home: Home, command: list[str], lock_fd: int, said: str = "") -> None:
    """Run one program of the server as its account, where Ctrl-C does not reach it."""
    try:
        code, said_back = _finish(home, command, lock_fd, said)
    except OSError as refused:
        code, said_back = 1, (refused.strerror or str(refused)).lower()
    if code == 0:
        return
    words = last_lines(said_back)
    if "No space left on device" in words or "Disk quota exceeded" in words:
        raise disk_full(home.path)
    remedy = "mend what PostgreSQL names and start again; nothing was kept of this attempt"
    if "could not look up effective user" in words:
        remedy = "PostgreSQL needs a name for the account that runs it: add a line for it to /etc/passwd"
    program = Path(command[0]).name
    raise StoreError(
        "store-create-failed",
        f'the database could not be created: {program} says "{words}"',
        where=str(home.path),
        remedy=remedy,
    )


def _finish(home: Home, command: list[str], lock_fd: int, said: str) -> tuple[int, str]:
    """Run a program to its end; return its exit code and what it says. If we are cut off, it is killed."""
    with subprocess.Popen(
        command, cwd="/", env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True, pass_fds=(lock_fd,),
        **home.account.spawn_options(),
    ) as child:  # fmt: skip
        try:
            answer, _ = child.communicate(said)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
    return child.returncode, answer


def last_lines(text: str, count: int = 5) -> str:
    """Return the last lines with words in them, joined to one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(lines[-count:])


def _overwrite(path: Path, text: str) -> None:
    """Replace what a file of initdb says; its owner and mode stay."""
    _write(path, text, os.O_TRUNC)


def _append(path: Path, text: str) -> None:
    """Add to what a file of initdb says; its owner and mode stay."""
    _write(path, text, os.O_APPEND)


def _write(path: Path, text: str, flag: int) -> None:
    """Write through an existing file, never through a link, and make it durable."""
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flag), "w", encoding="utf-8"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
