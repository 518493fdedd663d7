"""What a person asks for, what they are shown and take away; and what nobody else is."""

import io
import zipfile
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import text

from shouxin.duties.centre.model import ASKED
from shouxin.duties.days import today
from tests.duties.centre.front import Client, Front, fields

HOSTILE = '<script>alert("x")</script>\u202eelpoep' + "长" * 9950


def asked(client: Client, right: str, **more: str) -> Any:
    """Ask for a right by its form, and return the answer."""
    page = client.get(f"/centre/shop/data/new/{right}")
    assert page.status_code == 200, page.text
    form = fields(page.text, action="/data/ask")
    return client.post("/centre/shop/data/ask", data=form | {"sure": "yes"} | more)


def test_the_person_sees_what_the_stores_hold_and_nobody_else_does(front: Front, client: Client) -> None:
    """Looking is a request for access that is written down once a session; others' rows are not in it."""
    front.enter(client)
    before = client.get("/centre/shop/data").text
    assert "ana@shop.example" not in before
    form = fields(before, action="/data/view")
    for _ in range(2):
        seen = client.post("/centre/shop/data/view", data=form)
        assert seen.status_code == 200
        assert "ana@shop.example" in seen.text
        assert "Bo" not in seen.text
        assert seen.headers["cache-control"] == "no-store"
    (line,) = front.rights.own("shop", "7", today())
    assert (line.right, line.final, line.verified_by) == ("access", True, "session")
    tags = client.post("/centre/shop/data/view", data=form | {"only": "tags"})
    assert "ana@shop.example" not in tags.text


@pytest.mark.parametrize("right", [one for one in ASKED if one not in ("access", "correction", "completion")])
def test_each_right_is_asked_for_and_its_progress_shown(front: Front, client: Client, right: str) -> None:
    """It is verified by the sign-in; its page shows steps and gives a receipt; sent twice it is one."""
    front.enter(client)
    page = client.get(f"/centre/shop/data/new/{right}")
    form = fields(page.text, action="/data/ask") | {"sure": "yes", "destination": "https://other.example/in"}
    sent = [client.post("/centre/shop/data/ask", data=form) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303], sent[0].text
    assert sent[0].headers["location"] == sent[1].headers["location"]
    (line,) = front.rights.own("shop", "7", today())
    assert (line.right, line.verified_by) == (right, "session")
    shown = client.get(sent[0].headers["location"])
    assert shown.status_code == 200
    assert 'class="steps"' in shown.text
    receipt = client.get(f"{sent[0].headers['location']}/receipt")
    assert (receipt.status_code, receipt.json()["right"]) == (200, right)


def test_recommendation_is_off_at_once(front: Front, client: Client) -> None:
    """The request is finished, and the person's restriction stands."""
    front.enter(client)
    page = client.get("/centre/shop/choices").text
    form = fields(page, action="/data/ask")
    assert form["right"] == "recommendation_off"
    place = client.post("/centre/shop/data/ask", data=form).headers["location"]
    found = front.rights.show(int(place.rpartition("/")[2]), today())
    assert found.final
    assert found.restrictions[0].facts == {"recommendation.turned_off": True}
    assert 'value="recommendation_off"' not in client.get("/centre/shop/choices").text


def test_recommendation_is_on_again_by_a_step_of_its_own(front: Front, client: Client) -> None:
    """Turned off with one click; on again on its own page, under the notice shown, and never by a child."""
    where = "/centre/shop/choices/recommendation"
    front.enter(client)
    assert 'name="action"' not in client.get(where).text.split("<main")[1]
    off = fields(client.get("/centre/shop/choices").text, action="/data/ask")
    for _ in range(2):
        client.post("/centre/shop/data/ask", data=off | {"request": token_hex(16)})
        assert f'href="{where}"' in client.get("/centre/shop/choices").text
        form = fields(client.get(where).text, action="/choices/recommendation")
        client.post(where, data=form | {"action": "off"})
        assert front.rights.recommendation_off("shop", "7")
        other = client.post(where, data=form | {"action": "on", "notice": "0" * 64})
        assert (other.status_code, "consent-moved-on" in other.text) == (409, True)
        assert client.post(where, data=form | {"action": "on"}).status_code == 303
        assert not front.rights.recommendation_off("shop", "7")
        again = client.post(where, data=form | {"action": "on"})
        assert (again.status_code, "rights-recommendation" in again.text) == (400, True)
    with front.engine.connect() as connection:
        told = text("select what from shouxin.ledger_entry where kind = 'recommendation.turned_on'")
        assert [one["notice"] for one in connection.scalars(told)] == [form["notice"]] * 2
    front.enter(client, "8", under_14=True)
    mine = fields(client.get("/centre/shop/choices").text, action="/data/ask")
    client.post("/centre/shop/data/ask", data=mine)
    page = client.get(where).text
    assert 'value="on" disabled' in page
    child = client.post(where, data=fields(page, action="/choices/recommendation") | {"action": "on"})
    assert (child.status_code, "centre-child" in child.text) == (400, True)
    assert front.rights.recommendation_off("shop", "8")


