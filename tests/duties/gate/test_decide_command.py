"""``shouxin decide`` and the words of rules, as real processes."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from shouxin.app.cli import Terminal
from shouxin.duties.gate import cli
from shouxin.duties.gate.service import Decider
from tests.app.test_command_line import answer, run
from tests.engine.conftest import gate_over, instrument, provision

BUNDLED = ["act=collect", "data.sensitive=true", "consent.given=true", "consent.separate=false"]


def test_a_bundled_consent_to_sensitive_information_is_refused_by_its_article(tmp_path: Path) -> None:
    """The effect, the article and the end code say no; the assumptions are named."""
    ran = run(tmp_path, "decide", *BUNDLED, "--assume", "ordinary-company", "--as-of", "2025-06-03", "--json")
    made = json.loads(ran.stdout)
    assert (ran.returncode, made["effect"]) == (1, "prohibited")
    assert [item["provision"] for item in made["violations"]] == ["pipl:art_29__cl_1"]
    assert {"missing", "duties", "assumed", "grants", "readings", "as_of", "law_version"} <= set(made)
    assert all(item["profile"] == "ordinary-company" for item in made["assumed"])


def test_many_acts_come_as_lines_and_go_as_lines(tmp_path: Path) -> None:
    """One decision a line, in order."""
    lines = b'{"act": "collect"}\n{"act": "send_message", "message.channel": "mobile_phone"}\n'
    ran = run(tmp_path, "decide", "-", "--json", "--as-of", "2025-06-03", stdin=lines)
    made = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [item["effect"] for item in made] == ["undetermined", "undetermined"]
    assert "message.consented" in [question["fact"] for question in made[1]["missing"]]


def test_what_is_piped_in_is_decided_without_a_word(tmp_path: Path) -> None:
    """As ``-`` does."""
    ran = run(tmp_path, "decide", "--json", "--as-of", "2025-06-03", stdin=b'{"act": "collect"}')
    assert json.loads(ran.stdout)["effect"] == "undetermined"


def test_the_act_that_is_wrong_is_named(tmp_path: Path) -> None:
    """In a log of many, by its number; what came before it stands decided."""
    lines = b'{"act": "collect"}\n{"act": "collect"}\n{"act": "colect"}\n'
    ran = run(tmp_path, "decide", "-", "--json", stdin=lines)
    assert (ran.returncode, len(ran.stdout.splitlines())) == (2, 2)
    assert b'act 3: there is no act "colect"' in ran.stderr


@pytest.mark.parametrize("nothing", [b"", b"\n \n"])
def test_no_act_is_no_yes(tmp_path: Path, nothing: bytes) -> None:
    """An empty log does not end as if everything in it were permitted."""
    ran = run(tmp_path, "decide", "-", stdin=nothing)
    assert (ran.returncode, b"act-missing" in ran.stderr) == (2, True)


@pytest.mark.parametrize(("language", "word"), [("zh", "禁止"), ("en", "prohibited"), ("es", "prohibido")])
def test_the_reasons_are_told_in_each_language(tmp_path: Path, language: str, word: str) -> None:
    """``--explain`` shows the rule, the facts behind it and the exceptions tried."""
    ran = run(tmp_path, "decide", *BUNDLED, "--assume", "ordinary-company", "--explain", "--lang", language)
    text = ran.stdout.decode()
    assert word in text
    assert "NOT consent.separate" in text
    assert "pipl:art_13__para_2 = " in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["decide"], 2, "act-missing"),
        (["decide", "act=colect"], 2, 'did you mean "collect"'),
        (["decide", "act=collect", "data.sensitve=true"], 2, 'did you mean "data.sensitive"'),
        (["decide", "act=collect", "data.sensitive=maybe"], 2, "fact-type"),
        (["decide", "act=collect", "--as-of", "soon"], 2, "day-unreadable"),
        (["decide", "act=collect", "--as-of", "1999-01-01"], 2, "date-before-law"),
        (["decide", "act=collect", "--assume", "ordinary-compny"], 2, 'did you mean "ordinary-company"'),
        (["decide", "no-such-file.json"], 2, "file-unreadable"),
    ],
)
def test_bad_acts_are_refused_with_the_nearest_name(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    """A sentence that says what to do, and no traceback."""
    ran = run(tmp_path, *words)
    error = ran.stderr.decode()
    assert (ran.returncode, said in error, "Traceback" in error) == (code, True, False), error


def test_the_words_of_rules_are_listed(tmp_path: Path) -> None:
    """Facts with their questions in three languages, acts, profiles with reasons."""
    facts = answer(tmp_path, "law", "facts")
    assert isinstance(facts, list)
    assert len(facts) > 500
    for fact in facts:
        assert {"name", "type", "values", "label", "question", "supplied_by"} <= set(fact)
        assert {"zh", "en", "es"} <= set(fact["question"])
    assert len(answer(tmp_path, "law", "acts")) > 40  # type: ignore[arg-type]
    assert len(answer(tmp_path, "law", "profiles")) == 5  # type: ignore[arg-type]


def test_one_fact_and_one_category_are_shown(tmp_path: Path) -> None:
    """A fact with the words of its values; a category with its items and when each is necessary."""
    (fact,) = json.loads(run(tmp_path, "law", "facts", "app.vehicle", "--json").stdout)
    assert list(fact["value_labels"]) == fact["values"]
    shown = run(tmp_path, "law", "categories", "housing", "--lang", "zh").stdout.decode()
    assert "面积" in shown
    assert "area-and-layout = one-of-the-two: one of property_area, property_layout" in shown
    assert json.loads(run(tmp_path, "law", "categories", "13", "--json").stdout)["key"] == "housing"
    wrong = run(tmp_path, "law", "categories", "ridehailing")
    assert wrong.returncode == 2
    assert 'did you mean "ride_hailing"?' in wrong.stderr.decode()


def test_an_act_is_given_as_json_on_the_command_line(tmp_path: Path) -> None:
    """One object needs no file; what it leaves open names the fact to give next."""
    act = {
        "act": "open_service",
        "app.categories": ["ride_hailing"],
        "data.items": ["payment_time"],
        "app.basic_refused": True,
        "app.refused_over_extra": True,
    }
    made = json.loads(run(tmp_path, "decide", json.dumps(act), "--assume", "ordinary-app", "--json").stdout)
    steps = {item["fact"]: item.get("follows_from") for item in made["missing"]}
    assert steps["app.beyond_necessary"] == ["app.ride_booked_online"]


def test_the_rules_themselves_can_be_looked_at(tmp_path: Path) -> None:
    """``law check`` ends with 0 while the law files account for what it finds, at a file and line."""
    ran = run(tmp_path, "law", "check", "--json")
    found = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert all(item["accepted"] and item["file"] and item["line"] for item in found)


def test_what_the_law_files_do_not_account_for_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """The finding, its place and what it is stand in a line; the count goes to standard error."""
    gate = gate_over(instrument("old", "2015-01-01", provision("art_1", {"when": "a.one AND NOT a.one"})))
    monkeypatch.setattr(Decider, "gate", gate)
    ran = CliRunner().invoke(cli.check, [], obj=Terminal())
    assert ran.exit_code == 1
    assert re.search(r"dead-rule +old:art_1 .*its condition can never hold", ran.stdout)
