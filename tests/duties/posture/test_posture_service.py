"""Where an organisation stands: nothing is taken for granted, evidence counts while it is fresh."""

import re
from datetime import date
from functools import partial

import msgspec
import pytest

from shouxin.app.cli import Terminal
from shouxin.duties.inventory.service import Organisation, Service, read, write
from shouxin.duties.posture import words
from shouxin.duties.posture.service import Judge, chosen
from shouxin.engine.control import Evidence
from shouxin.errors import InputError
from shouxin.law.mechanism import Span

from .conftest import DAY, complaints

COMPLAINTS = "miit-24:art_12__cl_1"


def state(judge: Judge, organisation: Organisation, as_of: date = DAY) -> str:
    """Return the state of the control of the mechanism for complaints."""
    items = judge.posture(organisation, as_of).items
    (item,) = [one for one in items if one.provision == COMPLAINTS]
    return item.state


def with_evidence(organisation: Organisation, *evidence: Evidence) -> Organisation:
    """Return the organisation with other evidence."""
    return msgspec.structs.replace(organisation, evidence=evidence)


def test_a_document_shows_the_mechanism(judge: Judge, shop: Organisation) -> None:
    """Evidence of an accepted kind makes the control met; without it nobody has shown anything."""
    assert state(judge, shop) == "met"
    assert state(judge, with_evidence(shop)) == "unknown"


def test_the_latest_evidence_decides(judge: Judge, shop: Organisation) -> None:
    """What was there and is gone is not met; on one day the evidence that denies wins."""
    gone = complaints(on=date(2025, 5, 1), shown=False)
    assert state(judge, with_evidence(shop, complaints(), gone)) == "not_met"
    assert state(judge, with_evidence(shop, complaints(on=date(2025, 5, 2)), gone)) == "met"
    assert state(judge, with_evidence(shop, complaints(on=date(2025, 5, 1)), gone)) == "not_met"


def test_evidence_runs_out(judge: Judge, shop: Organisation) -> None:
    """Its own end counts, and the review period that the organisation set."""
    assert state(judge, with_evidence(shop, complaints(until=date(2025, 6, 2)))) == "expired"
    assert state(judge, with_evidence(shop, complaints(until=DAY))) == "met"
    yearly = msgspec.structs.replace(shop, review=Span(length=12, unit="months"))
    assert state(judge, yearly, date(2026, 1, 5)) == "met"
    assert state(judge, yearly, date(2026, 1, 6)) == "expired"


def test_before_the_law_took_effect_nothing_applies(judge: Judge, shop: Organisation) -> None:
    """Order 24 took effect on 1 September 2013."""
    bare = with_evidence(shop)
    assert state(judge, bare, date(2013, 8, 31)) == "not_applicable"
    assert state(judge, bare, date(2013, 9, 1)) == "unknown"


def test_an_unknown_fact_is_named(judge: Judge) -> None:
    """Whether a control applies is never guessed: the fact that decides it is asked for."""
    items = judge.posture(Organisation(name="Nobody"), DAY).items
    (item,) = [one for one in items if one.provision == COMPLAINTS]
    assert item.state == "unknown"
    assert "actor.telecom_or_internet_provider" in item.missing


def test_what_surely_applies_stands_before_what_may_apply(judge: Judge, shop: Organisation) -> None:
    """And what a penalty stands behind before the rest; the terminal names the facts that decide the most."""
    found = judge.posture(with_evidence(shop), DAY)
    order = [(bool(item.missing), not item.sanctioned_by) for item in found.items if item.state == "unknown"]
    assert order == sorted(order)
    assert {missing for missing, _ in order} == {False, True}
    second = list(words.posture(found, "urgency", "en", partial(Terminal().called, language="en")))[1]
    counted = [int(count) for count in re.findall(r"\((\d+)\)", second)]
    assert second.startswith("facts that decide the most controls: ")
    assert counted == sorted(counted, reverse=True)
    assert len(counted) == 5


