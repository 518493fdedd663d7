"""What answers mean in facts, and what the law makes of them."""

import datetime

import msgspec
import pytest

from shouxin.duties.consent import facts
from shouxin.duties.consent.model import How, Place, Standing, Transaction
from shouxin.duties.days import BEIJING
from shouxin.duties.gate.service import Decider
from shouxin.duties.notice.service import OfferedPurpose
from shouxin.law.register import register

DAY = datetime.date(2026, 3, 2)
PURPOSE = OfferedPurpose(key="health", scope="1", categories=frozenset({"heart"}))
GIVEN = Transaction(
    number=1,
    person=1,
    action="give",
    purpose="health",
    notice="a" * 64,
    scope="1",
    kinds=frozenset({"separate"}),
    categories=frozenset({"heart"}),
    recipients=frozenset({"clinic"}),
    how=How(gesture="button", refusable=True),
    at=datetime.datetime(2026, 3, 1, tzinfo=BEIJING),
)
ASKED = {"act": "collect", "data.sensitive": True}


def effect(standing: Standing | None, **more: object) -> set[str]:
    """Return which of the rules on consent prohibit the collection of sensitive information."""
    known = facts.of_purpose(standing, PURPOSE, DAY, **more)  # type: ignore[arg-type]
    made = Decider(register()).decide({**ASKED, **known}, DAY, "ordinary-company")
    return {
        one.provision for one in made.violations if "art_14" in one.provision or "art_29" in one.provision
    }


def test_separate_consent_that_covers_the_act_satisfies_the_rules_on_consent() -> None:
    """All of it is there, so none of these rules stands against the act."""
    assert not effect(
        Standing(last=GIVEN, consent=GIVEN), categories=frozenset({"heart"}), recipient="clinic"
    )


@pytest.mark.parametrize(
    ("change", "asked", "provision"),
    [
        ({"kinds": frozenset()}, {}, "pipl:art_29__cl_1"),
        ({"scope": "old"}, {}, "pipl:art_14__para_2"),
        ({}, {"categories": frozenset({"heart", "steps"})}, "pipl:art_14__para_2"),
        ({}, {"recipient": "insurer"}, "pipl:art_14__para_2"),
        ({"how": How(gesture="signal", refusable=True)}, {}, "pipl:art_14__para_1__cl_1"),
        ({"informed": False}, {}, "pipl:art_14__para_1__cl_1"),
        ({"how": How(gesture="button", refusable=False)}, {}, "pipl:art_14__para_1__cl_1"),
    ],
)
def test_consent_that_lacks_one_thing_is_caught_by_its_provision(
    change: dict[str, object], asked: dict[str, object], provision: str
) -> None:
    """Each differs from the sound one in one respect."""
    weak = msgspec.structs.replace(GIVEN, **change)
    assert provision in effect(Standing(last=weak, consent=weak), **asked)


def test_what_nobody_reported_is_left_open() -> None:
    """Whether it was freely given is not assumed."""
    silent = msgspec.structs.replace(GIVEN, how=How(gesture="button"))
    assert "consent.voluntary" not in facts.of_purpose(Standing(last=silent, consent=silent), PURPOSE, DAY)


def test_a_refusal_and_an_end_are_no_consent() -> None:
    """Neither gives a basis; a refusal is known as one."""
    no = msgspec.structs.replace(GIVEN, action="refuse")
    over = msgspec.structs.replace(GIVEN, until=DAY - datetime.timedelta(days=1))
    none = {"consent.given": False, "consent.withdrawn": False}
    assert facts.of_purpose(Standing(last=no), PURPOSE, DAY) == none | {"subject.refused": True}
    assert facts.of_purpose(Standing(last=over, consent=over), PURPOSE, DAY) == none


def test_a_refused_channel_leaves_the_other_open_and_both_close_all() -> None:
    """Messages are permitted by channel; who refused every channel refused without limit."""
    yes = Standing(last=msgspec.structs.replace(GIVEN, purpose="news", channel="email"), consent=GIVEN)
    no = Standing(last=msgspec.structs.replace(GIVEN, purpose="news", channel="sms", action="refuse"))
    both = {Place("news", "sms"): no, Place("news", "email"): yes}
    assert facts.of_messages(both, "news", "email", DAY) == {
        "message.consented": True,
        "message.refused_here": False,
        "message.refused_without_limit": False,
    }
    assert facts.of_messages({Place("news", "sms"): no}, "news", "sms", DAY)["message.refused_without_limit"]
