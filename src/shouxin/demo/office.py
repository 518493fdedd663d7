"""The office in which the demo is made: the services of the duties, on one store, under a clock that is set.

The server has services of its own, which know no clock but the database's.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from sqlalchemy import Engine

from shouxin.demo.past import Past
from shouxin.demo.site import Site
from shouxin.duties.access.place import secret
from shouxin.duties.access.service import Access
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.complaint import service as complaint
from shouxin.duties.consent.service import Consents
from shouxin.duties.content import service as content
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard.grounds import StoredGrounds
from shouxin.duties.guard.office import at_once
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inspection.place import inspections_of
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.posture.office import Office
from shouxin.duties.rights.place import rights_of
from shouxin.law.register import register
from shouxin.store.clock import under
from shouxin.store.config import Progress
from shouxin.store.ledger import Writer
from shouxin.store.people import People

if TYPE_CHECKING:
    from shouxin.protect.wrapping import Wrapper


@contextmanager
def at_work(
    store: Engine,
    wrapper: "Wrapper",
    stores: Mapping[str, str],
    folder: Path,
    today: date,
    say: Progress,
    *,
    hasher: PasswordHasher | None = None,
    people: int = 2000,
) -> Iterator[Site]:
    """Give the office over a store; ``stores`` are those of the shop, by name and address."""
    past, law = Past(), register()
    engine, keys = under(store, past), People(wrapper)
    cases = Cases(Timekeeper(law, folder / "calendar"), KeptCases(engine))
    grounds = StoredGrounds(Inventory(law, {}, engine).declared, engine)
    with (
        Writer(engine) as writer,
        closing(rights_of(engine, wrapper, cases, stores, folder)) as rights,
    ):
        yield Site(
            engine=engine,
            past=past,
            access=Access(engine, secret(engine, wrapper), hasher=hasher),
            cases=cases,
            consents=Consents(engine, keys),
            guard=partial(at_once, engine, Decider(law), grounds, keys, writer, past.day),
            rights=rights,
            complaints=complaint.desk(cases, engine, keys),
            contents=content.desk(cases, engine, keys),
            incidents=Incidents(law, cases, engine, keys),
            inspections=inspections_of(engine, wrapper, Office(law, engine), folder / "ledger"),
            folder=folder,
            today=today,
            say=say,
            people=people,
        )
