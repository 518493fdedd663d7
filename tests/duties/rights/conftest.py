"""Requests over two stores in memory and a real database of ours."""

import pytest
from sqlalchemy import Engine

from tests.duties.rights.made_up import Office


@pytest.fixture
def office(migrated: Engine) -> Office:
    """Give a desk with two stores behind it."""
    return Office(migrated)
