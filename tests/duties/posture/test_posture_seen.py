"""What the system sees for itself: pages that stand or do not, and no way into a private network."""

import http.server
import threading
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest

from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.service import Activity, Officer, Organisation, Pages, Service
from shouxin.duties.notice.service import Notices
from shouxin.duties.posture.fetch import Fetcher, Page
from shouxin.duties.posture.seen import CHECKS, Scene, look
from shouxin.duties.posture.service import Judge
from shouxin.engine.control import Ready
from shouxin.errors import InputError
from shouxin.law.mechanism import Span
from shouxin.law.register import register
from tests.duties.notice import made_up

from .conftest import DAY

NOTICE = "处理目的、处理方式、个人信息种类、保存期限、行使权利的方式、联系方式"


class Site(http.server.BaseHTTPRequestHandler):
    """A small site: a page, an empty one, one that is gone, one that leads on for ever."""

    def do_GET(self) -> None:
        """Answer one request."""
        if self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
            return
        self.send_response(200 if self.path != "/gone" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"" if self.path == "/empty" else NOTICE.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Give the address of the small site on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def scene(judge: Judge, organisation: Organisation, page: Page) -> Scene:
    """Return what a check looks at, with one page behind every address."""
    control: Ready = judge.controls.at("pipl:art_55")[0]
    service = organisation.services[0] if organisation.services else None
    return Scene(judge, organisation, service, control, DAY, lambda _: page)


def test_a_private_address_is_not_fetched_unless_told_to(site: str) -> None:
    """A page of this machine is out of reach, and in reach for those who ask."""
    assert Fetcher()(site).problem == "lies in a private network"
    assert Fetcher(allow_private=True)(site).found


@pytest.mark.parametrize(
    ("path", "found"), [("/", True), ("/empty", False), ("/gone", False), ("/loop", False)]
)
def test_a_page_is_there_or_not(site: str, path: str, found: bool) -> None:
    """An empty page, a missing one and an endless redirect are no page."""
    assert Fetcher(allow_private=True)(site + path).found is found


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://a.example", "http://", "http://user:x@127.0.0.1/", "x", ""]
)
def test_only_plain_web_addresses_are_fetched(address: str) -> None:
    """Nothing else is opened, and nothing is raised."""
    assert Fetcher(allow_private=True)(address).status == 0


def test_a_notice_is_looked_through_for_its_matters(judge: Judge) -> None:
    """A phrase shows a matter, and never that the notice is true; the matters without one are named."""
    shop = Organisation(name="S", services=(Service(name="s", pages=Pages(notice="https://s.example")),))
    whole, partly = scene(judge, shop, Page(200, NOTICE)), scene(judge, shop, Page(200, "处理目的 contact"))
    for matter, there in (("purpose", True), ("retention", False)):
        told, lacking = (CHECKS[f"notice_{matter}"](one) for one in (whole, partly))
        assert told is not None
        assert told.shown
        assert lacking is not None
        assert lacking.shown is there
    assert CHECKS["notice_complete"](whole) is None
    found = CHECKS["notice_complete"](partly)
    assert found is not None
    assert (found.shown, found.note) == (
        False,
        "no phrase was found for: method, categories, retention, rights",
    )


def test_what_cannot_be_judged_is_left_alone(judge: Judge) -> None:
    """Without an address, a date or an activity there is no evidence for or against."""
    bare = Organisation(name="S", services=(Service(name="s"),))
    page = Page(200, NOTICE)
    for name in set(CHECKS) - {"officer_named", "officer_published"}:
        assert CHECKS[name](scene(judge, bare, page)) is None, name


def test_an_activity_without_its_assessment_is_seen(judge: Judge) -> None:
    """One that needs no assessment is not asked for one."""
    needing = Activity(name="profiling", needs_assessment=True)
    other = Activity(name="billing", needs_assessment=False)
    shop = Organisation(name="S", services=(Service(name="s", activities=(needing, other)),))
    sight = CHECKS["assessment_present"](scene(judge, shop, Page(0, "")))
    assert sight is not None
    assert (sight.shown, sight.note) == (False, "none for: profiling")


@pytest.mark.parametrize(
    ("entrusted", "assessed_on", "shown"),
    [(True, None, False), (True, DAY, True), (False, None, None), (None, None, None), (None, DAY, None)],
)
def test_whether_an_activity_needs_an_assessment_follows_from_its_facts(
    judge: Judge, entrusted: bool | None, assessed_on: date | None, shown: bool | None
) -> None:
    """To entrust information needs one (pipl art. 55 item 3); what is unknown proves nothing."""
    others = ("data.sensitive", "service.children_u14", "service.automated_decisions", "processing.provided")
    more = ("processing.published", "processing.abroad", "act.major_effect", "act.legal_or_similar_effect")
    plain = Activity(name="statistics", facts=dict.fromkeys((*others, *more), False))
    facts = plain.facts if entrusted is None else {**plain.facts, "processing.entrusted": entrusted}
    one = Activity(name="delivery", facts=facts, assessed_on=assessed_on)
    shop = Organisation(name="S", services=(Service(name="s", activities=(one,)),))
    sight = CHECKS["assessment_present"](scene(judge, shop, Page(0, "")))
    assert (sight.shown if sight else None) is shown


