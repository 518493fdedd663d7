"""Long runs through a store of somebody else's: piece by piece, with a rest after each."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from time import monotonic, sleep
from typing import TypeVar

T = TypeVar("T")

BATCH = 500
"""Rows that a store is asked for at once."""

LONGEST = 5.0
"""Seconds of rest at most."""


def batched(many: Iterable[T], most: int = BATCH) -> Iterator[list[T]]:
    """Yield what there is in lists of so many."""
    waiting = iter(many)
    while batch := list(islice(waiting, most)):
        yield batch


def paced(batches: Iterable[T], *, rest: Callable[[float], None] = sleep) -> Iterator[T]:
    """Yield each batch and rest before the next as long as the last one took.

    A long run takes half of what a store can do at most, and less where the store is slow; a question that
    is answered with one batch never waits.
    """
    took, waiting = 0.0, iter(batches)
    while True:
        begun = monotonic()
        try:
            batch = next(waiting)
        except StopIteration:
            return
        if took:
            rest(min(took, LONGEST))
        took = monotonic() - begun
        yield batch
