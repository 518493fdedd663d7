"""Impact assessments on a real database: who needs one, what is weighed, four eyes, and review."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, text

from shouxin.duties.access.model import Principal
from shouxin.duties.assessment.model import Content, View, differences, lacking
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.inventory.file import read
from shouxin.duties.inventory.model import Activity, Author
from shouxin.duties.inventory.service import Inventory
from shouxin.errors import InputError
from shouxin.law.register import register
from shouxin.store.ledger.entry import Actor

DAY = date(2025, 6, 3)
SHOP = Path(__file__).parents[1] / "inventory" / "made_up.yaml"
ORDERS, TIPS = ("shop", "orders"), ("shop", "recommendations")
WRITER = Actor("operator:1", "console")
OFFICER = Principal(id="operator:2", kind="operator", roles=frozenset({"approver"}))
YES: dict[str, Any] = {"yes": True, "why": "weighed"}
FULL: dict[str, Any] = {
    "lawful": YES, "proper": YES, "necessary": YES,
    "effect": "unwanted proposals",
    "risks": [
        {"what": "a leak", "likelihood": "low", "gravity": "high", "measures": "encryption", "left": "low"}
    ],
    "safeguards_lawful": YES, "safeguards_effective": YES, "safeguards_fitting": YES,
    "processing_record": "inventory version 1",
    "conclusion": "go_ahead",
}  # fmt: skip


def content(**more: Any) -> Content:
    """Return everything weighed, with some of it changed."""
    return msgspec.convert(FULL | more, Content)


@pytest.fixture
def inventory(migrated: Engine) -> Inventory:
    """Give the shop's inventory in a store."""
    made = Inventory(register(), engine=migrated)
    made.store.load(read(SHOP.read_bytes(), where="made_up.yaml"), Author("test", "cli"))
    return made


@pytest.fixture(scope="session")
def keeper() -> Timekeeper:
    """Give the clocks of the law."""
    return Timekeeper(register())


@pytest.fixture
def assessments(inventory: Inventory, migrated: Engine, keeper: Timekeeper) -> Assessments:
    """Give the assessments of the shop."""
    return Assessments(inventory, Cases(keeper, KeptCases(migrated)), migrated)


def code(call: Any) -> str:
    """Return the code of the error that a call raises."""
    with pytest.raises(InputError) as refused:
        call()
    return refused.value.code


def decided(
    assessments: Assessments, by: Principal = OFFICER, *, give: bool = True, version: int = 2
) -> View:
    """Decide the first assessment."""
    return assessments.decide(1, version, by, "looked at", DAY, Actor(by.id, "console"), give=give)


def changed(inventory: Inventory, **more: Any) -> None:
    """Change the recommendations in the inventory."""
    shop = inventory.store.organisation()
    service = shop.services[0]
    activities = [
        msgspec.structs.replace(one, **more) if one.name == "recommendations" else one
        for one in service.activities
    ]
    made = msgspec.structs.replace(service, activities=tuple(activities))
    inventory.store.load(msgspec.structs.replace(shop, services=(made,)), Author("test", "cli"))


def test_the_gate_says_which_activities_need_one_and_why(assessments: Assessments) -> None:
    """Entrusting, automated decisions, sensitive categories, abroad; each by its provision."""
    found = {one.activity: one for one in assessments.list(DAY)}
    assert {one.case for one in found["recommendations"].causes} >= {
        "sensitive",
        "automated_decision",
        "entrusting",
        "abroad",
    }
    assert {one.provision for one in found["orders"].causes} == {"pipl:art_55__item_3"}
    assert found["recommendations"].standing == "needed"


def test_an_assessment_is_begun_written_and_approved_by_another(
    assessments: Assessments, inventory: Inventory
) -> None:
    """Its case takes the step, the report is kept three years, and the inventory knows."""
    begun = assessments.begin(*TIPS, DAY, WRITER)
    assert (begun.number, begun.version, begun.state) == (1, 1, "draft")
    assert begun.content.proper.why == "show what may please"
    assert assessments.write(1, content(), 1, DAY, WRITER).lacking == ()
    done = decided(assessments)
    assert (done.state, done.case.state, done.stale) == ("approved", "assessed", False)
    clock = next(one for one in done.case.clocks if one.provision == "pipl:art_56__para_2")
    assert clock.due == date(2028, 6, 3)
    activity = inventory.store.organisation().services[0].activities[1]
    assert (activity.assessed_on, activity.reference) == (DAY, "assessment 1")
    line = next(one for one in assessments.list(DAY) if one.activity == "recommendations")
    assert line.standing == "approved"
    assert "assessment_missing" not in {
        one.check for one in inventory.findings(inventory.store.organisation(), DAY)
    }


