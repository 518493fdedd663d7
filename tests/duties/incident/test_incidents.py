"""An incident from its discovery to the last notice, on a real database."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, text

from shouxin.duties.cases.model import Given
from shouxin.duties.incident.gateway import FolderGateway
from shouxin.duties.incident.model import IncidentView
from shouxin.duties.incident.service import Incidents
from shouxin.errors import InputError
from tests.duties.incident.conftest import DAY, account, report

NOT_SPECIAL = {"actor.telecom_or_internet_provider": False, "actor.ecommerce_platform": False}
TELECOM = {"actor.telecom_or_internet_provider": True, "actor.ecommerce_platform": False}


def remedied(incidents: Incidents, number: int, role: str = "neither_special") -> IncidentView:
    """Take an incident to the point where it is remedied."""
    facts = NOT_SPECIAL if role == "neither_special" else TELECOM
    for step, records, known in (
        (role, {}, facts),
        ("activate_plan", {"activation": "at once, the response team"}, {}),
        ("remedy", {"measures": "closed the bucket at 10:00"}, {}),
    ):
        given = Given(step=step, by="processor", on=DAY, records=records, facts=known)
        shown = incidents.take(number, given, DAY)
    return shown


def weighed(incidents: Incidents, number: int) -> IncidentView:
    """Take an incident to where the department is to be told."""
    remedied(incidents, number)
    facts = {"serious_consequences": False, "identifies_users": True}
    given = Given(step="find_not_serious", by="processor", on=DAY, facts=facts, records={"finding": "file 3"})
    return incidents.take(number, given, DAY)


def listed(incidents: Incidents, number: int, *references: str) -> None:
    """Put people on record."""
    incidents.add_people(number, io.BytesIO("\n".join(references).encode()))


def handed_out(folder: Path) -> list[str]:
    """Return everybody whom the files of a gateway tell, in their order."""
    return [
        one["person"]
        for file in sorted(folder.glob("*.json"))
        for one in msgspec.json.decode(file.read_bytes())["people"]
    ]


def code(call: Any) -> str:
    """Return the code of the error that a call raises."""
    with pytest.raises(InputError) as refused:
        call()
    return refused.value.code


def test_an_incident_goes_from_discovery_to_the_last_notice(incidents: Incidents, tmp_path: Path) -> None:
    """Its clock runs from the day it was known; each notice takes its step with its digest as record."""
    opened = incidents.record(report(people=2), DAY)
    assert (opened.state, opened.account.categories) == (
        "discovered",
        ("user_identifier", "real_name", "phone_number"),
    )
    assert {clock.provision for clock in opened.case.clocks} == {
        "pipl:art_57__para_1__cl_1",
        "npc-decision:art_4__cl_2",
    }
    assert weighed(incidents, 1).can_tell == ("department",)
    told = incidents.issue(1, "department", DAY, reference="letter 12")
    assert (told.state, told.can_tell) == ("department_told", ("individual",))
    assert told.notices[0].digest in told.case.history[-1].records["possible_harm"]
    listed(incidents, 1, "u-1", "u-2", "u-1")
    assert incidents.issue(1, "individual", DAY).state == "department_told"
    sent = incidents.send(1, FolderGateway(tmp_path), DAY)
    assert (sent.handed_out, sent.delivery.sent, sent.finished) == (2, 2, True)
    assert sorted(handed_out(tmp_path)) == ["u-1", "u-2"]
    done = incidents.show(1, DAY)
    assert done.state == "individuals_told"
    assert all(clock.stopped for clock in done.case.clocks)
    assert incidents.send(1, FolderGateway(tmp_path), DAY).handed_out == 0
    closed = Given(step="close", by="processor", on=DAY, records={"account": "file 9"})
    assert incidents.take(1, closed, DAY).final


def test_the_ledger_holds_every_step_and_for_each_person_that_they_were_told(
    incidents: Incidents, migrated: Engine, tmp_path: Path
) -> None:
    """By commitments; no reference of anybody stands in it."""
    incidents.record(report(), DAY)
    weighed(incidents, 1)
    incidents.issue(1, "department", DAY, reference="letter 12")
    listed(incidents, 1, "u-77", "u-78")
    incidents.issue(1, "individual", DAY)
    incidents.send(1, FolderGateway(tmp_path), DAY)
    with migrated.connect() as connection:
        rows = connection.execute(text("select kind, whose, what::text from shouxin.ledger_entry")).all()
    told = [bytes(row.whose) for row in rows if row.kind == "incident.told"]
    assert len(set(told)) == len(told) == 2
    assert all(told)
    assert {"incident.recorded", "incident.people", "incident.notice", "incident.all_told"} <= {
        row.kind for row in rows
    }
    assert not any("u-7" in row.what for row in rows)


def test_where_the_measures_avert_the_harm_people_are_spared_until_the_department_orders_it(
    incidents: Incidents,
) -> None:
    """The exemption of art. 57 para. 2 with its reasons, and the department's demand against it."""
    incidents.record(report(), DAY)
    weighed(incidents, 1)
    incidents.issue(1, "department", DAY, reference="letter 12")
    spare: dict[str, Any] = {"step": "spare_individuals", "by": "processor", "on": DAY}
    assert code(lambda: incidents.take(1, Given(**spare, facts={"incident.harm_averted": True}), DAY)) == (
        "step-records"
    )
    reasons = {"why_averted": "the backup was encrypted, and the key was never there"}
    spared = incidents.take(1, Given(**spare, facts={"incident.harm_averted": True}, records=reasons), DAY)
    assert (spared.state, spared.can_tell) == ("spared", ())
    order = Given(
        step="order_notice", by="department", on=DAY, facts={"harm_possible": True},
        records={"finding": "letter of the department 5"},
    )  # fmt: skip
    assert incidents.take(1, order, DAY).can_tell == ("individual",)


