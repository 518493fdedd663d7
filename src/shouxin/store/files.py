"""Files and folders that only their owner may read, and the plain words for what the disk refuses."""

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shouxin.errors import StoreError
from shouxin.store.account import Account

_FULL = {errno.ENOSPC, errno.EDQUOT}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


def disk_full(where: Path) -> StoreError:
    """Return the error ``store-disk-full`` for the disk that holds a path."""
    return StoreError(
        "store-disk-full",
        "there is no space left on the disk of the data folder",
        where=str(where),
        remedy="free some space and start again; what was stored before is kept",
    )


@contextmanager
def disk_errors(where: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a StoreError that names the path.

    Raises StoreError ``store-disk-full``, ``store-folder-denied`` or ``store-folder-failed``.
    """
    try:
        yield
    except OSError as problem:
        place = Path(os.fsdecode(problem.filename)) if problem.filename else where
        if problem.errno in _FULL:
            raise disk_full(where) from problem
        if problem.errno in _DENIED:
            raise StoreError(
                "store-folder-denied",
                f"the data folder cannot be used: {(problem.strerror or '').lower()}",
                where=str(place),
                remedy="let the account that runs Shouxin read and write here, or choose another data folder",
            ) from problem
        raise StoreError(
            "store-folder-failed",
            f"the data folder cannot be used: {(problem.strerror or str(problem)).lower()}",
            where=str(place),
            remedy="mend the disk or the path, or choose another data folder",
        ) from problem


def open_private(path: Path, flags: int) -> int:
    """Open a file, made with mode 0600 for the owner of its folder when it is new; links are refused.

    Returns a file descriptor that child processes do not inherit. Raises OSError.
    """
    flags |= os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        fd = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, flags)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(fd, folder.st_uid, folder.st_gid)
    return fd


def write_private(path: Path, text: str, owner: Account | None = None) -> None:
    """Write a whole file of mode 0600 that replaces an older one in one step. Raises OSError."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    fd = open_private(fresh, os.O_WRONLY)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        if owner is not None and owner.dropped:
            os.fchown(file.fileno(), owner.uid, owner.gid)
        os.fsync(file.fileno())
    fresh.replace(path)


def private_folder(path: Path, account: Account) -> Path:
    """Make, or check, a folder of mode 0700 that belongs to an account; a link in its place is refused.

    Raises StoreError ``store-folder-unsafe`` when the folder is somebody else's or open to others.
    """
    with disk_errors(path):
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
        found = path.lstat()
        if account.dropped and found.st_uid == 0 and stat.S_ISDIR(found.st_mode):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
            found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise StoreError(
            "store-folder-unsafe",
            f'this must be a folder of mode 0700 that belongs to the account "{account.name}", and it is not',
            where=str(path),
            remedy="find out who made it, remove it, and start again",
        )
    return path


def remove_tree(path: Path) -> None:
    """Remove a folder and all below it, if it is there. Raises OSError."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def sync_folder(path: Path) -> None:
    """Make renames inside a folder durable. Raises OSError."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
