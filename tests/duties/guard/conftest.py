"""A made-up shop with a database of its own, which the guard fences as SQL."""

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine

from shouxin.connect import mapfile
from shouxin.connect.checking import check
from shouxin.duties.consent.kept import KeptConsents, Recorded, Report, Teller
from shouxin.duties.consent.model import Given
from shouxin.duties.guard.grounds import StoredGrounds
from shouxin.duties.guard.rows import Plan, plan
from shouxin.duties.guard.rows_follow import Follower
from shouxin.duties.guard.rows_place import run
from shouxin.duties.guard.rows_script import script
from shouxin.duties.inventory.service import Declared
from shouxin.duties.notice.model import Notice
from shouxin.duties.notice.service import Notices, Publisher, offers
from shouxin.errors import InputError
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.database import connected
from shouxin.store.ledger import append
from shouxin.store.people import People
from tests.duties.guard.test_guard import DECIDER, FACTS
from tests.duties.notice.made_up import category, with_purpose

MAP = mapfile.read((Path(__file__).parent / "shop_map.yaml").read_bytes(), where="shop_map.yaml")
TABLES = (Path(__file__).parent / "shop.sql").read_text(encoding="utf-8")
PURPOSES = {"tips": ("browsing_history",), "orders": ("real_name", "postal_address", "user_identifier")}
CONTRACT = {"basis.contract": True}


def shop_notice() -> Notice:
    """Return the notice of the shop, in which tips rest on consent to what was looked at."""
    return with_purpose(1, categories=[category("browsing_history")])


class Shop:
    """The shop: its people as Shouxin keeps them, its own database, and what keeps the two together."""

    def __init__(self, store: Engine, dsn: str, role: str) -> None:
        self.store = store
        self.dsn = dsn
        self.role = role
        self.there = connected(dsn)
        self.people = People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))])))
        self.kept = KeptConsents(self.people, offers)
        self.purposes: dict[str, Sequence[str]] = dict(PURPOSES)
        self.facts_of: dict[str, Mapping[str, Any]] = {"tips": {}, "orders": CONTRACT}
        self.address = ""
        self.publish(shop_notice())
        self.map = MAP
        self.requests = 0

    def publish(self, notice: Notice) -> None:
        """Put a notice into force."""
        today = datetime.datetime.now(datetime.UTC).date()
        publisher = Publisher("operator-1", "cli", "made up")
        self.address = Notices(DECIDER, "law-1", self.store).publish(notice, publisher, today)[0].address

    def declared(self, _service: str, activity: str) -> Declared:
        """Return what the inventory would say."""
        if activity not in self.facts_of:
            raise InputError("activity-unknown", f'there is no activity "{activity}" here')
        given = {key: worth for key, worth in FACTS.items() if key not in ("notice.given", "notice.complete")}
        return Declared(given | {**self.facts_of[activity]})

    def plan(self) -> Plan:
        """Return what is to be fenced."""
        check([self.map])
        return plan("shop", self.purposes, self.map, "user_id")

    def apply(self, *, stale: int = 3600) -> None:
        """Run the script of the plan."""
        run(self.there, script(self.plan(), stale=stale, roles=[self.role]))

    def follower(self) -> Follower:
        """Return what follows, as another process would."""
        return Follower(
            self.store,
            self.there,
            DECIDER,
            StoredGrounds(self.declared, self.store),
            lambda _service, activity: frozenset(self.purposes[activity]),
            self.people,
            "law-1",
        )

    def follow(self) -> None:
        """Follow until nothing is left."""
        follower = self.follower()
        while follower.round():
            pass

    def says(self, action: str, *people: str, **more: Any) -> None:
        """Take down that people give, refuse or take back consent to tips."""
        self.requests += 1
        how = {"gesture": "button", "refusable": True}
        plain = {"action": action, "purpose": "tips", "notice": self.address, "how": how, **more}
        reports = [
            Report(
                msgspec.convert({**plain, "person": one, "request": f"request-{self.requests}-{one}"}, Given),
                Teller("key-1", "api"),
            )
            for one in people
        ]
        with self.store.begin() as connection:
            outcomes, entries = self.kept.record(connection, reports)
            append(connection, entries)
        assert all(isinstance(one, Recorded) for one in outcomes), outcomes

    def rows(self, query: str, purpose: str = "") -> list[Any]:
        """Return what the application gets for a query under a purpose; the first column, in order."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute(sql.SQL("set role {}").format(sql.Identifier(self.role)))
            connection.execute("select set_config('shouxin.purpose', %s, false)", [purpose])
            return sorted(row[0] for row in connection.execute(query.encode()))

    def change(self, statement: str) -> None:
        """Do something in the shop's database as its owner."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute(statement.encode())


@pytest.fixture
def shop(migrated: Engine, shared_dsn: str) -> Iterator[Shop]:
    """Give the shop with its tables filled, a role for the application, and no guard yet."""
    name, role = (f"{kind}_{os.urandom(6).hex()}" for kind in ("shop", "app"))
    with psycopg.connect(shared_dsn, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
        connection.execute(f"create role {role}".encode())
    made = Shop(migrated, psycopg.conninfo.make_conninfo(shared_dsn, dbname=name), role)
    made.change(TABLES + f"; grant select, insert, update, delete on all tables in schema public to {role}")
    yield made
    made.there.dispose()
    with psycopg.connect(shared_dsn, autocommit=True) as connection:
        connection.execute(f"drop database {name} (force)".encode())
        connection.execute(f"drop role {role}".encode())
