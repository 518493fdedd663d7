"""Matters brought without an account: a number, a word, a clock, letters that only their parties open."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from shouxin.duties.complaint.model import Complaint, arrival
from shouxin.duties.desk.model import LONGEST, OfficeStep, plain, word
from shouxin.errors import InputError
from shouxin.store.ledger import Actor
from tests.duties.desk.conftest import ADDRESS, JUNE, SECRET, STAFF, Front

DAY = datetime.timedelta(days=1)


def code(caught: "pytest.ExceptionInfo[InputError]") -> str:
    """Return the code of an error."""
    return caught.value.code


def stored(front: Front) -> str:
    """Return every row of every table that could hold what was written, as text."""
    tables = ("desk_matter", "desk_letter", "desk_party", "case", "case_event", "outbox", "person")
    with front.engine.connect() as connection:
        rows = [
            connection.execute(text(f"select t::text from shouxin.{name} t")).scalars() for name in tables
        ]
        ledger = connection.execute(text("select what, why from shouxin.ledger_entry")).all()
        return "\n".join(["\n".join(one) for one in rows] + [str(ledger)])


def test_taking_a_matter_on_is_undone_by_whoever_did_for_a_while(front: Front) -> None:
    """Who dealt with it before does again, or nobody; another cannot, nor who got it back, nor later."""
    number, _ = front.complain()
    desk, other = front.complaints, Actor("operator:2", "console")

    def taker() -> str:
        return desk.show(number, JUNE)[0].taker

    desk.take(number, STAFF)
    desk.take(number, STAFF)
    assert (taker(), desk.undoes(number, STAFF.who), desk.undoes(number, other.who)) == (
        STAFF.who,
        True,
        False,
    )
    desk.leave(number, STAFF)
    assert taker() == ""
    desk.take(number, STAFF)
    desk.take(number, other)
    with pytest.raises(InputError) as caught:
        desk.leave(number, STAFF)
    assert code(caught) == "desk-undo"
    desk.leave(number, other)
    assert (taker(), desk.undoes(number, STAFF.who)) == (STAFF.who, False)
    desk.take(number, other)
    with front.engine.connect() as connection:
        kinds = connection.execute(text("select kind from shouxin.ledger_entry order by 1")).scalars().all()
        count = (kinds.count("complaint.taken"), kinds.count("complaint.left"))
    assert count == (4, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shouxin.duties.desk.service.UNDO", 0)
        assert not desk.undoes(number, other.who)


def test_a_complaint_is_answered_within_the_time_of_the_law(front: Front) -> None:
    """Received, taken, accepted with a contact, answered: both sides see it, and the clock is met."""
    number, told = front.complain(contact="a letter box")
    desk = front.complaints
    assert [(one.number, str(one.due)) for one in desk.queue(JUNE)] == [(number, "2025-06-18")]
    desk.take(number, STAFF)
    desk.act(number, OfficeStep(step="accept", texts={"accepted": "Ms Li deals with it"}), JUNE + DAY, STAFF)
    desk.act(
        number, OfficeStep(step="answer", texts={"answer": "we closed the hole"}), JUNE + 15 * DAY, STAFF
    )
    own = desk.own(number, told, ADDRESS, JUNE + 15 * DAY)
    assert (own.state, own.final, own.late) == ("answered", True, False)
    assert [one.body for one in own.letters] == [
        {"text": SECRET, "contact": "a letter box"},
        {"accepted": "Ms Li deals with it"},
        {"answer": "we closed the hole"},
    ]
    assert desk.queue(JUNE) == ()
    assert [one.taker for one in desk.queue(JUNE, ended=True)] == ["operator:1"]
    matter, case = desk.show(number, JUNE + 15 * DAY)
    assert case.clocks[0].state == "met"
    assert {one.body for one in matter.letters if one.body} == set()


@pytest.mark.parametrize(("days", "late"), [(14, False), (15, False), (16, True)])
def test_the_day_after_the_last_one_is_late(front: Front, days: int, late: bool) -> None:
    """The day before, the day itself, the day after."""
    number, told = front.complain()
    assert front.complaints.queue(JUNE + days * DAY)[0].late is late
    assert front.complaints.own(number, told, ADDRESS, JUNE + days * DAY).late is late


def test_a_clock_beyond_the_published_calendar_is_provisional(front: Front) -> None:
    """Order 24 counts calendar days, whose end on a day off moves: unknown years are marked."""
    number, _ = front.complain(datetime.date.today() - DAY)
    line = front.complaints.queue(datetime.date.today())[0]
    assert (line.number, line.due is not None) == (number, True)
    years = front.complaints.cases.keeper.calendar.years
    assert line.provisional is (line.due is not None and line.due.year > max(years))


def test_nothing_personal_lies_open_anywhere(front: Front) -> None:
    """Not in a table, not in the case, not in the outbox, not in the ledger."""
    number, told = front.complain(contact="wei@mail.example", name="Wei")
    front.complaints.write(number, told, ADDRESS, {"text": "and my address too"}, JUNE)
    front.complaints.act(number, OfficeStep(step="accept", texts={"accepted": "by Ms Li"}), JUNE, STAFF)
    kept = stored(front)
    for word_ in (SECRET, "wei@mail.example", "Wei", "my address", "Ms Li", told, plain(told)):
        assert word_ not in kept, word_


def test_reading_needs_a_reason_that_stays(front: Front) -> None:
    """The ledger says who read what and why, about whom by a commitment."""
    number, _ = front.complain()
    with pytest.raises(InputError) as caught:
        front.complaints.read(number, "  ", STAFF)
    assert code(caught) == "desk-reason"
    (letter,) = front.complaints.read(number, "to answer it", STAFF)
    assert letter.body == {"text": SECRET}
    with front.engine.connect() as connection:
        found = connection.execute(
            text("select who, why, length(whose) from shouxin.ledger_entry where kind = 'read'")
        ).all()
    assert [tuple(one) for one in found] == [("operator:1", "to answer it", 32)]


def test_a_wrong_number_and_a_wrong_word_are_answered_alike(front: Front) -> None:
    """Somebody else's number tells nothing, not even that it exists."""
    number, told = front.complain()
    other, other_word = front.complain()
    said = set()
    for wrong in (
        (number, word()),
        (number, other_word),
        (999, told),
        (-1, told),
        (10**30, told),
        (number, ""),
    ):
        with pytest.raises(InputError) as caught:
            front.complaints.own(*wrong, ADDRESS, JUNE)
        said.add(str(caught.value))
    assert len(said) == 1
    assert front.complaints.own(other, other_word.upper().replace("-", " "), ADDRESS, JUNE).number == other


