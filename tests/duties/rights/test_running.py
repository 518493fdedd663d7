"""Erasures carried out store by store: cut off anywhere, resumed, never half and never twice."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text

from shouxin.duties.days import today
from shouxin.duties.rights import kept
from shouxin.duties.rights.service import Rights
from shouxin.errors import InputError, IntegrityError, StoreError
from tests.duties.rights.made_up import ACTOR, FACTS, KEEP, Office, lost, mapped


def states(office: Office, number: int) -> dict[str, str]:
    """Return where the work in each store stands."""
    plan = office.rights.show(number, today()).plan
    return {task.store: task.state for task in plan.tasks} if plan else {}


def test_what_must_be_kept_stays_with_its_day_and_the_rest_goes(office: Office) -> None:
    """In both stores; another customer's rows are as they were, and what stays is restricted to its day."""
    other = [row for row in office.snapshot()[0] if row["customer_id"] == "8"]
    number = office.ready()
    tasks = office.rights.run(number, today(), ACTOR)
    assert [(task.store, task.state) for task in tasks] == [("news", "done"), ("shop", "done")]
    assert office.left("7") == 1
    assert [row for row in office.shop if row["customer_id"] == "8"] == other
    shown = office.rights.show(number, today())
    assert shown.state == "blocked"
    assert [one.until for one in shown.restrictions] == [today() + timedelta(days=400)]
    assert shown.restrictions[0].because == KEEP


def test_a_person_of_whom_nothing_is_left_is_forgotten(office: Office) -> None:
    """Their key goes with them, the ledger keeps the commitment, and the case is done."""
    del office.shop[1]
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    assert office.rights.show(number, today()).state == "done"
    with office.engine.connect() as connection:
        row = kept.held(connection, number)
        with pytest.raises(InputError, match="destroyed"):
            office.made().content(connection, row)
        whose = connection.execute(
            text("select count(*) from shouxin.ledger_entry where whose = :who"), {"who": row.commitment}
        )
        assert whose.scalar_one() > 4
    assert [task.state for task in office.rights.run(number, today(), ACTOR)] == ["done", "done"]


def test_what_was_kept_goes_when_its_day_is_over(office: Office) -> None:
    """A plan before that day says so and cannot be approved; after it the rest goes and the person too."""
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    early = office.rights.plan(number, today(), ACTOR)
    assert [one.code for one in early.problems] == ["rights-kept"]
    with pytest.raises(InputError, match="must be kept until"):
        office.rights.approve(number, early.digest, "too early", FACTS, today(), ACTOR)
    later = today() + timedelta(days=401)
    plan = office.rights.plan(number, later, ACTOR)
    office.rights.approve(number, plan.digest, "its day is over", FACTS, later, ACTOR)
    office.rights.run(number, later, ACTOR)
    shown = office.rights.show(number, later)
    assert (office.left("7"), shown.state, shown.restrictions) == (0, "done", ())


def test_a_number_that_somebody_else_has_now_finds_nothing_of_theirs(office: Office) -> None:
    """The former owner's request leaves the present owner's rows alone, and the other way round."""
    number = office.ready(person="8", identities={"customer_id": "8"})
    office.rights.run(number, today(), ACTOR)
    assert (office.left("7"), office.left("8")) == (2, 0)


def test_a_dry_run_changes_nothing_and_counts_all(office: Office) -> None:
    """Neither in a store nor in the journal."""
    before = office.snapshot()
    number = office.ready()
    tried = office.rights.run(number, today(), ACTOR, dry_run=True)
    assert [task.outcome.deleted for task in tried if task.outcome] == [{"rows": 1}, {"rows": 1}]
    assert office.snapshot() == before
    assert set(states(office, number).values()) == {"waiting"}


@pytest.mark.parametrize("store", ["shop", "news"])
@pytest.mark.parametrize("call", ["erase", "erased"])
def test_a_store_that_fails_is_shown_and_finished_later(office: Office, store: str, call: str) -> None:
    """Lost before or after it did the work: the other is finished, and the next run does the rest once."""
    number = office.ready()
    office.fails[store][call] = lost()
    office.rights.run(number, today(), ACTOR)
    other = "news" if store == "shop" else "shop"
    assert states(office, number) == {store: "unknown", other: "done"}
    assert office.rights.show(number, today()).state == "verified"
    office.rights.run(number, today(), ACTOR)
    assert set(states(office, number).values()) == {"done"}
    assert office.memories[store].calls.count("erase") == 1
    assert office.left("7") == 1


def test_an_erasure_with_residue_is_a_failure(office: Office) -> None:
    """The store has taken it back, and says so."""
    number = office.ready()
    residue = IntegrityError("erase-residue", "something is left", remedy="look at the map")
    office.fails["shop"]["erase"] = residue
    assert states(office, number)["shop"] == "waiting"
    office.rights.run(number, today(), ACTOR)
    assert states(office, number) == {"shop": "failed", "news": "done"}


