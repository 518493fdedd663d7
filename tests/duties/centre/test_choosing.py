"""What a person chooses: given, refused, withdrawn, by channel, separately; and by whom for a child."""

import datetime
import json
import re
from typing import Any

import msgspec

from shouxin.demo.described import versions
from shouxin.duties.consent.service import Teller
from shouxin.duties.consent.views import Asked
from shouxin.duties.days import today
from shouxin.duties.notice.service import Publisher
from tests.duties.centre.front import Client, Front, answer, fields

LATER = (today() + datetime.timedelta(days=900)).isoformat()


def stands(front: Front, person: str) -> dict[tuple[str, str], Any]:
    """Return where a person stands by purpose and channel."""
    asked = Asked(service="shop", person=person, reason="a test")
    found = front.consents.standing(asked, Teller("uid:0", "cli"))
    return {(one.purpose, one.channel): one for one in found}


def test_each_purpose_is_chosen_by_itself_and_withdrawn_with_a_receipt(front: Front, client: Client) -> None:
    """An answer touches no other purpose or channel, and the receipt holds both."""
    front.enter(client)
    given = answer(client, "marketing", "give", "personal_email")
    assert given.status_code == 303
    assert 'role="status"' in client.get(given.headers["location"].partition("#")[0]).text
    assert answer(client, "marketing", "refuse", "mobile_phone").status_code == 303
    found = {place: one.status for place, one in stands(front, "7").items()}
    assert found == {("marketing", "personal_email"): "given", ("marketing", "mobile_phone"): "refused"}
    assert answer(client, "marketing", "withdraw", "personal_email").status_code == 303
    assert stands(front, "7")["marketing", "personal_email"].status == "withdrawn"
    receipt = client.get("/centre/shop/choices/receipt")
    assert receipt.headers["cache-control"] == "no-store"
    assert len(json.loads(receipt.content)) > 0
    assert "personal_email" in receipt.text


def test_separate_consent_has_a_page_of_its_own(front: Front, client: Client) -> None:
    """Among the choices it can only be refused; on its page agreeing and refusing are one form."""
    front.enter(client)
    page = client.get("/centre/shop/choices").text
    assert "purpose=constitution" not in page
    assert 'value="constitution"' in page
    own = "choices/one?purpose=constitution"
    assert client.get(f"/centre/shop/{own}").text.count('class="choice"') == 2
    assert answer(client, "constitution", "give", where=own).status_code == 303
    one = stands(front, "7")["constitution", ""]
    assert (one.status, one.kinds) == ("given", ("separate",))


def test_everything_is_withdrawn_at_once(front: Front, client: Client) -> None:
    """What was refused stays refused, and with nothing left to withdraw a page says so."""
    front.enter(client)
    answer(client, "recommendations", "give")
    answer(client, "marketing", "give", "mobile_phone")
    page = client.get("/centre/shop/choices").text
    every = fields(page, action="/choices/withdraw")
    assert client.post("/centre/shop/choices/withdraw", data=every).status_code == 303
    assert {one.status for one in stands(front, "7").values()} == {"withdrawn"}
    front.enter(client, "8")
    own = fields(client.get("/centre/shop").text, action="/leave")
    none = client.post("/centre/shop/choices/withdraw", data=own)
    assert (none.status_code, "consent-not-given" in none.text) == (400, True)


def test_an_answer_to_a_page_that_is_old_is_not_taken(front: Front, client: Client) -> None:
    """Of two opposite answers at once, or after another notice, neither is lost unseen."""
    front.enter(client)
    page = client.get("/centre/shop/choices").text
    form = fields(page, action="/choices/answer")
    assert form["purpose"] == "recommendations"
    answer(client, "recommendations", "refuse")
    old = client.post("/centre/shop/choices/answer", data=form | {"action": "give"})
    assert (old.status_code, "consent-moved-on" in old.text) == (409, True)
    new = fields(client.get("/centre/shop/choices").text, action="/choices/answer")
    other = client.post("/centre/shop/choices/answer", data=new | {"action": "give", "notice": "0" * 64})
    assert other.status_code == 409
    for wrong in ({"action": "sell"}, {"purpose": "orders"}, {"request": "x"}, {"after": "many"}):
        assert (
            client.post("/centre/shop/choices/answer", data=new | {"action": "give"} | wrong).status_code
            >= 400
        )
    assert stands(front, "7")["recommendations", ""].status == "refused"


