"""A small demo, built through the services on a shared server, and gone afterwards."""

import datetime
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine

from shouxin.app.settings import Settings, key_choice
from shouxin.demo import build
from shouxin.demo.place import Mark, contents
from shouxin.demo.shop import database
from shouxin.demo.site import Site
from shouxin.duties.access.service import Access
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.complaint.model import KIND as COMPLAINT
from shouxin.duties.consent.service import Consents
from shouxin.duties.content.model import KIND as CONTENT
from shouxin.duties.desk.service import Desk
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.guard.office import of_store
from shouxin.duties.incident.service import Incidents
from shouxin.duties.rights.place import rights_of
from shouxin.law.register import register
from shouxin.store import StoreConfig, open_store
from shouxin.store.keyring import open_wrapper
from shouxin.store.ledger import Writer
from shouxin.store.migrate import upgrade
from shouxin.store.people import People

TODAY = datetime.date(2026, 11, 22)
PEOPLE = 150
OFFICE = "demo_office"
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def built(server: str, folder: Path, day: datetime.date = TODAY) -> Iterator[Site]:
    """Give a demo that was cut off before its last step, and then built to its end."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {OFFICE}".encode())
    try:
        with open_store(StoreConfig(dsn=make_conninfo(server, dbname=OFFICE))) as store:
            upgrade(store.engine)
            mark = Mark(made=day, of=contents())
            with _site(store.engine, folder, day) as made, pytest.MonkeyPatch.context() as patch:
                patch.setattr(build, "_STEPS", build._STEPS[:-1])
                patch.setattr(build, "keep", lambda _folder, _mark: None)
                build.build(made, mark, day)
            with _site(store.engine, folder, day) as made:
                build.build(made, mark, day)
                yield made
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            for name in (OFFICE, database.NAME):
                connection.execute(f"drop database if exists {name} (force)".encode())
            connection.execute(f"drop role if exists {database.ROLE}".encode())


@contextmanager
def _site(engine: Engine, folder: Path, day: datetime.date) -> Iterator[Site]:
    people = People(open_wrapper(engine, key_choice(Settings(data=str(folder)))))
    keeper = Timekeeper(register(), folder / "calendar")
    with (
        ExitStack() as stack,
        Writer(engine) as writer,
        of_store(engine, register(), {}, people, writer, sample=0) as guard,
    ):
        cases = Cases(keeper, KeptCases(engine))
        wrapper = open_wrapper(engine, key_choice(Settings(data=str(folder))))
        stores = {database.NAME: database.shop_url(engine)}
        stack.enter_context(closing(rights := rights_of(engine, wrapper, cases, stores, folder)))
        yield Site(
            engine,
            Access(engine, bytes(32), hasher=_CHEAP),
            cases,
            Consents(engine, people),
            guard,
            rights,
            Desk(COMPLAINT, cases, engine, people),
            Desk(CONTENT, cases, engine, people),
            Incidents(register(), cases, engine, people),
            folder,
            day,
            lambda _words: None,
            people=PEOPLE,
        )
