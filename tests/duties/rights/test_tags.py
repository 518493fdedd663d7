"""A person's tags deleted by a plan like any other (algorithm-recommendation art. 17 para. 2)."""

from contextlib import closing
from pathlib import Path

import pytest

from shouxin.duties.days import today
from shouxin.duties.rights.service import Rights
from shouxin.duties.rights.stores import Stores
from tests.connect.test_narrowing import MAP, held, path
from tests.duties.rights.made_up import ACTOR, Office

__all__ = ["path"]

PROVIDER = {
    "algorithm.service_in_china": True,
    "actor.algorithm_provider": True,
    "algorithm.uses_tags": True,
}


@pytest.mark.parametrize("repeated", [False, True])
def test_tags_go_and_the_person_stays(office: Office, path: Path, *, repeated: bool) -> None:
    """Planned, approved, carried out; asked again, nothing is left to do, and their key is still there."""
    with closing(Stores(lambda: (MAP,), {"shop": f"sqlite:///{path}"})) as stores:
        rights = Rights(office.desk._replace(stores=stores))
        for _ in range(1 + repeated):
            before = held(path)
            number = _asked(office, rights)
            plan = rights.plan(number, today(), ACTOR)
            assert plan.problems == ()
            assert held(path) == before
            rights.approve(number, plan.digest, "asked for", {}, today(), ACTOR)
            (task,) = rights.run(number, today(), ACTOR)
            assert task.state == "done"
            assert rights.show(number, today()).state == "applied"
    assert bool(task.outcome and task.outcome.nothing) is repeated
    after = held(path)
    assert after["tags"] == [(2, 2, "early")]
    assert [row[:2] for row in after["customers"]] == [(1, "ana@shop.example"), (2, "bo@shop.example")]
    with office.engine.begin() as connection:
        assert office.people.find(connection, "shop", ["7"]) != [None]


def _asked(office: Office, rights: Rights) -> int:
    office.desk = rights.desk
    office.rights = rights
    number = office.ask("recommendation_tags", identities={"customer_id": "1"}, facts=PROVIDER)
    rights.vouch(number, today(), ACTOR)
    return number
