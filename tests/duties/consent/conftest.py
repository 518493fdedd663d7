"""Answers on a real database, under a notice of the tests' own."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from shouxin.duties.consent.kept import KeptConsents, Recorded, Report, Teller
from shouxin.duties.consent.model import Given
from shouxin.duties.notice.service import Offered, OfferedPurpose
from shouxin.errors import InputError
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.ledger import append
from shouxin.store.people import People

VERSION, OLD = "a" * 64, "b" * 64
LONG_AGO = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
PURPOSES = {
    "tips": OfferedPurpose(key="tips", scope="1", categories=frozenset({"orders", "views"})),
    "health": OfferedPurpose(
        key="health", scope="2", categories=frozenset({"heart"}), kinds=frozenset({"separate"})
    ),
}
OFFERED = {
    VERSION: Offered(service="shop", address=VERSION, published=LONG_AGO, purposes=PURPOSES),
    OLD: Offered(
        service="shop",
        address=OLD,
        published=LONG_AGO,
        superseded=LONG_AGO + datetime.timedelta(days=9),
        purposes=PURPOSES,
    ),
}
TELLER = Teller("key-1", "api")


def answer(request: str, action: str = "give", **more: Any) -> Given:
    """Return a report of an answer."""
    plain = {"person": "u-1", "action": action, "purpose": "tips", "notice": VERSION, "request": request}
    return msgspec.convert(plain | {"how": {"gesture": "button"}} | more, Given)


@pytest.fixture
def kept() -> KeptConsents:
    """Give the answers, with a key of the tests' own."""
    keys = Keys([MainKey("test", bytes(range(32)))])

    def offers(_connection: object, addresses: frozenset[str]) -> Mapping[str, Offered]:
        return {one: OFFERED[one] for one in addresses if one in OFFERED}

    return KeptConsents(People(LocalWrapper(keys)), offers)


Record = Callable[..., list[Recorded | InputError]]


@pytest.fixture
def record(kept: KeptConsents, migrated: Engine) -> Record:
    """Give what takes reports down and commits them with their entries."""

    def taken(*given: Given) -> list[Recorded | InputError]:
        with migrated.begin() as connection:
            outcomes, entries = kept.record(connection, [Report(one, TELLER) for one in given])
            append(connection, entries)
        return outcomes

    return taken
