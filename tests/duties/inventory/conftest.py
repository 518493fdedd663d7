"""A made-up shop with one activity in order and one that is not."""

from datetime import date
from pathlib import Path

import pytest

from shouxin.duties.inventory.file import read
from shouxin.duties.inventory.model import Author, Organisation
from shouxin.duties.inventory.service import Inventory
from shouxin.law.register import register

DAY = date(2025, 6, 3)
AUTHOR = Author("made-up", "cli", "a test")
FILE = Path(__file__).parent / "made_up.yaml"


@pytest.fixture(scope="session")
def inventory() -> Inventory:
    """Give the real law."""
    return Inventory(register())


@pytest.fixture(scope="session")
def shop() -> Organisation:
    """Give the shop of the file."""
    return read(FILE.read_bytes(), where="made_up.yaml")
