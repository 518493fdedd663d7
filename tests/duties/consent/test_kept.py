"""Answers in the store: what is kept, what is refused, and that nothing of it can be changed unseen."""

import datetime

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import ProgrammingError

from shouxin.duties.consent.kept import Recorded
from shouxin.duties.consent.model import How, Place, Transaction
from shouxin.duties.consent.rows import digest, history, insert, needed, standings
from shouxin.duties.consent.tables import transaction
from shouxin.errors import InputError
from shouxin.store.line import CHANNEL
from tests.duties.consent.conftest import OLD, Record, answer


def made(outcome: Recorded | InputError) -> Transaction:
    """Return the transaction of a report that was taken."""
    assert isinstance(outcome, Recorded)
    return outcome.transaction


def code(outcome: Recorded | InputError) -> str:
    """Return the code of a report that was refused."""
    assert isinstance(outcome, InputError)
    return outcome.code


def person_of(engine: Engine) -> int:
    """Return the number of the only person."""
    with engine.connect() as connection:
        found: int = connection.execute(text("select id from shouxin.person")).scalar_one()
    return found


def test_an_answer_comes_back_as_it_was_given(record: Record, migrated: Engine) -> None:
    """Reading a history gives the transactions that were made, to the last field."""
    one = made(record(answer("request-1", categories=["views"], until="2999-01-01"))[0])
    with migrated.connect() as connection:
        assert history(connection, one.person) == [one]
        assert standings(connection, [one.person])[one.person][Place("tips")].consent == one


def test_every_field_of_an_answer_is_kept(migrated: Engine) -> None:
    """Those that few answers have are there as well, whatever the words are."""
    words = 'a "b", {c} \\d\\ 同意'
    one = Transaction(
        number=1,
        person=2**62,
        action="give",
        purpose=words,
        channel="sms",
        notice=OLD,
        scope=words,
        kinds=frozenset({"guardian", "written"}),
        categories=frozenset({"", words, "NULL"}),
        recipients=frozenset({words}),
        how=How(gesture="signature", place=words, language="zh", asked_with=(words, "tips"), refusable=False),
        informed=False,
        at=datetime.datetime(1999, 12, 31, 23, 59, 59, 999999, datetime.UTC),
        until=datetime.date(1999, 12, 31),
        guardian=3,
        evidence=words,
        request=words,
        source=words,
    )
    with migrated.begin() as connection:
        insert(connection, [one])
        assert history(connection, one.person) == [one]


def test_each_answer_has_its_entry_with_the_digest_of_what_was_kept(record: Record, migrated: Engine) -> None:
    """Who changes an answer in the table is found out by its ledger entry."""
    outcomes = record(answer("request-1"), answer("request-2", "withdraw"), answer("request-3", "refuse"))
    with migrated.connect() as connection:
        rows = connection.execute(
            text("select kind, what, whose from shouxin.ledger_entry order by number")
        ).all()
    assert [row.kind for row in rows] == ["consent.given", "consent.withdrawn", "consent.refused"]
    assert [row.what["digest"] for row in rows] == [digest(made(one)) for one in outcomes]
    assert len({bytes(row.whose) for row in rows}) == 1
    assert "u-1" not in str(rows)


def test_a_repeated_report_changes_nothing(record: Record, migrated: Engine) -> None:
    """Within one batch and later, the same request is the same transaction."""
    first, again = record(answer("request-1"), answer("request-1"))
    later = record(answer("request-1"))[0]
    assert made(first) == made(again) == made(later)
    assert [one.new for one in (first, later) if isinstance(one, Recorded)] == [True, False]
    with migrated.connect() as connection:
        assert len(history(connection, made(first).person)) == 1


def test_another_report_under_the_same_request_is_refused(record: Record) -> None:
    """A replay that was altered is no replay."""
    assert code(record(answer("request-1"), answer("request-1", "refuse"))[1]) == "consent-request"


