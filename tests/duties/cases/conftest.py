"""Cases on a real database, over the real law."""

from datetime import date

import pytest
from sqlalchemy import Engine

from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.law.register import register

TODAY = date(2025, 6, 3)


@pytest.fixture(scope="session")
def keeper() -> Timekeeper:
    """Give the clocks of the real law, with a length of the organisation's own."""
    return Timekeeper(register(), own_times={"pipl:art_45": "3 working days"})


@pytest.fixture
def cases(migrated: Engine, keeper: Timekeeper) -> Cases:
    """Give the cases of a new database."""
    return Cases(keeper, KeptCases(migrated))
