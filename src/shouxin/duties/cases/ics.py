"""Deadlines as an iCalendar file (RFC 5545): all-day events without any personal information."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from shouxin.duties.cases.model import DeadlineLine
from shouxin.duties.cases.words import LABELS

_LINE = 75
"""Octets that a line may have before it is folded."""


def feed(found: Sequence[DeadlineLine], language: str) -> bytes:
    """Return the deadlines as an iCalendar file in UTF-8; the UID of a deadline never changes."""
    return b"".join(_folded(line) for line in _lines(found, language))


def _lines(found: Sequence[DeadlineLine], language: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Shouxin//deadlines//EN", "CALSCALE:GREGORIAN")
    yield "X-WR-CALNAME:Shouxin"
    for item in found:
        yield from _event(item, language)
    yield "END:VCALENDAR"


def _event(item: DeadlineLine, language: str) -> Iterator[str]:
    label = LABELS[language]
    title = item.title.text(language) if item.title else item.provision
    marks = [label[name] for name in ("late", "provisional") if getattr(item, name)]
    number = f" · {label['case']} {item.case}" if item.case else ""
    until = f"{label[item.until]}{label['colon']}" if item.until else ""
    summary = f"{until}{title}{number}" + (f" ({', '.join(marks)})" if marks else "")
    yield "BEGIN:VEVENT"
    yield f"UID:deadline-{item.id}@shouxin"
    yield f"DTSTAMP:{item.began:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{item.due:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{item.due + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(summary)}"
    yield f"DESCRIPTION:{_text(item.provision)}"
    yield f"STATUS:{'TENTATIVE' if item.provisional else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(text: str) -> str:
    """Return a text with what separates values in the format escaped."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return "\\n".join(text.splitlines())


def _folded(line: str) -> bytes:
    """Return a line ended by CRLF, folded between characters where it has more octets than allowed."""
    parts: list[bytes] = [b""]
    for char in line:
        octets = char.encode()
        if len(parts[-1]) + len(octets) > _LINE - (len(parts) > 1):
            parts.append(b"")
        parts[-1] += octets
    return b"\r\n ".join(parts) + b"\r\n"
