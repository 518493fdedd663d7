"""Where a command finds the retention runs: in the store, before the service's own stores."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shouxin.duties.access.place import proven, secret
from shouxin.duties.access.service import Access, Approvals, Principal
from shouxin.duties.command import opened_store, workplace
from shouxin.duties.complaint import service as complaint
from shouxin.duties.content import service as content
from shouxin.duties.retention.service import Retention
from shouxin.duties.rights.place import open_rights
from shouxin.law.mechanism import Span
from shouxin.store.keyring import open_wrapper

if TYPE_CHECKING:
    from shouxin.duties.desk.service import Desk
    from shouxin.duties.retention.running import Expires
    from shouxin.duties.rights.service import Rights


def retention_of(
    rights: "Rights", desks: "Iterable[Desk]", months: int, own: "Iterable[Expires]" = ()
) -> Retention:
    """Return the runs over the stores of the requests, and over matters that ended so many months ago.

    ``own`` is what else of Shouxin's own store they go through.
    """
    office = rights.desk
    time = Span(length=months, unit="months") if months else None
    ended = tuple(desk.ended(time) for desk in desks) if time else ()
    return Retention(office.engine, office.stores, Approvals(office.engine), (*ended, *own))


@contextmanager
def open_retention() -> Iterator[Retention]:
    """Open the runs in the store of the current command."""
    with open_rights() as rights:
        office, place = rights.desk, workplace()
        desks = [one.desk(office.cases, office.engine, office.people) for one in (complaint, content)]
        yield retention_of(rights, desks, place.matters_kept, place.own_stores(office.engine))


@contextmanager
def acting(name: str) -> Iterator[tuple[Retention, Principal]]:
    """Open them for somebody who proves to be the account of a name; errors as ``Access.prove``."""
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, workplace().keys)
        by = proven(Access(store.engine, secret(store.engine, wrapper)), name)
    with open_retention() as retention:
        yield retention, by
