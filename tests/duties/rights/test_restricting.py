"""What a request restricts counts where an application asks: the guard hears of it, and of its end."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from shouxin.duties.days import today
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard import office as guards
from shouxin.duties.guard.model import Act, Ground, Ruling
from shouxin.duties.guard.service import Guard
from shouxin.law.register import register
from shouxin.store.ledger import Writer
from tests.duties.guard.test_guard import FACTS as GROUND
from tests.duties.guard.test_office import until as comes
from tests.duties.rights.made_up import ACTOR, FACTS, Office


@pytest.fixture
def guard(office: Office, migrated: Engine) -> Iterator[Guard]:
    """Give a guard on the store: the contract with a customer is the basis of all that the shop does."""
    ground = Ground(GROUND | {"basis.contract": True})
    decider = Decider(register())
    with (
        Writer(migrated) as writer,
        guards.opened(migrated, decider, lambda *_: ground, office.people, writer) as made,
    ):
        yield made


def cited(ruling: Ruling) -> set[str]:
    """Return the provisions that forbid an act."""
    return {one.provision for one in ruling.violations}


def test_what_the_law_has_kept_after_an_erasure_is_used_for_nothing_else(
    office: Office, guard: Guard
) -> None:
    """It may be stored; when it has gone as well, nothing is restricted any more."""
    number = office.ready()
    act = Act("use", "shop", "tips")
    assert guard.check("7", act).allowed
    office.rights.run(number, today(), ACTOR)
    comes(guard, "7", allowed=False)
    ruling = guard.check("7", act)
    assert ({one.provision for one in ruling.open}, ruling.missing) == (
        {"pipl:art_47__para_2"},
        ("deletion.security_measure",),
    )
    assert cited(guard.check("7", act, {"deletion.security_measure": False})) == {"pipl:art_47__para_2"}
    assert guard.check("7", act, {"deletion.security_measure": True}).allowed
    assert guard.check("7", act._replace(act="store")).allowed
    assert guard.check("8", act).allowed
    (restricted,) = office.rights.show(number, today()).restrictions
    assert restricted.facts == {
        "deletion.due": True,
        "deletion.period_running": True,
        "deletion.technically_hard": False,
    }
    later = today() + timedelta(days=401)
    plan = office.rights.plan(number, later, ACTOR)
    office.rights.approve(number, plan.digest, "its day is over", FACTS, later, ACTOR)
    office.rights.run(number, later, ACTOR)
    comes(guard, "7", allowed=True)


def test_a_restriction_that_a_person_asked_for_is_heeded(office: Office, migrated: Engine) -> None:
    """For the purpose named, where consent or public information is the basis."""
    ground = Ground(GROUND | {"data.public": True, "data.within_reasonable_limits": True})
    number = office.ask("restriction", purposes=("tips",))
    office.rights.vouch(number, today(), ACTOR)
    with (
        Writer(migrated) as writer,
        guards.opened(migrated, Decider(register()), lambda *_: ground, office.people, writer) as guard,
    ):
        act = Act("use", "shop", "tips")
        assert guard.check("7", act).allowed
        answers = {"law.permits_otherwise": False, "another_basis": False}
        office.rights.settle(number, "tips are stopped", answers, today(), ACTOR)
        comes(guard, "7", allowed=False)
        assert cited(guard.check("7", act)) == {"pipl:art_44"}
        assert guard.check("7", act._replace(activity="orders")).allowed


PROVIDER = {"algorithm.service_in_china": True, "actor.algorithm_provider": True}
REFUSALS = {
    "recommendation_off": (PROVIDER, "recommend", "algorithm-recommendation:art_17__para_1__cl_2"),
    "decision_refusal": (
        {"act.major_effect": True, "by_machine_alone": True},
        "decide_automatically",
        "pipl:art_24__para_3",
    ),
}


@pytest.mark.parametrize("right", REFUSALS)
def test_what_a_person_refuses_to_leave_to_a_machine_stops(
    office: Office, migrated: Engine, right: str
) -> None:
    """Settled once, the guard knows it; other acts go on."""
    facts, act, provision = REFUSALS[right]
    ground = Ground(
        GROUND | {"basis.contract": True, "actor.algorithm_provider": True, "algorithm.used": True}
    )
    number = office.ask(right, identities={}, facts=facts)
    office.rights.vouch(number, today(), ACTOR)
    with (
        Writer(migrated) as writer,
        guards.opened(migrated, Decider(register()), lambda *_: ground, office.people, writer) as guard,
    ):
        asked = Act(act, "shop", "tips")
        assert provision not in cited(guard.check("7", asked))
        office.rights.settle(number, "stopped at 10:00; Chen decides", {}, today(), ACTOR)
        end = time.monotonic() + 20
        while provision not in cited(guard.check("7", asked)):
            assert time.monotonic() < end
            time.sleep(0.005)
        assert guard.check("7", Act("use", "shop", "orders")).allowed
        assert provision not in cited(guard.check("8", asked))
