"""The servers that the harness runs on, and the shop's tables on each."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.conftest import mariadb

from shouxin.demo.shop import database
from shouxin.store.embedded import EmbeddedServer

_SCHEMA = Path(database.__file__).with_name("schema.sql")
_NAMED = 190  # characters of a text that MariaDB can hold under a key
_IP = 45


@contextmanager
def postgresql() -> Iterator[str]:
    """Give the URL of a new database with the tables of the shop."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        with EmbeddedServer(folder / "postgres").running() as dsn:
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("create database rights")
            with psycopg.connect(make_conninfo(dsn, dbname="rights")) as connection:
                connection.execute(_SCHEMA.read_bytes())
            parts = conninfo_to_dict(dsn)
            query = {name: str(parts[name]) for name in ("host", "port", "passfile")}
            url = sa.URL.create("postgresql+psycopg", str(parts["user"]), database="rights", query=query)
            yield url.render_as_string(hide_password=False)


@contextmanager
def maria(like: sa.MetaData) -> Iterator[str]:
    """Give the URL of a MariaDB database with these tables."""
    with mariadb() as server:
        url = server.replace("mysql", "mariadb", 1)
        engine = sa.create_engine(url)
        like.create_all(engine)
        engine.dispose()
        yield url


def reflected(url: str) -> sa.MetaData:
    """Return the tables that a database has."""
    engine, found = sa.create_engine(url), sa.MetaData()
    found.reflect(engine)
    engine.dispose()
    return found


def portable(found: sa.MetaData) -> sa.MetaData:
    """Return the same tables in types that every database has, without indexes."""
    made = sa.MetaData()
    for table in found.tables.values():
        unique = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
        keyed = {column.name for one in (table.primary_key, *unique) for column in one.columns}
        sa.Table(
            table.name,
            made,
            *(_column(column, keyed=column.name in keyed) for column in table.columns),
            sa.PrimaryKeyConstraint(*(column.name for column in table.primary_key)),
            *(sa.UniqueConstraint(*(column.name for column in one.columns)) for one in unique),
            *map(_tie, table.foreign_key_constraints),
        )
    return made


def _tie(one: sa.ForeignKeyConstraint) -> sa.ForeignKeyConstraint:
    targets = [key.target_fullname for key in one.elements]
    return sa.ForeignKeyConstraint(one.column_keys, targets, name=str(one.name), use_alter=True)


def _column(column: sa.Column[Any], *, keyed: bool) -> sa.Column[Any]:
    written, type_ = str(column.type), column.type
    if written == "TEXT":
        type_ = sa.String(_NAMED) if keyed else sa.Text()
    elif written == "INET":
        type_ = sa.String(_IP)
    elif written.startswith("TIMESTAMP"):
        type_ = sa.DateTime()
    elif written == "UUID":
        type_ = sa.Uuid()
    return sa.Column(column.name, type_, nullable=column.nullable, autoincrement=False)
