"""``shouxin calculate`` and its API: exact sums, open terms, refusals."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from shouxin.app.cli import Terminal, root
from shouxin.app.server import create_app
from shouxin.duties.calculate.service import Reckoner
from shouxin.duties.library.service import Library
from shouxin.law.register import register


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:  # type: ignore[type-arg]
    """Talk to the application over the real law."""
    app = create_app(Library(register()), host_names=("testserver.local",), api_token="made-up")
    with TestClient(app) as open_client:
        open_client.headers.update({"Authorization": "Bearer made-up"})
        yield open_client


def run(*words: str) -> tuple[int, str]:
    """Run ``shouxin calculate`` and return its exit code and output."""
    made = CliRunner().invoke(root, ["calculate", *words], obj=Terminal())
    return made.exit_code, made.output


def test_without_an_id_it_lists_what_can_be_calculated() -> None:
    """Every provision with a calculator has a line."""
    code, text = run()
    assert code == 0
    assert len(text.splitlines()) == len(Reckoner(register()).all()) + 1


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("zh", "个人信息处理者：警告  pipl:art_66__para_1__cl_1"),
        ("en", "personal information processor: warning  pipl:art_66__para_1__cl_1"),
        ("es", "responsable del tratamiento: advertencia  pipl:art_66__para_1__cl_1"),
    ],
)
def test_it_says_in_every_language_whom_a_sanction_meets_and_which(language: str, line: str) -> None:
    """The words are those of the pages, and no id is left among them."""
    _, text = run("pipl:art_66", "serious=false", "--breach", "pipl:art_55", "--lang", language)
    lines = [one.strip() for one in text.splitlines()]
    assert line in lines
    assert not [one for one in lines if one.startswith(("processor:", "directly_responsible:"))]


def test_a_fact_must_be_a_word_with_a_value() -> None:
    """What has no equals sign is refused and nothing is calculated."""
    made = CliRunner().invoke(root, ["calculate", "pipl:art_66", "turnover"], obj=Terminal())
    assert made.exit_code == 1
    assert getattr(made.exception, "code", "") == "act-word"


def test_the_api_lists_the_same(client: TestClient) -> None:  # type: ignore[type-arg]
    """The list over HTTP is the list of the command."""
    assert len(client.get("/api/calculate").json()) == len(Reckoner(register()).all())


def test_a_provision_that_calculates_nothing_is_refused(client: TestClient) -> None:  # type: ignore[type-arg]
    """The refusal is JSON with a stable code."""
    answer = client.post("/api/calculate/pipl:art_1", json={"given": {}})
    assert (answer.status_code, answer.json()["code"]) == (400, "calculator-unknown")


def test_a_due_date_over_http(client: TestClient) -> None:  # type: ignore[type-arg]
    """The same answer as on the command line, and a clear refusal without a day."""
    answer = client.get("/api/due/cybersecurity-review:art_11", params={"from": "2025-06-03"})
    assert (answer.status_code, answer.json()["due"]) == (200, "2025-07-15")
    assert client.get("/api/due/cybersecurity-review:art_11", params={"from": "soon"}).status_code == 400
    assert client.get("/api/calendar/2025").json()["working_days"] == 248
    assert client.get("/api/retention").status_code == 200


def test_several_acts_are_added_up_over_http_and_on_the_command_line(client: TestClient) -> None:  # type: ignore[type-arg]
    """Two leaks of 250 records, none dealt with, reach together what neither reaches alone."""
    act = {"offence": "refusal_of_security_duties", "act_on": "2025-01-02", "class_1_records": 250}
    acts = [{**act, "crime_by_itself": False, "penalised": False, "prosecuted": False}] * 2
    unit = "judicial-interpretation-2019-15:art_4"
    given = {"several_times": True, "acts": acts}
    answer = client.post(f"/api/calculate/{unit}", json={"given": given, "as_of": "2025-06-03"})
    assert (answer.status_code, answer.json()["reached"]) == (200, True)
    code, text = run(unit, "several_times=true", f"acts={json.dumps(acts)}", "--json")
    assert (code, json.loads(text)["sum"]) == (0, "1")


def test_three_fifths_and_two_fifths_are_one() -> None:
    """The exact sum, and exit code 1 once a count falls short."""
    code, text = run("judicial-interpretation-2019-15:art_4", "track=300", "accommodation=2000", "--json")
    answer = json.loads(text)
    assert (code, answer["reached"], answer["sum"], answer["decided_by"]) == (0, True, "1", "rule")
    assert run("judicial-interpretation-2019-15:art_4__item_1", "class_1_records=499")[0] == 1
