"""Whom an incident touches, found through the service's own stores: counted first, then taken down."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from shouxin.connect.affected import Affected, TellsPeople
from shouxin.duties.incident.lists import CHUNK
from shouxin.duties.incident.model import Search
from shouxin.errors import InputError, StoreError

if TYPE_CHECKING:
    from shouxin.duties.rights.service import Stores


@contextmanager
def searched(stores: "Stores | None", search: Search) -> Iterator[Affected]:
    """Give whom the rows of a search are about.

    Raises ``InputError``: rights-store, incident-store where a store cannot tell, and those of
    ``TellsPeople``.
    """
    if stores is None:
        raise StoreError("store-missing", "no stores are known here", remedy="start `shouxin serve`")
    with stores.opened() as (opened, problems):
        found = next((one for one in opened if one.name == search.store), None)
        if found is None:
            told = next((one for one in problems if one.where == search.store), None)
            names = ", ".join(sorted(one.name for one in opened)) or "none"
            raise InputError(
                "rights-store",
                told.what if told else f'there is no store "{search.store[:80]}"',
                where=search.store[:80],
                remedy=told.remedy if told else f"stores: {names}",
            )
        if not isinstance(found, TellsPeople):
            raise InputError(
                "incident-store",
                f'the store "{search.store}" cannot tell whom its rows are about',
                where=search.store,
                remedy="give a list: `shouxin incident people`",
            )
        with found.people(search.rows, search.identity) as affected:
            yield affected


def chunks(affected: Affected) -> Iterator[list[str]]:
    """Yield the people, some at a time."""
    people = iter(affected)
    while chunk := list(islice(people, CHUNK)):
        yield chunk
