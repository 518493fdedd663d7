"""P8: erasing a person changes no cell of another, leaves no identifier, and happens wholly, once, or not."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shouxin.connect.model import DatasetMap, Identity, MappedColumn, MappedTable
from shouxin.connect.person import Held, Person
from shouxin.connect.sql import source
from shouxin.connect.stores import opened
from shouxin.connect.survey import Survey
from tests.connect.worlds import holding
from tests.connect.worlds.checks import Fault
from tests.connect.worlds.draw import AS_OF, worlds
from tests.connect.worlds.judge import Trial, judge, touched
from tests.connect.worlds.world import Days, Human, Made, World

PHASES = [Phase.explicit, Phase.reuse, Phase.generate]  # a seed reproduces; `python -m fuzz.erasing` shrinks
ON_SQLITE = settings(max_examples=24, phases=PHASES, suppress_health_check=list(HealthCheck))
ON_POSTGRESQL = settings(max_examples=6, phases=PHASES, suppress_health_check=list(HealthCheck))
NUMBER = itertools.count()
NEVER = -1
"""So many rows that a store never fetches them, but works on them where they are."""


def asked(human: Human) -> Person:
    """Return a person as a store is asked for them."""
    return {
        name: tuple(Held(value=days.value, since=days.since, until=days.until) for days in held)
        for name, held in human.items()
    }


@contextmanager
def on_sqlite(folder: Path) -> Iterator[str]:
    """Give the address of a database that is a file."""
    place = folder / f"{next(NUMBER)}.db"
    yield f"sqlite:///{place}"
    place.unlink(missing_ok=True)


@contextmanager
def on_postgresql(dsn: str) -> Iterator[str]:
    """Give the address of a schema of its own."""
    schema = f"s{next(NUMBER)}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"create schema {schema}".encode())
        parts = psycopg.conninfo.conninfo_to_dict(dsn)
        query = {name: str(parts[name]) for name in ("host", "passfile")}
        query["options"] = f"-csearch_path={schema}"
        made = sa.URL.create(
            "postgresql+psycopg", str(parts["user"]), database=str(parts["dbname"]), query=query
        )
        yield made.render_as_string(hide_password=False)
        connection.execute(f"drop schema {schema} cascade".encode())


def faults(world: World, person: int, url: str, *, few: bool = True) -> list[Fault]:
    """Return what is wrong with the erasure of a person of a world; ``few``: rows may be fetched for it."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    holding.make(engine, world)
    tables = touched(world, person)
    fails_at = tables[len(world.rows) % len(tables)] if tables else None
    ways = [_survey(world, person, url, large) for large in (source.LARGE, NEVER)]
    differ = [] if ways[0] == ways[1] else [Fault("ways", "survey", f"{ways[0]}\n{ways[1]}")]
    with patch.object(source, "LARGE", source.LARGE if few else NEVER):
        trial = Trial(world, engine, lambda world: opened(world.map, url), asked)
        return [*differ, *judge(trial, person, fails_at)]


def _survey(world: World, person: int, url: str, large: int) -> Survey:
    """Return a survey for which at most so many rows are fetched."""
    with patch.object(source, "LARGE", large), opened(world.map, url) as store:
        return store.survey(asked(world.people[person]), world.as_of)


@given(world=worlds(), person=st.integers(0, 1), few=st.booleans())
@ON_SQLITE
def test_on_sqlite(tmp_path_factory: pytest.TempPathFactory, world: World, person: int, few: bool) -> None:
    """All of the person is found, nothing of others changes, a failure leaves all, a second run nothing."""
    with on_sqlite(tmp_path_factory.getbasetemp()) as url:
        assert faults(world, person, url, few=few) == []


@pytest.mark.parametrize(
    "note",
    [
        "写信到meili.na@mail.example",
        "写信到ｍｅｉｌｉ．ｎａ＠ｍａｉｌ．ｅｘａｍｐｌｅ",
    ],
)
def test_an_address_that_ends_in_the_persons_is_somebody_elses(tmp_path: Path, note: str) -> None:
    """Whoever is meili.na keeps their address in texts when li.na is erased, however it is written."""
    schema, key = sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True)
    sa.Table("member", schema, key, sa.Column("email", sa.String(30)), sa.Column("note", sa.Text))
    table = MappedTable(
        table="member",
        key=("id",),
        columns=(
            MappedColumn(column="id"),
            MappedColumn(column="email", categories=("email_address",)),
            MappedColumn(column="note", free_text=True),
        ),
        identities=(Identity(identity="email", column="email"),),
    )
    emails = ("li.na@mail.example", "meili.na@mail.example")
    rows = tuple(
        Made("member", {"id": number, "email": email, "note": note}, number, texts={"note": (note,)})
        for number, email in enumerate(emails)
    )
    people = tuple({"email": (Days(email),)} for email in emails)
    world = World(DatasetMap(store="small", tables=(table,)), schema, rows, people, AS_OF)
    with on_sqlite(tmp_path) as url:
        assert faults(world, 0, url) == []


@given(world=worlds(), person=st.integers(0, 1), few=st.booleans())
@ON_POSTGRESQL
def test_on_postgresql(database_dsn: str, world: World, person: int, few: bool) -> None:
    """The same holds on a server."""
    with on_postgresql(database_dsn) as url:
        assert faults(world, person, url, few=few) == []
