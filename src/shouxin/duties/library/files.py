"""Files that a person hands in or asks for at the command line."""

import os
import sys
import tempfile
from pathlib import Path

from shouxin.errors import InputError
from shouxin.law.text import LIMIT


def read_limited(name: str) -> bytes:
    """Return the bytes of the file ``name``, or of standard input for "-", up to the reader's limit.

    Raises ``InputError``: file-unreadable, text-too-large.
    """
    if name == "-":
        return _within(sys.stdin.buffer.read(LIMIT + 1), "standard input")
    try:
        with Path(name).open("rb") as file:
            return _within(file.read(LIMIT + 1), name)
    except OSError as error:
        raise InputError(
            "file-unreadable",
            f"the file cannot be read: {error.strerror}",
            where=name,
            remedy="mend the path or the file's permissions",
        ) from None


def _within(data: bytes, where: str) -> bytes:
    if len(data) > LIMIT:
        raise InputError(
            "text-too-large",
            f"the file is larger than {LIMIT // 2**20} MiB",
            where=where,
            remedy="a statute is text: save it as text, or split the compilation into several files",
        )
    return data


def write_whole(path: Path, content: str) -> None:
    """Put ``content`` at ``path`` in one step, so that no half of it is ever seen.

    Missing folders are made. Raises ``InputError`` (file-unwritable).
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise InputError(
            "file-unwritable",
            f"the file cannot be written: {error.strerror}",
            where=str(path),
            remedy="choose another place or mend its permissions",
        ) from None
