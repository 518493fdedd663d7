"""What comes in by a pipe: text is handed out as it comes, anything else when it is there as a whole."""

import os
import select
import shutil
import tempfile
import time
from typing import BinaryIO, Final, cast

from shouxin.detect.sources import files, text
from shouxin.detect.sources.archives import Budget
from shouxin.detect.sources.piece import Limits, Pieces

NAME: Final = "-"
"""What comes in has no other name, so that its first bytes alone tell its kind."""

_PATIENCE: Final = 1.0
_PART: Final = 1 << 20
_HEAD: Final = 8192
_IN_MEMORY: Final = 8 << 20


class Arriving:
    """A pipe: a read waits for the first byte, then a second at the most for the rest."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ahead = b""
        self.size = 0
        try:
            self._descriptor = file.fileno()
        except OSError:  # bytes in memory, which do not come but are there
            self._descriptor = -1

    def peek(self, size: int) -> bytes:
        """Return what the next reads will give once more, ``size`` bytes of it at the most."""
        self._ahead = self._ahead or self._come(size)
        return self._ahead[:size]

    def read(self, size: int = _PART, /) -> bytes:
        """Return what has come, ``size`` bytes of it at the most; nothing only at the end."""
        if not self._ahead:
            return self._come(size)
        part, self._ahead = self._ahead[:size], self._ahead[size:]
        return part

    def _come(self, size: int) -> bytes:
        parts = list[bytes]()
        left, until = size, 0.0
        while left and (not parts or self._more(until)):
            part = (
                os.read(self._descriptor, min(left, _PART))
                if self._descriptor >= 0
                else self._file.read(left)
            )
            if not part:
                break
            until = until or time.monotonic() + _PATIENCE
            parts.append(part)
            left -= len(part)
        self.size += size - left
        return b"".join(parts)

    def _more(self, until: float) -> bool:
        """Wait for another byte, or the end, till then."""
        if self._descriptor < 0:
            return True
        return bool(select.select([self._descriptor], [], [], max(0.0, until - time.monotonic()))[0])


def pieces(source: Arriving, limits: Limits | None = None) -> Pieces:
    """Hand out what comes in, whatever it is; text in constant memory, without an end too."""
    if files.kind(NAME, source.peek(_HEAD)) == "text":
        yield from text.windows(source, live=True)
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as whole:
        shutil.copyfileobj(source, whole)
        whole.seek(0)
        yield from files.opened(NAME, cast("BinaryIO", whole), Budget(limits or Limits()))
