"""Files in the encodings that Chinese texts come in, read as UTF-8 and written back as they came."""

import codecs
import io
from typing import Any, BinaryIO, Literal

Encoding = Literal["utf-8", "gb18030", "utf-16"]
_AT_ONCE = 1 << 20


def read_as_utf8(source: BinaryIO, encoding: Encoding) -> BinaryIO:
    """Return a stream of the same text in UTF-8; bytes not of ``encoding`` raise ``UnicodeError``."""
    return source if encoding == "utf-8" else io.BufferedReader(_Reader(source, encoding))


def written_from_utf8(target: BinaryIO, encoding: Encoding) -> Any:
    """Return a stream that takes UTF-8 and writes ``encoding``; UTF-16 begins with its mark."""
    return target if encoding == "utf-8" else _Writer(target, encoding)


class _Reader(io.RawIOBase):
    def __init__(self, source: BinaryIO, encoding: Encoding) -> None:
        super().__init__()
        self._source, self._decoder = source, codecs.getincrementaldecoder(encoding)()
        self._held, self._ended = b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._held and not self._ended:
            piece = self._source.read(_AT_ONCE)
            self._ended = not piece
            self._held = self._decoder.decode(piece, final=self._ended).encode()
        size = min(len(buffer), len(self._held))
        buffer[:size], self._held = self._held[:size], self._held[size:]
        return size


class _Writer(io.RawIOBase):
    def __init__(self, target: BinaryIO, encoding: Encoding) -> None:
        super().__init__()
        self._target = target
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._encoder = codecs.getincrementalencoder(encoding)()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._target.write(self._encoder.encode(self._decoder.decode(bytes(data))))
        return len(data)
