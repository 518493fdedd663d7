"""The desk over HTTP: strangers with their word, staff with permissions, and whatever else is sent."""

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.server import create_app
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.duties.desk.conftest import SECRET, Front

Client = TestClient[Litestar]
HOST, TOKEN = "testserver.local", "a token of the tests"
STAFF = {"Authorization": f"Bearer {TOKEN}"}
COMPLAINT = {"subject": "user_information", "text": SECRET, "contact": "a letter box", "language": "en"}
CONTENT = {
    "about": "content",
    "location": "https://forum.example/t/1",
    "discloses": "privacy",
    "measure": "delete",
    "text": SECRET,
    "language": "en",
}
KINDS = [("/complaint", "/complaints", COMPLAINT), ("/content-request", "/content-requests", CONTENT)]


@pytest.fixture
def client(front: Front) -> Iterator[Client]:
    """Talk to the application in front of both desks, as a stranger unless a test says otherwise."""
    app = create_app(
        Library(register()),
        host_names=(HOST,),
        api_token=TOKEN,
        engine=front.engine,
        cases=front.complaints.cases,
        desks=(front.complaints, front.contents),
    )
    with TestClient(app, base_url=f"http://{HOST}") as made:
        yield made


def brought(client: Client, path: str, fields: dict[str, str]) -> dict[str, str]:
    """Bring something in the form of a page; return the number and the word of the receipt."""
    page = client.post(f"{path}?lang=en", data=fields).text
    (number,) = re.findall(r'<strong class="figure">(\d+)</strong>', page)
    (word,) = re.findall(r'<code class="cite">([a-z0-9-]+)</code>', page)
    return {"number": number, "word": word}


@pytest.mark.parametrize(("path", "staff", "fields"), KINDS)
def test_a_stranger_brings_something_and_looks_it_up(
    client: Client, path: str, staff: str, fields: dict[str, str]
) -> None:
    """In three languages, without a cookie that names them; the word stands in no address."""
    for language in ("zh", "en", "es"):
        page = client.get(f"{path}?lang={language}")
        assert page.status_code == 200
        assert set(page.cookies) <= {"lang", "language"}
    keys = brought(client, path, fields)
    asked = client.get(f"{path}/{keys['number']}")
    assert SECRET not in asked.text
    for language in ("zh", "en", "es"):
        own = client.post(f"{path}/own?lang={language}", data=keys)
        assert (own.status_code, own.headers["cache-control"]) == (200, "no-store")
        assert SECRET in own.text
        assert keys["word"] not in str(own.url)
    added = client.post(f"{path}/letter", data=keys | {"text": "one more thing", "step": ""})
    assert "one more thing" in added.text
    gone = client.post(f"{path}/letter?lang=en", data=keys | {"step": "withdraw"})
    assert gone.status_code == 200
    assert client.get(staff, follow_redirects=False).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(("path", "staff", "fields"), KINDS)
def test_the_office_answers_with_a_reason_for_reading(
    client: Client, path: str, staff: str, fields: dict[str, str]
) -> None:
    """The queue and the matter show nothing personal; the letters open for a reason."""
    keys = brought(client, path, fields)
    client.headers.update(STAFF)
    here = f"{staff}/{keys['number']}"
    for page in (staff, f"{staff}?state=all", f"{staff}/statistics", here):
        for language in ("zh", "en", "es"):
            shown = client.get(page, params={"lang": language, **({"state": "all"} if "all" in page else {})})
            assert shown.status_code == 200, page
            assert SECRET not in shown.text
    assert client.post(f"{here}/read", data={"reason": " "}).status_code == 400
    assert SECRET in client.post(f"{here}/read", data={"reason": "to answer"}).text
    assert client.post(f"{here}/take", follow_redirects=False).status_code == 303
    assert f'action="{here}/leave"' in client.get(here).text
    assert client.post(f"{here}/leave", follow_redirects=False).status_code == 303
    assert f'action="{here}/leave"' not in client.get(here).text
    assert client.post(f"{here}/take", follow_redirects=False).status_code == 303
    note = client.post(f"{here}/note", data={"text": "which?", "to": "x"}, follow_redirects=False)
    assert note.status_code == 303
    assert client.post(f"{here}/tie", data={"case": "1"}, follow_redirects=False).status_code == 303
    assert client.post(f"{here}/shred", data={"reason": "x"}).status_code == 403