def test_guessing_is_slowed_and_the_owner_comes_in_after_a_minute(front: Front) -> None:
    """After a few wrong words each further one waits."""
    number, told = front.complain()
    codes = []
    for _ in range(7):
        with pytest.raises(InputError) as caught:
            front.complaints.own(number, word(), "192.0.2.9", JUNE)
        codes.append(code(caught))
    assert codes == ["desk-unknown"] * 5 + ["sign-in-slow"] * 2
    with front.engine.begin() as connection:
        connection.execute(text("update shouxin.sign_in_attempt set next_at = now() - interval '1 second'"))
    assert front.complaints.own(number, told, ADDRESS, JUNE).number == number


def test_an_address_that_brings_many_waits_between_them(front: Front) -> None:
    """Others are not hindered."""
    given = arrival(Complaint(subject="other", text="x"))
    taken = 0
    with pytest.raises(InputError) as caught:
        for _ in range(30):
            front.complaints.take_in(given, JUNE, address="192.0.2.7")
            taken += 1
    assert (code(caught), taken) == ("sign-in-slow", 20)
    assert front.complaints.take_in(given, JUNE, address="192.0.2.8").number


def test_a_hundred_at_once_are_all_taken_in_whole(front: Front) -> None:
    """Each has its number, its case, its clock and its letter; the ledger verifies in order."""
    gate = threading.Barrier(40)

    def bring(which: int) -> tuple[int, str]:
        if which < 40:
            gate.wait()
        return front.complain(text=f"number {which}")

    with ThreadPoolExecutor(40) as pool:
        made = list(pool.map(bring, range(100)))
    assert len({number for number, _ in made}) == 100
    queue = front.complaints.queue(JUNE)
    assert len({one.case for one in queue}) == 100
    for which in (0, 57, 99):
        own = front.complaints.own(*made[which], ADDRESS, JUNE)
        assert own.letters[0].body == {"text": f"number {which}"}


