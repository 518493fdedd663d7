"""The data folder: who owns it, whether the server can reach it, and whether it is ours at all.

::

    var/postgres/            0700, or 0711 where root keeps it for an unprivileged account
        cluster/             PostgreSQL's own data folder, made whole under cluster.new and then renamed
        pgpass               the password, in libpq's passfile form, 0600
        run/                 the socket, 0700 (elsewhere where the path is too long for a socket)
        start.lock users.lock server.lock   see embedded.py
        server.log server.log.1             what PostgreSQL says
        binaries/            a copy of the server's programs where the account cannot reach the originals
"""

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from shouxin.errors import StoreError
from shouxin.store.account import Account, account_of, service_account
from shouxin.store.config import CLUSTER, Progress
from shouxin.store.files import disk_errors

ROOT_BASE = Path("/var/lib/shouxin")
"""Where root keeps a data folder whose own place the server's account cannot enter."""

_OURS = {
    CLUSTER, "cluster.new", "pgpass", "pgpass.new", "initdb.password", "initdb.password.new", "run",
    "start.lock", "users.lock", "server.lock", "server.log", "server.log.1", "binaries", "lost+found",
}  # fmt: skip


@dataclass(frozen=True)
class Home:
    """A data folder that can be used, and the account that the server runs as."""

    path: Path
    account: Account

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.path / CLUSTER

    @property
    def pgpass(self) -> Path:
        """The file with the password of the owner role, in libpq's passfile form."""
        return self.path / "pgpass"

    @property
    def log(self) -> Path:
        """What the server says; it holds no statements and no values."""
        return self.path / "server.log"


def prepare_home(data_dir: Path, progress: Progress) -> Home:
    """Make or check the data folder and choose the server's account.

    Raises StoreError ``store-folder-foreign``, ``store-folder-owner``, ``store-folder-unreachable``,
    ``store-account-missing``, and those of ``disk_errors``.
    """
    if any(ord(char) < 32 for char in str(data_dir)):
        raise StoreError(
            "store-folder-foreign",
            "the path of the data folder holds a line break or another control character",
            where=repr(str(data_dir)),
            remedy="choose another data folder",
        )
    with disk_errors(data_dir):
        path = data_dir.absolute()
        if not os.path.lexists(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if _shut_out(path.parent):
                _keep_elsewhere(path, progress)
            else:
                path.mkdir(mode=0o700, exist_ok=True)
        return _check_home(path, progress)


def _shut_out(folder: Path) -> bool:
    """Tell whether a new data folder in this one would be out of reach for the server's account."""
    account = service_account()
    return account.dropped and not account.can_enter(folder.resolve())


def _check_home(path: Path, progress: Progress) -> Home:
    """Return an existing folder as a Home, moved to ROOT_BASE first if it is empty and unreachable."""
    home = path.resolve()
    if not home.is_dir():
        raise StoreError(
            "store-folder-foreign",
            "the data folder is not a folder",
            where=str(path),
            remedy="choose another data folder, or mend the link",
        )
    account = _choose_account(home)
    content = {entry.name for entry in home.iterdir()}
    if CLUSTER not in content and (foreign := sorted(content - _OURS)):
        raise StoreError(
            "store-folder-foreign",
            f'the data folder holds what Shouxin did not put there: "{foreign[0]}"',
            where=str(path),
            remedy="choose an empty folder or one that does not exist yet"
            + (
                " (for an existing PostgreSQL, start its server and give a DSN)"
                if "PG_VERSION" in content
                else ""
            ),
        )
    if account.dropped and not account.can_enter(home.parent):
        if content:
            raise StoreError(
                "store-folder-unreachable",
                f'Shouxin was started by root, so PostgreSQL runs as "{account.name}", and that account may '
                "not enter the folders above the data folder",
                where=str(path),
                remedy=f'move the data folder, say below "{ROOT_BASE}", or start Shouxin as an ordinary user',
            )
        path.unlink() if path.is_symlink() else path.rmdir()
        _keep_elsewhere(path, progress)
        return _check_home(path, progress)
    _close_to_others(home)
    return Home(home, account)


def _choose_account(home: Path) -> Account:
    """Return who the server runs as: ourselves, or for root the owner of what is there."""
    owner = home.stat()
    if os.geteuid() != 0:
        if owner.st_uid != os.geteuid():
            raise StoreError(
                "store-folder-owner",
                f'the data folder belongs to "{account_of(owner.st_uid, owner.st_gid).name}", '
                f'and Shouxin runs as "{service_account().name}"',
                where=str(home),
                remedy="start Shouxin as the owner of the folder, or choose another data folder",
            )
        return service_account()
    if owner.st_uid == 0 and (home / CLUSTER).is_dir():
        owner = (home / CLUSTER).lstat()
    if owner.st_uid == 0:
        return service_account()
    return account_of(owner.st_uid, owner.st_gid)


def _close_to_others(home: Path) -> None:
    """Take away what the folder's mode gives to others beyond what the server's account needs."""
    found = home.stat()
    wanted = 0o711 if found.st_uid == 0 else 0o700
    if stat.S_IMODE(found.st_mode) != wanted:
        home.chmod(wanted)


def _keep_elsewhere(path: Path, progress: Progress) -> None:
    """Make a data folder below ROOT_BASE and a link to it where it was asked for.

    Opening the folders above, say /root, to the server's account would loosen what their owner closed.
    """
    ROOT_BASE.mkdir(mode=0o711, parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="postgres-", dir=ROOT_BASE))
    place.chmod(0o711)
    try:
        path.symlink_to(place)
    except FileExistsError:  # another process was faster
        place.rmdir()
    else:
        progress(f"keeping the database in {place}: the account of the server cannot enter {path.parent}")
