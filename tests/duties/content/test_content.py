"""Requests to take content down: people decide with reasons, and the poster is heard."""

import datetime

import pytest
from sqlalchemy import Engine, text

from shouxin.duties.desk.model import OfficeStep
from shouxin.errors import InputError
from tests.duties.desk.conftest import ADDRESS, JUNE, SECRET, STAFF, Front

DAY = datetime.timedelta(days=1)
GRANT = OfficeStep(
    step="grant",
    texts={"measure": "deleted on the day", "answer": "it is gone", "reasons": "it shows a home address"},
    facts={"founded": True},
    others={"poster": "your post was deleted, because it shows where somebody lives"},
)


@pytest.fixture
def front(migrated: Engine) -> Front:
    """Give both desks over a new store."""
    return Front(migrated)


def code(front: Front, number: int, act: OfficeStep) -> str:
    """Return the code with which a step is refused."""
    with pytest.raises(InputError) as caught:
        front.contents.act(number, act, JUNE, STAFF)
    return caught.value.code


def test_a_request_is_granted_the_poster_objects_and_the_content_comes_back(front: Front) -> None:
    """Each side sees its own letters and never the other's."""
    number, told = front.ask()
    made = front.contents.act(number, GRANT, JUNE + DAY, STAFF)
    (poster,) = made.words.values()
    own = front.contents.own(number, poster, ADDRESS, JUNE + DAY)
    assert (own.party, [one.body for one in own.letters]) == ("poster", [{"text": GRANT.others["poster"]}])
    assert [one.step for one in own.steps] == ["object"]
    front.contents.write(
        number, poster, ADDRESS, {"text": "it is my own address"}, JUNE + 2 * DAY, step="object"
    )
    restore = OfficeStep(
        step="restore",
        texts={"reasons": "it is the poster's own"},
        facts={"founded": False},
        others={"poster": "your post is back"},
    )
    again = front.contents.act(number, restore, JUNE + 3 * DAY, STAFF)
    assert (again.state, again.words) == ("restored", {})
    asked = front.contents.own(number, told, ADDRESS, JUNE + 3 * DAY)
    seen = str([one.body for one in asked.letters])
    assert "it is gone" in seen
    assert "it is the poster's own" in seen
    assert "my own address" not in seen
    assert SECRET not in str([one.body for one in front.contents.own(number, poster, ADDRESS, JUNE).letters])


def test_nothing_is_taken_down_without_reasons_a_decision_and_a_notice(front: Front) -> None:
    """Each of the three is missing once."""
    number, _ = front.ask()
    unfounded = OfficeStep(step="grant", texts=GRANT.texts, facts={"founded": False}, others=GRANT.others)
    undecided = OfficeStep(step="grant", texts=GRANT.texts, others=GRANT.others)
    unreasoned = OfficeStep(
        step="grant", texts=dict(GRANT.texts, reasons=" "), facts=GRANT.facts, others=GRANT.others
    )
    unheard = OfficeStep(step="grant", texts={"measure": "m", "answer": "a"}, facts=GRANT.facts)
    found = [code(front, number, one) for one in (unfounded, undecided, unreasoned, unheard)]
    assert found[2:] == ["step-records", "desk-notice"]
    assert set(found[:2]) <= {"step-not-allowed", "step-facts"}
    assert front.contents.show(number, JUNE)[0].state == "received"


def test_without_a_notice_of_its_own_the_poster_gets_the_reasons(front: Front) -> None:
    """What is written once need not be written twice; the answer to the person stays with the person."""
    number, _ = front.ask()
    made = front.contents.act(
        number, OfficeStep(step="grant", texts=GRANT.texts, facts=GRANT.facts), JUNE, STAFF
    )
    own = front.contents.own(number, made.words["poster"], ADDRESS, JUNE)
    assert [one.body for one in own.letters] == [{"text": GRANT.texts["reasons"]}]


def test_a_refusal_says_why_and_can_be_brought_again(front: Front) -> None:
    """Under the same number, as another case."""
    number, told = front.ask()
    refuse = OfficeStep(step="refuse", texts={"refusal_reasons": "it names nobody"}, facts={"founded": False})
    assert front.contents.act(number, refuse, JUNE, STAFF).state == "not_done"
    assert front.contents.own(number, told, ADDRESS, JUNE).letters[-1].body == {
        "refusal_reasons": "it names nobody"
    }
    front.contents.again(number, told, ADDRESS, {"text": "look at the photograph"}, JUNE + DAY)
    assert front.contents.show(number, JUNE + DAY)[0].state == "received"


def test_what_was_granted_is_not_brought_again_while_the_poster_can_object(front: Front) -> None:
    """A new case would take the poster's way to object."""
    number, told = front.ask()
    front.contents.act(number, GRANT, JUNE, STAFF)
    assert front.contents.own(number, told, ADDRESS, JUNE).again is False
    with pytest.raises(InputError) as caught:
        front.contents.again(number, told, ADDRESS, {"text": "more"}, JUNE)
    assert caught.value.code == "desk-open"


def test_messages_are_another_opening(front: Front) -> None:
    """What disturbs is stopped by the same procedure."""
    number, _ = front.ask(about="messages", location="an offer, every night", sender="a shop")
    matter, case = front.contents.show(number, JUNE)
    assert (matter.subject, case.history[0].step) == ("ask_about_messages", "ask_about_messages")


def test_the_service_hears_what_to_do_without_hearing_who_asked(front: Front) -> None:
    """A message of the outbox names the number and the step; the content is read for a reason."""
    number, _ = front.ask()
    front.contents.act(number, GRANT, JUNE, STAFF)
    with front.engine.connect() as connection:
        rows = connection.execute(
            text("select body from shouxin.outbox where topic = 'content.step'")
        ).scalars()
        bodies = list(rows)
    assert [(one["number"], one["step"]) for one in bodies] == [(number, "grant")]
    assert "forum.example" not in str(bodies)


def test_a_complaint_is_no_content_request(front: Front) -> None:
    """Numbers are shared, and each desk knows its own only."""
    number, told = front.complain()
    with pytest.raises(InputError) as caught:
        front.contents.own(number, told, ADDRESS, JUNE)
    assert caught.value.code == "desk-unknown"
    with pytest.raises(InputError) as caught:
        front.contents.show(number, JUNE)
    assert caught.value.code == "desk-none"
