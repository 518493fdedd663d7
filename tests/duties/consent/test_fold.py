"""What a report of an answer becomes, and where a person stands by a history."""

import datetime
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shouxin.duties.consent.fold import after, folded, taken
from shouxin.duties.consent.model import Acting, Given, How, Place, Standing, Transaction
from shouxin.duties.days import BEIJING
from shouxin.duties.notice.service import Offered, OfferedPurpose
from shouxin.errors import InputError
from shouxin.law.register import register

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=BEIJING)
MINUTE = datetime.timedelta(minutes=1)
VERSION = "a" * 64
OFFERED = Offered(
    service="shop",
    address=VERSION,
    published=NOON - 30 * MINUTE,
    purposes={
        "tips": OfferedPurpose(key="tips", scope="1", categories=frozenset({"orders", "views"})),
        "health": OfferedPurpose(
            key="health", scope="2", categories=frozenset({"heart"}), kinds=frozenset({"separate"})
        ),
        "face": OfferedPurpose(
            key="face", scope="3", categories=frozenset({"face"}), kinds=frozenset({"separate", "written"})
        ),
        "news": OfferedPurpose(
            key="news", scope="4", categories=frozenset({"mail"}), channels=("sms", "email")
        ),
    },
)
ONE = Acting(person=1)


def answer(action: str = "give", purpose: str = "tips", **more: Any) -> Given:
    """Return a report of an answer."""
    plain = {"person": "u-1", "action": action, "purpose": purpose, "notice": VERSION, "request": "request-1"}
    how = more.pop("how", {"gesture": "button"})
    return msgspec.convert(plain | {"how": how} | more, Given)


def take(said: Given, before: Standing | None = None, who: Acting = ONE) -> Transaction | None:
    """Take a report down at noon."""
    return taken(said, who, OFFERED, before, NOON)


def stood(*said: Given) -> Standing | None:
    """Return where the purpose of some reports stands behind them, numbered from 1."""
    standing = None
    for number, one in enumerate(said, 1):
        if made := take(one, standing):
            standing = after(standing, msgspec.structs.replace(made, number=number))
    return standing


def refusal(call: Callable[[], object]) -> InputError:
    """Return the error that a call ends with."""
    with pytest.raises(InputError) as caught:
        call()
    return caught.value


def test_a_consent_covers_all_that_the_notice_names_unless_less_is_chosen() -> None:
    """Without a choice the whole purpose is meant, with one only what was chosen."""
    whole, part = take(answer()), take(answer(categories=["orders"]))
    assert whole is not None and whole.categories == {"orders", "views"}
    assert part is not None and part.categories == {"orders"}


def test_a_withdrawal_keeps_the_consent_it_ends() -> None:
    """What was done before stays lawful, so the consent is still there to be looked at."""
    standing = stood(answer(), answer("withdraw", request="request-2"))
    assert standing is not None
    assert standing.status(NOON.date()) == "withdrawn"
    assert standing.consent is not None and standing.consent.number == 1


@pytest.mark.parametrize("action", ["refuse", "withdraw"])
def test_saying_no_twice_changes_nothing(action: str) -> None:
    """A second refusal or withdrawal is no new line of the history."""
    assert take(answer(action, request="request-3"), stood(answer(), answer(action))) is None


def test_consent_ends_the_day_after_its_last() -> None:
    """It counts on its last day and no longer on the next."""
    standing = stood(answer(until="2026-03-05"))
    assert standing is not None
    day = datetime.date(2026, 3, 5)
    assert [standing.status(day), standing.status(day + datetime.timedelta(days=1))] == ["given", "expired"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (answer(purpose="ads"), "consent-purpose"),
        (answer(channel="sms"), "consent-channel"),
        (answer(purpose="news"), "consent-channel"),
        (answer(purpose="news", channel="fax"), "consent-channel"),
        (answer(categories=["heart"]), "consent-scope"),
        (answer(recipients=["somebody"]), "consent-scope"),
        (answer("withdraw"), "consent-not-given"),
        (answer(purpose="health"), "consent-form"),
        (answer(purpose="face", kinds=["separate", "written"]), "consent-form"),
        (answer(how={"gesture": "checkbox", "preticked": True}), "consent-preticked"),
        (answer(kinds=["guardian"]), "consent-form"),
        (answer(at=(NOON + 2 * MINUTE).isoformat()), "consent-time"),
        (answer(at=(NOON - 40 * MINUTE).isoformat()), "consent-time"),
        (answer(at="2026-03-02T12:00:00"), "consent-time"),
        (answer(until="2026-03-01"), "consent-time"),
        (answer(after=7), "consent-moved-on"),
        (
            answer(
                purpose="health",
                kinds=["separate"],
                how={"gesture": "button", "asked_with": ["tips", "health"]},
            ),
            "consent-form",
        ),
    ],
)
def test_an_answer_that_cannot_be_one_is_refused(said: Given, code: str) -> None:
    """Each refusal has its code and says what to do."""
    error = refusal(lambda: take(said))
    assert error.code == code
    assert error.remedy


