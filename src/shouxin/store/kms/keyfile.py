"""The file of main keys that a service sealed: ids and what opens nothing without the service.

A main key is made by the service and opened by it once in a process. Which key of which service sealed it
stands beside it, so that main keys of an earlier place open as long as that place lets them.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec

from shouxin.errors import InputError
from shouxin.protect.keys import KEY_BYTES, MainKey, checked, missing
from shouxin.protect.replace import replaced
from shouxin.protect.wrapping import unopened
from shouxin.store.kms.model import Place, Service, service_of

Ask = Callable[[Place], Service]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A main key: its id, who sealed it, and the sealed key."""

    id: str
    cloud: str
    key: str
    region: str
    sealed: bytes


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file holds, the current key first."""

    shouxin_kms_keys: int
    keys: tuple[_Entry, ...]


class KmsKeys:
    """A ``KeyProvider`` over such a file; ``endpoint`` is where the service of the settings is asked.

    The current key stays the same for as long as this lives; a key that another process added is found.
    """

    def __init__(self, path: Path, place: Place, ask: Ask = service_of) -> None:
        self._path, self._place, self._ask = path, place, ask
        self._entries = _read(path).keys
        self._opened: dict[str, MainKey] = {}

    def current(self) -> MainKey:
        """Return the first key; errors as ``find``."""
        return self.find(self._entries[0].id)

    def find(self, key_id: str) -> MainKey:
        """Return a key, opened by its service where it is not yet.

        Raises ``InputError`` (protect-key-missing, those of ``service_of``), ``IntegrityError``
        (protect-wrapped), ``StoreError`` as ``Service.open``.
        """
        if (found := self._opened.get(key_id)) is None:
            entry = _named(self._entries, key_id) or _named(_read(self._path).keys, key_id)
            if entry is None:
                raise missing(key_id, str(self._path))
            found = self._opened[key_id] = self._open(entry)
        return found

    def _open(self, entry: _Entry) -> MainKey:
        endpoint = self._place.endpoint if entry.cloud == self._place.cloud else ""
        place = Place(entry.cloud, entry.key, entry.region, endpoint)
        secret = self._ask(place).open(entry.sealed, _bound(entry.id))
        if secret is None:
            raise unopened(entry.id)
        return checked(entry.id, secret, str(self._path))


def new_file(path: Path, place: Place, key_id: str, ask: Ask = service_of) -> KmsKeys:
    """Make the file with one key that the service makes; errors as ``rotate``."""
    return _add(path, (), place, key_id, ask)


def rotate(path: Path, place: Place, key_id: str, ask: Ask = service_of) -> KmsKeys:
    """Put a key that the service makes before the others: it closes from now on, they still open.

    Raises ``InputError`` (protect-key-shape for an id that is taken or none, protect-key-file, those of
    ``service_of``), ``StoreError`` as ``Service.make``, also for a service that opens none.
    """
    return _add(path, _read(path).keys, place, key_id, ask)


def _add(path: Path, before: tuple[_Entry, ...], place: Place, key_id: str, ask: Ask) -> KmsKeys:
    if _named(before, key_id):
        raise InputError(
            "protect-key-shape",
            f'there is a key "{key_id}" already',
            where=str(path),
            remedy="choose another id",
        )
    checked(key_id, bytes(KEY_BYTES), str(path))
    service = ask(place)
    made = service.make(_bound(key_id))
    checked(key_id, made.secret, str(path))
    if service.open(made.sealed, _bound(key_id)) != made.secret:  # before anything rests on it
        raise unopened(key_id)
    entry = _Entry(key_id, place.cloud, place.key, place.region, made.sealed)
    with replaced(path) as file:
        file.write(msgspec.json.encode(_File(1, (entry, *before))))
    return KmsKeys(path, place, ask)


def _read(path: Path) -> _File:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_File)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
    except msgspec.DecodeError:
        reason = "it is no file of keys"
    else:
        if found.shouxin_kms_keys == 1 and found.keys:
            return found
        reason = "its version is not one that this program uses, or it holds no key"
    raise InputError(
        "protect-key-file",
        f"keys cannot be read: {reason}",
        where=str(path),
        remedy="restore this file from the backup of the data folder",
    )


def _named(entries: tuple[_Entry, ...], key_id: str) -> _Entry | None:
    return next((entry for entry in entries if entry.id == key_id), None)


def _bound(key_id: str) -> dict[str, str]:
    """Return what the service binds a key to, so that two of a file cannot be exchanged."""
    return {"shouxin-main-key": key_id}
