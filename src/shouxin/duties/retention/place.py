"""Where a command finds the retention runs: in the store, before the service's own stores."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shouxin.duties.access.place import proven, secret
from shouxin.duties.access.service import Access, Approvals, Principal
from shouxin.duties.command import opened_store, workplace
from shouxin.duties.retention.service import Retention
from shouxin.duties.rights.place import open_rights
from shouxin.store.keyring import open_wrapper

if TYPE_CHECKING:
    from shouxin.duties.rights.service import Rights


def retention_of(rights: "Rights") -> Retention:
    """Return the runs over the stores of the requests."""
    desk = rights.desk
    return Retention(desk.engine, desk.stores, Approvals(desk.engine))


@contextmanager
def open_retention() -> Iterator[Retention]:
    """Open the runs in the store of the current command."""
    with open_rights() as rights:
        yield retention_of(rights)


@contextmanager
def acting(name: str) -> Iterator[tuple[Retention, Principal]]:
    """Open them for somebody who proves to be the account of a name; errors as ``Access.prove``."""
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, workplace().keys)
        by = proven(Access(store.engine, secret(store.engine, wrapper)), name)
    with open_retention() as retention:
        yield retention, by
