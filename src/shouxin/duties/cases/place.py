"""Where a command finds the cases: the store, opened and brought up to date."""

from collections.abc import Iterator
from contextlib import contextmanager

from shouxin.duties.cases.service import Cases
from shouxin.duties.command import opened_store, workplace
from shouxin.duties.due.service import Timekeeper
from shouxin.law.register import register


def keeper() -> Timekeeper:
    """Return the clocks and the calendar of the current command's workplace."""
    place = workplace()
    return Timekeeper(register(), place.data / "calendar", place.readings, place.own_times)


@contextmanager
def open_cases() -> Iterator[Cases]:
    """Open the cases of the store; it is made where there is none yet."""
    from shouxin.duties.cases.kept import KeptCases

    with opened_store() as store:
        yield Cases(keeper(), KeptCases(store.engine))
