"""A file of main keys that only its owner may read, sealed with a passphrase: scrypt, then AES-256-GCM."""

import os
import secrets
import stat
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shouxin.errors import InputError, IntegrityError
from shouxin.protect.keys import KEY_BYTES, Keys, MainKey, checked
from shouxin.protect.replace import replaced

COST = 2**17
"""The cost of scrypt for new files: 128 MiB and about half a second for each guess at the passphrase."""
_CEILING = 2**20


class _Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file holds."""

    shouxin_keys: int
    cost: int
    salt: bytes
    nonce: bytes
    sealed: bytes


def new_file(path: Path, passphrase: str, key_id: str, *, cost: int = COST) -> Keys:
    """Make a file with one new key; raise ``InputError`` (protect-key-file) where it exists."""
    if path.exists():
        raise InputError(
            "protect-key-file",
            "the file exists",
            where=str(path),
            remedy="choose another, or rotate its keys",
        )
    key = checked(key_id, secrets.token_bytes(KEY_BYTES), str(path))
    return _write(path, passphrase, [key], cost)


def rotate(path: Path, passphrase: str, key_id: str, *, cost: int = COST) -> Keys:
    """Put a new key before the others: it closes from now on, they still open. Errors as ``open_file``."""
    keys = open_file(path, passphrase)
    if key_id in keys.ids():
        raise InputError(
            "protect-key-shape",
            f'there is a key "{key_id}" already',
            where=str(path),
            remedy="choose another id",
        )
    new = checked(key_id, secrets.token_bytes(KEY_BYTES), str(path))
    return _write(path, passphrase, [new, *(keys.find(name) for name in keys.ids())], cost)


def open_file(path: Path, passphrase: str) -> Keys:
    """Return the keys of a file.

    Raises ``InputError``: ``protect-key-file`` where it cannot be read or is no file of keys,
    ``protect-key-permissions`` where others may read it; ``IntegrityError`` (protect-key-wrong) for a wrong
    passphrase or a changed file.
    """
    head = _read(path)
    try:
        opened = AESGCM(_stretched(passphrase, head.salt, head.cost)).decrypt(
            head.nonce, head.sealed, _bound(head)
        )
    except (InvalidTag, ValueError):
        raise IntegrityError(
            "protect-key-wrong",
            "the passphrase is wrong or the file was changed",
            where=str(path),
            remedy="give the right passphrase or restore the file",
        ) from None
    pairs = msgspec.json.decode(opened, type=list[tuple[str, bytes]])
    return Keys([checked(key_id, secret, str(path)) for key_id, secret in pairs], where=str(path))


def _read(path: Path) -> _Sealed:
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO) or found.st_uid != os.geteuid():
                raise InputError(
                    "protect-key-permissions",
                    f"others may use the file of keys (mode {stat.S_IMODE(found.st_mode):04o})",
                    where=str(path),
                    remedy=f"make it yours alone: chmod 600 {path.name}",
                )
            head = msgspec.json.decode(file.read(2**20), type=_Sealed)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
    except msgspec.DecodeError:
        reason = "it is no file of keys"
    else:
        if head.shouxin_keys == 1 and head.cost <= _CEILING and head.cost.bit_count() == 1 and head.cost > 1:
            return head
        reason = "its version or cost is not one that this program uses"
    raise InputError(
        "protect-key-file",
        f"keys cannot be read: {reason}",
        where=str(path),
        remedy="make one: shouxin keys new FILE",
    )


def _write(path: Path, passphrase: str, keys: list[MainKey], cost: int) -> Keys:
    if not passphrase:
        raise InputError(
            "protect-key-passphrase",
            "the passphrase is empty",
            remedy="set SHOUXIN_PROTECT_PASSPHRASE or type one",
        )
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = _Sealed(shouxin_keys=1, cost=cost, salt=salt, nonce=nonce, sealed=b"")
    plain = msgspec.json.encode([(key.id, key.secret) for key in keys])
    sealed = AESGCM(_stretched(passphrase, salt, cost)).encrypt(nonce, plain, _bound(head))
    with replaced(path) as file:
        file.write(msgspec.json.encode(msgspec.structs.replace(head, sealed=sealed)))
    return Keys(keys, where=str(path))


def _bound(head: _Sealed) -> bytes:
    return msgspec.json.encode((head.shouxin_keys, head.cost, head.salt, head.nonce))


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, n=cost, r=8, p=1).derive(passphrase.encode())
