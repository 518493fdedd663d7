"""The customer service, served, and as a store."""

from collections.abc import Iterator

import pytest

from shouxin.connect.service.store import ServiceStore
from tests.connect.service.crm import Crm, described, served


@pytest.fixture
def crm() -> Iterator[Crm]:
    """Serve the customer service."""
    with served(Crm()) as made:
        yield made


@pytest.fixture
def store(crm: Crm) -> ServiceStore:
    """Give the service as a store; its pauses take no time."""
    return ServiceStore(described(), crm.address, sleep=lambda _: None)
