"""Bytes to text, without a guess: UTF-8 unless the caller names another encoding.

What cannot be a text file is refused with what it seems to be; what is text in another encoding
is refused with the option that would read it.
"""

import codecs
from typing import Final

from shouxin.errors import InputError

LIMIT: Final = 32 * 1024 * 1024
"""Largest input in bytes; the longest Chinese statute is below half a megabyte."""

_MAGIC: Final = (
    (b"\x89PNG", "a PNG image", "recognise its text (OCR) first and give the text file"),
    (b"\xff\xd8\xff", "a JPEG image", "recognise its text (OCR) first and give the text file"),
    (b"%PDF", "a PDF document", "extract its text first, for example with pdftotext"),
    (b"PK\x03\x04", "a zip archive or an office document", "unpack it, or save the document as plain text"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "save the document as plain text in UTF-8"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"{\\rtf", "a rich-text document", "save the document as plain text in UTF-8"),
)
_DOCX_MARK: Final = b"word/"
_BOMS: Final = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CANDIDATES: Final = ("gb18030", "big5", "utf-16-le", "utf-16-be")
_COMMON: Final = frozenset(
    "的一是不在了有和人这中大为上个国第条法规定信息管理者应当服务网络依照行政部门"
    "條規資訊務網應當與業員會個據處護電號經體關於為時間發現實際對開過進還"
)


def decode(data: bytes, *, encoding: str | None, where: str) -> str:
    """Return the text of ``data``.

    ``encoding`` is a codec name, or None for UTF-8 with or without a byte order mark. ``where`` names
    the source in messages. Raises InputError: ``text-too-large``, ``text-empty``, ``text-binary``,
    ``text-encoding-unknown``, ``text-not-decodable``.
    """
    if len(data) > LIMIT:
        raise InputError(
            "text-too-large",
            f"the input has {len(data)} bytes, the limit is {LIMIT}",
            where=where,
            remedy="split it into one file per statute",
        )
    if not data:
        raise InputError("text-empty", "the input is empty", where=where, remedy="give a text that has words")
    _refuse_documents(data, where)
    text = _named(data, encoding, where) if encoding else _utf8(data, where)
    if not text.strip("\ufeff\u200b\u2060 \t\r\n\u3000\xa0\x0b\x0c"):
        raise InputError(
            "text-empty", "the input has only white space", where=where, remedy="give a text that has words"
        )
    return text


def _refuse_documents(data: bytes, where: str) -> None:
    """Raise ``text-binary`` when the first bytes are those of a known binary format."""
    for magic, name, remedy in _MAGIC:
        if data.startswith(magic):
            if _DOCX_MARK in data[:4096]:
                name, remedy = "a Word document", "save the document as plain text in UTF-8"
            raise InputError(
                "text-binary", f"this is not text, it seems to be {name}", where=where, remedy=remedy
            )


def _refuse_nul(data: bytes, nul: int, where: str) -> None:
    """Raise ``text-binary`` for the NUL byte at ``nul``, or name UTF-16 where the bytes read as that."""
    likely = _likely(data)
    place = f"{where}, line {_line(data, nul)}"
    if likely and likely.startswith("utf-16"):
        raise InputError(
            "text-not-decodable",
            f"byte {nul} is NUL, which no UTF-8 text has",
            where=place,
            remedy=f"it reads as {likely}: if that is right, say --encoding {likely}",
        )
    raise InputError(
        "text-binary",
        f"this is not text: byte {nul} is NUL",
        where=place,
        remedy="give a plain text file, and name its encoding with --encoding if it is not UTF-8",
    )


def _named(data: bytes, encoding: str, where: str) -> str:
    """Decode with the codec that the caller named."""
    try:
        if not codecs.lookup(encoding)._is_text_encoding:
            raise LookupError(encoding)
    except (LookupError, ValueError):
        raise InputError(
            "text-encoding-unknown",
            f'there is no text encoding "{encoding}"',
            where=where,
            remedy="use a name such as utf-8, gb18030, big5 or utf-16",
        ) from None
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise InputError(
            "text-not-decodable",
            f'byte {at} is not valid in the encoding "{encoding}"',
            where=f"{where}, line {_line(data, at)}",
            remedy="name the encoding in which the file was saved with --encoding",
        ) from None
    if "\0" in text:
        raise InputError(
            "text-binary",
            f'read as "{encoding}" this is not text: character {text.index(chr(0))} is NUL',
            where=where,
            remedy="name the encoding in which the file was saved",
        )
    return text


def _utf8(data: bytes, where: str) -> str:
    """Decode as UTF-8, or say where it fails and what would read it."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            raise InputError(
                "text-not-decodable",
                f"the input is not UTF-8: byte 0 begins a {name} byte order mark",
                where=f"{where}, line 1",
                remedy=f"if that is right, say --encoding {name}",
            )
    nul = data.find(b"\0")
    if nul >= 0:
        _refuse_nul(data, nul, where)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        likely = _likely(data)
        remedy = (
            f"it reads as {likely}: if that is right, say --encoding {likely}"
            if likely
            else ("save it as UTF-8, or name its encoding with --encoding")
        )
        raise InputError(
            "text-not-decodable",
            f"byte {error.start} is not valid UTF-8",
            where=f"{where}, line {_line(data, error.start)}",
            remedy=remedy,
        ) from None


def _line(data: bytes, at: int) -> int:
    """Return the number of the line, from 1, in which byte ``at`` lies."""
    return data.count(b"\n", 0, at) + 1


def _likely(data: bytes) -> str | None:
    """Return the encoding in which most characters are ones that statutes use, if any decodes at all."""
    best, best_share = None, 0.05
    for name in _CANDIDATES:
        sample = data[: min(len(data), 65536)]
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        text = sample.decode(name, errors="ignore")
        letters = [c for c in text if not c.isspace()]
        share = sum(c in _COMMON for c in letters) / max(len(letters), 1)
        if share > best_share:
            best, best_share = name, share
    return best
