"""Requests over HTTP and in the console: from the asking to the receipt, with nobody named in an address."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import text

from shouxin.app.server import create_app
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.duties.rights.made_up import FACTS, Office
from tests.duties.rights.zipped import opened

Client = TestClient[Litestar]
HOST = "testserver.local"
TOKEN = "a token of the tests"
ASKED = {"service": "shop", "person": "7", "right": "deletion", "identities": {"customer_id": "7"}}


@pytest.fixture
def client(office: Office) -> Iterator[Client]:
    """Talk to the application in front of the desk."""
    app = create_app(
        Library(register()),
        host_names=(HOST,),
        api_token=TOKEN,
        engine=office.engine,
        cases=office.desk.cases,
        rights=office.rights,
    )
    with TestClient(app, base_url=f"http://{HOST}") as made:
        made.headers["Authorization"] = f"Bearer {TOKEN}"
        yield made


def asked(client: Client, **more: Any) -> int:
    """Ask for something over the API and have the service vouch; return the number."""
    number: int = client.post("/api/requests", json=ASKED | more).json()["number"]
    assert client.post(f"/api/requests/{number}/session").json()["verified_by"] == "session"
    return number


def test_an_erasure_from_the_asking_to_the_receipt(client: Client, office: Office) -> None:
    """Asked, verified, planned, tried, approved as it was read, run, and proved without a name."""
    number = asked(client)
    at = f"/api/requests/{number}"
    plan = client.post(f"{at}/plan").json()
    assert [part["part"] for one in plan["body"]["surveys"] for part in one["parts"]] == [
        "own",
        "kept",
        "own",
    ]
    tried = client.post(f"{at}/run", json={"dry_run": True}).json()
    assert [task["outcome"]["deleted"] for task in tried] == [{"rows": 1}, {"rows": 1}]
    wrong = client.post(f"{at}/approve", json={"digest": "0" * 64, "reason": "unread"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "rights-plan")
    client.post(f"{at}/approve", json={"digest": plan["digest"], "reason": "withdrawn", "facts": FACTS})
    assert [task["state"] for task in client.post(f"{at}/run", json={}).json()] == ["done", "done"]
    receipt = client.get(f"{at}/receipt").json()
    assert [one["because"] for one in receipt["kept"]] == ["ecommerce-law:art_31"]
    assert [one["store"] for one in receipt["entries"]] == ["news", "shop"]
    assert "ana" not in str(receipt)
    assert office.left("7") == 1


def test_a_report_that_comes_twice_is_one_request(client: Client, office: Office) -> None:
    """Under its name; another right under the same name is refused."""
    first = client.post("/api/requests", json=ASKED | {"request": "r-1"}).json()["number"]
    assert client.post("/api/requests", json=ASKED | {"request": "r-1"}).json()["number"] == first
    other = client.post("/api/requests", json=ASKED | {"request": "r-1", "right": "access"})
    assert other.json()["code"] == "rights-repeated"
    with office.engine.connect() as connection:
        assert connection.execute(text('select count(*) from shouxin."case"')).scalar_one() == 1


def test_a_copy_comes_as_an_encrypted_download(client: Client) -> None:
    """Whole, named after nobody."""
    number = asked(client, right="copy")
    made = client.post(f"/api/requests/{number}/copy", json={"passphrase": "p" * 20, "language": "en"})
    assert made.headers["content-disposition"] == 'attachment; filename="copy.zip"'
    assert "ana@shop.example" in opened(made.content, "p" * 20)["index.html"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"right": "everything"}, "rights-kind"),
        ({"identities": {}}, "rights-identity"),
        ({"identities": {"shoe": "44"}}, "rights-identity"),
        ({"right": "transfer"}, "rights-asked"),
        ({"right": "correction"}, "rights-asked"),
        ({"right": "account_closing", "for_deceased": True}, "rights-asked"),
    ],
)
def test_what_cannot_be_asked_is_named(client: Client, sent: dict[str, Any], code: str) -> None:
    """And nothing is kept of it."""
    refused = client.post("/api/requests", json=ASKED | sent)
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert client.get("/api/requests?state=").json() == []


@pytest.mark.parametrize("number", [0, 99, 2**63, 2**70])
def test_a_request_that_is_not_there_is_not_found(client: Client, number: int) -> None:
    """Whatever its number."""
    assert client.get(f"/api/requests/{number}").json()["code"] == "rights-unknown"
    assert client.post(f"/api/requests/{number}/plan").status_code == 404


def test_restrictions_are_told_for_a_reason(client: Client, office: Office) -> None:
    """Which purposes must not be used any more; of a stranger there are none."""
    number = asked(client, right="restriction", purposes=["tips"])
    facts = {"law.permits_otherwise": False, "another_basis": False}
    client.post(f"/api/requests/{number}/settle", json={"text": "stopped", "facts": facts})
    about = {"service": "shop", "person": "7", "reason": "before a mailing"}
    (found,) = client.post("/api/requests/restricted", json=about).json()
    assert (found["purposes"], found["because"]) == (["tips"], "pipl:art_44")
    assert client.post("/api/requests/restricted", json=about | {"person": "8"}).json() == []


def test_a_refusal_has_a_ground_of_this_right_and_reasons(client: Client) -> None:
    """Another right's ground is refused itself."""
    number = asked(client, right="access")
    other = {"ground": "no_case_for_deletion", "reasons": "file 3"}
    assert client.post(f"/api/requests/{number}/refuse", json=other).json()["code"] == "step-not-allowed"
    made = client.post(
        f"/api/requests/{number}/refuse", json={"ground": "secrecy_or_no_notice", "reasons": "file 3"}
    )
    assert made.json()["state"] == "refused"