def test_a_child_cannot_agree_alone_and_its_guardian_can(front: Front, client: Client) -> None:
    """The token links the guardian, who then sees and answers for the child, and nobody else does."""
    front.enter(client, "9", under_14=True)
    page = client.get("/centre/shop/choices").text
    form = fields(page, action="/choices/answer")
    refused = client.post("/centre/shop/choices/answer", data=form | {"action": "give"})
    assert (refused.status_code, "centre-child" in refused.text) == (400, True)
    assert answer(client, "recommendations", "refuse").status_code == 303
    front.enter(client, "8", child="9", child_until=LATER)
    mine = fields(client.get("/centre/shop/choices").text, action="/for")
    assert client.post("/centre/shop/for", data=mine).status_code == 303
    own = "choices/one?purpose=kids-club"
    assert answer(client, "kids-club", "give", where=own).status_code == 303
    found = stands(front, "9")
    assert (found["kids-club", ""].status, found["kids-club", ""].kinds) == (
        "given",
        ("guardian", "separate"),
    )
    assert stands(front, "8") == {}
    assert client.get("/centre/shop/data").status_code == 200
    front.enter(client, "9")
    again = fields(client.get("/centre/shop/choices").text, action="/choices/answer")
    alone = client.post("/centre/shop/choices/answer", data=again | {"action": "give"})
    assert "centre-child" in alone.text, "on record as a child, whatever the token says"
    front.enter(client, "7")
    token = fields(client.get("/centre/shop").text, action="/leave")
    other = client.post("/centre/shop/for", data=token | {"child": mine["child"]})
    assert (other.status_code, "centre-foreign" in other.text) == (404, True)


def test_a_guardian_sees_everything_that_the_child_chose(front: Front, client: Client) -> None:
    """Each answer, what was asked for besides, what is asked no more; and turns recommendation on."""
    front.enter(client, "9", under_14=True)
    assert answer(client, "recommendations", "refuse").status_code == 303
    off = fields(client.get("/centre/shop/choices").text, action="/data/ask")
    request = client.post("/centre/shop/data/ask", data=off).headers["location"]
    child = client.get("/centre/shop/choices").text
    front.enter(client, "8", child="9", child_until=LATER)
    mine = fields(client.get("/centre/shop/choices").text, action="/for")
    client.post("/centre/shop/for", data=mine)
    seen = client.get("/centre/shop/choices").text
    tags = re.compile(r'<span class="tag status [a-z]+">[^<]*</span>')
    assert tags.findall(seen) == tags.findall(child)
    assert f'href="{request}"' in seen
    where = "/centre/shop/choices/recommendation"
    form = fields(client.get(where).text, action="/choices/recommendation")
    assert client.post(where, data=form | {"action": "on"}).status_code == 303
    assert not front.rights.recommendation_off("shop", "9")
    latest = versions()[-1]
    fewer = tuple(one for one in latest.purposes if one.key != "recommendations")
    notice = msgspec.structs.replace(latest, purposes=fewer)
    front.centre.offices.notices.publish(notice, Publisher("system", "system", "a test"), today())
    seen = client.get("/centre/shop/choices").text
    assert "<code>recommendations</code>" in seen.split("<details")[-1]


def test_a_guardianship_that_ends_ends_what_the_guardian_sees(front: Front, client: Client) -> None:
    """Also in the middle of a session."""
    front.enter(client, "8", child="9", child_until=LATER)
    mine = fields(client.get("/centre/shop/choices").text, action="/for")
    client.post("/centre/shop/for", data=mine)
    from shouxin.duties.consent import guardians

    end = lambda connection, people: guardians.end(  # noqa: E731
        connection, people, ("shop", "9", "8"), "grown up", Teller("uid:0", "cli")
    )
    front.consents.change(end)
    page = client.get("/centre/shop/choices")
    assert (page.status_code, "centre-foreign" in page.text) == (404, True)
    back = fields(page.text, action="/leave")
    assert client.post("/centre/shop/leave", data=back).status_code == 303
