"""The pages of consent over a real store: figures for many eyes, one person for a reason."""

import io
import json
import zipfile

import pytest
from sqlalchemy import text

from tests.duties.consent.test_consent_over_http import SLY, Client, client, sent, shop
from tests.duties.consent.test_service import Shop

__all__ = ["client", "shop"]


def asked(shop: Shop, **more: str) -> dict[str, str]:
    """Return the fields of the form that asks about the first customer."""
    return {"service": shop.notice.service, "person": "u-1", "reason": "a question by phone"} | more


def test_the_figures_show_purposes_and_days_and_nobody(client: Client, shop: Shop) -> None:
    """As bars with a table, in three languages; without a service chosen, the first one."""
    client.post("/api/consents", json=sent(shop))
    client.post("/api/consents", json=sent(shop, "request-2", person="u-2", action="refuse"))
    for language, word in (("zh", "已同意"), ("en", "given"), ("es", "otorgado")):
        page = client.get("/consents", params={"lang": language}).text
        assert word in page
        assert "<svg" in page
        assert "u-1" not in page
    assert client.get("/consents", params={"service": SLY}).status_code == 200
    assert client.get("/consents", params={"since": "soon"}).status_code == 400


def test_an_empty_store_says_so(client: Client) -> None:
    """Nothing is divided by nothing."""
    assert "Nobody has answered yet" in client.get("/consents", params={"lang": "en"}).text


def test_one_person_is_shown_for_a_reason_that_is_written_down(client: Client, shop: Shop) -> None:
    """Where they stand and all they answered, by one entry of the ledger."""
    client.post("/api/consents", json=sent(shop))
    page = client.post("/consents/person?lang=en", data=asked(shop))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "given" in page.text
    assert "a button" in page.text
    with shop.engine.connect() as connection:
        read = connection.execute(text("select why from shouxin.ledger_entry where kind = 'read'")).scalars()
        assert list(read) == ["a question by phone"]


@pytest.mark.parametrize("lack", ["service", "person", "reason"])
def test_without_a_reason_nothing_is_shown(client: Client, shop: Shop, lack: str) -> None:
    """The form comes back with what was filled in."""
    client.post("/api/consents", json=sent(shop))
    page = client.post(
        "/consents/person?lang=en", data=asked(shop, **{lack: " " if lack == "reason" else ""})
    )
    assert page.status_code == 400
    assert "consent-asked" in page.text
    assert "a button" not in page.text


def test_what_was_written_in_a_form_stays_text(client: Client, shop: Shop) -> None:
    """Somebody whom nobody knows is told without a trace of markup."""
    page = client.post("/consents/person?lang=en", data=asked(shop, person="<b>x</b>"))
    assert "This person never answered" in page.text
    assert "<b>x</b>" not in page.text


def test_the_proof_is_a_download_that_names_nobody(client: Client, shop: Shop) -> None:
    """The receipt with the program that checks it."""
    client.post("/api/consents", json=sent(shop))
    made = client.post("/consents/person/proof", data=asked(shop))
    assert made.headers["content-disposition"] == 'attachment; filename="proof.zip"'
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert archive.namelist() == ["proof.json", "verify.py"]
        receipt = json.loads(archive.read("proof.json"))
    assert receipt["dct:hasPart"][0]["shouxin:proof"]["entry"] == 1


def test_a_signal_of_a_browser_is_a_refusal(client: Client, shop: Shop) -> None:
    """As the header came; without it nothing is taken down."""
    signal = {"service": shop.notice.service, "person": "u-1", "request": "request-1", "purposes": ["tips"]}
    assert client.post("/api/consents/signal", json=signal).json() == []
    made = client.post("/api/consents/signal", json=signal, headers={"Sec-GPC": "1"}).json()
    assert [(one["action"], one["purpose"]) for one in made] == [("refuse", "tips")]


@pytest.mark.parametrize(
    "days", ["until=0001-01-01", "since=9999-12-31&until=9999-12-30", "since=0001-01-01"]
)
def test_the_first_and_last_days_there_are_can_be_asked_for(client: Client, shop: Shop, days: str) -> None:
    """Of them there is nothing to count."""
    client.post("/api/consents", json=sent(shop))
    page = client.get(f"/consents?service={shop.notice.service}&{days}")
    assert page.status_code == 200


@pytest.mark.parametrize("place", ["/consents?", "/api/consents/statistics?since=2026-01-01&"])
def test_the_last_day_there_is_can_be_asked_for(client: Client, shop: Shop, place: str) -> None:
    """Nothing comes after it, and nothing has to."""
    client.post("/api/consents", json=sent(shop))
    assert client.get(f"{place}service={shop.notice.service}&until=9999-12-31").status_code == 200


def test_every_service_is_shown_by_day_and_by_purpose(client: Client, shop: Shop) -> None:
    """With the name of the service before each line, on the page and over the API."""
    client.post("/api/consents", json=sent(shop))
    page = client.get("/consents", params={"service": "*", "lang": "en"}).text
    assert page.count(f"<td>{shop.notice.service}</td>") == 2
    found = client.get("/api/consents/statistics", params={"service": "*"}).json()
    assert {one["service"] for one in (*found["days"], *found["now"])} == {shop.notice.service}
