"""What time it is for whoever writes: the database's own, unless a clock is handed in with the engine.

A clock serves one purpose, a past that is made up for a demonstration. It tells of the past alone: where it
is ahead of the database, the database is right, and no entry of the ledger comes before an earlier one. No
setting, command or address hands one in, and a test holds that nothing but the demo does.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Engine

Clock = Callable[[], datetime]
"""Tells the moment, with its zone, in which something is written."""

_OPTION = "shouxin_clock"


def under(engine: "Engine", clock: Clock) -> "Engine":
    """Return an engine to the same store whose transactions happen when the clock says."""
    return engine.execution_options(**{_OPTION: clock})


def set_time(connection: "Connection") -> datetime | None:
    """Return the moment that a clock says was handed in, None where the database's own time holds."""
    clock: Clock | None = connection.get_execution_options().get(_OPTION)
    return clock() if clock else None


def moment(connection: "Connection") -> "datetime | ColumnElement[Any]":
    """Return the time of writing as a value of a statement."""
    from sqlalchemy import func

    return set_time(connection) or func.now()


def stamped(connection: "Connection", *columns: str) -> dict[str, datetime]:
    """Return the values of columns that hold the time of writing; none where the database gives them."""
    at = set_time(connection)
    return dict.fromkeys(columns, at) if at else {}