def test_each_service_is_asked_on_its_own(judge: Judge, shop: Organisation) -> None:
    """A control of services appears once for each; one of the organisation once."""
    found = judge.posture(shop, DAY)
    services = {item.service for item in found.items}
    assert services == {"", "shop", "forum"}
    assert {item.service for item in chosen(found, service="forum").items} == {"forum"}
    assert not found.met


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        (complaints(kind="test_result"), "evidence-kind"),
        (complaints(kind="attestation"), "evidence-person"),
        (complaints(on=date(2025, 6, 4)), "evidence-date"),
        (complaints(until=date(2025, 1, 4)), "evidence-date"),
        (complaints(element="machine"), "evidence-element"),
        (complaints(provision="miit-24:art_1"), "control-unknown"),
        (complaints(service="shop"), "evidence-service"),
        (complaints(service="shop of another"), "service-unknown"),
    ],
)
def test_evidence_that_cannot_count_is_refused(
    judge: Judge, shop: Organisation, evidence: Evidence, code: str
) -> None:
    """The refusal names the provision, and what it would take."""
    with pytest.raises(InputError) as refused:
        judge.check(with_evidence(shop, evidence), DAY)
    assert refused.value.code == code
    assert refused.value.remedy
    assert state(judge, with_evidence(shop, evidence)) == "unknown"


def test_evidence_made_later_is_left_aside(judge: Judge, shop: Organisation) -> None:
    """The posture of an earlier day can be asked for when newer evidence is there."""
    later = complaints(on=date(2025, 6, 4), shown=False)
    assert state(judge, with_evidence(shop, complaints(), later)) == "met"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"service": "shoop"}, "service-unknown"),
        ({"instrument": "gdpr"}, "law-unknown-instrument"),
        ({"state": "fine"}, "state-unknown"),
    ],
)
def test_a_filter_that_fits_nothing_is_no_clean_bill(
    judge: Judge, shop: Organisation, asked: dict[str, str], code: str
) -> None:
    """A misspelt name is refused with the names there are, not answered with nothing unmet."""
    with pytest.raises(InputError) as refused:
        chosen(judge.posture(shop, DAY), **asked)
    assert refused.value.code == code
    assert refused.value.remedy


@pytest.mark.parametrize("unit", ["days", "months", "years"])
def test_a_period_beyond_the_calendar_is_refused(judge: Judge, shop: Organisation, unit: str) -> None:
    """Before it is kept, not each time the posture is asked for."""
    for length in (10**6, 10**15):
        endless = msgspec.structs.replace(shop, review=Span(length=length * 100, unit=unit))  # type: ignore[arg-type]
        with pytest.raises(InputError) as refused:
            judge.check(endless, DAY)
        assert refused.value.code == "clock-too-long"


def test_a_fact_nobody_declared_is_refused_with_its_place(judge: Judge) -> None:
    """The message says which service holds it."""
    wrong = Organisation(name="Shop", services=(Service(name="forum", facts={"actor.platfrom": True}),))
    with pytest.raises(InputError) as refused:
        judge.posture(wrong, DAY)
    assert (refused.value.code, refused.value.where) == ("fact-unknown", "service forum")


def test_a_file_is_read_back_as_it_was_written(shop: Organisation) -> None:
    """P5: load, save, load is the identity."""
    assert read(write(shop).encode(), where="file") == shop


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"name: [",
        b"name: 3",
        b"name: A\nservices: [{name: a}, {name: a}]",
        b"name: A\nevidence: [{provision: x}]",
        b"name: A\nname: B",
        b"name: !!python/object:os.system A",
        b"a" * 9_000_000,
    ],
)
def test_a_file_that_describes_nothing_is_refused(text: bytes) -> None:
    """One code, whatever is wrong, and no traceback."""
    with pytest.raises(InputError) as refused:
        read(text, where="file")
    assert refused.value.code == "organisation-unreadable"
