"""The key of the fingerprints: 32 bytes in the data folder that nobody else can read."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from shouxin.errors import InputError

_BYTES = 32


def fingerprint_key(data: Path) -> bytes:
    """Return the key in ``detect.key``, made at first use with the permissions 0600.

    Raises InputError ``detect-key-unsafe`` where others could read it and ``detect-key-broken`` where it is
    not a key.
    """
    path = data / "detect.key"
    if not path.exists():
        _make(path)
    return _read(path)


def _make(path: Path) -> None:
    """Make the key whole or not at all; of two that make it at once, the first one's counts."""
    half = path.with_name(f".detect.key.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
        with suppress(FileExistsError):
            os.link(half, path)
        half.unlink()
    except OSError as problem:
        raise InputError(
            "detect-key-broken", f"the key of the fingerprints cannot be made: {problem.strerror}",
            where=str(path), remedy="give a data folder that can be written: SHOUXIN_DATA",
        ) from None  # fmt: skip


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise InputError(
            "detect-key-unsafe", "other accounts can read the key of the fingerprints", where=str(path),
            remedy="chmod 600 the file",
        )  # fmt: skip
    key = path.read_bytes()
    if len(key) != _BYTES:
        raise InputError(
            "detect-key-broken", "this is no key of fingerprints", where=str(path),
            remedy="restore it from the backup, or delete it and write the baselines anew",
        )  # fmt: skip
    return key