def test_a_telecom_operator_reports_serious_consequences_to_its_regulator(incidents: Incidents) -> None:
    """Order 24 art. 14: the report has the items of the notice and its step stops the clock."""
    incidents.record(report(people=600), DAY)
    remedied(incidents, 1, "as_telecom_operator")
    facts = {"serious_consequences": True, "identifies_users": True}
    given = Given(step="find_serious", by="processor", on=DAY, facts=facts, records={"finding": "file 3"})
    assert incidents.take(1, given, DAY).can_tell == ("regulator",)
    draft = incidents.draft(1, "regulator")
    assert "600" in draft.texts["zh"]
    assert [item.name for item in draft.items][:3] == ["categories", "cause", "possible_harm"]
    told = incidents.issue(1, "regulator", DAY, reference="portal receipt 8")
    clock = next(one for one in told.case.clocks if one.provision == "miit-24:art_14__para_1__cl_2")
    assert (told.state, clock.stopped) == ("weighed", DAY)


def test_an_exercise_runs_the_same_steps_and_is_never_counted_or_sent(
    incidents: Incidents, migrated: Engine, tmp_path: Path
) -> None:
    """No case, no deadline, no message; its notices stay where they are."""
    incidents.record(report(exercise=True), DAY)
    weighed(incidents, 1)
    incidents.issue(1, "department", DAY, reference="none, an exercise")
    listed(incidents, 1, "u-1")
    incidents.issue(1, "individual", DAY)
    sent = incidents.send(1, FolderGateway(tmp_path), DAY)
    assert (sent.handed_out, handed_out(tmp_path)) == (0, [])
    shown = incidents.show(1, DAY)
    assert (shown.state, shown.exercise, len(shown.case.history)) == ("individuals_told", True, 7)
    with migrated.connect() as connection:
        for table in ('"case"', "deadline", "outbox"):
            assert connection.scalar(text(f"select count(*) from shouxin.{table}")) == 0
    figures = incidents.figures(DAY, DAY.replace(year=2999))
    assert (figures.incidents, figures.exercises, figures.people) == (0, 1, 0)


