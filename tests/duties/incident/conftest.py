"""Incidents of a made-up shop on a real database, over the real law."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.incident.model import Account, Report
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inventory.file import read
from shouxin.duties.inventory.model import Author
from shouxin.duties.inventory.stored import StoredInventory
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.people import People

DAY = date(2025, 6, 3)
SHOP = Path(__file__).parents[1] / "inventory" / "made_up.yaml"
FULL: dict[str, Any] = {
    "kinds": ["leak"],
    "what": {"zh": "订单备份被公开", "en": "A backup was public.", "es": "Una copia fue pública."},
    "happened_on": "2025-06-01",
    "known_on": "2025-06-03",
    "touched": [{"system": "order database", "store": "orders", "tables": ["customers"]}],
    "cause": {"zh": "存储桶权限配置错误", "en": "A bucket was open to everyone.", "es": "Un cubo abierto."},
    "possible_harm": {"zh": "可能收到诈骗电话", "en": "Fraudulent calls.", "es": "Llamadas fraudulentas."},
    "remedies": {"zh": "已关闭公开访问", "en": "The bucket was closed.", "es": "Se cerró el cubo."},
    "advice": {"zh": "请警惕陌生来电", "en": "Beware of calls.", "es": "Desconfíe de las llamadas."},
    "contact": {"zh": "privacy@shop.example", "en": "privacy@shop.example", "es": "privacy@shop.example"},
}  # fmt: skip


def account(**more: Any) -> Account:
    """Return a full account with some of it changed."""
    return msgspec.convert(FULL | more, Account)


def report(*, exercise: bool = False, **more: Any) -> Report:
    """Return a report about the shop."""
    return Report(service="shop", exercise=exercise, account=account(**more))


@pytest.fixture(scope="session")
def keeper() -> Timekeeper:
    """Give the clocks of the law."""
    return Timekeeper(register())


@pytest.fixture
def people() -> People:
    """Give the people, with a key of the tests' own."""
    return People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))])))


@pytest.fixture
def incidents(migrated: Engine, keeper: Timekeeper, people: People) -> Incidents:
    """Give the incidents of a store that holds the shop's inventory."""
    shop = read(SHOP.read_bytes(), where="made_up.yaml")
    StoredInventory(migrated).load(shop, Author("test", "cli"))
    return Incidents(register(), Cases(keeper, KeptCases(migrated)), migrated, people)
