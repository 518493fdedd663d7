"""What a pack reads of the ledger: figures, where evidence stands, and the entries of its days one by one."""

import base64
import hmac
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from shouxin.duties.inspection.model import EntryLine, Figure, Told
from shouxin.duties.posture.model import KeptEvidence
from shouxin.engine.control import Evidence

PIECE = 5000
"""Entries that are read at once, so that memory does not grow with the ledger."""

_FIGURES = text(
    "select kind, count(*) as times from shouxin.ledger_entry "
    "where number < :size and at >= :since and at < :until group by kind order by kind"
)
_HOLDING = text(
    "select number, kind, what from shouxin.ledger_entry "
    "where number < :size and kind in ('evidence.added', 'organisation.loaded') order by number"
)
_NOTICES = text(
    "select number, at, what from shouxin.ledger_entry "
    "where number < :size and kind = 'notice.published' order by number"
)
_ENTRIES = text(
    "select number, at, kind, who, origin, what, whose, why, outcome from shouxin.ledger_entry "
    "where number > :after and number < :size and at >= :since and at < :until order by number limit :most"
)
_ID = re.compile(r"^[a-z0-9][a-z0-9_:.-]{0,99}$")


class Span(NamedTuple):
    """The days of a pack as times, and how many entries its checkpoint was signed over."""

    size: int
    since: Any
    until: Any


def figures(connection: Connection, span: Span) -> tuple[Figure, ...]:
    """Return how many entries of each kind there are."""
    return tuple(
        Figure(kind=row.kind, count=row.times) for row in connection.execute(_FIGURES, span._asdict())
    )


class Holding:
    """Which entry of the ledger holds a piece of evidence, under one checkpoint."""

    def __init__(self, connection: Connection, size: int, evidence: tuple[KeptEvidence, ...]) -> None:
        self._numbers = {one.evidence: one.number for one in evidence if not one.withdrawn}
        self._ranges = list(_ranges(connection, size))
        rows = connection.execute(_NOTICES, {"size": size})
        self._notices: dict[str, int] = {f"/notices/{row.what['address']}": row.number for row in rows}

    def entry(self, evidence: Evidence) -> int | None:
        """Return the entry; a notice that is in force here stands in that of its publication."""
        if evidence.reference in self._notices:
            return self._notices[evidence.reference]
        number = self._numbers.get(evidence)
        if number is None:
            return None
        return next((entry for first, end, entry in self._ranges if first <= number < end), None)


def notices(connection: Connection, span: Span, services: tuple[str, ...]) -> tuple[Told, ...]:
    """Return the versions of notices that were published within the days."""
    return tuple(
        Told(
            service=row.what["service"],
            address=row.what["address"],
            at=row.at,
            complete=row.what["complete"],
            entry=row.number,
        )
        for row in connection.execute(_NOTICES, {"size": span.size})
        if span.since <= row.at < span.until and (not services or row.what["service"] in services)
    )


def entries(connection: Connection, span: Span, key: bytes) -> Iterator[EntryLine]:
    """Yield the entries of the days, people as pseudonyms under ``key``."""
    after = -1
    while True:
        asked = {**span._asdict(), "after": after, "most": PIECE}
        found = connection.execute(_ENTRIES, asked).all()
        if not found:
            return
        after = found[-1].number
        for row in found:
            yield _line(row, key)


def pseudonym(key: bytes, name: str | bytes) -> str:
    """Return what stands for somebody in one pack, which nobody can lead back without the key."""
    data = name.encode() if isinstance(name, str) else name
    return base64.b32encode(hmac.digest(key, data, "sha256")[:10]).decode().lower()


def _line(row: Row[Any], key: bytes) -> EntryLine:
    whose = bytes(row.whose)
    return EntryLine(
        number=row.number,
        at=row.at,
        kind=row.kind,
        who=f"operator-{pseudonym(key, row.who)}" if row.who.startswith(("operator:", "uid:")) else row.who,
        origin=row.origin,
        what=None if whose else row.what,
        whose=f"person-{pseudonym(key, whose)}" if whose else "",
        why=row.why if _ID.match(row.why) else "",
        outcome=row.outcome,
    )


def _ranges(connection: Connection, size: int) -> Iterator[tuple[int, int, int]]:
    """Yield the first number of the evidence that came together, the one behind the last, and the entry."""
    for row in connection.execute(_HOLDING, {"size": size}):
        names = ("evidence", "count") if row.kind == "evidence.added" else ("first", "evidence")
        first, count = (row.what.get(name, 0) for name in names)
        if first and count:
            yield first, first + count, row.number
