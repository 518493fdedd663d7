"""The matters of a store, for a command."""

from collections.abc import Iterator
from contextlib import contextmanager

from shouxin.duties.cases.place import keeper
from shouxin.duties.cases.service import Cases
from shouxin.duties.command import opened_store, workplace
from shouxin.duties.desk.service import Desk, Kind


@contextmanager
def open_desk(kind: Kind) -> Iterator[Desk]:
    """Open the matters of a kind in the store of the current command."""
    from shouxin.duties.cases.kept import KeptCases
    from shouxin.store.keyring import open_wrapper
    from shouxin.store.people import People

    with opened_store() as store:
        people = People(open_wrapper(store.engine, workplace().keys))
        yield Desk(kind, Cases(keeper(), KeptCases(store.engine)), store.engine, people)
