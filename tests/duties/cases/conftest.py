"""Cases on a real database, over the real law with one small procedure of the tests' own."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine

from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.law import loader
from shouxin.law.procedure import Procedure
from shouxin.law.register import Register, register

TODAY = date(2025, 6, 3)


def short_law() -> Register:
    """Return the real law with a short complaint instead of its own."""
    text = (Path(__file__).parent / "user-complaint.yaml").read_text(encoding="utf-8")
    short = loader.read(text, Procedure, where="user-complaint.yaml")[0]
    others = (item for item in register().books.procedures if item.procedure != short.procedure)
    return Register(
        msgspec.structs.replace(register().books, procedures=(*others, short)), "with a short one"
    )


@pytest.fixture(scope="session")
def keeper() -> Timekeeper:
    """Give the clocks of the law, with a length of the organisation's own."""
    return Timekeeper(short_law(), own_times={"pipl:art_45": "3 working days"})


@pytest.fixture
def cases(migrated: Engine, keeper: Timekeeper) -> Cases:
    """Give the cases of a new database."""
    return Cases(keeper, KeptCases(migrated))