def test_the_console_leads_through_an_erasure(client: Client, office: Office) -> None:
    """Asked in a form, verified by documents, planned, approved, run; in three languages, nobody named."""
    form = {"service": "shop", "person": "7", "right": "deletion", "identities": "customer_id=7"}
    made = client.post("/requests", data=form, follow_redirects=False)
    at = made.headers["location"]
    client.post(f"{at}/verify", data={"how": "documents", "documents": "identity card seen"})
    page = client.post(f"{at}/plan", follow_redirects=True)
    plan = client.get(f"/api{at}").json()["plan"]
    assert plan["digest"][:16] in page.text
    tried = client.post(f"{at}/run?lang=en", data={"how": "try"}).text
    assert "Dry run: nothing changed" in tried
    answers = {f"fact:{name}": str(worth).lower() for name, worth in FACTS.items()}
    client.post(f"{at}/approve", data=answers | {"digest": plan["digest"], "reason": "withdrawn"})
    assert client.post(f"{at}/run", data={"how": "run"}, follow_redirects=True).status_code == 200
    for language, word in (("zh", "依法保存"), ("en", "kept by law"), ("es", "conservado por ley")):
        page = client.get(at, params={"lang": language})
        assert word in page.text
        assert "ana" not in page.text
        assert client.get("/requests", params={"lang": language, "state": ""}).status_code == 200
    assert office.left("7") == 1


def test_what_goes_wrong_in_the_console_stands_on_the_page(client: Client) -> None:
    """With its code, and the form as it was filled in."""
    form = {"service": "shop", "person": "7", "right": "deletion", "identities": "shoe=44"}
    page = client.post("/requests?lang=en", data=form)
    assert (page.status_code, "rights-identity" in page.text, "shoe=44" in page.text) == (400, True, True)
    number = asked(client)
    page = client.post(f"/requests/{number}/verify", data={"how": "code", "code": "00000000"})
    assert (page.status_code, "rights-code" in page.text) == (400, True)
    page = client.post(f"/requests/{number}/run", data={"how": "run"})
    assert (page.status_code, "rights-plan" in page.text) == (400, True)


@pytest.mark.parametrize("right", ["access", "copy", "transfer", "correction", "explanation", "restriction"])
def test_every_right_has_its_page(client: Client, right: str) -> None:
    """Verified and not, with the questions that only a person answers."""
    more: dict[str, Any] = {"right": right, "destination": "https://other.example/in"}
    if right == "correction":
        more["changes"] = [{"store": "shop", "table": "rows", "values": {"name": "Anna"}}]
        more["records"] = {"challenged": "the name"}
    number: int = client.post("/api/requests", json=ASKED | more).json()["number"]
    assert client.get(f"/requests/{number}").status_code == 200
    client.post(f"/api/requests/{number}/session")
    assert client.get(f"/requests/{number}?lang=en").status_code == 200
