"""Changing a table of a database: its address, and the note that outlives a process that is killed."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Engine, create_engine, exc, make_url

from shouxin.errors import StoreError
from shouxin.protect.database import Plan, TableJob
from shouxin.protect.replace import replaced

Outcome: TypeAlias = Literal["done", "undone", "unknown"]


class Begun(msgspec.Struct, frozen=True):
    """A run that was begun: when (UTC), over how many rows, in which transaction; whether it said its end."""

    at: datetime
    rows: int
    transaction: str = ""
    ended: bool = False


class Earlier(msgspec.Struct, frozen=True):
    """The run before this one, and what became of it."""

    at: datetime
    rows: int
    outcome: Outcome


class Done(NamedTuple):
    """What was planned, what the run before came to, and how many rows were changed."""

    plan: Plan
    earlier: Earlier | None
    rows: int


def opened(url: str) -> Engine:
    """Return an engine; the usual drivers are taken where none is named, and no SQLite file is made.

    Raises ``StoreError`` (protect-database) for an address that cannot be used.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername in ("mysql", "mariadb"):
            parsed = parsed.set(drivername=f"{parsed.drivername}+pymysql")
        if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
            parsed = parsed.set(database=f"file:{parsed.database}", query={"mode": "rw", "uri": "true"})
        return create_engine(parsed, hide_parameters=True)
    except (exc.SQLAlchemyError, ImportError, ValueError):
        raise StoreError(
            "protect-database",
            "the address of the database cannot be used",
            remedy="write it like postgresql://user@host/name, and install its driver",
        ) from None


def change(job: TableJob, note: Path, *, apply: bool) -> Done:
    """Plan a change, tell what became of the run before it, and carry it out where that is asked.

    ``note`` is where the last run stands. Raises ``StoreError`` (protect-running) where it goes on in the
    database, and what ``TableJob`` raises.
    """
    earlier = _earlier(job, _read(note))
    plan = job.plan()
    if not apply:
        return Done(plan, earlier, 0)
    at = datetime.now(UTC).replace(microsecond=0)

    def begun(transaction: str) -> None:
        _write(note, Begun(at, plan.rows, transaction))

    rows = job.run(plan, begun)
    _write(note, Begun(at, rows, ended=True))
    return Done(plan, earlier, rows)


def note_of(data: Path, url: str, table: str) -> Path:
    """Return where the last run over a table stands: the name tells neither address nor table."""
    place = f"{make_url(url).set(password=None)}\0{table}"
    return data / "protected" / f"{hashlib.sha256(place.encode()).hexdigest()[:32]}.json"


def _earlier(job: TableJob, begun: Begun | None) -> Earlier | None:
    if begun is None:
        return None
    outcome = "done" if begun.ended else job.outcome(begun.transaction)
    if outcome == "running":
        raise StoreError(
            "protect-running",
            f"the run that began at {begun.at:%Y-%m-%d %H:%M:%S} UTC has not ended in the database",
            remedy="wait until the database has ended its session, or end it there",
        )
    return Earlier(begun.at, begun.rows, outcome)


def _read(note: Path) -> Begun | None:
    try:
        return msgspec.json.decode(note.read_bytes(), type=Begun)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError):
        return Begun(datetime.fromtimestamp(note.stat().st_mtime, UTC), 0)  # there was one; nothing is known


def _write(note: Path, begun: Begun) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    with replaced(note) as file:
        file.write(msgspec.json.encode(begun))
