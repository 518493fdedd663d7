"""Verifications in the store: begun once at a time, moved on by the process that reads, told by any."""

import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, text

from shouxin.duties.ledger import tables
from shouxin.duties.ledger.reading import Reading
from shouxin.errors import InputError
from shouxin.store.ledger.verify import Report

if TYPE_CHECKING:
    from sqlalchemy import Row

LAST = 2**63 - 1
"""The highest number that a reading can have."""

LOST = "the process that read the ledger ended before it was through; begin again"
"""What is said of a reading that nobody moves on any more."""

_SILENT = datetime.timedelta(minutes=2)
_ALONE = text("select pg_advisory_xact_lock(hashtextextended('ledger.reading', 0))")
_BEGIN = tables.reading.insert().returning(tables.reading.c.number)
_MOVE = text("""
update shouxin.ledger_reading set done = :done, size = :size, seen = now()
where number = :number and ended is null
""")
_END = text("""
update shouxin.ledger_reading set ended = now(), seen = now(), problem = :problem,
    report = cast(:report as jsonb), done = case when :problem = '' then size else done end
where number = :number and ended is null
""")
_ONE = """
select number, began, done, size, ended, report, problem, now() - seen as silent, seen
from shouxin.ledger_reading
"""
_NUMBERED = text(_ONE + "where number = :number")
_NEWEST = text(_ONE + "order by number desc limit 1")


def begin(connection: Connection, size: int) -> tuple[int, bool]:
    """Begin a reading of so many entries; return its number and that it is new, or the one that runs."""
    connection.execute(_ALONE)
    running = newest(connection)
    if running and running.ended is None:
        return running.number, False
    return int(connection.execute(_BEGIN, {"size": size}).scalar_one()), True


def move(connection: Connection, number: int, done: int, size: int) -> None:
    """Write down how far a reading is, and that it goes on."""
    connection.execute(_MOVE, {"number": number, "done": done, "size": size})


def end(connection: Connection, number: int, report: Report | None, problem: str = "") -> None:
    """Write down what a reading found, or why it broke off."""
    found = msgspec.json.encode(report).decode() if report else None
    connection.execute(_END, {"number": number, "report": found, "problem": problem})


def newest(connection: Connection) -> Reading | None:
    """Return the reading that runs, or the last one; None where there was none."""
    row = connection.execute(_NEWEST).one_or_none()
    return _reading(row) if row else None


def one(connection: Connection, number: int) -> Reading:
    """Return a reading; raise ``InputError`` (ledger-reading)."""
    row = None
    if 0 < number <= LAST:
        row = connection.execute(_NUMBERED, {"number": number}).one_or_none()
    if row is None:
        raise InputError(
            "ledger-reading",
            f"there is no verification {number}",
            remedy="begin one: POST /api/ledger/verification",
        )
    return _reading(row)


def _reading(row: "Row[tuple[object, ...]]") -> Reading:
    """Return a reading; one that was silent for long is over, for the process that read is gone."""
    lost = row.ended is None and row.silent > _SILENT
    report = msgspec.convert(row.report, Report) if row.report else None
    return Reading(
        number=row.number,
        address=f"/api/ledger/verification/{row.number}",
        began=row.began,
        done=row.done,
        size=row.size,
        ended=row.seen if lost else row.ended,
        sound=report.problem is None if report else None,
        report=report,
        problem=LOST if lost else row.problem,
    )
