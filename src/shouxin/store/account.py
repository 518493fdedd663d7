"""The account that PostgreSQL runs as: our own, or an unprivileged one when we are root.

PostgreSQL refuses to run as root. No account is ever made here; the choice is between those the machine has.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from shouxin.errors import StoreError

SERVICE_ACCOUNTS = ("shouxin", "postgres", "nobody")
"""Accounts that root hands a new data folder to: the first one the machine has; one of its own is best."""


class SpawnOptions(TypedDict, total=False):
    """The arguments of ``subprocess`` that change the account of a child."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user and a group id; ``dropped`` says that we are root and children must change to it."""

    uid: int
    gid: int
    name: str
    dropped: bool

    def spawn_options(self) -> SpawnOptions:
        """Return what ``subprocess`` needs so that a child runs as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def can_enter(self, folder: Path) -> bool:
        """Tell from the permission bits whether this account may pass through a folder and all above it.

        Access lists are not read: an account that is let in by one only counts as shut out.
        """
        return all(self.may_execute(place) for place in (folder, *folder.parents))

    def may_execute(self, path: Path) -> bool:
        """Tell whether this account may execute a file or search a folder, as the kernel would."""
        found = path.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def account_of(uid: int, gid: int) -> Account:
    """Return the account with these ids as seen by this process."""
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid {uid}"
    return Account(uid, gid, name, dropped=os.geteuid() == 0 and uid != 0)


def service_account() -> Account:
    """Return the account for a new data folder: our own, or for root the first of SERVICE_ACCOUNTS.

    Raises StoreError ``store-account-missing`` when root finds none of them.
    """
    if os.geteuid() != 0:
        return account_of(os.geteuid(), os.getegid())
    for name in SERVICE_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return account_of(entry.pw_uid, entry.pw_gid)
    raise StoreError(
        "store-account-missing",
        "PostgreSQL does not run as root, and this machine has no account to run it as",
        where="/etc/passwd",
        remedy=f'start Shouxin as an ordinary user, or add an account named "{SERVICE_ACCOUNTS[0]}"',
    )
