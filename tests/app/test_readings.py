"""Readings an organisation chose, and contested ones, wherever decisions are shown."""

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.catalogue import catalogue
from shouxin.duties.library.service import Library
from shouxin.duties.library.words import reading
from shouxin.errors import InputError
from tests.app.made_up_law import DAY, made_up_register, served_law
from tests.app.test_command_line import run

Client = TestClient[Litestar]
TAGS = re.compile(r"<[^>]+>")
MANY = {"act": "collect", "a.one": False, "a.three": True, "b.kind": "red", "b.count": 7}
ASKED = f"/decide?act=collect&as_of={DAY}&a.one=false&a.three=true&b.kind=red&b.count=7&explain=1"
CHILD = "pipl:child-age-knowledge"
KNOWN = "known-or-should-be-known"


@pytest.fixture
def served() -> Iterator[Callable[..., Client]]:
    """Return how to talk to an application over a made-up law."""
    opened: list[Client] = []

    def serve(language: str = "en", **how: Any) -> Client:
        client = TestClient(served_law(**how))
        client.__enter__()
        client.headers["accept-language"] = language
        opened.append(client)
        return client

    yield serve
    for client in opened:
        client.__exit__(None, None, None)


def decided(client: Client) -> dict[str, Any]:
    """Return the API's decision about collecting seven red things."""
    answer = client.post(f"/api/decide?as_of={DAY}&explain=true", json=MANY)
    assert answer.status_code == 200
    return dict(answer.json())


def words(client: Client, path: str) -> str:
    """Return the words of a page, white space made even."""
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(unescape(TAGS.sub(" ", answer.text)).split())


def test_the_api_decides_under_the_readings_chosen(served: Callable[..., Client]) -> None:
    """Seven are not more than ten, and more than five."""
    assert decided(served())["effect"] == "permitted"
    assert decided(served(chosen={"old:how-many": "five"}))["effect"] == "prohibited"


def test_the_readings_show_whose_choice_stands(served: Callable[..., Client]) -> None:
    """The organisation's answer stands on the page and in the API, the library's own beside it."""
    client = served(chosen={"old:how-many": "five"})
    (view,) = client.get("/api/law/readings").json()
    assert (view["answer"], view["chosen_by"]) == ("five", "organisation")
    text = words(client, "/law/readings")
    assert "More than five. chosen by the organisation" in text
    assert "More than ten. ten the library’s own choice" in text
    assert "chosen by your organisation" in words(client, ASKED)


def test_a_rule_under_the_reading_chosen_stands_on_its_page(served: Callable[..., Client]) -> None:
    """What was set apart changes places."""
    text = words(served(chosen={"old:how-many": "five"}), "/law/old/art_3")
    assert text.index("More than five.") < text.index("1 rule stands only under another reading")


def test_a_contested_decision_carries_both_sides(served: Callable[..., Client]) -> None:
    """In the API each side has its effect; a choice ends it."""
    made = decided(served(contested=True))
    assert made["effect"] == "contested"
    assert [(side["answer"], side["effect"]) for side in made["sides"]] == [
        ("ten", "permitted"),
        ("five", "prohibited"),
    ]
    assert "old:how-many=five" in [item.get("side") for item in made["explanation"]]
    assert decided(served(contested=True, chosen={"old:how-many": "ten"}))["effect"] == "permitted"


@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_the_page_shows_both_sides_in_each_language(served: Callable[..., Client], language: str) -> None:
    """The question, each answer and what it brings about; the readings page says it is contested."""
    client = served(language, contested=True)
    text = words(client, ASKED)
    said = catalogue(language).phrases
    assert said["decide.sides"] in text
    assert said["decide.sides_means"] in text
    assert said["reading.contested"] in words(client, "/law/readings")


def test_a_choice_that_there_is_not_is_refused_with_the_nearest() -> None:
    """A misspelt reading and a misspelt answer."""
    with pytest.raises(InputError, match='did you mean "old:how-many"') as caught:
        served_law(chosen={"old:how-mny": "five"})
    assert caught.value.code == "reading-unknown"
    with pytest.raises(InputError, match='did you mean "five"') as caught:
        served_law(chosen={"old:how-many": "fife"})
    assert caught.value.code == "reading-answer"


def test_the_commands_follow_the_settings(tmp_path: Path) -> None:
    """``shouxin.toml`` reaches the readings and the decisions of the command line."""
    text = f'[readings]\n"{CHILD}" = "{KNOWN}"\n'
    (tmp_path / "shouxin.toml").write_text(text, encoding="utf-8")
    listed = json.loads(run(tmp_path, "law", "readings", "pipl", "--json").stdout)
    view = next(item for item in listed if item["id"] == CHILD)
    assert (view["answer"], view["chosen_by"]) == (KNOWN, "organisation")
    shown = run(tmp_path, "law", "readings", "pipl").stdout.decode()
    assert re.search(rf"{CHILD} .*chosen by the organisation", shown)
    (tmp_path / "shouxin.toml").write_text(text.replace(KNOWN, "knwn"), encoding="utf-8")
    refused = run(tmp_path, "decide", "act=collect")
    assert refused.returncode == 2
    assert b"reading-answer" in refused.stderr


@pytest.mark.parametrize(
    ("language", "contested", "whose"),
    [
        ("zh", "有争议", "由本单位选定"),
        ("en", "contested", "chosen by the organisation"),
        ("es", "controvertida", "elegida por la organización"),
    ],
)
def test_the_terminal_says_in_each_language_what_is_contested_and_whose_choice_stands(
    language: str, contested: str, whose: str
) -> None:
    """Neither mark is in English for a reader of another language."""
    library = Library(made_up_register(contested=True), None, {"old:how-many": "ten"})
    marks = f"  [{contested}]  [{whose}]"
    assert [next(reading(view, language)).endswith(marks) for view in library.readings("old")] == [True]
