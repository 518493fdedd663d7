"""A client for the application over made-up texts."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.app.made_up import served

Client = TestClient[Litestar]


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    """Talk to the application; redirects and languages are up to the test."""
    with TestClient(served()) as open_client:
        open_client.follow_redirects = False
        yield open_client