def test_a_report_sent_twice_is_taken_in_once(front: Front) -> None:
    """The second time says under which number, and gives no second word."""
    given = arrival(Complaint(subject="other", text="x", request="report-0001"))
    first = front.complaints.take_in(given, JUNE)
    with pytest.raises(InputError) as caught:
        front.complaints.take_in(given, JUNE)
    assert code(caught) == "desk-repeated"
    assert str(first.number) in str(caught.value)
    assert len(front.complaints.queue(JUNE)) == 1


def test_the_same_report_many_times_at_once_is_one_matter(front: Front) -> None:
    """Whoever comes second leaves no case behind."""
    given = arrival(Complaint(subject="other", text="x", request="report-0001"))

    def bring(_which: int) -> str:
        try:
            return str(front.complaints.take_in(given, JUNE).number)
        except InputError as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        made = sorted(pool.map(bring, range(8)))
    assert made[1:] == ["desk-repeated"] * 7
    with front.engine.connect() as connection:
        assert connection.execute(text("select count(*) from shouxin.case")).scalar_one() == 1


def test_a_service_that_nobody_knows_is_part_of_the_letter(front: Front) -> None:
    """A stranger could write anything there."""
    number, _ = front.complain(service="call me at 192.0.2.4")
    assert front.complaints.queue(JUNE)[0].service == ""
    assert "192.0.2.4" not in stored(front)
    (letter,) = front.complaints.read(number, "to answer it", STAFF)
    assert letter.body == {"text": SECRET, "service": "call me at 192.0.2.4"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"subject": "weather"}, "fact-type"),
        ({"text": "x" * (LONGEST + 1)}, "desk-long"),
        ({"text": " "}, "desk-text"),
        ({"text": "a\0b"}, "desk-text"),
        ({"text": "\ud800"}, "desk-text"),
    ],
)
def test_what_cannot_be_taken_in_leaves_nothing(front: Front, more: dict[str, str], expected: str) -> None:
    """No case without a letter, no clock without a case."""
    with pytest.raises(InputError) as caught:
        front.complain(JUNE, **more)
    assert code(caught) == expected
    with front.engine.connect() as connection:
        for name in ("case", "desk_matter", "deadline", "outbox"):
            assert connection.execute(text(f"select count(*) from shouxin.{name}")).scalar_one() == 0


def test_steps_out_of_order_change_nothing(front: Front) -> None:
    """Nothing is answered that was not accepted, and no letter leaves with a step that was refused."""
    number, told = front.complain()
    for act, expected in (
        (OfficeStep(step="answer", texts={"answer": "no"}), "step-not-now"),
        (OfficeStep(step="accept"), "step-records"),
        (OfficeStep(step="withdraw"), "step-role"),
        (OfficeStep(step="dance"), "step-unknown"),
        (OfficeStep(step="accept", texts={"accepted": "x"}, version=7), "case-version"),
        (OfficeStep(step="accept", texts={"accepted": "x"}, on=JUNE + DAY), "step-future"),
    ):
        with pytest.raises(InputError) as caught:
            front.complaints.act(number, act, JUNE, STAFF)
        assert code(caught) == expected
    assert len(front.complaints.own(number, told, ADDRESS, JUNE).letters) == 1


def test_two_answers_at_once_are_one(front: Front) -> None:
    """Whoever comes second is told so, and their letter is not kept."""
    number, told = front.complain()
    front.complaints.act(number, OfficeStep(step="accept", texts={"accepted": "x"}), JUNE, STAFF)

    def answer(which: int) -> str:
        try:
            act = OfficeStep(step="answer", texts={"answer": f"answer {which}"})
            return front.complaints.act(number, act, JUNE, STAFF).state
        except InputError as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        ended = sorted(pool.map(answer, range(4)))
    assert ended == ["answered"] + ["step-not-now"] * 3
    assert len(front.complaints.own(number, told, ADDRESS, JUNE).letters) == 3