def test_whoever_wrote_it_does_not_approve_it(assessments: Assessments, migrated: Engine) -> None:
    """Nor does a key, nor somebody without the permission; a reason is needed."""
    assessments.begin(*TIPS, DAY, WRITER)
    assessments.write(1, content(), 1, DAY, Actor("operator:3", "console"))
    roles = frozenset({"approver"})
    for by in ("operator:1", "operator:3"):
        own = Principal(id=by, kind="operator", roles=roles)
        assert code(lambda own=own: decided(assessments, own)) == "assessment-own"
    key = Principal(id="key:1", kind="key", scopes=frozenset({"assessment.approve"}))
    assert code(lambda: decided(assessments, key)) == "assessment-own"
    clerk = Principal(id="operator:4", kind="operator", roles=frozenset({"staff"}))
    assert code(lambda: decided(assessments, clerk)) == "permission-missing"
    actor = Actor("operator:2", "console")
    assert code(lambda: assessments.decide(1, 2, OFFICER, " ", DAY, actor, give=True)) == "assessment-reason"
    with migrated.connect() as connection:
        assert connection.scalar(text("select count(*) from shouxin.assessment_decision")) == 0


def test_given_back_it_needs_a_new_version(assessments: Assessments) -> None:
    """The same version is not decided twice."""
    assessments.begin(*TIPS, DAY, WRITER)
    assessments.write(1, content(), 1, DAY, WRITER)
    assert decided(assessments, give=False).state == "draft"
    assert code(lambda: decided(assessments)) == "assessment-decided"
    assessments.write(1, content(), 2, DAY, WRITER)
    assert decided(assessments, version=3).state == "approved"
    assert code(lambda: assessments.write(1, content(), 3, DAY, WRITER)) == "assessment-decided"


@pytest.mark.parametrize(
    ("more", "lacks"),
    [
        ({"lawful": {"yes": True}}, ("lawful",)),
        ({"necessary": {"why": "because"}}, ("necessary",)),
        ({"effect": " "}, ("effect",)),
        ({"risks": []}, ("risks",)),
        ({"risks": [{**FULL["risks"][0], "measures": ""}]}, ("risks",)),
        ({"conclusion": ""}, ("conclusion",)),
        ({"conclusion": "with_measures"}, ("conditions",)),
        ({"conclusion": "with_measures", "conditions": "delete after a week"}, ()),
        ({"safeguards_fitting": {"yes": False, "why": "too weak"}}, ()),
    ],
)
def test_the_content_of_the_law_is_asked_for_item_by_item(
    more: dict[str, Any], lacks: tuple[str, ...]
) -> None:
    """A no with its reasons is an answer; a yes without is none."""
    assert lacking(content(**more)) == lacks


def test_an_incomplete_one_is_not_approved(assessments: Assessments, inventory: Inventory) -> None:
    """Nothing is left of the attempt."""
    assessments.begin(*TIPS, DAY, WRITER)
    assessments.write(1, content(effect=""), 1, DAY, WRITER)
    assert code(lambda: decided(assessments)) == "assessment-incomplete"
    shown = assessments.show(1, DAY)
    assert (shown.state, shown.case.state, shown.versions[0].given) == ("draft", "needed", None)
    assert inventory.store.organisation().services[0].activities[1].assessed_on is None


def test_a_change_of_the_activity_calls_for_a_review(assessments: Assessments, inventory: Inventory) -> None:
    """What was approved is stale; the next one begins with what was said and supersedes it."""
    assessments.begin(*TIPS, DAY, WRITER)
    assessments.write(1, content(), 1, DAY, WRITER)
    changed(inventory, purpose="sell more")
    assert code(lambda: decided(assessments)) == "assessment-stale"
    assessments.write(1, content(), 2, DAY, WRITER)
    decided(assessments, version=3)
    changed(inventory, reference="file 9")
    assert assessments.show(1, DAY).stale is False
    changed(inventory, children_under_14=True)
    assert assessments.show(1, DAY).stale is True
    assert {one.standing for one in assessments.list(DAY) if one.activity == "recommendations"} == {"stale"}
    after = assessments.begin(*TIPS, DAY, WRITER)
    assert (after.number, after.supersedes, after.content.effect) == (2, 1, "unwanted proposals")
    found = assessments.compare((1, 3), (2, 1), DAY)
    assert [one.field for one in found] == ["scope.described.activity.children_under_14"]