def test_a_refused_step_gives_back_what_was_typed(client: Client) -> None:
    """A long answer is not lost to a mistake."""
    keys = brought(client, "/complaint", COMPLAINT)
    client.headers.update(STAFF)
    here = f"/complaints/{keys['number']}"
    wrong = {"step": "accept", "text-accepted": "Ms Li deals with it", "version": "9"}
    page = client.post(f"{here}/step", data=wrong)
    assert (page.status_code, "Ms Li deals with it" in page.text, "case-version" in page.text) == (
        400,
        True,
        True,
    )
    done = client.post(f"{here}/step", data=wrong | {"version": "1"}, follow_redirects=False)
    assert done.status_code == 303
    own = client.post("/complaint/own", data=keys, headers={"Authorization": ""})
    assert "Ms Li deals with it" in own.text
    again = client.post("/complaint/letter", data=keys | {"step": "again", "text": "x"})
    assert "desk-open" in again.text


def test_staff_pages_are_for_staff(client: Client) -> None:
    """A stranger is sent to sign in, or refused."""
    keys = brought(client, "/complaint", COMPLAINT)
    for method, path in (("GET", ""), ("GET", f"/{keys['number']}"), ("POST", f"/{keys['number']}/read")):
        answer = client.request(method, f"/complaints{path}", follow_redirects=False)
        assert answer.status_code in (303, 401), path


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"subject": "other", "text": "\\ud800"}', "application/json", 400),
        (b'{"subject": "other", "text": "x", "sneaky": 1}', "application/json", 400),
        (b'{"subject": "weather", "text": "x"}', "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"subject": "other", "text": "' + b"x" * 5001 + b'"}', "application/json", 400),
        (b"x" * 100_000_000, "application/json", 413),
    ],
)
def test_whatever_is_sent_to_the_api_gets_a_clear_answer(
    client: Client, body: bytes, kind: str, status: int
) -> None:
    """Empty, cut, no UTF-8, unknown, deep, long, a hundred megabytes."""
    answer = client.post("/api/v1/complaints", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, bool(answer.json()["remedy"])) == (status, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"text=%ff%fe&subject=other", 200),
        (b"\xff\xfe=\xff", 400),
        (b"text=x&subject=weather", 400),
    ],
)
def test_whatever_is_sent_to_the_form_comes_back_as_a_form(client: Client, body: bytes, status: int) -> None:
    """With what is wrong with it; bytes that are no text are replaced, as browsers do."""
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/complaint?lang=en", content=body, headers=sent)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_the_api_walks_from_a_complaint_to_its_answer(client: Client) -> None:
    """As a service does that has a page of its own."""
    names = [one["name"] for one in client.get("/api/v1/complaints/subjects").json()]
    assert "user_information" in names
    made = client.post("/api/v1/complaints", json=COMPLAINT | {"request": "report-0001"}).json()
    repeated = client.post("/api/v1/complaints", json=COMPLAINT | {"request": "report-0001"})
    assert (repeated.status_code, repeated.json()["code"]) == (409, "desk-repeated")
    keys = {"number": made["number"], "word": made["word"]}
    assert client.post("/api/v1/complaints/own", json=keys).json()["letters"][0]["body"]["text"] == SECRET
    wrong = client.post("/api/v1/complaints/own", json=keys | {"word": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "desk-unknown")
    here = f"/api/v1/complaints/{made['number']}"
    assert client.get(here).status_code == 401
    client.headers.update(STAFF)
    assert client.get("/api/v1/complaints").json()[0]["number"] == made["number"]
    assert client.get(here).json()["letters"][0]["body"] is None
    assert client.post(f"{here}/read", json={"reason": "to answer"}).json()[0]["body"]["text"] == SECRET
    assert (
        client.post(f"{here}/steps", json={"step": "accept", "texts": {"accepted": "x"}}).status_code == 200
    )
    answered = client.post(f"{here}/steps", json={"step": "answer", "texts": {"answer": "x"}}).json()
    assert answered["state"] == "answered"
    assert client.post(f"{here}/notes", json={"text": "thank you"}).status_code == 200
    assert client.post(f"{here}/take").json()["taker"] == "system"
    assert client.post(f"{here}/ties", json={"case": 1}).json()["ties"] == [1]
    assert client.get("/api/v1/complaints/statistics", params={"since": "2020-01-01"}).json()[0]["ended"] == 1
    again = client.post("/api/v1/complaints/letter", json=keys | {"step": "again", "text": "not yet"}).json()
    assert again["state"] == "received"
    assert client.get("/api/v1/complaints/999").json()["code"] == "desk-none"
