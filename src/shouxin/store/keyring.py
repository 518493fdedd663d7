"""The key-encryption keys of a store: where they are kept, and the store's own keys wrapped under them.

By default they lie in ``keys/main`` of the data folder, a file sealed with a passphrase that is made at the
first start: the passphrase of ``SHOUXIN_PROTECT_PASSPHRASE``, or else one made up and kept beside it.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import text

from shouxin.errors import StoreError
from shouxin.protect.keys import KEY_BYTES, environment_keys
from shouxin.protect.sealed_file import COST, new_file, open_file, rotate
from shouxin.protect.wrapping import Bound, LocalWrapper, Wrapper
from shouxin.store.files import disk_errors, open_private
from shouxin.store.locks import FileLock, wait_until

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

PASSPHRASE = "SHOUXIN_PROTECT_PASSPHRASE"  # noqa: S105  # the name of a variable
LOW_COST = 2
"""The cost of scrypt for a passphrase that is 32 random bytes: nobody guesses those."""

_LOCK_SECONDS = 30.0
_FIND = text("select kek, wrapped from shouxin.sealed_key where name = :name")
_KEEP = text(
    "insert into shouxin.sealed_key (name, kek, wrapped) values (:name, :kek, :wrapped) "
    "on conflict (name) do nothing"
)


@dataclass(frozen=True)
class KeyChoice:
    """Where the key-encryption keys are: a sealed file below ``folder``, the environment, or Vault's transit.

    ``token`` is what Vault wants to see; it is left out of the representation.
    """

    source: Literal["file", "environment", "vault"] = "file"
    folder: Path = Path("var/keys")
    address: str = ""
    key: str = "shouxin"
    token: str = field(default="", repr=False)


def open_wrapper(engine: "Engine", choice: KeyChoice, environment: Mapping[str, str] = os.environ) -> Wrapper:
    """Return who wraps the keys of a store.

    A file of keys is made where the store has no wrapped key yet; one that is lost is never made anew.

    Raises ``StoreError`` (keys-lost, keys-busy, those of ``disk_errors``); ``InputError`` and
    ``IntegrityError`` as ``open_file``, ``environment_keys`` and ``Transit``.
    """
    if choice.source == "environment":
        return LocalWrapper(environment_keys(environment))
    if choice.source == "vault":
        from shouxin.store.transit import Transit

        return Transit(choice.address, choice.key, choice.token)
    path = choice.folder / "main"
    if not path.exists():
        _make(engine, choice.folder, environment)
    return LocalWrapper(open_file(path, _passphrase(choice.folder, environment)))


def rotate_file(choice: KeyChoice, key_id: str, environment: Mapping[str, str] = os.environ) -> Wrapper:
    """Put a new key-encryption key before those of the sealed file; errors as ``rotate``."""
    given = environment.get(PASSPHRASE, "")
    words = _passphrase(choice.folder, environment)
    cost = COST if given else LOW_COST
    return LocalWrapper(rotate(choice.folder / "main", words, key_id, cost=cost))


def store_key(connection: "Connection", wrapper: Wrapper, name: str) -> bytes:
    """Return a key of the store's own, 32 random bytes that are made when first asked for."""
    bound = name.encode()
    if (found := connection.execute(_FIND, {"name": name}).one_or_none()) is None:
        keep_key(connection, wrapper, name, secrets.token_bytes(KEY_BYTES))
        found = connection.execute(_FIND, {"name": name}).one()
    return wrapper.unwrap(found.kek, [Bound(bytes(found.wrapped), bound)])[0]


def keep_key(connection: "Connection", wrapper: Wrapper, name: str, key: bytes) -> None:
    """Keep a key of the store's own, wrapped; one of this name that is there already stays."""
    wrapped = wrapper.wrap([Bound(key, name.encode())])[0]
    connection.execute(_KEEP, {"name": name, "kek": wrapper.current(), "wrapped": wrapped})


def _make(engine: "Engine", folder: Path, environment: Mapping[str, str]) -> None:
    """Make the file of keys, unless another process does or the store was wrapped under a lost one."""
    with engine.connect() as connection:
        wrapped = connection.execute(text("select exists (select from shouxin.sealed_key)")).scalar_one()
    if wrapped:
        raise StoreError(
            "keys-lost",
            "the file with the key-encryption keys is not there, and the store holds keys wrapped under them",
            where=str(folder / "main"),
            remedy="restore this file (and `passphrase` beside it) from the backup of the data folder",
        )
    with disk_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / "lock")
        if not wait_until(lock.try_exclusive, _LOCK_SECONDS):
            raise StoreError(
                "keys-busy",
                "another process is making the keys and does not finish",
                where=str(folder),
                remedy="wait until it is done, then start again",
            )
        try:
            if not (folder / "main").exists():
                cost = COST if environment.get(PASSPHRASE) else LOW_COST
                new_file(folder / "main", _passphrase(folder, environment), "k1", cost=cost)
        finally:
            lock.release()


def _passphrase(folder: Path, environment: Mapping[str, str]) -> str:
    """Return the passphrase of the environment, or the one kept in the folder, which is made once."""
    if given := environment.get(PASSPHRASE, ""):
        return given
    with disk_errors(folder), os.fdopen(open_private(folder / "passphrase", os.O_RDWR), "r+") as file:
        words = file.read().strip()
        if not words and not (folder / "main").exists():
            words = secrets.token_urlsafe(KEY_BYTES)
            file.write(words + "\n")
    return words