def test_separate_consent_is_taken_where_it_was_asked_for_alone() -> None:
    """The twin of the refusal: one gesture, one purpose."""
    said = answer(purpose="health", kinds=["separate"], how={"gesture": "button", "asked_with": ["health"]})
    assert take(said) is not None


def test_a_refusal_needs_no_form() -> None:
    """Nobody has to refuse separately or in writing."""
    assert take(answer("refuse", "face")) is not None


def test_an_older_answer_does_not_pass_a_later_one() -> None:
    """Two opposite answers stand in the order in which they were given."""
    before = stood(answer("refuse"))
    earlier = answer(at=(NOON - MINUTE).isoformat(), request="request-4")
    assert refusal(lambda: take(earlier, before)).code == "consent-order"


def test_who_saw_another_state_is_told_so() -> None:
    """A page that was open while somebody else answered changes nothing."""
    before = stood(answer())
    assert refusal(lambda: take(answer("withdraw", after=0), before)).code == "consent-moved-on"
    assert take(answer("withdraw", after=1), before) is not None


def test_a_superseded_version_takes_withdrawals_and_no_consent() -> None:
    """What was agreed to under an old version can always be withdrawn."""
    old = msgspec.structs.replace(OFFERED, superseded=NOON - MINUTE)
    before = stood(answer())
    assert refusal(lambda: taken(answer(), ONE, old, None, NOON)).code == "consent-notice"
    assert taken(answer("withdraw"), ONE, old, before, NOON) is not None


class TestChildren:
    """Below the age of pipl art. 31 a guardian answers, and only a verified one."""

    CHILD = Acting(person=1, guardians=frozenset({7}))
    BY = msgspec.structs.replace(answer(kinds=["guardian"]), guardian="g-7")

    def test_a_guardian_consents(self) -> None:
        """The transaction says who did."""
        made = take(self.BY, who=self.CHILD._replace(guardian=7))
        assert made is not None and made.guardian == 7

    @pytest.mark.parametrize("guardian", [None, 8])
    def test_nobody_else_does(self, guardian: int | None) -> None:
        """Neither the child nor a stranger."""
        said = self.BY if guardian else answer()
        error = refusal(lambda: take(said, who=self.CHILD._replace(guardian=guardian)))
        assert (error.code, error.where) == ("consent-not-guardian", "pipl:art_31__para_1")

    def test_the_child_may_withdraw(self) -> None:
        """To end it takes nobody's help."""
        made = take(self.BY, who=self.CHILD._replace(guardian=7))
        assert made is not None
        before = after(None, msgspec.structs.replace(made, number=1))
        assert take(answer("withdraw"), before, self.CHILD) is not None


@given(
    some.lists(some.tuples(some.sampled_from(["give", "refuse", "withdraw"]), some.booleans()), max_size=12)
)
@settings(max_examples=200, deadline=None)
def test_the_fold_of_a_history_is_where_each_step_led(steps: list[tuple[str, bool]]) -> None:
    """Folding all at once gives what was reached step by step, and no purpose touches another."""
    history: list[Transaction] = []
    standings: dict[Place, Standing] = {}
    for number, (action, first) in enumerate(steps, 1):
        said = answer(action, "tips" if first else "news", channel="" if first else "sms")
        place = Place(said.purpose, said.channel)
        try:
            made = take(said, standings.get(place))
        except InputError as error:
            assert error.code == "consent-not-given"
            continue
        if made:
            history.append(msgspec.structs.replace(made, number=number))
            standings[place] = after(standings.get(place), history[-1])
    assert folded(history) == standings


def test_every_provision_named_in_a_refusal_is_in_the_register() -> None:
    """A citation that resolves nowhere would be worth nothing."""
    for where in ("pipl:art_31__para_1", "pipl:art_14__para_1__cl_1", "pipl:art_14__para_1__cl_2"):
        assert register().find(where)


def test_how_an_answer_was_given_comes_back_from_json() -> None:
    """Saving and loading a transaction is the identity."""
    made = take(answer(how={"gesture": "switch", "place": "settings", "language": "zh"}))
    assert msgspec.json.decode(msgspec.json.encode(made), type=Transaction) == made
    assert isinstance(made, Transaction) and isinstance(made.how, How)