def test_a_matter_is_brought_again_under_its_number_with_a_new_clock(front: Front) -> None:
    """The first case stays as it ended; what is not over cannot be brought again."""
    number, told = front.complain()
    with pytest.raises(InputError) as caught:
        front.complaints.again(number, told, ADDRESS, {"text": "still"}, JUNE)
    assert code(caught) == "desk-open"
    front.complaints.write(number, told, ADDRESS, {}, JUNE, step="withdraw")
    due = front.complaints.again(number, told, ADDRESS, {"text": "still"}, JUNE + 30 * DAY)
    assert due == JUNE + 45 * DAY
    matter, _ = front.complaints.show(number, JUNE + 30 * DAY)
    assert (len(matter.cases), matter.state, matter.unread) == (2, "received", True)


def test_notes_of_the_office_stay_in_the_office(front: Front) -> None:
    """A question reaches the complainant, a note does not."""
    number, told = front.complain()
    front.complaints.note(number, "which order was it?", STAFF, shown=True)
    front.complaints.note(number, "check with the warehouse", STAFF, shown=False)
    bodies = [one.body for one in front.complaints.own(number, told, ADDRESS, JUNE).letters]
    assert bodies == [{"text": SECRET}, {"text": "which order was it?"}]
    assert len(front.complaints.read(number, "all of it", STAFF)) == 3


def test_a_matter_is_tied_to_the_case_of_another_duty(front: Front) -> None:
    """To one that there is."""
    number, _ = front.complain()
    other = front.complaints.show(front.complain()[0], JUNE)[0].case
    front.complaints.tie(number, other, STAFF)
    front.complaints.tie(number, other, STAFF)
    assert front.complaints.show(number, JUNE)[0].ties == (other,)
    for wrong in (0, 999, 10**30):
        with pytest.raises(InputError) as caught:
            front.complaints.tie(number, wrong, STAFF)
        assert code(caught) == "case-unknown"


def test_an_ended_matter_can_be_forgotten_and_the_rest_stays(front: Front) -> None:
    """Its letters do not open any more, its steps stay; another matter is untouched."""
    number, told = front.complain()
    other, other_word = front.complain()
    with pytest.raises(InputError) as caught:
        front.complaints.shred(number, "asked for it", STAFF, JUNE)
    assert code(caught) == "desk-open"
    front.complaints.write(number, told, ADDRESS, {}, JUNE, step="withdraw")
    assert front.complaints.shred(number, "asked for it", STAFF, JUNE) == 1
    assert front.complaints.shred(number, "asked for it", STAFF, JUNE) == 0
    assert [one.body for one in front.complaints.read(number, "is it gone?", STAFF)] == [None]
    matter, case = front.complaints.show(number, JUNE)
    assert (matter.shredded, case.state) == (True, "withdrawn")
    assert front.complaints.own(other, other_word, ADDRESS, JUNE).letters[0].body == {"text": SECRET}


def test_figures_count_by_subject_and_name_nobody(front: Front) -> None:
    """Received, open, ended, late and how long it took."""
    first, _ = front.complain()
    front.complain()
    front.complain(subject="other")
    desk = front.complaints
    desk.act(first, OfficeStep(step="accept", texts={"accepted": "x"}), JUNE, STAFF)
    desk.act(first, OfficeStep(step="answer", texts={"answer": "x"}), JUNE + 20 * DAY, STAFF)
    found = {one.subject: one for one in desk.figures(datetime.date(2020, 1, 1), datetime.date(2100, 1, 1))}
    assert (found["user_information"].received, found["user_information"].ended) == (2, 1)
    assert found["user_information"].late == 2
    assert (found["other"].open, found["other"].late, found["other"].days) == (1, 0, None)
    assert desk.figures(datetime.date(2020, 1, 1), datetime.date(2020, 1, 2)) == ()


def test_tables_of_the_desk_only_grow(front: Front) -> None:
    """A letter once kept is neither changed nor taken away."""
    front.complain()
    for name in ("desk_matter", "desk_letter", "desk_party", "desk_case"):
        with pytest.raises(Exception, match="only grow"), front.engine.begin() as connection:
            connection.execute(text(f"delete from shouxin.{name}"))
