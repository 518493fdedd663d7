"""Plain text and logs of any size and encoding, in windows that overlap."""

import codecs
from collections.abc import Iterator
from typing import Protocol

from shouxin.detect.sources.piece import Pieces, Text

WINDOW = 8 << 20
OVERLAP = 64 << 10
_PROBE = 1 << 20
_CONTINUATION = bytes(range(0x80, 0xC0))


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Return some bytes, ``size`` at the most; nothing at the end."""


def windows(file: Readable, *, live: bool = False) -> Pieces:
    """Hand out a text in windows; a finding lies wholly in the one it belongs to, unless it is over 32 KB.

    Works in constant memory whatever the length of a line. Of a ``live`` file (``Arriving``) every read that
    ends a line is a window to its end, so that nothing waits for what may never come.
    """
    head = file.read(_PROBE)
    encoding = guess(head)
    size = WINDOW if encoding == "utf-8" else WINDOW // 2
    chunks = _read(head, file, size, live=live)
    if encoding != "utf-8":
        chunks = _decoded(chunks, encoding)
    before, low, chars, raw = b"", 0, 0, 2 if encoding == "utf-16" else 0
    for chunk, last in _unended(chunks) if live else _with_end(chunks):
        data = before + chunk
        whole = last or (live and data.endswith(b"\n"))
        high = len(data) if whole else max(0, len(data) - OVERLAP // 2)
        yield Text(data, "", "", chars, raw, low, None if whole else high, encoding)
        keep = _boundary(data, max(0, len(data) - OVERLAP))
        passed, before, low = data[:keep], data[keep:], high - keep
        chars += characters(passed)
        raw += len(passed) if encoding == "utf-8" else width(passed, encoding)


def guess(head: bytes) -> str:
    """Return the encoding of a text by its first bytes: UTF-8, UTF-16 with its mark, else GB18030.

    Bytes that are neither are read as UTF-8: the scanner takes any bytes.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    text = codecs.getincrementaldecoder("gb18030")("surrogateescape").decode(head)
    broken = sum("\udc80" <= char <= "\udcff" for char in text)
    common = sum("\u4e00" <= char <= "\u9fff" or char in "，。：；、（）“”" for char in text)
    return "gb18030" if common > 10 * broken and common * 4 > sum(char > "\x7f" for char in text) else "utf-8"


def characters(data: bytes) -> int:
    """Count the characters of a text in UTF-8, begun ones included."""
    return len(data.translate(None, _CONTINUATION))


def width(data: bytes, encoding: str) -> int:
    """Count the bytes that a text in UTF-8 takes in the encoding of its source."""
    return len(data.decode("utf-8", "surrogatepass").encode(_bare(encoding), "surrogateescape"))


def _boundary(data: bytes, at: int) -> int:
    """Return the start of the character that this byte belongs to."""
    start = at
    while start and at - start < 4 and data[start] & 0xC0 == 0x80:
        start -= 1
    return start


def _bare(encoding: str) -> str:
    return "utf-16-le" if encoding == "utf-16" else encoding


def _read(head: bytes, file: Readable, size: int, *, live: bool) -> Iterator[bytes]:
    chunk = head if live else head + file.read(size - len(head))
    while chunk:
        yield chunk
        chunk = file.read(size)


def _decoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Turn another encoding into UTF-8; bytes that it does not know stay as they are, one by one."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    if rest := decoder.decode(b"", final=True):
        yield rest.encode("utf-8", "surrogatepass")


def _with_end(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Pair each chunk with whether it is the last; an empty text is one empty chunk."""
    held = next(chunks, b"")
    for chunk in chunks:
        yield held, False
        held = chunk
    yield held, True


def _unended(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Hand on each chunk at once; the end of a text is an empty one."""
    for chunk in chunks:
        yield chunk, False
    yield b"", True
