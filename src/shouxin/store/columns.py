"""Columns that the tables of many duties share."""

from typing import Any

from sqlalchemy import Column, DateTime, func


def at(name: str, *, now: bool = False, comment: str | None = None) -> Column[Any]:
    """Return a column for a moment: with ``now`` that of writing, else one that may be missing."""
    if now:
        moment = DateTime(timezone=True)
        return Column(name, moment, nullable=False, server_default=func.now(), comment=comment)
    return Column(name, DateTime(timezone=True), comment=comment)
