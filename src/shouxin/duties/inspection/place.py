"""Where a command finds inspections: in the store, under the readings and keys of the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from shouxin.duties.access.place import secret
from shouxin.duties.access.service import Access
from shouxin.duties.command import opened_store, workplace
from shouxin.duties.inspection.expiry import EndedPacks
from shouxin.duties.inspection.service import Inspections
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.posture.office import Office
from shouxin.law.mechanism import Span
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


def inspections_of(
    engine: "Engine", wrapper: "Wrapper", office: Office, folder: "Path", months: int = 0
) -> Inspections:
    """Return the inspections of a store; ``folder`` keeps the last checkpoint outside it.

    Packs are kept for so many ``months``, with 0 for good.
    """
    ledger = Ledger(engine, folder, lambda: wrapper)
    return Inspections(engine, office, ledger, secret(engine, wrapper), _span(months))


def packs_over(engine: "Engine", months: int) -> tuple[EndedPacks, ...]:
    """Return the packs of a store as what retention runs go through, where they are not kept for good."""
    time = _span(months)
    return (EndedPacks(engine, time),) if time else ()


def _span(months: int) -> Span | None:
    return Span(length=months, unit="months") if months else None


@contextmanager
def opened() -> Iterator[Opened]:
    """Open the inspections in the store of the current command."""
    place = workplace()
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, place.keys)
        office = Office(register(), store.engine, place.readings)
        made = inspections_of(store.engine, wrapper, office, place.data / "ledger", place.packs_kept)
        yield Opened(made, Access(store.engine, secret(store.engine, wrapper)))
