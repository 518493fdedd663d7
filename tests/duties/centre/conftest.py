"""One centre for each test, and clients that follow no redirect."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine

from tests.duties.centre.front import Client, Front


@pytest.fixture
def front(migrated: Engine) -> Front:
    """Give a centre over a new store."""
    return Front(migrated)


@pytest.fixture
def client(front: Front) -> Iterator[Client]:
    """Give a client that is a stranger."""
    with TestClient(front.app) as made:
        made.follow_redirects = False
        yield made
