"""What a notice lacks, by the provision, and which form each consent needs, by the gate."""

import datetime
from collections.abc import Callable

import pytest

from shouxin.duties.gate.service import Decider
from shouxin.duties.notice.complete import forms, items, lacks
from shouxin.duties.notice.model import Notice
from shouxin.law.register import register
from tests.duties.notice.made_up import WHOLE, notice, said, with_purpose, with_recipient

DAY = datetime.date(2026, 3, 2)
DECIDER = Decider(register())
LESS: dict[str, Callable[[], Notice]] = {
    "processor": lambda: notice(processor=None),
    "contact": lambda: notice(processor={"name": said("Example Shop")}),
    "purpose": lambda: with_purpose(0, purpose=None),
    "method": lambda: with_purpose(0, method=None),
    "categories": lambda: with_purpose(0, categories=[]),
    "keeping_time": lambda: with_purpose(0, keeping=None),
    "rights_way": lambda: notice(rights={**WHOLE["rights"], "way": None}),
    "rights_steps": lambda: notice(rights={**WHOLE["rights"], "steps": None}),
    "sensitive_necessity": lambda: with_purpose(2, sensitive={"effect": said("it shows illness")}),
    "sensitive_effect": lambda: with_purpose(2, sensitive={"necessity": said("no watch without it")}),
    "recipient_contact": lambda: with_recipient(0, contact=None),
    "recipient_purpose": lambda: with_recipient(0, purpose=None),
    "recipient_method": lambda: with_recipient(0, method=None),
    "recipient_categories": lambda: with_recipient(0, categories=None),
    "abroad_contact": lambda: with_recipient(1, contact=None),
    "abroad_purpose": lambda: with_recipient(1, purpose=None),
    "abroad_method": lambda: with_recipient(1, method=None),
    "abroad_categories": lambda: with_recipient(1, categories=None),
    "abroad_rights": lambda: with_recipient(1, rights=None),
    "query_and_correction": lambda: notice(rights={**WHOLE["rights"], "query": None}),
    "refusal_consequences": lambda: with_purpose(1, refusal=None),
}


ALONG = {
    "processor": ["contact"],
    **{f"abroad_{one}": [f"recipient_{one}"] for one in ("contact", "purpose", "method", "categories")},
}
"""What is missed along with an item: who is not named cannot be reached; one abroad is a recipient too."""


def test_a_whole_notice_lacks_nothing() -> None:
    """The twin of every failing example below."""
    assert not lacks(notice(), DECIDER, {})


@pytest.mark.parametrize("item", [one.item for one in items() if one.item != "recipient"])
def test_each_item_that_is_left_out_is_named_with_its_provision(item: str) -> None:
    """One text is taken away, and that one is missed."""
    (wanted,) = (one for one in items() if one.item == item)
    found = lacks(LESS[item](), DECIDER, {})
    assert (item, wanted.provision) in {(one.item, one.provision) for one in found}
    assert {one.item for one in found} <= {item, *ALONG.get(item, ())}


def test_every_item_stands_in_the_register_and_speaks_of_a_fact_of_the_vocabulary() -> None:
    """No citation and no condition leads nowhere."""
    facts = {fact.name for fact in DECIDER.facts()}
    for one in items():
        assert register().find(one.provision)
        assert one.shows in facts
        assert lacks(notice(), DECIDER, {}) == ()


@pytest.mark.parametrize(
    ("facts", "missed"),
    [
        ({"actor.telecom_or_internet_provider": False}, False),
        ({"actor.telecom_or_internet_provider": True}, True),
    ],
)
def test_what_only_some_must_tell_is_asked_of_them(facts: dict[str, bool], missed: bool) -> None:
    """Order 24 speaks to telecom and internet providers; who is none of them is not asked."""
    found = {one.item for one in lacks(notice(rights={**WHOLE["rights"], "query": None}), DECIDER, facts)}
    assert ("query_and_correction" in found) is missed


def test_sensitive_information_that_is_only_stated_counts() -> None:
    """Who states the fact without the two texts lacks both, and the consent is separate."""
    stated = with_purpose(1, facts={"data.sensitive": True})
    found = {one.item for one in lacks(stated, DECIDER, {})}
    assert found == {"sensitive_necessity", "sensitive_effect"}
    assert "tips" in {one.purpose for one in forms(stated, DECIDER, {}, DAY)}


def test_a_fact_cannot_deny_what_the_notice_says() -> None:
    """A purpose with sensitive information stays one."""
    denied = with_purpose(2, facts={"data.sensitive": False, "processing.abroad": False})
    assert forms(denied, DECIDER, {}, DAY) == forms(notice(), DECIDER, {}, DAY)


def test_a_law_that_orders_secrecy_dispenses_with_the_notice() -> None:
    """PIPL art. 18 para. 1; what is told to recipients abroad is another article's matter."""
    secret = lacks(notice(processor=None), DECIDER, {"law.requires_secrecy_or_no_notice": True})
    assert not secret


class TestForms:
    """The form of a consent is what the gate asks for, not what somebody wrote down."""

    def test_sensitive_information_and_recipients_ask_for_separate_consent(self) -> None:
        """Each provision that says so is named; what rests on a contract is not asked about."""
        found = {(one.purpose, one.kind): one.provisions for one in forms(notice(), DECIDER, {}, DAY)}
        assert set(found) == {("health", "separate")}
        assert set(found["health", "separate"]) >= {"pipl:art_29__cl_1", "pipl:art_23__cl_1", "pipl:art_39"}

    def test_a_law_that_asks_for_writing_is_heard(self) -> None:
        """The purpose states the fact, the gate draws the conclusion."""
        written = with_purpose(1, facts={"law.requires_written_consent": True})
        assert {(one.purpose, one.kind) for one in forms(written, DECIDER, {}, DAY)} >= {("tips", "written")}

    def test_before_the_law_no_form_was_asked_for(self) -> None:
        """The day before PIPL took effect there was no separate consent."""
        assert not forms(notice(), DECIDER, {}, datetime.date(2021, 10, 31))


@pytest.mark.parametrize(
    "facts",
    [{}, {"law.requires_written_consent": True}, {"actor.state_organ": True}, {"data.sensitive": True}],
)
def test_the_short_way_to_a_form_leads_where_a_whole_decision_does(
    facts: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what nobody reads is left out of it: the facts that are missing, the assumptions that mattered."""
    given = notice(purposes=[{**one, "facts": facts} for one in WHOLE["purposes"]])
    short = forms(given, DECIDER, {}, DAY)
    asked: list[object] = []

    def whole(decider: Decider, known: dict[str, object], on: datetime.date) -> object:
        asked.append(known)
        return decider.decide(known, on, "ordinary-company").violations

    monkeypatch.setattr("shouxin.duties.notice.complete._violations", whole)
    assert short == forms(given, DECIDER, {}, DAY)
    assert asked


def test_the_bases_of_other_purposes_do_not_change_the_form_of_a_consent() -> None:
    """A service that also carries out contracts still needs separate consent where a purpose rests on it."""
    around = {"basis.contract": True, "basis.statutory_duty": True}
    assert forms(notice(), DECIDER, around, DAY) == forms(notice(), DECIDER, {}, DAY) != ()
