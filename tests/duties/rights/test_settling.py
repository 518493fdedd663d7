"""What needs no plan: explanations, withdrawals, refusals, other steps; and kinds.yaml is right."""

from typing import Any

import pytest
from sqlalchemy import Engine

from shouxin.duties.cases.model import Given as StepGiven
from shouxin.duties.days import today
from shouxin.duties.inventory.model import Activity, Author, Automated, Organisation
from shouxin.duties.inventory.model import Service as Offer
from shouxin.duties.inventory.service import Inventory, put_within
from shouxin.duties.rights.kinds import Kind, kinds
from shouxin.duties.rights.service import Rights
from shouxin.engine.engines import Engines
from shouxin.errors import InputError, StoreError
from shouxin.law.register import register
from tests.duties.consent.test_service import Shop
from tests.duties.rights.made_up import ACTOR, Office


@pytest.fixture(scope="module")
def engines() -> Engines:
    """Give the engines of the law."""
    return Engines(register())


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_every_step_and_fact_that_is_named_is_the_procedures(engines: Engines, kind: Kind) -> None:
    """A misspelt one would be met only when somebody asks for that right."""
    machine = engines.machines.find(kind.procedure)
    steps = {step.name: step for step in machine.steps}
    shared = kind.shared
    around = filter(None, (kind.own.before, shared.for_deceased, shared.refuses, *shared.verifies))
    assert {kind.own.asks, *kind.ends, *around} <= set(steps)
    assert not steps[kind.own.asks].from_
    facts = (*kind.own.facts, *kind.own.judged, *shared.keeping, *shared.judged_for_deceased)
    assert set(facts) <= machine.facts.known_names


def test_the_rules_are_explained_from_notice_and_inventory(office: Office, migrated: Engine) -> None:
    """With the address of the notice that was in force; without a notice it says so."""
    rights = Rights(office.desk, Inventory(register(), None, migrated))
    number = office.ask("explanation", identities={})
    office.rights.vouch(number, today(), ACTOR)
    with pytest.raises(InputError, match="notice"):
        rights.settle(number, "", {}, today(), ACTOR)
    published = Shop(migrated).notice
    other = office.ask("explanation", identities={}, service=published.service, person="9")
    office.rights.vouch(other, today(), ACTOR)
    case, explanation = rights.settle(other, "", {}, today(), ACTOR)
    assert case.state == "done"
    assert explanation
    assert (explanation.notice, explanation.text) == (published.address, published)


def test_requests_are_counted_as_they_are_listed(office: Office) -> None:
    """All of them, and those that ended; an ended list holds the newest first."""
    assert office.rights.counted(today()) == (0, 0)
    first, second, _open = [office.ask("explanation", identities={}) for _ in range(3)]
    for number in (first, second):
        office.rights.vouch(number, today(), ACTOR)
        office.rights.step(number, StepGiven(step="withdraw", by="individual"), today(), ACTOR)
    ended = office.rights.list(today(), state="ended")
    assert office.rights.counted(today()) == (3, len(ended)) == (3, 2)
    assert [line.number for line in ended] == [second, first]


def test_consent_is_withdrawn_for_the_purposes_named(office: Office, migrated: Engine) -> None:
    """Effective at once, under the request's own name."""
    shop = Shop(migrated)
    shop.give(shop.answer("request-1"))
    asked: dict[str, Any] = {"service": shop.notice.service, "person": "u-1", "purposes": ["tips"]}
    number = office.ask("consent_withdrawal", identities={}, **asked)
    office.rights.vouch(number, today(), ACTOR)
    case, _ = office.rights.settle(number, "stopped", {}, today(), ACTOR)
    assert (case.state, shop.stands()["tips"].status) == ("stopped", "withdrawn")


def test_what_is_carried_out_otherwise_is_not_settled(office: Office) -> None:
    """An erasure needs a plan, an explanation has none."""
    erasure, question = office.ask(), office.ask("explanation", identities={})
    for number in (erasure, question):
        office.rights.vouch(number, today(), ACTOR)
    with pytest.raises(InputError, match="by a plan or a copy"):
        office.rights.settle(erasure, "done", {}, today(), ACTOR)
    with pytest.raises(InputError, match="nothing is planned"):
        office.rights.plan(question, today(), ACTOR)
    with pytest.raises(InputError, match="no copy is given"):
        office.rights.give(erasure, "p" * 20, "zh", {}, today(), ACTOR)


def test_the_person_can_take_the_request_back(office: Office) -> None:
    """By the procedure's own step; then nothing is planned any more."""
    number = office.ask()
    office.rights.vouch(number, today(), ACTOR)
    given = StepGiven(step="withdraw", by="individual")
    assert office.rights.step(number, given, today(), ACTOR).state == "withdrawn"
    with pytest.raises(InputError, match="has ended"):
        office.rights.plan(number, today(), ACTOR)


def test_an_account_that_is_closed_is_no_ground_for_refusal(office: Office) -> None:
    """The procedure knows none."""
    number = office.ask("account_closing")
    with pytest.raises(InputError, match="knows no refusal"):
        office.rights.refuse(number, "another_basis", "file 3", today(), ACTOR)


def test_without_a_store_everything_says_so() -> None:
    """No traceback."""
    with pytest.raises(StoreError, match="no store"):
        Rights(None).list(today())


def test_what_a_machine_decides_is_explained_from_the_inventory(office: Office, migrated: Engine) -> None:
    """Only activities that decide or push by machine, with the ways out; where there is none it says so."""
    service = Shop(migrated).notice.service
    rights = Rights(office.desk, Inventory(register(), None, migrated))
    number = office.ask(
        "decision_explanation", identities={}, service=service, facts={"act.major_effect": True}
    )
    office.rights.vouch(number, today(), ACTOR)
    with pytest.raises(InputError, match="decides or pushes by machine"):
        rights.settle(number, "", {}, today(), ACTOR)
    automated = Automated(decides=True, about="which tea is shown first", easy_refusal=True)
    activities = (Activity(name="tips", automated=automated), Activity(name="orders"))
    given = Organisation(name="tea", services=(Offer(name=service, activities=activities),))
    with migrated.begin() as connection:
        put_within(connection, given, Author("cli", "cli", "a test"))
    case, explanation = rights.settle(number, "", {}, today(), ACTOR)
    assert case.state == "explained"
    assert explanation
    assert [one.activity for one in explanation.activities] == ["tips"]
    assert explanation.activities[0].automated
    assert explanation.activities[0].automated.easy_refusal is True
    (taken,) = (one for one in case.history if "which tea is shown first" in str(one))
    assert "tips" in str(taken)


def test_tags_that_no_map_names_are_left_to_a_person(office: Office) -> None:
    """The plan says so, and the step of the case stays."""
    provider = {
        "algorithm.service_in_china": True,
        "actor.algorithm_provider": True,
        "algorithm.uses_tags": True,
    }
    number = office.ask("recommendation_tags", facts=provider)
    office.rights.vouch(number, today(), ACTOR)
    plan = office.rights.plan(number, today(), ACTOR)
    assert [one.code for one in plan.problems] == ["rights-unmapped"]
    given = StepGiven(step="apply_tags", by="provider", records={"applied": "at 10:00"})
    assert office.rights.step(number, given, today(), ACTOR).state == "applied"