def test_a_service_is_what_its_activities_are(judge: Judge) -> None:
    """An assessment is asked of the service as soon as one of its activities needs one."""
    one = Activity(name="profiling", facts={"service.automated_decisions": True})
    shop = Organisation(name="S", services=(Service(name="s", activities=(one,)),))
    found = judge.posture(shop, DAY)
    (asked,) = [item for item in found.items if item.provision == "pipl:art_55"]
    assert (asked.state, asked.missing) == ("unknown", ())
    seen = look(judge, shop, DAY, lambda _: Page(0, ""))
    after = judge.posture(msgspec.structs.replace(shop, evidence=seen), DAY)
    assert [item.state for item in after.items if item.provision == "pipl:art_55"] == ["not_met"]


def test_an_activity_is_nothing_that_its_service_never_is(judge: Judge) -> None:
    """The error names the service and the activity."""
    one = Activity(name="profiling", facts={"data.sensitive": True})
    shop = Service(name="s", facts={"data.sensitive": False}, activities=(one,))
    with pytest.raises(InputError, match='of the activity "profiling" and false') as refused:
        judge.check(Organisation(name="S", services=(shop,)), DAY)
    assert (refused.value.code, refused.value.where) == ("fact-contradiction", "service s")


def named() -> set[tuple[str, str, str]]:
    """Return every element that names a check, with its provision."""
    return {
        (str(entry.citation), element.name, element.check)
        for entry in register().entries
        for control in entry.provision.control
        for element in control.elements
        if element.check
    }


def test_every_check_that_the_law_names_exists_and_the_other_way_round() -> None:
    """An element that names another check would never be looked at."""
    assert {check for _, _, check in named()} == set(CHECKS)


def test_every_element_that_names_a_check_can_be_seen(judge: Judge) -> None:
    """The check looks where the control asks and gives evidence of a kind that the element takes."""
    service = Service(
        name="s",
        pages=Pages(**dict.fromkeys(Pages.__struct_fields__, "https://s.example")),
        log_retention=Span(length=1, unit="months"),
        transaction_retention=Span(length=1, unit="months"),
        activities=(Activity(name="profiling", needs_assessment=True),),
    )
    one = Organisation(
        name="S", last_training=DAY, last_audit=DAY, incident_plan="plan.pdf", services=(service,)
    )
    found = look(judge, one, DAY, lambda _: Page(200, "-"), carried=DAY)
    seen = {(item.provision, item.element) for item in found}
    standing = {
        (one.provision, element.name) for one in judge.controls.all for element in one.control.elements
    }
    assert seen == {(provision, name) for provision, name, _ in named()} & standing


@pytest.mark.parametrize(
    ("months", "assessed_on", "state"),
    [(6, DAY, "met"), (5, None, "not_met"), (6, date(2025, 6, 4), "not_met")],
)
def test_logs_and_assessments_are_looked_at(
    judge: Judge, months: int, assessed_on: date | None, state: str
) -> None:
    """Logs of a microblog are kept for six months, and an assessment is made before the activity."""
    profiling = Activity(name="profiling", needs_assessment=True, assessed_on=assessed_on)
    blog = Service(name="s", log_retention=Span(length=months, unit="months"), activities=(profiling,))
    facts = {"actor.microblog_provider": True, "place.service_in_china": True, "data.sensitive": True}
    one = Organisation(name="S", facts=facts, services=(blog,))
    seen = look(judge, one, DAY, lambda _: Page(0, "", "no page"))
    after = judge.posture(msgspec.structs.replace(one, evidence=seen), DAY)
    states = {item.provision: item.state for item in after.items}
    assert states["pipl:art_55"] == state
    assert states["microblog:art_16__para_2"] == ("met" if months == 6 else "not_met")


def test_what_was_seen_counts_as_evidence(judge: Judge) -> None:
    """The whole round: look, keep, and and what the record says of the officer counts."""
    shop = Organisation(
        name="S",
        facts={"actor.volume_processor": True},
        officer=Officer(name="Zhang San", contact="a@s.example", published=True),
        review=Span(length=1, unit="years"),
        last_audit=date(2025, 1, 5),
    )
    found = look(judge, shop, DAY, lambda _: Page(0, "", "no page"))
    assert {item.on for item in found} == {DAY}
    after = judge.posture(msgspec.structs.replace(shop, evidence=found), DAY)
    assert any(element.state == "met" for item in after.items for element in item.elements)


