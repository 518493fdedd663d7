"""What no run of letters and digits and no sign tells: degrees and minutes, IMEI in parts, 密码123456."""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from shouxin.detect.evidence import Evidence
from shouxin.detect.identifiers import Found
from shouxin.detect.kinds import NUMBER, scores
from shouxin.detect.spans import Spans

#: What is found here; of these kinds the scanner of runs finds the other forms.
KINDS: Final = ("coordinates", "imei", "password")
#: Only around these a text is looked at.
SIGNS: Final = ("°".encode(), "纬".encode())
LABELS: Final = (b"IMEI", b"imei", "串号".encode())
BEFORE, AFTER = 45, 120  #: bytes of a place around its first sign

_HALF: Final = (
    r"(?P<word{0}>北纬|南纬|东经|西经|[NSEW] ?)?(?P<degrees{0}>\d{{1,3}}(?:\.\d+)?) ?(?:°|º|度) ?"
    r"(?:(?P<minutes{0}>[0-5０-５]?\d(?:\.\d+)?) ?(?:['’′]|分) ?)?"
    r"(?:(?P<seconds{0}>[0-5０-５]?\d(?:\.\d+)?) ?(?:[\"”″]|''|秒) ?)?"
    r"(?(word{0})|(?P<letter{0}>[NSEW](?![A-Za-z])|[北南]纬|[东西]经)?)"
)
_GAP: Final = r"[ \t]*[,，、;/和]?[ \t]*"
PLACE: Final = re.compile(f"(?<![0-9.]){_HALF.format(1)}(?:{_GAP}{_HALF.format(2)})?")
DEVICE: Final = re.compile(rb"(?<![0-9A-Za-z])(\d{2}[-/ ]\d{6}[-/ ]\d{6}[-/ ]\d)(?![0-9A-Za-z])")
#: A password right behind its word; a number that counts something, the name of a method, a date is none.
WORDS: Final = ("密码".encode(), "口令".encode())
DIGITS: Final = re.compile(rb"\d{6,16}+(?![0-9A-Za-z.%])")
MIXED: Final = re.compile(
    rb"(?=[!-~]{0,63}\d)(?=[!-~]{0,63}[A-Za-z])[0-9A-Za-z][!#-&*+\-./0-:=?@A-\\^_`a-z{|~(]{5,63}+"
)
METHODS: Final = re.compile(
    rb"(?i:(?:SHA|MD|RSA|AES|DES|ECC|SM|HMAC|PBKDF|WPA|TLS|SSL|HTTP|bcrypt)[-_]?\d)|\d{4}-\d\d-"
)
COUNTED: Final = re.compile("位|次|个|种|天|年|月|号|款|元|条|加密|算法|哈希|散列|摘要|编码|格式".encode())
TELLING: Final = (*SIGNS, *LABELS, *WORDS)  #: a text without any of these holds nothing of all this
LABELLED: Final = 40  #: bytes from the label of an IMEI on
REPORTING: Final = (b"01", b"35", b"86", b"99")
#: The degrees between which China lies, latitude and longitude.
CHINA: Final = ((3, 54), (73, 136))


def find(text: bytes) -> Found:
    """Return what is written like this, by byte offsets, in order."""
    rows = sorted({*_places(text), *_devices(text), *_passwords(text)})
    start, end, kind, evidence = np.array(rows, np.int64).reshape(-1, 4).T
    spans = Spans(kind.astype(np.uint8), start, end, scores()[kind, evidence])
    return Found(spans, evidence.astype(np.uint16))


def _devices(text: bytes) -> Iterator[tuple[int, int, int, int]]:
    for at in _all(text, LABELS):
        match = DEVICE.search(text, at, at + LABELLED)
        digits = [int(digit) for digit in match[1].decode() if digit.isdigit()] if match else []
        if match is None or not _luhn(digits):
            continue
        issued = Evidence.TABLE if match[1].startswith(REPORTING) else 0
        yield *match.span(1), NUMBER["imei"], Evidence.CHECKSUM | Evidence.CONTEXT | issued


