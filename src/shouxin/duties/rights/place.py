"""Where requests are found: the desk of a store, and that of the current command."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shouxin.connect.model import DatasetMap
from shouxin.duties.cases.service import Cases
from shouxin.duties.command import opened_store, workplace
from shouxin.duties.consent.service import Consents
from shouxin.duties.days import today
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.service import Inventory, keeping_of, organisation_within
from shouxin.duties.mailing import WaysOut
from shouxin.duties.notice.service import Notices
from shouxin.duties.rights.desk import Desk
from shouxin.duties.rights.gateway import Outbox, Sending
from shouxin.duties.rights.service import Rights
from shouxin.duties.rights.stores import Stores
from shouxin.errors import InputError
from shouxin.store.keyring import open_wrapper, store_key
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from shouxin.protect.wrapping import Wrapper

_CODES = "rights/codes"
OUTBOX = "outbox"
"""The folder, within that of the data, in which messages wait for the service's own mailer."""


def rights_of(
    engine: "Engine",
    wrapper: "Wrapper",
    cases: Cases,
    addresses: Mapping[str, str],
    folder: Path,
    ways: WaysOut | None = None,
) -> Rights:
    """Return the requests in a store; ``addresses`` says where the service's own stores are.

    ``ways`` are those by which codes and summonses go out; without any they wait in a folder.
    """
    people, register = People(wrapper), cases.keeper.register
    engines = cases.keeper.engines
    chosen = engines.readings.answers

    def maps() -> Sequence[DatasetMap]:
        with engine.connect() as connection:
            try:
                organisation = organisation_within(connection)
            except InputError:
                return ()
        law = keeping_of(organisation, engines.rules, engines.records, today())
        return tuple(law.within(one) for one in organisation.maps)

    with engine.begin() as connection:
        secret = store_key(connection, wrapper, _CODES)
    desk = Desk(
        engine=engine,
        people=people,
        cases=cases,
        stores=Stores(maps, addresses),
        gateway=Sending(Outbox(folder / OUTBOX), ways or WaysOut()),
        secret=secret,
        consents=Consents(engine, people),
        notices=Notices(Decider(register, chosen), register.version, engine),
    )
    return Rights(desk, Inventory(register, chosen, engine))


@contextmanager
def open_rights() -> Iterator[Rights]:
    """Open the requests in the store of the current command."""
    from shouxin.duties.cases.kept import KeptCases
    from shouxin.duties.cases.place import keeper

    place = workplace()
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, place.keys)
        cases = Cases(keeper(), KeptCases(store.engine))
        rights = rights_of(store.engine, wrapper, cases, place.stores, place.data, place.ways)
        with closing(rights):
            yield rights
