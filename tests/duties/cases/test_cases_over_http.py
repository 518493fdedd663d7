"""Cases over HTTP: nobody but who may reads or writes, and pages show what the API says."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.server import create_app
from shouxin.duties.cases.model import Given
from shouxin.duties.cases.service import Cases
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.duties.cases.conftest import TODAY

TOKEN = "a-token-for-tests-only"
AUTH = {"Authorization": f"Bearer {TOKEN}"}
OPEN = {"by": "complainant", "on": "2025-06-03", "records": {"complaint": "ticket 4711"}}


@pytest.fixture
def client(cases: Cases) -> Iterator[TestClient[Litestar]]:
    """Talk to an application that keeps cases."""
    app = create_app(Library(register()), host_names=["testserver.local"], api_token=TOKEN, cases=cases)
    with TestClient(app) as open_client:
        open_client.headers.update(AUTH)
        yield open_client


def test_a_case_lives_over_http(client: TestClient[Litestar]) -> None:
    """Opened, listed, shown, moved; on the pages and in the calendar file too."""
    opened = client.post("/api/cases?procedure=user-complaint", json=OPEN, headers=AUTH)
    assert opened.status_code == 200
    number = opened.json()["case"]["id"]
    assert [line["id"] for line in client.get("/api/cases?late=true").json()] == [number]
    (due,) = client.get("/api/deadlines").json()
    assert (due["due"], due["late"], due["case"]) == ("2025-06-18", True, number)
    for path in ("/procedures", "/procedures/incident", "/cases", f"/cases/{number}", "/calendar"):
        for language in ("zh", "en", "es"):
            page = client.get(f"{path}?lang={language}")
            assert (page.status_code, path) == (200, path)
    assert "ticket 4711" in client.get(f"/cases/{number}").text
    feed = client.get("/calendar.ics?lang=en")
    assert f"user complaint · case {number} (late)" in feed.text
    assert "ticket" not in feed.text
    assert max(map(len, feed.content.split(b"\r\n"))) <= 75
    step = {
        "step": "answer",
        "by": "operator",
        "on": "2025-06-10",
        "records": {"answer": "letter"},
        "version": 1,
    }
    moved = client.post(f"/api/cases/{number}/steps", json=step, headers=AUTH)
    assert moved.json()["case"]["state"] == "answered"
    again = client.post(f"/api/cases/{number}/steps", json=step, headers=AUTH)
    assert (again.status_code, again.json()["code"]) == (409, "case-version")


def test_what_cannot_be_done_over_http_says_why(client: TestClient[Litestar]) -> None:
    """No token, no case, no procedure, no JSON."""
    for method, path in (("POST", "/api/cases?procedure=user-complaint"), ("GET", "/api/cases")):
        assert client.request(method, path, json=OPEN, headers={"Authorization": ""}).status_code == 401
    assert client.get("/api/cases/99").json()["code"] == "case-unknown"
    assert client.get("/api/procedures/nothing").status_code == 404
    assert client.get("/api/cases?before=99999999999999999999").json() == []
    nothing = {**OPEN, "records": {"complaint": "a\x00b"}}
    unkept = client.post("/api/cases?procedure=user-complaint", json=nothing, headers=AUTH)
    assert (unkept.status_code, unkept.json()["code"]) == (400, "value-unkeepable")
    assert client.get("/api/cases").json() == []
    for body in (b"", b"{", b'{"by": 1}', b"\xff", b"[" * 5000):
        refused = client.post("/api/cases?procedure=user-complaint", content=body, headers=AUTH)
        assert (refused.status_code, refused.json()["code"]) == (400, "case-json")


WAITING: list[tuple[str, str, dict[str, object]]] = [
    ("notify", "rights_holder", {}),
    ("take_measures", "platform", {}),
    ("forward_notice", "platform", {}),
    ("state_no_infringement", "merchant", {}),
    ("forward_statement", "platform", {}),
    ("statement_arrives", "platform", {}),
]


def taken(cases: Cases, procedure: str, steps: list[tuple[str, str, dict[str, object]]]) -> int:
    """Open a case and take steps on one day, with everything that each must write down."""
    machine = cases.procedures.machine(procedure)
    number = 0
    for name, by, facts in steps:
        step = next(item for item in machine.steps if item.name == name)
        records = {item.name: "file 7" for item in step.records}
        given = Given(step=name, by=by, on=TODAY, facts=facts, records=records)
        if number:
            cases.move(number, given, TODAY)
        else:
            opened = cases.open(procedure, given, TODAY).case
            assert opened is not None
            number = opened.id
    return number


@pytest.mark.parametrize(
    ("procedure", "steps", "until", "marks"),
    [
        (
            "impact-assessment",
            [("plan", "processor", {"case": "sensitive"}), ("assess", "processor", {})],
            "keep",
            {"zh": "保存至", "en": "keep until", "es": "conservar hasta"},
        ),
        ("ip-notice", WAITING, "wait", {"zh": "等待至", "en": "wait until", "es": "esperar hasta"}),
    ],
    ids=["keep", "wait"],
)
def test_a_time_to_keep_or_wait_is_marked_among_what_is_due(
    client: TestClient[Litestar],
    cases: Cases,
    procedure: str,
    steps: list[tuple[str, str, dict[str, object]]],
    until: str,
    marks: dict[str, str],
) -> None:
    """Nobody takes the end of three years for a duty to act: page, calendar file and JSON say what it is."""
    taken(cases, procedure, steps)
    lines = client.get("/api/deadlines").json()
    assert [line.get("until") for line in lines if line["passes"]] == [until]
    for language, mark in marks.items():
        assert f'<span class="badge">{mark}</span>' in client.get(f"/calendar?lang={language}").text
        feed = client.get(f"/calendar.ics?lang={language}").text
        assert f"SUMMARY:{mark}" in feed.replace("\r\n ", "")


def test_what_must_be_done_bears_no_such_mark(client: TestClient[Litestar], cases: Cases) -> None:
    """An answer within fifteen days is a duty and is shown as one."""
    taken(cases, "user-complaint", [("complain", "complainant", {})])
    assert [line.get("until", "") for line in client.get("/api/deadlines").json()] == [""]
    assert "badge" not in client.get("/calendar?lang=en").text
    assert "SUMMARY:user complaint" in client.get("/calendar.ics?lang=en").text
