"""A made-up shop whose inventory, notice and answers are in a store, where a guard finds them."""

from contextlib import AbstractContextManager
from typing import Any

import msgspec
from sqlalchemy import Engine

from shouxin.duties.consent.kept import Report, Teller
from shouxin.duties.consent.model import Given
from shouxin.duties.consent.service import Consents
from shouxin.duties.days import today
from shouxin.duties.guard import office
from shouxin.duties.guard.model import Act
from shouxin.duties.guard.service import Guard
from shouxin.duties.inventory.model import Author, Organisation
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.notice.service import Notices, Publisher
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.ledger import Writer
from shouxin.store.people import People
from tests.duties.guard.test_guard import DECIDER, FACTS
from tests.duties.notice.made_up import notice

ACT = Act("use", "shop", "tips", frozenset({"views"}))
WRAPPER = LocalWrapper(Keys([MainKey("test", bytes(range(32)))]))
TOLD = ("notice.given", "notice.complete")  # follows from the notice that is published


def organisation(**facts: Any) -> Organisation:
    """Return an organisation with one service and one activity, and some facts of that stated otherwise."""
    stated = {name: worth for name, worth in FACTS.items() if name not in TOLD} | facts
    activity = {"name": "tips", "facts": stated}
    plain = {"name": "Made-up Shop", "services": [{"name": "shop", "activities": [activity]}]}
    return msgspec.convert(plain, Organisation)


class Shop:
    """The shop in a store."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.people = People(WRAPPER)
        self.consents = Consents(engine, self.people)
        self.inventory = Inventory(DECIDER.gate.rules.register, {}, engine)
        self.notice = notice()
        self.records(organisation())
        publisher = Publisher("operator:1", "cli", "a test")
        Notices(DECIDER, "test", engine).publish(self.notice, publisher, today())

    def records(self, changed: Organisation) -> None:
        """Make an inventory the newest one."""
        self.inventory.check(changed, today())
        self.inventory.store.load(changed, Author("operator:1", "cli", "a test"))

    def says(self, person: str, action: str, request: str) -> None:
        """Take a person's answer down."""
        plain = {"person": person, "action": action, "purpose": "tips", "notice": self.notice.address}
        how = {"gesture": "button", "refusable": True}
        given = msgspec.convert(plain | {"how": how, "request": request}, Given)
        self.consents.record([Report(given, Teller("key:1", "api"))])

    def guard(self, writer: Writer, sample: float = 0.0) -> AbstractContextManager[Guard]:
        """Return a guard on the store."""
        law = DECIDER.gate.rules.register
        return office.of_store(self.engine, law, {}, self.people, writer, sample=sample)
