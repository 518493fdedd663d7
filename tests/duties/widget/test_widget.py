"""The widget over HTTP: what is served, whose answers are taken and from where; its tokens and its words."""

import base64
import gzip
import hashlib
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.duties.centre.service import ServiceKeys
from shouxin.duties.centre.tokens import Registered, read
from shouxin.duties.widget.model import origin_allowed
from shouxin.duties.widget.service import BROWSER, snippet, words
from shouxin.errors import InputError
from shouxin.store.ledger import Actor
from tests.duties.widget.made import SECRET, TeaShop, tea_shop, vouched

Client = TestClient[Litestar]
HERE = "https://tea.example"
NUMBER = "0123456789abcdef" * 2
ACTOR = Actor("uid:0", "cli")


@pytest.fixture
def shop(migrated: Engine) -> TeaShop:
    """Give the tea shop."""
    return tea_shop(migrated)


@pytest.fixture
def client(shop: TeaShop) -> Iterator[Client]:
    """Talk to the application as a stranger's browser does."""
    with TestClient(shop.app(), base_url="http://testserver.local") as made:
        yield made


def sent(shop: TeaShop, *choices: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return answers as the widget sends them."""
    plain = {"notice": shop.consents.in_force("shop").address, "subject": NUMBER, "request": "request-1"}
    return plain | {"choices": choices or (choice(),)} | more


def choice(purpose: str = "recommendations", action: str = "give", **more: Any) -> dict[str, Any]:
    """Return one answer."""
    return {"purpose": purpose, "action": action, "gesture": "button"} | more


def post(client: Client, body: dict[str, Any], origin: str = HERE) -> Any:
    """Send answers from a page."""
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    return client.post("/widget/shop/answers", json=body, headers=headers)


def test_the_script_is_small_and_kept_under_its_hash(client: Client, shop: TeaShop) -> None:
    """At most 10 KB packed, the same bytes under both names, cacheable, loadable from elsewhere."""
    plain = client.get("/widget/shop.js")
    about = shop.widgets.script("shop").about
    hashed = client.get(about.path)
    assert plain.content == hashed.content
    assert len(gzip.compress(plain.content, 6)) <= 10 * 1024
    assert f"sha384-{base64.b64encode(hashlib.sha384(plain.content).digest()).decode()}" == about.integrity
    assert "immutable" in hashed.headers["cache-control"]
    assert hashed.headers["cross-origin-resource-policy"] == "cross-origin"
    assert hashed.headers["access-control-allow-origin"] == "*"
    assert client.get(about.path, headers={"If-None-Match": hashed.headers["etag"]}).status_code == 304
    assert about.integrity in snippet(about, "https://privacy.example", pinned=True)
    assert not re.search(rb"\beval\b|innerHTML|new Function|document\.cookie", plain.content)


def test_a_new_notice_is_a_new_script_and_the_old_hash_is_gone(client: Client, shop: TeaShop) -> None:
    """A page that still names the old hash asks nothing, so that nobody agrees to what is over."""
    before = shop.widgets.script("shop").about.path
    shop.publish(0)
    assert client.get(before).status_code == 404
    assert client.get(shop.widgets.script("shop").about.path).status_code == 200
    assert client.get("/widget/nowhere.js").status_code == 404


def test_answers_are_recorded_with_their_form_and_receipted(client: Client, shop: TeaShop) -> None:
    """Separate consent keeps its form; what lacks it is refused by itself and hinders no other."""
    body = sent(
        shop,
        choice(asked_with=["marketing"]),
        choice("marketing", "refuse", channel="mobile_phone"),
        choice("constitution", separate=True),
        choice("partner-coupons"),
    )
    answer = post(client, body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == HERE
    problems = {one["purpose"]: one["problem"] for one in answer.json()["answers"]}
    assert problems == {
        "recommendations": "", "marketing": "", "constitution": "", "partner-coupons": "consent-form",
    }  # fmt: skip
    stands = shop.stands(f"widget:{NUMBER}")
    assert {name: one.status for name, one in stands.items()} == {
        "recommendations": "given", "marketing mobile_phone": "refused", "constitution": "given",
    }  # fmt: skip
    assert stands["constitution"].kinds == ("separate",)
    again = post(client, body).json()["answers"]
    assert [one["number"] for one in again] == [one["number"] for one in answer.json()["answers"]]
    taken = post(client, sent(shop, choice(action="withdraw"), request="request-2"))
    assert taken.json()["answers"][0]["number"] > 0
    assert shop.stands(f"widget:{NUMBER}")["recommendations"].status == "withdrawn"


@pytest.mark.parametrize("origin", ["", "null", "https://tea.example.evil.example", "http://tea.example"])
def test_answers_from_another_origin_are_refused(client: Client, shop: TeaShop, origin: str) -> None:
    """Only the origins of the inventory count, and the refusal tells the page nothing it could read."""
    answer = post(client, sent(shop), origin)
    assert (answer.status_code, answer.json()["code"]) == (403, "widget-origin")
    assert "access-control-allow-origin" not in answer.headers
    assert shop.stands(f"widget:{NUMBER}") == {}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"subject": "u-1" * 20}, "centre-token"),
        ({"subject": "short"}, "widget-answers"),
        ({"notice": "0" * 64}, "widget-notice"),
        ({"choices": []}, "widget-answers"),
        ({"unknown": 1}, "widget-answers"),
    ],
)
def test_what_cannot_be_believed_is_refused(
    client: Client, shop: TeaShop, more: dict[str, Any], code: str
) -> None:
    """Each has its code, and nothing is recorded."""
    answer = post(client, sent(shop) | more)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_browser_that_sends_too_often_waits(client: Client, shop: TeaShop) -> None:
    """After so many within an hour the next is refused, whatever it holds."""
    for _ in range(BROWSER.free):
        assert post(client, sent(shop)).status_code == 200
    assert post(client, sent(shop)).status_code == 429


def test_a_service_vouches_for_who_is_signed_in(client: Client, shop: TeaShop) -> None:
    """With a token of its own the answers are that person's, as often as the page sends some."""
    _, secret = ServiceKeys(shop.engine, SECRET).add("shop", "one", "HS256", None, ACTOR)
    good = vouched(secret)
    for _ in range(2):
        assert post(client, sent(shop, subject=good)).status_code == 200
    assert shop.stands("u-7")["recommendations"].status == "given"
    late = int(time.time())
    for code, wrong in {
        "centre-token-expired": vouched(secret, exp=late - 60),
        "centre-token-elsewhere": vouched(secret, aud="other"),
        "centre-token": vouched(secret[::-1]),
    }.items():
        assert post(client, sent(shop, subject=wrong)).json()["code"] == code
    for more in ({"exp": late + 13 * 3600}, {"sub": f"widget:{NUMBER}"}, {"sub": ""}):
        assert post(client, sent(shop, subject=vouched(secret, **more))).json()["code"] == "centre-token"
    ServiceKeys(shop.engine, SECRET).revoke("shop", "one", ACTOR)
    assert post(client, sent(shop, subject=good)).json()["code"] == "centre-token-elsewhere"


def test_a_token_that_opens_the_centre_says_nothing_to_a_widget(client: Client, shop: TeaShop) -> None:
    """A script of a page can read what the page holds, so each token is for one of the two alone."""
    _, secret = ServiceKeys(shop.engine, SECRET).add("shop", "one", "HS256", None, ACTOR)
    for more in ({"use": "centre", "jti": "12345678"}, {"use": "both"}):
        answer = post(client, sent(shop, subject=vouched(secret, **more)))
        assert answer.json()["code"] in ("centre-token-elsewhere", "centre-token")


@given(st.text(max_size=200))
def test_no_text_is_taken_for_a_token(text: str) -> None:
    """Whatever is sent as a token is refused as one."""
    with pytest.raises(InputError) as problem:
        read(text, "shop", lambda _: Registered("HS256", bytes(32)), datetime.now(UTC), "widget")
    assert problem.value.code == "centre-token"


def test_the_html_without_script_asks_the_same(client: Client) -> None:
    """A form for each purpose, two equal buttons, nothing chosen before, in three languages."""
    for code, lang in (("zh", "zh-CN"), ("en", "en"), ("es", "es")):
        page = client.get(f"/widget/shop.html?lang={code}&action=/mine%22%3E").text
        assert f'lang="{lang}"' in page
        assert page.count("<form") == page.count('value="refuse"') == page.count('value="give"') == 6
        assert "checked" not in page
        assert 'action="/mine">' not in page


def test_every_word_is_there_in_three_languages() -> None:
    """The same names, none empty, the same places to fill."""
    chinese = words()["zh"]
    for found in words().values():
        assert found.keys() == chinese.keys()
        assert all(found.values())
        places = {name: set(re.findall(r"{\w+}", text)) for name, text in found.items()}
        assert places == {name: set(re.findall(r"{\w+}", text)) for name, text in chinese.items()}


def test_an_origin_is_compared_whole() -> None:
    """Neither the end of a name nor another port is the same origin."""
    assert origin_allowed("https://TEA.example", "", ["https://tea.example/"])
    assert origin_allowed("http://127.0.0.1:1", "http://127.0.0.1:1", [])
    for wrong in ("https://tea.example:444", "https://evil-tea.example", ""):
        assert not origin_allowed(wrong, "http://127.0.0.1:1", ["https://tea.example"])
