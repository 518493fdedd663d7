"""An office with a complaint that is late, one that is due, an assessment in force, and its people."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.demo.worked import stories
from shouxin.duties.access.model import SYSTEM_KEY, Principal, Role
from shouxin.duties.access.service import Access
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.cases.model import Given
from shouxin.duties.consent.service import Consents
from shouxin.duties.days import today
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.duties.overview.queue import Work
from shouxin.duties.overview.remembered import Remembered
from shouxin.duties.overview.service import Overview, Sources
from shouxin.duties.posture.office import Office
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.people import People
from tests.duties.access.conftest import PASSWORD, QUICK, signed_in
from tests.duties.desk.conftest import Front

Client = TestClient[Litestar]
HOST = "testserver.local"
DAY = datetime.timedelta(days=1)


class Bureau:
    """The duties of one store, what waits in them, and who comes in."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.today = engine, today()
        self.front = Front(engine)
        self.cases = self.front.complaints.cases
        self.access = Access(engine, bytes(32), hasher=QUICK)
        self.ledger = Ledger(engine)
        self.consents = Consents(engine, People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))]))))
        inventory = Inventory(register(), {}, engine)
        self.sources = Sources(
            Office(register(), engine),
            Assessments(inventory, self.cases, engine),
            cases=self.cases,
            consents=self.consents,
            ledger=self.ledger,
            desks=(self.front.complaints, self.front.contents),
            access=self.access,
        )
        remembered = Remembered(self.ledger)
        self.overview, self.work = Overview(self.sources, remembered), Work(self.sources, remembered)

    def fill(self) -> None:
        """Bring a complaint of 20 days ago and one of 13, and take an assessment into force."""
        self.late, _ = self.front.complain(self.today - 20 * DAY)
        self.due, _ = self.front.complain(self.today - 13 * DAY)
        story = stories()[2]
        first, *later = (
            Given(step=one.step, by=one.by, on=self.today - one.ago * DAY, records=one.records)
            for one in story.steps
        )
        opened = self.cases.open(
            story.procedure, Given(step=first.step, by=first.by, on=first.on, records=first.records,
                                   facts=dict(story.facts)), self.today
        ).case  # fmt: skip
        assert opened
        for step in later:
            self.cases.move(opened.id, step, self.today)
        self.assessment = opened.id
        self.cases.fire()

    def person(self, name: str, *roles: str) -> Principal:
        """Make an account, and give it as the one who asks."""
        given = tuple(Role(role=role) for role in roles)
        self.access.operators.add(SYSTEM_KEY, "cli", name, password=PASSWORD, roles=given)
        return self.access.prove(name, PASSWORD, "")

    @contextmanager
    def client(self, name: str) -> Iterator[Client]:
        """Give a browser in which somebody is signed in; it follows no redirect."""
        app = create_app(
            Library(register()),
            host_names=(HOST,),
            api_token=None,
            engine=self.engine,
            cases=self.cases,
            ledger=self.ledger,
            access=self.access,
            consents=(self.consents, None),
            desks=(self.front.complaints, self.front.contents),
        )
        with TestClient(app, base_url=f"http://{HOST}") as made:
            made.follow_redirects = False
            made.headers["Accept"] = "text/html"
            made.headers["Accept-Language"] = "en"
            yield signed_in(made, name) if name else made


@pytest.fixture
def bureau(migrated: Engine) -> Bureau:
    """Give the office over a new store, with what waits in it."""
    made = Bureau(migrated)
    made.fill()
    return made
