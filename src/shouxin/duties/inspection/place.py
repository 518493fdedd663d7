"""Where a command finds inspections: in the store, under the readings and keys of the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from shouxin.duties.access.place import secret
from shouxin.duties.access.service import Access
from shouxin.duties.command import opened_store, workplace
from shouxin.duties.inspection.service import Inspections
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.posture.office import Office
from shouxin.law.register import register
from shouxin.store.keyring import open_wrapper

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from shouxin.protect.wrapping import Wrapper


class Opened(NamedTuple):
    """The inspections of a store, and who may come in there."""

    inspections: Inspections
    access: Access


def inspections_of(engine: "Engine", wrapper: "Wrapper", office: Office, folder: "Path") -> Inspections:
    """Return the inspections of a store; ``folder`` keeps the last checkpoint outside it."""
    return Inspections(engine, office, Ledger(engine, folder, lambda: wrapper), secret(engine, wrapper))


@contextmanager
def opened() -> Iterator[Opened]:
    """Open the inspections in the store of the current command."""
    place = workplace()
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, place.keys)
        office = Office(register(), store.engine, place.readings)
        made = inspections_of(store.engine, wrapper, office, place.data / "ledger")
        yield Opened(made, Access(store.engine, secret(store.engine, wrapper)))