def test_one_that_says_drop_ends_the_plan(assessments: Assessments, inventory: Inventory) -> None:
    """The case is over, and the activity is not taken for assessed."""
    assessments.begin(*TIPS, DAY, WRITER)
    assessments.write(1, content(conclusion="drop"), 1, DAY, WRITER)
    done = decided(assessments)
    assert (done.state, done.case.state, done.case.final) == ("dropped", "dropped", True)
    assert inventory.store.organisation().services[0].activities[1].assessed_on is None


def test_the_draft_shows_what_inventory_notice_maps_and_gate_say(assessments: Assessments) -> None:
    """Categories that nobody declared, backups, no notice, what waits for facts."""
    hints = {one.code: one.about for one in assessments.begin(*TIPS, DAY, WRITER).hints}
    assert "real_name" in hints["undeclared"]
    assert hints["remainders"] == ("nightly backup",)
    assert {"data.sensitive", "processing.abroad", "none", "waits"} <= set(hints)


def test_of_two_officers_at_once_one_writes(assessments: Assessments) -> None:
    """Two beginnings make one assessment, and two versions over one are one."""

    def begun(_: int) -> str:
        try:
            assessments.begin(*TIPS, DAY, WRITER)
        except InputError as refused:
            return refused.code
        return "done"

    def written(number: int) -> str:
        try:
            assessments.write(1, content(effect=f"effect {number}"), 1, DAY, WRITER)
        except InputError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(begun, range(2))) == ["assessment-open", "done"]
        assert sorted(pool.map(written, range(2))) == ["assessment-moved", "done"]


def test_what_needs_none_gets_none_unless_the_inventory_says_so(
    assessments: Assessments, inventory: Inventory
) -> None:
    """The gate's answer, and the organisation's own before it."""
    plain = Activity(name="door list", purpose="know who is in", categories=("real_name",))
    shop = inventory.store.organisation()
    service = msgspec.structs.replace(shop.services[0], activities=(plain,))
    names = ("data.sensitive", "service.automated_decisions", "act.major_effect", "subject.minor_u14")
    known = dict.fromkeys((*names, "processing.published", "processing.abroad"), False)
    made = msgspec.structs.replace(plain, facts=known)
    for needs, standing in ((None, "not_needed"), (True, "needed"), (False, "not_needed")):
        one = msgspec.structs.replace(made, needs_assessment=needs)
        service = msgspec.structs.replace(service, activities=(one,))
        inventory.store.load(msgspec.structs.replace(shop, services=(service,)), Author("test", "cli"))
        assert [line.standing for line in assessments.list(DAY)] == [standing]
    assert code(lambda: assessments.begin("shop", "door list", DAY)) == "assessment-not-needed"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda it: it.show(9, DAY), "assessment-unknown"),
        (lambda it: it.show(2**70, DAY), "assessment-unknown"),
        (lambda it: it.show(1, DAY, 9), "assessment-version"),
        (lambda it: it.write(9, content(), 1, DAY), "assessment-unknown"),
        (lambda it: it.begin("nobody", "orders", DAY), "service-unknown"),
        (lambda it: it.begin("shop", "nothing", DAY), "activity-unknown"),
    ],
)
def test_what_is_not_there_is_said_to_be_unknown(assessments: Assessments, call: Any, expected: str) -> None:
    """With a code of its own."""
    assessments.begin(*ORDERS, DAY)
    assert code(lambda: call(assessments)) == expected


def test_differences_name_each_field_once() -> None:
    """In lists of risks by their place."""
    before, after = content(), content(effect="none", risks=[{**FULL["risks"][0], "left": "high"}] * 2)
    assert [one.field for one in differences(before, after)] == ["effect", "risks[1].left", "risks[2]"]
    assert differences(before, before) == ()
