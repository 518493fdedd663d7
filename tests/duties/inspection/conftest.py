"""The made-up company with its evidence, notices and a ledger, and two people who may ask and decide."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.demo.described import evidence, organisation, versions
from shouxin.duties.access.model import SYSTEM_KEY, Role
from shouxin.duties.access.service import Access, Principal
from shouxin.duties.days import today
from shouxin.duties.gate.service import Decider
from shouxin.duties.inspection.model import Asked
from shouxin.duties.inspection.place import inspections_of
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.duties.notice.service import Notices, Publisher
from shouxin.duties.posture.office import Office
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.ledger import Actor, Entry, append
from tests.app.made_up import TOKEN

PASSWORD = "seven made-up herons"
PERSON = bytes(range(32))
OFFICER = Actor("operator:1", "cli")


class InspectedOffice:
    """The office that is inspected, and how it is asked."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        wrapper = LocalWrapper(Keys([MainKey("test", bytes(range(32)))]))
        self.engine = engine
        self.access = Access(
            engine, bytes(32), hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        )
        self.office = Office(register(), engine)
        self.ledger = Ledger(engine, folder, lambda: wrapper)
        self.inspections = inspections_of(engine, wrapper, self.office, folder)
        self.keys = folder / "public-keys"

    def described(self) -> None:
        """Describe the company, its evidence and its notice, and let a person's information be read."""
        import random

        day = today()
        company = organisation()
        stands = self.office.judge.posture(company, day)
        shown = (*company.evidence, *evidence(stands, day, random.Random(4)))
        self.office.store.load(self.office.judge, msgspec.structs.replace(company, evidence=shown), day)
        law = register()
        Notices(Decider(law), law.version, self.engine).publish(
            versions()[1], Publisher("system", "system", "a test"), day
        )
        read = Entry(kind="read", who="operator:1", origin="console", whose=PERSON, why="Zhang San asked")
        with self.engine.begin() as connection:
            append(connection, [read])

    def person(self, name: str, *roles: str) -> Principal:
        """Make an account."""
        given = tuple(Role(role=role) for role in roles)
        self.access.operators.add(SYSTEM_KEY, "cli", name, password=PASSWORD, roles=given)
        return self.access.prove(name, PASSWORD, "")

    def asked(self, **more: Any) -> Asked:
        """Return what an authority asks for."""
        day = today()
        plain = {
            "name": "inspection of May",
            "authority": "Office of the Made-up City",
            "basis": "pipl:art_63__para_1__item_2",
            "since": day - datetime.timedelta(days=30),
            "until": day,
        }
        return msgspec.convert(plain | more, Asked)

    def app(self) -> Litestar:
        """Return the application in front of all this."""
        return create_app(
            Library(register()),
            host_names=("testserver.local", "127.0.0.1"),
            api_token=TOKEN,
            engine=self.engine,
            access=self.access,
            ledger=self.ledger,
            inspections=self.inspections,
        )


Inspected = Callable[[], InspectedOffice]


@pytest.fixture
def office(migrated: Engine, tmp_path: Path) -> InspectedOffice:
    """Give the office, described."""
    made = InspectedOffice(migrated, tmp_path / "ledger")
    made.described()
    return made