def test_rows_that_came_after_the_approval_need_a_new_plan(office: Office) -> None:
    """What nobody read is not erased."""
    number = office.ready()
    office.shop.append({"customer_id": "7", "name": "new"})
    office.rights.run(number, today(), ACTOR)
    assert states(office, number) == {"shop": "failed", "news": "done"}
    assert office.left("7") == 3
    plan = office.rights.plan(number, today(), ACTOR)
    office.rights.approve(number, plan.digest, "read again", FACTS, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    assert office.left("7") == 1


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours runs behind it."""


@pytest.mark.parametrize("store", ["shop", "news"])
@pytest.mark.parametrize("call", ["erase", "erased"])
def test_a_process_that_ends_in_the_middle_is_resumed_by_another(
    office: Office, store: str, call: str
) -> None:
    """Whether the store had done its work or not."""
    number = office.ready()
    office.fails[store][call] = Killed()  # type: ignore[assignment]
    with pytest.raises(Killed):
        office.rights.run(number, today(), ACTOR)
    assert states(office, number)[store] == "doing"
    Rights(office.made()).run(number, today(), ACTOR)
    assert set(states(office, number).values()) == {"done"}
    assert office.memories[store].calls.count("erase") == 1


def test_two_requests_of_one_person_do_not_run_at_once(office: Office) -> None:
    """The second is told to wait, and finds nothing left to do afterwards."""
    first, second = (
        office.ready(),
        office.ready("account_closing", facts={"user_info.retention_agreed": False}),
    )
    with office.engine.connect() as connection:
        with connection.begin():
            person = kept.held(connection, first).person
            assert kept.take_alone(connection, person)
        with pytest.raises(InputError, match="same person"):
            office.rights.run(second, today(), ACTOR)
        with connection.begin():
            kept.let_go(connection, person)
    office.rights.run(first, today(), ACTOR)
    plan = office.rights.plan(second, today(), ACTOR)
    office.rights.approve(second, plan.digest, "closed", {}, today(), ACTOR)
    office.rights.run(second, today(), ACTOR)
    assert office.rights.show(second, today()).state == "kept"


def test_nothing_runs_unapproved_or_unverified(office: Office) -> None:
    """Each is a clear refusal, and an old digest approves nothing."""
    number = office.ask()
    with pytest.raises(InputError, match="verified"):
        office.rights.plan(number, today(), ACTOR)
    office.rights.vouch(number, today(), ACTOR)
    old = office.rights.plan(number, today(), ACTOR)
    with pytest.raises(InputError, match="approved"):
        office.rights.run(number, today(), ACTOR)
    office.shop.append({"customer_id": "7", "name": "new"})
    office.rights.plan(number, today(), ACTOR)
    with pytest.raises(InputError, match="newest"):
        office.rights.approve(number, old.digest, "unread", FACTS, today(), ACTOR)


def test_a_store_that_cannot_be_opened_stands_in_the_plan(office: Office) -> None:
    """And the plan cannot be approved."""
    number = office.ask()
    office.rights.vouch(number, today(), ACTOR)
    office.fails["news"]["open"] = StoreError("store-unreachable", "nobody answers", remedy="start it")
    plan = office.rights.plan(number, today(), ACTOR)
    assert [(one.code, one.where) for one in plan.problems] == [("store-unreachable", "news")]
    with pytest.raises(InputError, match="nobody answers"):
        office.rights.approve(number, plan.digest, "anyway", FACTS, today(), ACTOR)


def test_whether_deletion_is_due_is_never_taken_for_granted(office: Office) -> None:
    """What the approver did not answer for is asked for when the run ends, and the next one goes on."""
    del office.shop[1]
    number = office.ready(facts={"deletion.technically_hard": False})
    with pytest.raises(InputError, match=r"deletion\.due"):
        office.rights.run(number, today(), ACTOR)


def test_a_personal_table_that_nothing_reaches_stands_in_the_way(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody approves an erasure that would leave it out; the check of the stores names it as well."""
    (table,) = mapped("news").tables
    lost = msgspec.structs.replace(table, table="guests", identities=())
    maps = (mapped("shop"), msgspec.structs.replace(mapped("news"), tables=(table, lost)))
    monkeypatch.setattr(office.desk.stores, "maps", lambda: maps)
    number = office.ask()
    office.rights.vouch(number, today(), ACTOR)
    plan = office.rights.plan(number, today(), ACTOR)
    assert [(one.code, one.where) for one in plan.problems] == [("map-unreachable", "news.guests")]
    assert [one.where for one in office.rights.check()] == ["news.guests"]
    with pytest.raises(InputError, match="no identity or reference"):
        office.rights.approve(number, plan.digest, "asked for", FACTS, today(), ACTOR)
