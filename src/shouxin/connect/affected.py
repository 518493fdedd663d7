"""Whom rows are about: which rows are asked about, and what a store that can tell it is asked."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Annotated, Protocol, runtime_checkable

import msgspec

from shouxin.connect.model import Label
from shouxin.law.base import Shape

MOST_KEYS = 10_000
"""Keys of one table that can be listed at once."""

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class TouchedRows(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows of a table: all of them, those whose ``column`` lies between two days, those of some keys."""

    table: Label
    column: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    keys: Annotated[tuple[Key, ...], msgspec.Meta(max_length=MOST_KEYS)] = ()


class Affected(Protocol):
    """Whom some rows are about, by one identity; each question goes to the store when it is asked."""

    def records(self) -> Mapping[str, int]:
        """Return for each category how many rows hold something of it."""

    def count(self) -> int:
        """Return how many people it is."""

    def left(self) -> int:
        """Return how many rows tell nobody by that identity."""

    def __iter__(self) -> Iterator[str]:
        """Yield the people, each once."""


@runtime_checkable
class TellsPeople(Protocol):
    """A store that can tell whom rows are about.

    Errors: ``InputError`` people-place for a table or column that the map does not have, people-identity
    where no way leads from a table to the identity, and those of ``Store``.
    """

    def people(self, rows: Sequence[TouchedRows], identity: str) -> AbstractContextManager[Affected]:
        """Give whom some rows are about for the time of a block."""