def test_an_account_is_amended_over_the_version_that_was_read(incidents: Incidents) -> None:
    """Of two officers at once one is told that it moved on; the days of the clocks stay."""
    incidents.record(report(), DAY)
    given = [account(people=count) for count in (5, 6)]

    def amend(one: Any) -> str:
        try:
            incidents.amend(1, one, 1, DAY)
        except InputError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(amend, given)) == ["done", "incident-moved"]
    assert [one.number for one in incidents.show(1, DAY).versions] == [2, 1]
    moved = account(known_on="2025-06-02")
    assert code(lambda: incidents.amend(1, moved, 2, DAY)) == "incident-known-on"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"known_on": "2025-05-31"}, "incident-days"),
        ({"known_on": "2025-06-04"}, "incident-days"),
        ({"happened_on": "2015-01-01", "known_on": "2015-01-02"}, "incident-before-law"),
        ({"happened_on": "2021-10-30", "known_on": "2021-10-31"}, "incident-before-law"),
        ({"touched": [{"system": "elsewhere"}]}, "incident-touched"),
        ({"touched": [{"system": "order database", "store": "x"}]}, "incident-touched"),
        ({"touched": [{"system": "order database", "tables": ["customers"]}]}, "incident-touched"),
        (
            {"touched": [{"system": "order database", "store": "orders", "tables": ["x"]}]},
            "incident-touched",
        ),
        ({"categories": ["nothing of the kind"]}, "category-unknown"),
        ({"records": {"nothing of the kind": 1}}, "category-unknown"),
        ({"cause": {"zh": "客户 13800138000 报告"}}, "incident-personal"),
        ({"facts": {"no_such_fact": 1}}, "fact-unknown"),
        ({"facts": {"harm_to_person": "perhaps"}}, "fact-type"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(
    incidents: Incidents, migrated: Engine, more: dict[str, Any], expected: str
) -> None:
    """With its reason, before a case is opened."""
    assert code(lambda: incidents.record(report(**more), DAY)) == expected
    assert incidents.list(DAY) == ()
    with migrated.connect() as connection:
        assert connection.scalar(text('select count(*) from shouxin."case"')) == 0


def test_a_service_that_the_inventory_does_not_know_is_refused(incidents: Incidents) -> None:
    """A misspelt one would have no facts."""
    wrong = msgspec.structs.replace(report(), service="shpo")
    assert code(lambda: incidents.record(wrong, DAY)) == "service-unknown"


def test_the_day_the_law_took_effect_is_the_first_that_counts(incidents: Incidents) -> None:
    """The day before is refused above."""
    assert incidents.record(report(happened_on="2021-10-31", known_on="2021-11-01"), DAY).number == 1


@pytest.mark.parametrize(("records", "reached"), [(499, False), (500, True)])
def test_the_thresholds_of_the_judicial_interpretation_stand_beside_the_counts(
    incidents: Incidents, records: int, reached: bool
) -> None:
    """Five hundred records of whereabouts are serious, one less is not."""
    counted: dict[str, Any] = {"categories": ["whereabouts"], "records": {"whereabouts": records}}
    found = incidents.record(report(**counted), DAY).risk
    assert [(one.counts_as, one.records) for one in found.categories] == [("track", records)]
    assert found.thresholds
    part = next(one for one in found.thresholds.parts if one.provision.endswith("art_4__item_1"))
    assert part.reached is reached


def test_a_category_without_a_count_leaves_its_class_open(incidents: Incidents) -> None:
    """What nobody counted is asked for and not taken for none."""
    counted: dict[str, Any] = {"categories": ["whereabouts", "nickname"], "records": {"nickname": 3}}
    found = incidents.record(report(**counted), DAY).risk.thresholds
    assert found
    reached = {one.provision[-6:]: one.reached for one in found.parts}
    assert (reached["item_1"], reached["item_2"], reached["item_3"]) == (None, False, False)
    assert "track" in {one.fact for one in found.missing}


def test_a_notice_that_lacks_an_item_is_not_issued(incidents: Incidents) -> None:
    """The items are named with the law behind them; languages without a translation are left out."""
    incidents.record(report(advice={}, cause={"zh": "原因"}), DAY)
    weighed(incidents, 1)
    draft = incidents.draft(1, "department")
    assert (draft.lacking, draft.untranslated, list(draft.texts)) == (("advice",), ("en", "es"), ["zh"])
    assert code(lambda: incidents.issue(1, "department", DAY, reference="x")) == "incident-notice-incomplete"
    assert incidents.show(1, DAY).state == "weighed"


def test_notices_come_in_the_order_of_the_procedure(incidents: Incidents) -> None:
    """People before the department, an authority without a reference, nobody on record, and twice."""
    incidents.record(report(), DAY)
    assert code(lambda: incidents.issue(1, "individual", DAY)) == "incident-not-now"
    weighed(incidents, 1)
    assert code(lambda: incidents.issue(1, "department", DAY)) == "incident-reference"
    incidents.issue(1, "department", DAY, reference="letter 12")
    assert code(lambda: incidents.issue(1, "department", DAY, reference="again")) == "incident-not-now"
    assert code(lambda: incidents.issue(1, "individual", DAY)) == "incident-nobody"
    listed(incidents, 1, "u-1")
    incidents.issue(1, "individual", DAY)
    assert code(lambda: incidents.issue(1, "individual", DAY)) == "incident-issued"


@pytest.mark.parametrize("number", [0, -1, 2, 2**70])
def test_an_incident_that_is_not_there_is_said_to_be_unknown(incidents: Incidents, number: int) -> None:
    """Whatever is asked of it."""
    incidents.record(report(), DAY)
    assert code(lambda: incidents.show(number, DAY)) == "incident-unknown"
    assert code(lambda: incidents.add_people(number, io.BytesIO(b"u-1"))) == "incident-unknown"


def test_figures_count_incidents_people_and_who_was_told(incidents: Incidents, tmp_path: Path) -> None:
    """By kind and state, from the day they were put on record."""
    incidents.record(report(people=40), DAY)
    incidents.record(report(people=2, kinds=["loss", "leak"]), DAY)
    weighed(incidents, 2)
    incidents.issue(2, "department", DAY, reference="letter 12")
    listed(incidents, 2, "u-1", "u-2")
    incidents.issue(2, "individual", DAY)
    incidents.send(2, FolderGateway(tmp_path), DAY)
    found = incidents.figures(DAY, DAY.replace(year=2999))
    assert (found.incidents, found.open, found.people, found.listed, found.told) == (2, 2, 42, 2, 2)
    assert found.by_kind == {"leak": 2, "loss": 1}
    assert found.by_state == {"discovered": 1, "individuals_told": 1}
    assert incidents.figures(DAY, DAY).incidents == 0