@pytest.mark.parametrize(("years", "state"), [(3, "met"), (2, "not_met")])
def test_a_platform_keeps_transactions_long_enough(judge: Judge, years: int, state: str) -> None:
    """How long logs are kept says nothing of it."""
    market = Service(
        name="market",
        log_retention=Span(length=6, unit="months"),
        transaction_retention=Span(length=years, unit="years"),
    )
    shop = Organisation(name="S", facts={"actor.ecommerce_platform": True}, services=(market,))
    assert seen_state(judge, shop, "ecommerce-law:art_31__cl_2", Page(0, "", "no page")) == state


@pytest.mark.parametrize(
    "provision",
    ["miit-24:art_8__cl_1", "miit-24:art_8__cl_2", "miit-24:art_12__cl_2", "ecommerce-law:art_59"],
)
def test_the_pages_of_a_service_are_looked_at(judge: Judge, provision: str) -> None:
    """Each service has its own rules and its own way to complain, and a page that is gone is seen."""
    facts = dict.fromkeys(
        ("actor.telecom_or_internet_provider", "place.service_in_china", "actor.ecommerce_operator"), True
    )
    pages = Pages(notice="https://s.example/n", complaint="https://s.example/c")
    shop = Organisation(name="S", facts=facts, services=(Service(name="s", pages=pages),))
    seen = look(judge, shop, DAY, lambda _: Page(200, NOTICE))
    assert provision in {item.provision for item in seen if item.shown and item.service == "s"}
    gone = Page(404, "", "answers 404")
    if provision != "miit-24:art_8__cl_1":
        assert seen_state(judge, shop, provision, gone) == "not_met"


@pytest.mark.parametrize(("last", "state"), [(date(2024, 6, 10), "met"), (date(2024, 5, 10), "not_met")])
def test_an_audit_is_held_within_the_interval(judge: Judge, last: date, state: str) -> None:
    """The organisation sets the interval: an audit older than that is none."""
    yearly = Organisation(name="S", review=Span(length=1, unit="years"), last_audit=last)
    assert seen_state(judge, yearly, "pipl:art_54", Page(0, "", "no page")) == state


def seen_state(judge: Judge, organisation: Organisation, provision: str, page: Page) -> str:
    """Return how a control stands once the system has looked for itself."""
    seen = look(judge, organisation, DAY, lambda _: page)
    after = judge.posture(msgspec.structs.replace(organisation, evidence=seen), DAY)
    (state,) = {item.state for item in after.items if item.provision == provision and item.state != "unknown"}
    return str(state)


def test_a_notice_in_force_here_counts_item_by_item(judge: Judge) -> None:
    """Before any page, which is not fetched then; that it is true a person says."""

    def unasked(address: str) -> Page:
        raise AssertionError(address)

    shop = Organisation(name="S", services=(Service(name="shop", pages=Pages(notice="https://s.example")),))
    notices = Notices(Decider(register()), "law-1")
    for notice, lacking in ((made_up.notice(), ""), (made_up.with_purpose(0, keeping=None), "retention")):
        checked = notices.check(notice, DAY)
        one = scene(judge, shop, Page(200, ""))._replace(fetch=unasked, told={"shop": checked}.get)
        for matter in ("contact", "purpose", "method", "categories", "retention", "rights"):
            sight = CHECKS[f"notice_{matter}"](one)
            assert sight
            assert (sight.shown, sight.reference) == (matter != lacking, f"/notices/{notice.address}")
        there = CHECKS["notice_published"](one)
        assert there
        assert there.shown
    untold = CHECKS["notice_complete"](one)
    assert untold
    assert (untold.shown, untold.note) == (False, "it lacks: keeping_time")


def test_a_notice_without_purposes_tells_none_of_them(judge: Judge) -> None:
    """Nothing is told by leaving everything out."""
    shop = Organisation(name="S", services=(Service(name="shop"),))
    checked = Notices(Decider(register()), "law-1").check(made_up.notice(purposes=[]), DAY)
    one = scene(judge, shop, Page(404, ""))._replace(told={"shop": checked}.get)
    sight = CHECKS["notice_purpose"](one)
    assert sight
    assert not sight.shown


def test_a_retention_run_shows_that_what_is_over_goes(judge: Judge) -> None:
    """One of today counts, an older one than the organisation's review does not; none says nothing."""

    def seen(carried: date | None) -> list[bool]:
        one = Organisation(name="S", review=Span(length=1, unit="years"), services=(Service(name="s"),))
        found = look(judge, one, DAY, lambda _: Page(0, ""), carried=carried)
        return [item.shown for item in found if item.provision == "pipl:art_19"]

    assert seen(DAY) == [True]
    assert seen(DAY - timedelta(days=800)) == [False]
    assert seen(None) == []
