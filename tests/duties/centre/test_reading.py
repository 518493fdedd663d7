"""What anybody reads at a centre: without a session, without a script, in three languages, and in a frame."""

import csv
import io
import re

import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.catalogue import LANGUAGES
from shouxin.demo.described import versions
from shouxin.duties.centre.model import origins
from shouxin.errors import InputError
from tests.app.test_pages import Reader
from tests.duties.centre.front import Client, Front, fields

OPEN = ("", "/notice", "/recipients", "/complaint", "/sign-in")
OWN = ("/choices", "/choices/one?purpose=constitution", "/data", "/data/new/correction", "/data/new/deletion")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole(front: Front, client: Client, language: str) -> None:
    """It names its language, has one first heading, no level left out, unique ids, nothing inline."""
    headers = {"Accept-Language": language}
    for signed, paths in ((False, OPEN), (True, (*OPEN, *OWN))):
        if signed:
            front.enter(client)
        for path in paths:
            found = client.get(f"/centre/shop{path}", headers=headers)
            assert found.status_code == 200, path
            read = Reader(found.text)
            assert f'<html lang="{LANGUAGES[language]}"' in found.text
            assert read.headings[0] == 1
            assert read.headings.count(1) == 1
            assert all(b - a <= 1 for a, b in zip(read.headings, read.headings[1:], strict=False)), path
            assert len(read.ids) == len(set(read.ids)), path
            assert read.inline == []
            assert not read.tags & {"script", "style", "iframe", "object"}
            assert {"main", "header", "footer", "nav"} <= read.tags
            kept = found.headers["cache-control"]
            assert kept == ("no-store" if signed else "public, max-age=300"), path
            assert "frame-ancestors 'none'" in found.headers["content-security-policy"]


def test_the_notice_has_all_its_versions_and_what_changed(client: Client) -> None:
    """Each at its permanent address, and side by side with whom it asks again."""
    old, new = (notice.address for notice in versions())
    page = client.get("/centre/shop/notice").text
    assert f"/centre/shop/notice/{old}" in page
    assert client.get(f"/centre/shop/notice/{old}").status_code == 200
    changed = client.get(f"/centre/shop/changes?old={old}&new={new}")
    assert changed.status_code == 200
    assert "/law/pipl/art_14__para_2" in changed.text
    assert client.get("/centre/shop/notice/00000000").status_code == 404
    assert client.get(f"/centre/bare/notice/{old}").status_code == 404


def test_the_list_of_receivers_is_a_page_and_a_file(client: Client) -> None:
    """No cell is a formula, and no address but https becomes a link."""
    page = client.get("/centre/shop/recipients").text
    assert 'href="https://far.example/privacy"' in page
    assert "javascript:alert(1)</dd>" in page
    assert 'href="javascript' not in page
    answer = client.get("/centre/shop/recipients.csv?lang=en")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "Name"
    assert [row[0][:8] for row in rows[1:]] == ["示例快递", "'=far-sd", "odd-sdk"]


def test_a_service_without_a_notice_and_one_that_is_not_there(client: Client) -> None:
    """The first says so and still takes complaints; the second is a page that says what to do."""
    assert client.get("/centre/bare").status_code == 200
    assert client.get("/centre/bare/complaint").status_code == 200
    assert client.get("/centre/bare/notice").status_code == 404
    for name in ("nothing", "<script>", "a" * 300):
        found = client.get(f"/centre/{name}")
        assert (found.status_code, "centre-unknown" in found.text) == (404, True)
        assert "<script" not in found.text
    index = client.get("/centre")
    assert '/centre/bare"' in index.text


def test_a_complaint_is_taken_in_by_its_desk(front: Front, client: Client) -> None:
    """What happened is enough; sent twice it is one; without words it comes back in its form."""
    page = client.get("/centre/shop/complaint").text
    form = fields(page, action="/complaint") | {"subject": "user_information", "contact": "me@x.example"}
    empty = client.post("/centre/shop/complaint", data=form)
    assert (empty.status_code, "me@x.example" in empty.text) == (400, True)
    taken = client.post("/centre/shop/complaint", data=form | {"text": "<b>they</b> sold my number"})
    assert taken.status_code == 200
    word = re.findall(r"<code>([a-z0-9-]{8,})</code>", taken.text)[0]
    own = client.post("/complaint/own", data={"number": "1", "word": word})
    assert "&lt;b&gt;they&lt;/b&gt; sold my number" in own.text
    again = client.post("/centre/shop/complaint", data=form | {"text": "once more"})
    assert again.status_code == 400


def test_pages_are_large_and_strong_where_somebody_wants_that(client: Client) -> None:
    """By a link that leads back where one was, and for one page by its address; nowhere else does it lead."""
    led = client.get("/centre/shop/look?choice=large.contrast&back=/notice")
    assert led.headers["location"] == "/centre/shop/notice"
    assert 'class="large contrast"' in client.get("/centre/shop/notice").text
    assert 'class="large contrast"' not in client.get("/centre/shop?look=plain").text
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "x"):
        assert client.get("/centre/shop/look", params={"back": back}).headers["location"] == "/centre/shop"


def test_only_named_origins_frame_a_centre(migrated: Engine) -> None:
    """The pages of that service name them, also those of problems; over https the cookie goes along."""
    front = Front(migrated, frames={"shop": "https://shop.example https://m.shop.example"})
    with TestClient(front.app, base_url="https://testserver.local") as client:
        client.follow_redirects = False
        policy = "frame-ancestors https://shop.example https://m.shop.example"
        for path in ("", "/notice/00000000"):
            assert policy in client.get(f"/centre/shop{path}").headers["content-security-policy"]
        assert "frame-ancestors 'none'" in client.get("/centre/bare").headers["content-security-policy"]
        assert "frame-ancestors 'none'" in client.get("/law").headers["content-security-policy"]
        entered = client.post("/centre/shop/enter", data={"token": front.token()})
        assert "SameSite=None; Secure; Partitioned" in entered.headers["set-cookie"]
    for wrong in (
        "*",
        "http://shop.example",
        "https://shop.example/path",
        "'self'",
        "https://a;script-src *",
    ):
        with pytest.raises(InputError, match="centre_frames"):
            origins(wrong)
