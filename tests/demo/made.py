"""A small demo, built through the services on a shared server, and gone afterwards."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine

from shouxin.app.settings import Settings, key_choice
from shouxin.demo import build
from shouxin.demo.office import at_work
from shouxin.demo.place import Mark, contents
from shouxin.demo.shop import database
from shouxin.demo.site import Site
from shouxin.store import StoreConfig, open_store
from shouxin.store.keyring import open_wrapper
from shouxin.store.migrate import upgrade

TODAY = datetime.date(2026, 11, 22)
PEOPLE = 150
OFFICE = "demo_office"
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def built(server: str, folder: Path, day: datetime.date = TODAY) -> Iterator[Site]:
    """Give a demo that was cut off in the middle of its past, and then built to its end."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {OFFICE}".encode())
    try:
        with open_store(StoreConfig(dsn=make_conninfo(server, dbname=OFFICE))) as store:
            upgrade(store.engine)
            mark = Mark(made=day, of=contents())
            with _site(store.engine, folder, day) as made, pytest.raises(CutOff):
                build.build(made._replace(say=cut_off), mark, day)
            with _site(store.engine, folder, day) as made:
                build.build(made, mark, day)
                yield made
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            for name in (OFFICE, database.NAME):
                connection.execute(f"drop database if exists {name} (force)".encode())
            connection.execute(f"drop role if exists {database.ROLE}".encode())


class CutOff(Exception):  # noqa: N818  # nothing is wrong
    """The end of a start."""


def cut_off(words: str) -> None:
    """End the start in the middle of the two years."""
    if words.startswith("  until") and words > f"  until {TODAY - datetime.timedelta(days=50)}":
        raise CutOff


@contextmanager
def _site(engine: Engine, folder: Path, day: datetime.date) -> Iterator[Site]:
    wrapper = open_wrapper(engine, key_choice(Settings(data=str(folder))))
    stores = {database.NAME: database.shop_url(engine)}
    with at_work(engine, wrapper, stores, folder, day, _quiet, hasher=_CHEAP, people=PEOPLE) as site:
        yield site


def _quiet(_words: str) -> None:
    """Say nothing."""