def test_refusals_hinder_no_other_report(record: Record, migrated: Engine) -> None:
    """Of a batch the sound ones are kept, in their order, and each refusal has its code."""
    outcomes = record(
        answer("request-1", "withdraw", person="u-9"),
        answer("request-2"),
        answer("request-3", notice="f" * 64),
        answer("request-4", notice=OLD),
        answer("request-5", purpose="health"),
        answer("request-6", guardian="g-1", kinds=["guardian"]),
        answer("request-7", "withdraw"),
    )
    assert [code(one) for one in outcomes if isinstance(one, InputError)] == [
        "consent-not-given",
        "consent-notice",
        "consent-notice",
        "consent-form",
        "consent-not-guardian",
    ]
    with migrated.connect() as connection:
        assert [one.action for one in history(connection, person_of(migrated))] == ["give", "withdraw"]


def test_who_withdraws_what_was_never_given_is_not_put_on_record(record: Record, migrated: Engine) -> None:
    """A refusal to act is no reason to gather anything about anybody."""
    record(answer("request-1", "withdraw"))
    with migrated.connect() as connection:
        assert connection.execute(text("select count(*) from shouxin.person")).scalar_one() == 0


def test_a_child_s_guardian_answers_until_the_last_day(record: Record, migrated: Engine) -> None:
    """A verified guardian may, an ended guardianship counts no more."""
    made(record(answer("request-1", "refuse", person="child"))[0])
    made(record(answer("request-2", "refuse", person="guardian"))[0])
    with migrated.begin() as connection:
        child, guardian = connection.execute(text("select id from shouxin.person order by id")).scalars()
        connection.execute(
            text(
                "insert into shouxin.consent_guardianship (child, guardian, verified_by, until) "
                "values (:child, :guardian, 'register extract, file 7', '2999-01-01')"
            ),
            {"child": child, "guardian": guardian},
        )
    alone, together = record(
        answer("request-3", person="child"),
        answer("request-4", person="child", guardian="guardian", kinds=["guardian"]),
    )
    assert code(alone) == "consent-not-guardian"
    assert made(together).guardian == guardian
    with migrated.connect() as connection:
        last = needed(connection, [child], [], datetime.date(2999, 1, 1))
        assert last.guardians == {child: frozenset({guardian})}
        assert not needed(connection, [child], [], datetime.date(2999, 1, 2)).guardians


@pytest.mark.parametrize("change", ["update {} set action = 'give'", "delete from {}", "truncate {} cascade"])
def test_no_answer_can_be_changed_or_taken_away(record: Record, migrated: Engine, change: str) -> None:
    """Also not by who owns the tables."""
    record(answer("request-1"))
    with (
        pytest.raises(ProgrammingError, match="only grows"),
        migrated.begin() as connection,
    ):
        connection.execute(text(change.format("shouxin.consent_transaction")))


def test_guards_hear_of_it_once_it_is_committed(record: Record, migrated: Engine) -> None:
    """The message names the person by number."""
    with migrated.connect() as listening:
        listening.execute(text(f"listen {CHANNEL}"))
        listening.commit()
        person = made(record(answer("request-1"))[0]).person
        driver = listening.connection.driver_connection
        assert driver is not None
        heard = list(driver.notifies(timeout=10, stop_after=1))
    assert [one.payload for one in heard] == [f"consent {person}"]


def test_hostile_text_is_kept_as_text(record: Record, migrated: Engine) -> None:
    """Whatever a field holds, it is a value and never a part of a statement."""
    sly = "x'); drop table shouxin.person; --"
    one = made(record(answer(sly, person=sly, evidence=sly, how={"gesture": "button", "place": sly}))[0])
    with migrated.connect() as connection:
        row = connection.execute(select(transaction)).one()
    assert (row.request, row.evidence, row.how["place"]) == (sly, sly, sly)
    assert one.request == sly
