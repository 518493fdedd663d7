"""A desk for complaints and one for content requests, over a real store and the installed law."""

import datetime

import pytest
from sqlalchemy import Engine

from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.complaint import model as complaint
from shouxin.duties.content import model as content
from shouxin.duties.desk.service import Desk, Kind
from shouxin.duties.due.service import Timekeeper
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.ledger import Actor
from shouxin.store.people import People

JUNE = datetime.date(2025, 6, 3)
STAFF = Actor("operator:1", "console")
ADDRESS = "192.0.2.1"
SECRET = "my neighbour reads my orders"


class Front:
    """Both desks of one store, and how a test brings something to them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        people = People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))])))
        cases = Cases(Timekeeper(register(), None), KeptCases(engine))
        self.complaints = Desk(complaint.KIND, cases, engine, people)
        self.contents = Desk(content.KIND, cases, engine, people)

    def desk(self, kind: Kind) -> Desk:
        """Return the desk of a kind."""
        return self.complaints if kind == complaint.KIND else self.contents

    def complain(self, day: datetime.date = JUNE, **more: str) -> tuple[int, str]:
        """Bring a complaint; return its number and its word."""
        given = complaint.Complaint(**{"subject": "user_information", "text": SECRET, **more})  # type: ignore[arg-type]
        receipt = self.complaints.take_in(complaint.arrival(given), day)
        return receipt.number, receipt.word

    def ask(self, day: datetime.date = JUNE, **more: str) -> tuple[int, str]:
        """Ask for content to be taken down; return the number and the word."""
        plain = {"location": "https://forum.example/t/1", "text": SECRET, "discloses": "privacy"}
        receipt = self.contents.take_in(content.arrival(content.ContentRequest(**{**plain, **more})), day)  # type: ignore[arg-type]
        return receipt.number, receipt.word


@pytest.fixture
def front(migrated: Engine) -> Front:
    """Give both desks over a new store."""
    return Front(migrated)
