"""Stores for the tests of this folder: one small household in three makes of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from shouxin.connect.stores import Store, opened
from tests.connect import household

KINDS = ("sqlite", "postgresql", "mariadb", "mysql")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an empty database of each make; MariaDB stands in for MySQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/household.db"
    if request.param == "postgresql":
        return str(request.getfixturevalue("database_url"))
    url = str(request.getfixturevalue("maria"))
    return url.replace("mysql", "mariadb", 1) if request.param == "mariadb" else url


@pytest.fixture
def household_engine(url: str) -> Iterator[Engine]:
    """Give an engine on a filled household, to look at it and disturb it."""
    with household.filled(url) as engine:
        yield engine


@pytest.fixture
def store(household_engine: Engine, url: str) -> Iterator[Store]:
    """Give the household as a store."""
    with opened(household.mapped(), url, timeout=20) as found:
        yield found