def _passwords(text: bytes) -> Iterator[tuple[int, int, int, int]]:
    for word in WORDS:
        for at in _all(text, (word,)):
            start = at + len(word)
            digits, mixed = DIGITS.match(text, start), MIXED.match(text, start)
            if (
                not (match := digits or mixed)
                or METHODS.match(text, start)
                or COUNTED.match(text, match.end())
            ):
                continue
            value = match[0].rstrip(b".:?")
            if len(value) >= 6 and re.search(rb"\d", value):
                made = 0 if digits else Evidence.INNER
                yield start, start + len(value), NUMBER["password"], Evidence.CONTEXT | Evidence.TABLE | made


def _luhn(digits: list[int]) -> bool:
    doubled = [digit if at % 2 == 0 else digit * 2 for at, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _places(text: bytes) -> Iterator[tuple[int, int, int, int]]:
    for at, piece in _around(text):
        counted = begin = 0
        while match := PLACE.search(piece, begin):
            begin = match.end("degrees1")
            if (evidence := _judged(match)) is not None:
                begin = match.start() + len(match[0].rstrip())
                start = at + len(piece[counted : match.start()].encode("utf-8", "surrogateescape"))
                at = start + len(piece[match.start() : begin].encode("utf-8", "surrogateescape"))
                counted = begin
                yield start, at, NUMBER["coordinates"], evidence


def _around(text: bytes) -> Iterator[tuple[int, str]]:
    """Give the stretches around the signs of places, and where they begin."""
    signs = np.array(_all(text, SIGNS), np.int64)
    ends = np.flatnonzero(np.append(np.diff(signs) > BEFORE + AFTER, len(signs) > 0))
    begins = np.insert(ends[:-1] + 1, 0, 0) if len(ends) else ends
    for begin, end in zip(signs[begins].tolist(), signs[ends].tolist(), strict=True):
        begin = max(0, begin - BEFORE)
        yield begin, text[begin : end + AFTER].decode("utf-8", "surrogateescape")


def _all(text: bytes, words: tuple[bytes, ...]) -> list[int]:
    """Return where any of the words begins, in order."""
    places = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            places.append(at)
            at = text.find(word, at + 1)
    return sorted(places)


def _judged(match: re.Match[str]) -> int | None:
    """Return the evidence of a place: two halves of which one is a latitude, or one exact to the minute."""
    halves = [half for half in (_half(match, 1), _half(match, 2)) if half is not None]
    axes = "".join(axis for axis, *_ in halves)
    if axes not in ("NE", "EN", "N", "E") or not all(exact for *_, exact in halves):
        return None
    if any(value > (90 if axis == "N" else 180) for axis, value, _ in halves):
        return None
    ranges = dict(zip("NE", CHINA, strict=True))
    inside = all(ranges[axis][0] <= value <= ranges[axis][1] for axis, value, _ in halves)
    return Evidence.CONTEXT | (Evidence.TABLE if len(halves) == 2 and inside else 0)


def _half(match: re.Match[str], number: int) -> tuple[str, float, bool] | None:
    """Return the axis (N or E), the degrees, and whether it is exact to the minute."""
    parts = {name: match[f"{name}{number}"] for name in ("degrees", "minutes", "seconds", "word", "letter")}
    if parts["degrees"] is None:
        return None
    named = (parts["word"] or parts["letter"] or "?").strip()
    axis = "N" if named in ("N", "S", "北纬", "南纬") else "E" if named in ("E", "W", "东经", "西经") else "?"
    value = sum(
        float(parts[name] or 0) / by for name, by in (("degrees", 1), ("minutes", 60), ("seconds", 3600))
    )
    decimals = len(parts["degrees"].partition(".")[2])
    return axis, value, parts["minutes"] is not None or decimals > 1
