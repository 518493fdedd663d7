"""Servers for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.connect.mongo.server import Engine, running


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Give a server that is a replica set."""
    with running() as found:
        yield found


@pytest.fixture
def alone() -> Iterator[Engine]:
    """Give a server that stands alone, and so has no transactions."""
    with running(replica=False) as found:
        yield found
