"""Where a command finds the assessments, and who types their password to decide one."""

from collections.abc import Iterator
from contextlib import contextmanager

from shouxin.duties.access.place import proven, secret
from shouxin.duties.access.service import Access, Principal
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.cases.place import keeper
from shouxin.duties.cases.service import Cases
from shouxin.duties.command import opened_store, workplace
from shouxin.duties.inventory.service import Inventory
from shouxin.law.register import register
from shouxin.store import Store
from shouxin.store.keyring import open_wrapper


@contextmanager
def open_assessments() -> Iterator[Assessments]:
    """Open the assessments of the store."""
    with opened_store() as store:
        yield _of(store)


@contextmanager
def deciding(name: str) -> Iterator[tuple[Assessments, Principal]]:
    """Open them for somebody who proves to be the account of a name; errors as ``Access.prove``."""
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, workplace().keys)
        yield _of(store), proven(Access(store.engine, secret(store.engine, wrapper)), name)


def _of(store: Store) -> Assessments:
    from shouxin.duties.cases.kept import KeptCases

    inventory = Inventory(register(), workplace().readings, store.engine)
    return Assessments(inventory, Cases(keeper(), KeptCases(store.engine)), store.engine)
