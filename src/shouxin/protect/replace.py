"""Writing a file whole or not at all: beside it under another name, on the disk, then renamed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from shouxin.errors import InputError


@contextmanager
def replaced(path: Path, *, mode: int = 0o600, code: str = "protect-file") -> Iterator[BinaryIO]:
    """Yield a file to write; at the end it takes the name ``path``, on an error nothing is left of it.

    A process killed in between leaves a file whose name begins with a dot and ends in ``.part``, and
    ``path`` as it was. Raises ``InputError`` (``code``) where the folder cannot be written, or where ``path``
    is no file: a name like /dev/stdout is not to be replaced by one.
    """
    if path.exists() and not path.is_file():
        raise InputError(
            code, "there is something that is no file", where=str(path), remedy="name a file, new or old"
        )
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise unwritable(path, error, code) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, mode)
            yield file
            file.flush()
            os.fsync(handle)
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException as error:
        with suppress(OSError):
            part.unlink()
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            raise unwritable(path, error, code) from None
        raise


def unwritable(path: Path, error: OSError, code: str = "protect-file") -> InputError:
    """Return the error for a file that cannot be written."""
    return InputError(
        code,
        f"the file cannot be written: {error.strerror or type(error).__name__}",
        where=str(path),
        remedy="check folder, rights and space",
    )
