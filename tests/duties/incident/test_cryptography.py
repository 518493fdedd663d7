"""Leaks of cryptography are taken in as a case of their own, with the law's first clock."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.server import create_app
from shouxin.duties.incident.service import Incidents
from shouxin.duties.library.service import Library
from shouxin.law.register import register

HOST = "testserver.local"


@pytest.fixture
def client(incidents: Incidents) -> Iterator[TestClient[Litestar]]:
    """Talk to the application in front of the incidents."""
    app = create_app(
        Library(register()), host_names=(HOST,), api_token="t", cases=incidents.cases, incidents=incidents
    )
    with TestClient(app, base_url=f"http://{HOST}") as made:
        made.headers["Authorization"] = "Bearer t"
        yield made


def test_a_leak_is_taken_in_and_runs_as_its_procedure_says(
    client: TestClient[Litestar], incidents: Incidents
) -> None:
    """What cannot be used comes back with what was typed; a leak opens a case and its clock."""
    at = "/incidents/cryptography"
    assert at in client.get("/incidents").text
    typed = {"found_on": "2025-06-03", "finding": "a key was seen <outside>"}
    for wrong, code in (
        ({**typed, "leak": "yes", "found_on": "2999-01-01"}, "form-field"),
        ({**typed, "leak": "yes", "finding": "call 13800138000"}, "incident-personal"),
    ):
        back = client.post(at, data=wrong)
        assert (back.status_code, code in back.text) == (400, True)
    nothing = client.post(at, data={**typed, "leak": "no", "major_problem": "no", "hidden_risk": "no"})
    assert (nothing.status_code, "&lt;outside&gt;" in nothing.text) == (400, True)
    made = client.post(at, data={**typed, "leak": "yes"}, follow_redirects=False)
    assert made.status_code == 303
    number = int(made.headers["Location"].rpartition("/")[2])
    case = next(one for one in incidents.cases.list(procedure="cryptography-incident") if one.id == number)
    assert case.state == "found"
    assert made.headers["Location"] in client.get(at).text
