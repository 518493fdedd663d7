"""What a stranger can learn of accounts by asking: nothing, neither by words, nor length, nor headers."""

import re
from typing import Any

from sqlalchemy import text

from tests.duties.centre.front import Client, Front, fields

ADDRESSES = ("13800000001", "ana@shop.example", "nobody@shop.example", "13899999999", "=cmd@x.example")
_OWN = re.compile(r'name="(ticket|request)" value="[^"]*"')


def plain(answer: Any) -> tuple[int, int, str, list[tuple[str, str]]]:
    """Return an answer without what is random in each: the names of its forms."""
    headers = sorted((name, worth) for name, worth in answer.headers.items() if name != "date")
    return answer.status_code, len(answer.content), _OWN.sub(r"\1", answer.text), headers


def test_asking_for_a_code_tells_nothing_of_accounts(front: Front, client: Client) -> None:
    """Owner, former owner, nobody: one page, byte for byte, and one for a code that is wrong."""
    client.headers["Accept-Encoding"] = "identity"  # the packed length depends on the names of the forms
    asked = {one: client.post("/centre/shop/code", data={"address": one}) for one in ADDRESSES}
    first = plain(asked[ADDRESSES[0]])
    assert first[0] == 200
    for one, answer in asked.items():
        assert plain(answer) == first, one
    assert all(one not in answer.text for one, answer in asked.items())
    assert len(front.office.sent) == 2
    wrong = []
    for answer in asked.values():
        form = fields(answer.text, action="/code/enter")
        entered = client.post("/centre/shop/code/enter", data=form | {"code": "00000000"})
        assert "set-cookie" not in entered.headers
        wrong.append(plain(entered))
    unsent = client.post("/centre/shop/code/enter", data=form | {"ticket": "x" * 43, "code": "00000000"})
    assert {one[0] for one in wrong} == {400}
    assert [one == plain(unsent) for one in wrong] == [True] * len(wrong)


def test_a_complaint_tells_nothing_of_accounts(front: Front, client: Client) -> None:
    """Whether its contact has an account changes no word and no length of the answer."""
    shown = []
    for contact in ("ana@shop.example", "bob@shop.example"):
        form = fields(client.get("/centre/shop/complaint").text, action="/complaint")
        given = {"subject": "account", "text": "they sold my number", "contact": contact}
        answer = client.post("/centre/shop/complaint", data=form | given)
        assert answer.status_code == 200, answer.text
        plain_text = re.sub(r"\d+", "0", re.sub(r"<code>.*?</code>", "", answer.text))
        shown.append((len(plain_text), sorted(answer.headers)))
        assert contact not in answer.text
    assert shown[0] == shown[1]


def test_tokens_that_are_no_good_are_slowed_down_and_good_ones_are_not(front: Front, client: Client) -> None:
    """After many from one place nothing more is told of them; whoever has a good one comes in."""
    answers = [client.post("/centre/shop/enter", data={"token": f"x.y.{n}"}) for n in range(22)]
    assert [one.status_code for one in answers[:19]] == [400] * 19
    assert answers[-1].status_code == 429
    assert "centre-token" not in answers[-1].text
    front.enter(client)


def test_requests_of_one_person_are_slowed_down(front: Front, client: Client) -> None:
    """After many the next waits, and is not taken down."""
    front.enter(client)
    form = fields(client.get("/centre/shop/data/new/restriction").text, action="/data/ask")
    for turn in range(40):
        sent = client.post("/centre/shop/data/ask", data=form | {"request": f"{turn:032}"})
        if sent.status_code == 429:
            break
        assert sent.status_code == 303, sent.text
    assert sent.status_code == 429
    with front.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from shouxin.rights_request")) == turn
