"""Runs over stores: shown, approved by another, one transaction each, resumed, never beyond what was seen."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shouxin.duties.access.service import SYSTEM_KEY, Principal
from shouxin.duties.days import today
from shouxin.duties.retention.service import Retention, carried_on
from shouxin.duties.retention.worker import Finder
from shouxin.errors import InputError, StoreError
from tests.duties.retention.conftest import ACTOR, APPROVER, DAY, STAFF, RetentionOffice

GONE = {"purchase": 1, "item": 2}


def lost() -> StoreError:
    """Return the error of a connection that was lost, nobody knows when."""
    return StoreError("connect-lost", "the database is gone", remedy="start it")


def states(office: RetentionOffice, number: int) -> dict[str, str]:
    """Return where the work in each store stands."""
    return {task.store: task.state for task in office.retention.show(number).tasks}


def test_what_is_over_goes_in_every_store_once_it_is_approved(office: RetentionOffice) -> None:
    """Found, approved, carried out, and proven: the old purchase and its items, nothing else."""
    before = office.cells("a")
    run = office.approved()
    assert (run.state, run.rows, [one.store for one in run.overdue.surveys]) == ("approved", 6, ["a", "b"])
    done = office.retention.run(run.number, DAY, ACTOR)
    assert done.state == "done"
    assert [task.outcome.deleted for task in done.tasks if task.outcome] == [GONE, GONE]
    after = office.cells("a")
    assert {name for name in before if before[name] != after[name]} == {"purchase", "item"}
    assert [one.what["deleted"] for one in office.entries("retention.store")] == [GONE, GONE]
    assert {task.entry for task in done.tasks}.isdisjoint({None})
    assert carried_on(office.engine) == today()
    assert office.retention.find(DAY, STAFF, "console").state == "nothing"


def test_nothing_runs_that_nobody_approved(office: RetentionOffice) -> None:
    """Not by staff, not by the system, and the one who asked cannot approve it."""
    run = office.retention.find(DAY, STAFF, "console")
    before = office.cells("a")
    with pytest.raises(InputError) as refused:
        office.retention.run(run.number, DAY, ACTOR)
    assert refused.value.code == "retention-approval"
    asker = Principal(id=STAFF.id, kind="operator", roles=frozenset({"approver"}))
    with pytest.raises(InputError) as refused:
        office.retention.decide(
            run.number, run.digest, asker, "console", give=True, reason="r", measures="m", until=None
        )
    assert refused.value.code in ("approval-own", "approval-until")
    assert office.cells("a") == before


def test_a_run_that_was_refused_never_runs_and_is_found_anew(office: RetentionOffice) -> None:
    """The next finding opens another."""
    run = office.retention.find(DAY, STAFF, "console")
    refused = office.retention.decide(run.number, run.digest, APPROVER, "console", give=False, reason="no")
    assert (refused.state, refused.reason) == ("refused", "no")
    with pytest.raises(InputError) as problem:
        office.retention.run(run.number, DAY, ACTOR)
    assert problem.value.code == "retention-replaced"
    assert office.retention.find(DAY, STAFF, "console").number > run.number


def test_another_digest_is_not_approved(office: RetentionOffice) -> None:
    """Who approves approves what was shown."""
    run = office.retention.find(DAY, STAFF, "console")
    with pytest.raises(InputError) as refused:
        office.retention.decide(run.number, "0" * 64, APPROVER, "console", give=True, reason="r")
    assert refused.value.code == "retention-digest"


def test_found_again_it_is_the_same_run(office: RetentionOffice) -> None:
    """One approval is asked for, not two; another finding takes its place."""
    run = office.retention.find(DAY, STAFF, "console")
    assert office.retention.find(DAY, STAFF, "console").number == run.number
    add(office, "a")
    other = office.retention.find(DAY, STAFF, "console")
    assert (other.number > run.number, office.retention.show(run.number).state) == (True, "replaced")


def add(office: RetentionOffice, store: str) -> None:
    """Put one more old purchase into a store."""
    engine = sa.create_engine(office.addresses[store])
    with engine.begin() as connection:
        connection.exec_driver_sql("insert into purchase values (9, 2, null, '2018-01-01', 'x')")
    engine.dispose()


def test_what_changed_since_is_found_anew_and_needs_an_approval(office: RetentionOffice) -> None:
    """The store that is as approved is done; the other is untouched, and a new run waits."""
    run = office.approved()
    add(office, "b")
    before = office.cells("b")
    done = office.retention.run(run.number, DAY, ACTOR)
    assert (done.state, states(office, run.number)) == ("changed", {"a": "done", "b": "failed"})
    assert office.cells("b") == before
    newest = office.retention.list()[0]
    assert (newest.state, newest.who, newest.rows) == ("asked", "system", 4)
    office.approve(office.retention.show(newest.number))
    assert office.retention.run(newest.number, DAY, ACTOR).state == "done"


@pytest.mark.parametrize("call", ["expire", "expire done"])
@pytest.mark.parametrize("store", ["a", "b"])
def test_a_store_that_fails_is_shown_and_finished_later(
    office: RetentionOffice, store: str, call: str
) -> None:
    """Lost before or after it did the work: the other is finished, and the next run does the rest once."""
    run = office.approved()
    office.fails[store, call] = lost()
    first = office.retention.run(run.number, DAY, ACTOR)
    other = "b" if store == "a" else "a"
    assert (first.state, states(office, run.number)) == ("running", {store: "unknown", other: "done"})
    with pytest.raises(InputError) as refused:
        office.retention.find(DAY, STAFF, "console")
    assert refused.value.code == "retention-open"
    again = office.begun().run(run.number, DAY, ACTOR)
    assert again.state == "done"
    assert [task.outcome.deleted for task in again.tasks if task.outcome] == [GONE, GONE]
    assert len(office.entries("approval.used")) == 1


def test_a_dry_run_changes_nothing(office: RetentionOffice) -> None:
    """Neither in a store nor in the journal, and needs no approval."""
    run = office.retention.find(DAY, STAFF, "console")
    before = office.cells("a")
    tried = office.retention.run(run.number, DAY, ACTOR, dry_run=True)
    assert [task.outcome.deleted for task in tried.tasks if task.outcome] == [GONE, GONE]
    assert office.cells("a") == before
    assert set(states(office, run.number).values()) == {"waiting"}


def test_a_store_that_cannot_be_asked_is_said(office: RetentionOffice) -> None:
    """The others are found all the same."""
    office.fails["b", "overdue"] = lost()
    del office.addresses["a"]
    found = office.retention.look(DAY)
    assert {(one.where, one.code) for one in found.problems} == {("a", "rights-store"), ("b", "connect-lost")}
    assert found.rows == 0


def test_two_at_once_do_it_once(office: RetentionOffice) -> None:
    """Whoever comes second hears that it is being carried out."""
    run = office.approved()
    with office.engine.connect() as connection:
        from shouxin.duties.retention import kept

        with connection.begin():
            assert kept.take_alone(connection, run.number)
        with pytest.raises(InputError) as refused:
            office.retention.run(run.number, DAY, ACTOR)
        assert refused.value.code == "retention-busy"


def test_who_may_not_ask_opens_nothing(office: RetentionOffice) -> None:
    """An approver looks and decides; the worker of the system may ask."""
    with pytest.raises(InputError) as refused:
        office.retention.find(DAY, APPROVER, "console")
    assert refused.value.code == "permission-missing"
    assert office.retention.list() == ()
    assert office.retention.find(DAY, SYSTEM_KEY, "system").state == "asked"


def test_without_a_store_everything_says_so() -> None:
    """No traceback, and what to do."""
    with pytest.raises(StoreError, match="no store"):
        Retention().list()


def test_numbers_that_are_no_run_are_unknown(office: RetentionOffice) -> None:
    """Far too large ones, too."""
    for number in (0, 7, 2**63, -1):
        with pytest.raises(InputError) as refused:
            office.retention.show(number)
        assert refused.value.code == "retention-unknown"


def test_the_server_opens_a_run_when_it_is_time_and_carries_none_out(office: RetentionOffice) -> None:
    """The first look finds, the next sees that a run is open; approved and done, it waits its days."""
    said: list[str] = []
    before = office.cells("a")
    finder = Finder(office.retention, 30, said.append)
    finder.look(DAY)
    finder.look(DAY)
    assert said == ["6 rows are past their keeping time: retention run 1 waits"]
    assert office.cells("a") == before
    office.approve(office.retention.show(1))
    office.retention.run(1, DAY, ACTOR)
    finder.look(today() + timedelta(days=29))
    assert len(office.retention.list()) == 1
    finder.look(today() + timedelta(days=30))
    assert [one.state for one in office.retention.list()] == ["nothing", "done"]
    Finder(office.retention, 0, said.append).look(today() + timedelta(days=900))
    assert len(office.retention.list()) == 2


def test_the_thread_of_the_server_finds(office: RetentionOffice) -> None:
    """Started as a context, it opens the run and stops."""
    heard = threading.Event()
    with Finder(office.retention, 30, lambda _text: heard.set(), every=0.02):
        assert heard.wait(20)
    assert office.retention.list()[0].who == "system"
