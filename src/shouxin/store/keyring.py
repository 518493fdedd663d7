"""The key-encryption keys of a store: where they are kept, and the store's own keys wrapped under them.

By default they lie in ``keys/main`` of the data folder, a file sealed with a passphrase that is made at the
first start: the passphrase of ``SHOUXIN_PROTECT_PASSPHRASE``, or else one made up and kept beside it.
With the key management service of a cloud they lie in ``keys/kms``, where only the service opens them.
"""

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import text

from shouxin.errors import InputError, IntegrityError, StoreError
from shouxin.protect.keys import KEY_BYTES, Keys, MainKey, environment_keys
from shouxin.protect.sealed_file import COST, new_file, open_file, rotate
from shouxin.protect.wrapping import Bound, LocalWrapper, Wrapper
from shouxin.store import kms
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


Source = Literal["file", "environment", "vault", "aws", "alibaba", "tencent"]


@dataclass(frozen=True)
class KeyChoice:
    """Where the key-encryption keys are: below ``folder``, in the environment, or in Vault's transit.

    ``address``, ``key`` and ``token`` are Vault's; the token is left out of the representation. ``cloud`` is
    the key, the region and the address of a cloud's service.
    """

    source: Source = "file"
    folder: Path = Path("var/keys")
    address: str = ""
    key: str = "shouxin"
    token: str = field(default="", repr=False)
    cloud: tuple[str, str, str] = ("", "", "")

    @property
    def place(self) -> kms.Place:
        """The key of a cloud's service."""
        return kms.Place(self.source, *self.cloud)


class FileKeys:
    """The keys of a sealed file; one that another process added since is found in it.

    What closes stays the same for as long as this lives, so that nothing is wrapped under one key and kept as
    wrapped under another.
    """

    def __init__(self, read: Callable[[], Keys]) -> None:
        self._read = read
        self._keys = self._found = read()

    def current(self) -> MainKey:
        """Return the key that was the first when this was made."""
        return self._keys.current()

    def find(self, key_id: str) -> MainKey:
        """Return a key; errors as ``Keys.find`` and ``open_file``."""
        if key_id not in self._found.ids():
            self._found = self._read()
        return self._found.find(key_id)


class Moving:
    """Wraps where the keys are now, and unwraps what was wrapped where they were ``before`` too."""

    def __init__(self, now: Wrapper, before: Wrapper) -> None:
        self._now, self._before = now, before

    def current(self) -> str:
        """Return the key of now."""
        return self._now.current()

    def wrap(self, keys: Sequence[Bound]) -> list[bytes]:
        """Return the keys wrapped under the key of now."""
        return self._now.wrap(keys)

    def unwrap(self, kek: str, keys: Sequence[Bound]) -> list[bytes]:
        """Return the keys; errors as those of now."""
        try:
            return self._before.unwrap(kek, keys)
        except (InputError, IntegrityError) as error:
            if error.code not in ("protect-key-missing", "protect-wrapped"):
                raise
        return self._now.unwrap(kek, keys)


def open_wrapper(
    engine: "Engine",
    choice: KeyChoice,
    environment: Mapping[str, str] = os.environ,
    *,
    moving: bool = False,
) -> Wrapper:
    """Return who wraps the keys of a store.

    A file of keys is made where the store has no wrapped key yet, or they are ``moving`` there; one that is
    lost is never made anew.

    Raises ``StoreError`` (keys-lost, keys-busy, kms-unreachable, kms-refused, those of ``disk_errors``);
    ``InputError`` and ``IntegrityError`` as ``open_file``, ``environment_keys``, ``Transit`` and ``KmsKeys``.
    """
    if choice.source == "environment":
        return LocalWrapper(environment_keys(environment))
    if choice.source == "vault":
        from shouxin.store.transit import Transit

        return Transit(choice.address, choice.key, choice.token)
    path = _file(choice)
    if not path.exists():
        _make(engine, path, _maker(choice, environment), moving=moving)
    if choice.source != "file":
        return LocalWrapper(kms.KmsKeys(path, choice.place))
    return LocalWrapper(FileKeys(lambda: open_file(path, _passphrase(choice.folder, environment))))


def rotated(choice: KeyChoice, key_id: str, environment: Mapping[str, str] = os.environ) -> Wrapper:
    """Put a new key-encryption key before those of the file, and return who wraps under it.

    Raises ``InputError`` (keys-elsewhere) where no file of ours holds them; else as ``rotate`` of the file.
    """
    if choice.source in ("environment", "vault"):
        raise InputError(
            "keys-elsewhere",
            f"the key-encryption keys are not in a file of ours, so none can be added: {choice.source}",
            where="the setting keys",
            remedy="make the new key there, then run this without --new",
        )
    path = _file(choice)
    if choice.source != "file":
        return LocalWrapper(kms.rotate(path, choice.place, key_id))
    cost = COST if environment.get(PASSPHRASE) else LOW_COST
    return LocalWrapper(rotate(path, _passphrase(choice.folder, environment), key_id, cost=cost))


def _file(choice: KeyChoice) -> Path:
    return choice.folder / ("main" if choice.source == "file" else "kms")


def _maker(choice: KeyChoice, environment: Mapping[str, str]) -> Callable[[Path], object]:
    """Return what makes the file with its first key, whose id no other source has."""
    if choice.source != "file":
        return lambda path: kms.new_file(path, choice.place, f"{choice.source}-1")
    cost = COST if environment.get(PASSPHRASE) else LOW_COST
    return lambda path: new_file(path, _passphrase(choice.folder, environment), "k1", cost=cost)


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


def _make(engine: "Engine", path: Path, make: Callable[[Path], object], *, moving: bool) -> None:
    """Make the file of keys, unless another process does or the store was wrapped under others."""
    with engine.connect() as connection:
        wrapped = connection.execute(text("select exists (select from shouxin.sealed_key)")).scalar_one()
    if wrapped and not moving:
        raise StoreError(
            "keys-lost",
            "the file with the key-encryption keys is not there, and the store has keys wrapped under others",
            where=str(path),
            remedy="restore this file (and `passphrase` beside `main`) from the backup of the data folder; "
            "where the keys were kept elsewhere until now: shouxin ledger rewrap --from file",
        )
    folder = path.parent
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
            if not path.exists():
                make(path)
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