def test_a_copy_is_taken_away_under_its_passphrase(front: Front, client: Client) -> None:
    """It is a whole encrypted file; a passphrase of the person's own that is too short is refused."""
    front.enter(client)
    place = asked(client, "copy").headers["location"]
    form = fields(client.get(place).text, action="/copy")
    short = client.post(f"{place}/copy", data=form | {"passphrase": "123456"})
    assert (short.status_code, "rights-passphrase" in short.text) == (400, True)
    taken = client.post(f"{place}/copy", data=form | {"passphrase": "abcde-fghjk-mnpqr-stuvw"})
    assert taken.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(taken.content)) as archive:
        assert "data.json" in archive.namelist()
        assert all(one.flag_bits & 1 for one in archive.infolist())


def test_a_correction_names_what_is_wrong(front: Front, client: Client) -> None:
    """Only what the maps hold of people can be named; the value is kept sealed, and stands on no page."""
    front.enter(client)
    page = client.get("/centre/shop/data/new/correction").text
    assert 'value="shop/rows/name"' in page
    assert 'value="shop/rows/customer_id"' not in page
    made = asked(client, "correction", place="shop/rows/name", value="Anna")
    assert made.status_code == 303
    assert "Anna" not in client.get(made.headers["location"]).text
    for wrong in ("shop/rows/customer_id", "news/secrets/x", ""):
        assert asked(client, "correction", place=wrong, value="x").status_code == 400


def test_nobody_reaches_the_requests_of_another(front: Front, client: Client) -> None:
    """By number, receipt or copy: the answer is the same as for a number that does not exist."""
    front.enter(client)
    mine = asked(client, "copy").headers["location"]
    form = fields(client.get(mine).text, action="/copy")
    front.enter(client, "8")
    own = fields(client.get("/centre/shop").text, action="/leave")
    for place in (mine, f"{mine}9", "/centre/shop/data/requests/0"):
        for path in ("", "/receipt"):
            found = client.get(place + path)
            assert (found.status_code, "centre-foreign" in found.text) == (404, True)
        data = form | {"form_token": own["form_token"], "passphrase": "abcde-fghjk-mnpqr-stuvw"}
        assert client.post(f"{place}/copy", data=data).status_code == 404
    assert client.post(f"{mine}/copy", data=form).status_code == 403
    assert "/requests/" not in client.get("/centre/shop/data").text


def test_what_destroys_asks_whether_it_is_meant(front: Front, client: Client) -> None:
    """Without the tick nothing is taken down, and an unknown right is no right."""
    front.enter(client)
    for right in ("deletion", "account_closing"):
        assert asked(client, right, sure="").status_code == 400
    form = fields(client.get("/centre/shop/data/new/copy").text, action="/data/ask")
    assert client.post("/centre/shop/data/ask", data=form | {"right": "everything"}).status_code == 400
    assert client.get("/centre/shop/data/new/everything").status_code == 400
    assert front.rights.own("shop", "7", today()) == ()


def test_somebody_of_whom_nothing_is_held_is_told_so(front: Front, client: Client) -> None:
    """An account without a row can look, ask and choose."""
    front.enter(client, "404")
    page = client.get("/centre/shop/data").text
    seen = client.post("/centre/shop/data/view", data=fields(page, action="/data/view"))
    assert seen.status_code == 200
    assert "<details" not in seen.text
    assert asked(client, "deletion").status_code == 303


def test_hostile_names_are_shown_as_text(front: Front, client: Client) -> None:
    """Of ten thousand characters, right to left, with markup: on every page they are words and no more."""
    front.office.shop[0]["name"] = HOSTILE
    front.enter(client, name=HOSTILE)
    data = client.get("/centre/shop/data").text
    view = client.post("/centre/shop/data/view", data=fields(data, action="/data/view")).text
    for page in (data, view, client.get("/centre/shop").text, client.get("/centre/shop/choices").text):
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert '<bdi class="name">' in page
    assert HOSTILE[-100:] in view
