"""Where a command finds the incidents: in the store, with the cases and the keys of people."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from shouxin.duties.cases.place import keeper
from shouxin.duties.cases.service import Cases
from shouxin.duties.command import opened_store, workplace
from shouxin.duties.incident.service import Incidents
from shouxin.law.register import register


@contextmanager
def open_incidents() -> Iterator[Incidents]:
    """Open the incidents of the store; it is made where there is none yet."""
    from shouxin.duties.cases.kept import KeptCases
    from shouxin.duties.rights.place import rights_of
    from shouxin.store.keyring import open_wrapper
    from shouxin.store.people import People

    place = workplace()
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, place.keys)
        cases = Cases(keeper(), KeptCases(store.engine))
        rights = rights_of(store.engine, wrapper, cases, place.stores, place.data, place.ways)
        with closing(rights):
            stores = rights.desk.stores
            yield Incidents(register(), cases, store.engine, People(wrapper), stores=stores)
