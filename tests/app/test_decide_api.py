"""The gate over HTTP: one act or many, each error, and no token where nothing changes."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.duties.days import day
from shouxin.duties.gate.api import MOST, Decided, Decisions
from shouxin.duties.gate.service import Decider, FactView, ProfileView
from shouxin.duties.problem import Problem
from shouxin.law.wording import Act
from tests.app.made_up_law import DAY, made_up_register, served_law

Client = TestClient[Litestar]
ON = f"/api/decide?as_of={DAY}"
BANNED = {"act": "collect", "a.one": True, "a.two": False, "a.three": False}


@pytest.fixture(scope="module")
def gate() -> Iterator[Client]:
    """Talk to an application over a made-up law."""
    with TestClient(served_law()) as client:
        yield client


def test_an_act_is_decided_as_the_service_decides_it(gate: Client) -> None:
    """The body is exactly the decision, without an explanation that nobody asked for."""
    answer = gate.post(ON, json=BANNED)
    assert answer.status_code == 200
    assert answer.json()["effect"] == "prohibited"
    assert [item["provision"] for item in answer.json()["violations"]] == ["old:art_1"]
    made = Decider(made_up_register()).decide(BANNED, day(DAY))
    assert answer.content == msgspec.json.encode(made)


def test_the_explanation_comes_where_it_is_asked_for(gate: Client) -> None:
    """It names the rule, the facts and the exception that was tried."""
    made = msgspec.json.decode(gate.post(f"{ON}&explain=true", json=BANNED).content, type=Decided)
    reason = next(item for item in made.explanation if item.provision == "old:art_1")
    assert reason.outcome == "takes_effect"
    assert {item.fact for item in reason.because} == {"a.one", "a.two", "a.three"}
    assert reason.exceptions == (("old:art_2", "false"),)


def test_a_profile_fills_in_and_is_named(gate: Client) -> None:
    """The assumption that the answer rests on is in the answer."""
    answer = gate.post(f"{ON}&assume=plain", json={"act": "collect", "a.one": True, "a.three": False}).json()
    assert answer["effect"] == "prohibited"
    assert answer["assumed"] == [{"fact": "a.two", "value": False, "profile": "plain"}]


def test_without_a_day_it_is_today(gate: Client) -> None:
    """The day of the decision is in the answer."""
    assert day(gate.post("/api/decide", json=BANNED).json()["as_of"]) > day(DAY)


def test_many_acts_are_decided_in_their_order(gate: Client) -> None:
    """One request, one list of decisions, the same as each alone."""
    several = [BANNED, {"act": "send", "p.child": False, "b.day": DAY}, {"act": "send"}]
    answer = gate.post(ON, json={"acts": several})
    decisions = msgspec.json.decode(answer.content, type=Decisions).decisions
    assert [made.effect for made in decisions] == ["prohibited", "permitted", "undetermined"]
    alone = [gate.post(ON, json=act).json() for act in several]
    assert answer.json()["decisions"] == alone


def test_one_bad_act_among_many_is_named_and_none_is_decided(gate: Client) -> None:
    """The error says which act it was."""
    answer = gate.post(ON, json={"acts": [BANNED, {"act": "collect", "a.oen": True}]})
    told = msgspec.json.decode(answer.content, type=Problem)
    assert (told.status, told.code, told.where) == (400, "fact-unknown", "body, act 2")
    assert "a.one" in told.remedy


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}])
def test_deciding_needs_no_token_and_opens_no_other_door(header: dict[str, str]) -> None:
    """The gate answers even where writing is switched off, and writing stays off."""
    with TestClient(served_law(token=None)) as client:
        assert client.post(ON, json=BANNED, headers=header).status_code == 200
        for path in ("/api/law/texts", "/api/law/texts?name=decide", "/api/law/texts?dry_run=true"):
            assert client.post(path, content=b"x", headers=header).json()["code"] == "api-token-unset"


@pytest.mark.parametrize(
    ("query", "body", "code"),
    [
        ("", b"", "act-json"),
        ("", b"[]", "act-json"),
        ("", b"\xff", "act-json"),
        ("", b'{"act": "\\ud800"}', "act-json"),
        ("", b'{"act": NaN}', "act-json"),
        ("", b'{"act": "collect", "act": "send"}', "act-duplicate-key"),
        ("", b'{"act": "' + b"x" * 2**20 + b'"}', "act-too-long"),
        ("", b"{}", "act-missing"),
        ("", b'{"act": 3}', "act-missing"),
        ("", b'{"act": "colect"}', "act-unknown"),
        ("", b'{"act": "collect", "acts": []}', "fact-unknown"),
        ("", b'{"acts": []}', "act-json"),
        ("", b'{"acts": 3}', "act-json"),
        ("", b'{"acts": [3]}', "act-json"),
        ("", b'{"acts": [{"act": "send"}], "more": 1}', "act-json"),
        ("", b'{"acts": [' + b'{"act":"send"},' * MOST + b'{"act":"send"}]}', "act-too-many"),
        ("", b'{"act": "collect", "a.one": "yes"}', "fact-type"),
        ("", b'{"act": "send", "p.child": true, "p.old": true}', "fact-contradiction"),
        ("&assume=nobody", b'{"act": "collect"}', "profile-unknown"),
        ("&as_of=tomorrow", b'{"act": "collect"}', "day-unreadable"),
        ("&as_of=2019-12-31", b'{"act": "sleep"}', "act-unregulated"),
        ("&as_of=2014-12-31", b'{"act": "collect"}', "date-before-law"),
        ("&explain=perhaps", b'{"act": "collect"}', "http-parameter"),
    ],
)
def test_every_bad_question_is_told_what_is_wrong(gate: Client, query: str, body: bytes, code: str) -> None:
    """400 with the stable code and what to do."""
    answer = gate.post(f"/api/decide?{query}", content=body)
    told = msgspec.json.decode(answer.content, type=Problem)
    assert (answer.status_code, told.status, told.code) == (400, 400, code)
    assert told.message
    assert told.remedy


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/api/law/facts", tuple[FactView, ...]),
        ("/api/law/acts", tuple[Act, ...]),
        ("/api/law/profiles", tuple[ProfileView, ...]),
    ],
)
def test_the_words_of_rules_come_in_the_shapes_of_the_command_line(
    gate: Client, path: str, shape: type
) -> None:
    """Facts, acts and profiles, as ``shouxin law … --json`` writes them."""
    answer = gate.get(path)
    value: object = msgspec.json.decode(answer.content, type=shape)
    assert value
    assert msgspec.json.encode(value) == answer.content


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["act", "acts", "a.one", "b.count", "b.kind", "b.day"])
                    | st.text(max_size=6),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=8,
        ),
    )
)
def test_any_body_gets_a_decision_or_a_clear_error(gate: Client, body: Any) -> None:
    """P10: bytes and JSON of any shape never bring out a 500."""
    if isinstance(body, bytes):
        answer = gate.post(ON, content=body)
    else:
        answer = gate.post(ON, content=json.dumps(body).encode())
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert msgspec.json.decode(answer.content, type=Problem).remedy
