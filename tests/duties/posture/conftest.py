"""An organisation with two services, for the tests of posture."""

from datetime import date

import pytest

from shouxin.duties.inventory.service import Organisation, Service
from shouxin.duties.posture.service import Judge
from shouxin.engine.control import Evidence
from shouxin.law.register import register
from shouxin.store.ledger import Actor

DAY = date(2025, 6, 3)
AUTHOR = Actor("made-up", "cli")


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Give the controls of the real law."""
    return Judge(register())


@pytest.fixture
def shop() -> Organisation:
    """Give a provider of two services that has shown one thing."""
    return Organisation(
        name="Made-up Shop",
        facts={"actor.telecom_or_internet_provider": True, "place.service_in_china": True},
        services=(Service(name="shop"), Service(name="forum")),
        evidence=(complaints(),),
    )


def complaints(**changes: object) -> Evidence:
    """Return a document that shows the mechanism for complaints of miit-24."""
    plain: dict[str, object] = {
        "provision": "miit-24:art_12__cl_1",
        "element": "mechanism",
        "kind": "document",
        "on": date(2025, 1, 5),
    }
    return Evidence(**{**plain, **changes})  # type: ignore[arg-type]
