"""A notice is written in a form, from a draft or the version in force, and published as it was looked at."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.server import create_app
from shouxin.duties.forms import Form
from shouxin.duties.library.service import Library
from shouxin.duties.notice.editing import Sheet, gathered, spread
from shouxin.duties.notice.model import Notice
from shouxin.duties.notice.pages_write import _sheet
from shouxin.duties.notice.service import read
from shouxin.law.register import register
from shouxin.store import StoreConfig, open_store
from tests.conftest import new_database
from tests.crawl import Page
from tests.duties.notice.made_up import notice, said, with_purpose, with_recipient
from tests.duties.notice.test_notice_web import HOSTILE, TOKEN, Client, plain, published

WRITE = "/notices/write?service=shop&lang=en"


@pytest.fixture(scope="module")
def shared(shared_dsn: str, migrated_dsn: str) -> Iterator[Client]:
    """Talk to the application over one store for all tests here."""
    with new_database(shared_dsn, migrated_dsn) as dsn, open_store(StoreConfig(dsn=dsn)) as store:
        app = create_app(
            Library(register()), host_names=("testserver.local",), api_token="made-up", engine=store.engine
        )
        with TestClient[Litestar](app) as open_client:
            open_client.follow_redirects = False
            yield open_client


@pytest.mark.parametrize(
    "given",
    [
        notice(),
        notice(officer={"name": said("Li")}, summary=said("short"), further=[said("more"), said("and more")]),
        with_purpose(
            1, automated=said("yes"), facts={"law.requires_written_consent": False}, channels=["fax"]
        ),
        with_purpose(2, sensitive={}),
        with_recipient(1, kind="entrusted", method=None),
        notice(purposes=[]),
    ],
)
def test_a_form_that_is_sent_back_as_it_was_makes_the_same_notice(given: Notice) -> None:
    """Nothing of a notice is lost in its form, what has no field of its own included."""
    assert gathered(spread(given), "shop") == given


def test_what_is_wrong_is_said_field_by_field() -> None:
    """All of it at once: texts without Chinese, keys, bases."""
    values = dict(spread(notice()).values)
    values |= {
        "title.zh": ("",),
        "officer.contact.en": ("x",),
        "p0.key": ("Orders!",),
        "p1.basis": (),
        "p2.r0.key": ("lab",),
        "p2.r1.name.zh": (" ",),
        "p2.c0.zh": ("",),
        "p2.r0.categories": ("heart, Über",),
    }
    assert gathered(Sheet(values), "shop") == {
        "title": "zh",
        "officer.contact": "zh",
        "officer.name": "needed",
        "p0.key": "key",
        "p1.basis": "needed",
        "p2.c0": "zh",
        "p2.r0.categories": "key",
        "p2.r1.name": "zh",
        "p2.r1.key": "twice",
    }


def test_parts_come_and_go() -> None:
    """A new part has a number of its own; rows in which nothing stands are no parts."""
    sheet = spread(notice())
    more = sheet.added("p").added("r", "p2").added("c", "p2")
    assert more.parts("p") == ("p0", "p1", "p2", "p3", "p4")
    assert more.parts("r", "p2") == ("p2.r0", "p2.r1", "p2.r2")
    assert more.tidy().parts("c", "p2") == ("p2.c0",)
    assert gathered(more.without("p4").without("p2.r2").tidy(), "shop") == notice()
    fewer = gathered(sheet.without("p1"), "shop")
    assert isinstance(fewer, Notice)
    assert [one.key for one in fewer.purposes] == ["orders", "health", "news"]


def fields(page: str) -> dict[str, list[str]]:
    """Return what a browser would send of the form in which a notice is written."""
    (form,) = (one for one in Page(page).forms if one.action.startswith("/notices/write?"))
    found: dict[str, list[str]] = {}
    for field in form.fields:
        if field.kind not in ("button", "uncheckbox"):
            found.setdefault(field.name, []).append(field.value)
    return found


def send(client: Client, held: dict[str, list[str]], do: str, **changes: str) -> httpx.Response:
    """Send a form."""
    data: dict[str, Any] = {**held, **{name: [text] for name, text in changes.items()}, "do": do}
    answer: httpx.Response = client.post(WRITE, data=data, headers=TOKEN)
    return answer


def test_from_the_version_in_force_to_the_next(shared: Client) -> None:
    """What changes and who is asked again is shown before, and only what was looked at is published."""
    first = published(shared, plain())
    begun = shared.get(WRITE, headers=TOKEN)
    assert begun.headers["cache-control"] == "no-store"
    assert "Every item that the law asks for is told" in begun.text
    held = fields(begun.text)
    same = send(shared, held, "look").text
    assert "The two versions are the same" in same
    assert 'value="publish"' not in same
    changed = {"p1.method.zh": "由人比对", "p1.method.en": "compared by hand"}
    hasty = send(shared, held, "publish", **changed, sure="yes", seal="x")
    assert (hasty.status_code, "tick the box first" in hasty.text) == (200, True)
    looked = send(shared, held, "look", **changed).text
    assert "Consent is asked for again" in looked
    assert 'href="/law/pipl/art_14__para_2"' in looked
    now = fields(looked)
    unsure = send(shared, now, "publish")
    assert "tick the box first" in unsure.text
    other = send(shared, now, "publish", **{"p1.method.en": "by somebody else"}, sure="yes")
    assert other.status_code == 200
    done = send(shared, now, "publish", sure="yes")
    assert done.status_code == 303
    address = done.headers["location"].removeprefix("/notices/")
    assert address not in (first, "")
    assert "compared by hand" in shared.get(f"/notices/{address}?lang=en").text
    late = send(shared, now, "publish", sure="yes")
    assert "The two versions are the same" in late.text


def test_nothing_that_was_written_is_lost(shared: Client) -> None:
    """A field that cannot be used is named with its place, and every other keeps what stands in it."""
    published(shared, plain())
    held = fields(shared.get(WRITE, headers=TOKEN).text)
    answer = send(shared, held, "look", **{"title.zh": "", "title.en": HOSTILE, "p0.key": "No good"})
    assert answer.status_code == 400
    assert HOSTILE not in answer.text
    assert '<a href="#title">' in answer.text
    assert '<a href="#p0.key">' in answer.text
    assert 'aria-invalid="true" aria-describedby="p0.key-wrong' in answer.text
    kept = fields(answer.text)
    assert {name: kept[name] for name in ("title.zh", "title.en", "p0.key", "p2.sensitive.effect.en")} == {
        "title.zh": [""],
        "title.en": [HOSTILE],
        "p0.key": ["No good"],
        "p2.sensitive.effect.en": [said("it shows illness")["en"]],
    }
    more = fields(send(shared, kept, "add:r@p1").text)
    assert more["title.en"] == [HOSTILE]
    assert "p1.r0.key" in more
    fewer = fields(send(shared, more, "drop:p2").text)
    assert not any(name.startswith("p2.") for name in fewer)
    assert Page(answer.text).unexplained() == []


def test_an_incomplete_notice_needs_a_reason(shared: Client) -> None:
    """What is missing is named with its article; the reason is kept with the version."""
    held = fields(shared.get(f"{WRITE}&start=empty", headers=TOKEN).text)
    looked = send(shared, held, "look", **{"processor.name.zh": "示例商店"}).text
    assert "items are still missing" in looked
    assert '<a href="#processor.contact">' in looked
    refused = send(shared, fields(looked), "publish", sure="yes")
    assert (refused.status_code, "notice-incomplete" in refused.text) == (400, True)
    again = fields(send(shared, fields(refused.text), "look", why="the rest follows").text)
    assert again["why"] == ["the rest follows"]
    assert send(shared, again, "publish", sure="yes").status_code == 303


def test_a_preview_is_what_individuals_will_see(shared: Client) -> None:
    """In any language, marked as a preview; nothing is published by it."""
    published(shared, plain())
    held = fields(shared.get(WRITE, headers=TOKEN).text)
    before = len(shared.get("/api/notices", params={"service": "shop"}).json())
    answer = shared.post(
        "/notices/write/preview?service=shop&lang=es",
        data={**held, "p0.method.es": ["guardado e impreso"]},
        headers=TOKEN,
    )
    assert answer.status_code == 200
    assert "guardado e impreso" in answer.text
    assert "no está publicada" in answer.text
    assert len(shared.get("/api/notices", params={"service": "shop"}).json()) == before


def test_a_draft_leaves_as_a_file_and_comes_back(shared: Client) -> None:
    """The file is what the command line takes; one that is no notice is a clear error."""
    published(shared, plain())
    held = fields(shared.get(WRITE, headers=TOKEN).text)
    taken = send(shared, held, "file", **{"summary.zh": "简述"})
    assert taken.headers["content-disposition"] == 'attachment; filename="notice.yaml"'
    assert read(taken.content, where="notice.yaml") == notice(summary={"zh": "简述"})
    back = shared.post(
        "/notices/write/file?lang=en", files={"file": ("n.yaml", taken.content)}, headers=TOKEN
    )
    assert "What changes against the version in force" in back.text
    assert fields(back.text)["summary.zh"] == ["简述"]
    wrong = shared.post("/notices/write/file?lang=en", files={"file": ("n.yaml", b"[1")}, headers=TOKEN)
    assert "notice-unreadable" in wrong.text


def test_the_drafts_of_the_inventory_are_offered(shared: Client) -> None:
    """Each service with a link to its draft, filled with what the inventory tells."""
    activity = {
        "name": "orders",
        "purpose": "to deliver",
        "basis": ["contract"],
        "categories": ["consignee_name"],
    }
    organisation = {"name": "Made-up", "services": [{"name": "bakery", "activities": [activity]}]}
    assert shared.put("/api/organisation", json=organisation, headers=TOKEN).status_code == 200
    which = shared.get("/notices/write?lang=en", headers=TOKEN).text
    (link,) = re.findall(r'href="(/notices/write\?service=bakery&amp;start=draft)"', which)
    held = fields(shared.get(unescape(link), headers=TOKEN).text)
    assert (held["p0.key"], held["p0.purpose.zh"], held["p0.basis"]) == (
        ["orders"],
        ["to deliver"],
        ["contract"],
    )
    nobody = shared.get("/notices/write?service=nobody", headers=TOKEN)
    assert (nobody.status_code, "service-unknown" in nobody.text) == (400, True)


def test_only_who_may_publish_writes(shared: Client) -> None:
    """A stranger is asked to sign in."""
    assert shared.get(WRITE).headers["location"].startswith("/sign-in")
    assert shared.post(WRITE, data={"do": "look"}).status_code in (302, 303, 401)


def kept(client: Client) -> list[str]:
    """Return the addresses of the drafts that are listed."""
    page = client.get("/notices/write?lang=en", headers=TOKEN).text
    return re.findall(r'href="(/notices/write\?kept=\d+)"', page)


def test_a_draft_is_kept_until_it_is_published(shared: Client) -> None:
    """Unfinished as it is; every step saves it; those who may publish see several listed, nobody else."""
    published(shared, plain())
    held = fields(shared.get(WRITE, headers=TOKEN).text)
    first = send(shared, held, "save", **{"title.zh": "", "summary.en": HOSTILE, "p0.key": "No good"})
    second = send(shared, held, "save", **{"p1.method.en": "compared by hand", "p1.method.zh": "由人比对"})
    assert {first.headers["location"], second.headers["location"]} == set(kept(shared))
    assert "/notices/write?kept=" not in shared.get("/notices").text
    page = shared.get(first.headers["location"] + "&lang=en", headers=TOKEN).text
    again = fields(page)
    assert (again["title.zh"], again["p0.key"], again["draft-version"]) == ([""], ["No good"], ["1"])
    assert HOSTILE not in page
    assert "begun by" in page
    sent = Form([("form_token", "secret"), ("draft", "1"), ("title.zh", "t")])
    assert _sheet(sent).values == {"title.zh": ("t",)}
    number = first.headers["location"].rpartition("=")[2]
    unsure = shared.post(f"/notices/write/drafts/{number}/delete", headers=TOKEN)
    assert (unsure.status_code, len(kept(shared))) == (200, 2)
    gone = shared.post(f"/notices/write/drafts/{number}/delete", data={"sure": "yes"}, headers=TOKEN)
    assert gone.headers["location"] == "/notices"
    assert kept(shared) == [second.headers["location"]]
    assert "notice-draft-unknown" in send(shared, again, "look").text
    step = send(shared, fields(shared.get(second.headers["location"], headers=TOKEN).text), "look")
    now = fields(step.text)
    assert now["draft"] == [second.headers["location"].rpartition("=")[2]]
    assert send(shared, now, "publish", sure="yes").status_code == 303
    assert kept(shared) == []


def test_two_who_write_one_draft_do_not_overwrite_each_other(shared: Client) -> None:
    """The second to save is told who was first, loses nothing, and may keep it as a draft of its own."""
    published(shared, plain())
    before = len(kept(shared))
    begun = send(shared, fields(shared.get(WRITE, headers=TOKEN).text), "save")
    one = fields(shared.get(begun.headers["location"], headers=TOKEN).text)
    assert send(shared, one, "save", **{"title.en": "mine"}).status_code == 303
    late = send(shared, one, "look", **{"title.en": "theirs"})
    assert (late.status_code, "notice-draft-moved" in late.text) == (400, True)
    own = fields(late.text)
    assert (own["title.en"], "draft" in own) == (["theirs"], False)
    assert send(shared, own, "save").status_code == 303
    assert len(kept(shared)) == before + 2
    wrong = send(shared, {**one, "draft": ["x"]}, "look")
    assert (wrong.status_code, "form-field" in wrong.text) == (400, True)
