"""A batch of acts is decided row by row like each act alone: random laws, random tables, unknowns."""

import pickle
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouxin.duties.gate import audit_verdicts
from shouxin.duties.gate.audit_columns import Columns
from shouxin.duties.gate.audit_decide import Auditor
from shouxin.duties.gate.audit_sides import SidedAuditor
from shouxin.duties.gate.audit_verdicts import Verdict
from shouxin.duties.gate.spark import workers
from shouxin.engine import printer
from shouxin.engine.decision import Decision
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError
from tests.engine.conftest import DAY, VOCABULARY, gate_over, instrument, provision, words
from tests.engine.test_conditions import CONDITIONS, UNKNOWN_OR
from tests.engine.test_sql_agreement import laws

TYPES = {"int": pa.int64(), "enum": pa.string(), "date": pa.date32(), "bool": pa.bool_()}
KINDS = {fact["name"]: fact.get("type", "bool") for fact in VOCABULARY["facts"]}
MAYBE = st.sampled_from([None, True, False])
ROWS = st.fixed_dictionaries(
    {
        **UNKNOWN_OR,
        "p.born": st.sampled_from([None, "2008-06-03", "2011-06-03", "2011-06-04"]),
        "p.age": st.sampled_from([None, None, 14, 17]),
        "p.child": MAYBE,
        "p.young": MAYBE,
        "p.old": MAYBE,
        "act": st.sampled_from(["collect", "collect", "send", "sleep", "fly", None]),
        "day": st.sampled_from([None, "2014-12-31", "2016-01-01", "2020-06-03", "2025-06-03"]),
    }
)
PERSONS = st.sampled_from(["p.child", "p.young", "NOT p.old", "p.age < 16", "a.one AND NOT p.child"])
WHEN = st.one_of(CONDITIONS.map(printer.text), PERSONS)


def table(rows: list[dict[str, object]]) -> Any:
    """Return rows as an Arrow batch with typed columns."""
    columns = {}
    for name in rows[0]:
        kind = TYPES.get(KINDS.get(name, "date" if name == "day" else "enum"))
        values = [row[name] for row in rows]
        if kind == pa.date32():
            values = [date.fromisoformat(str(worth)) if worth else None for worth in values]
        columns[name] = pa.array(values, kind)
    return pa.record_batch(columns)


def shown(decision: Decision) -> Verdict:
    """Return what an audit says of a decision."""
    return Verdict(
        decision.effect,
        tuple(dict.fromkeys(item.provision for item in decision.violations)),
        tuple((duty.duty, duty.provision) for duty in decision.duties),
        tuple(question.fact for question in decision.missing),
        decision.possible,
    )


def single(gate: Gate, row: dict[str, object], day: date | None, assume: str) -> Verdict | str:
    """Return what the gate says of one row, or the code of its refusal."""
    facts = {name: worth for name, worth in row.items() if name != "day"}
    try:
        if day is None:
            return "day-unreadable"
        return shown(gate.decide(facts, day, assume))
    except InputError as error:
        return error.code


@settings(max_examples=200, deadline=None)
@given(
    laws(WHEN), st.lists(ROWS, min_size=1, max_size=30), st.booleans(), st.sampled_from(["", "plain", "more"])
)
def test_each_row_is_decided_as_it_would_be_alone(
    gate: Gate, rows: list[dict[str, object]], one_day: bool, assume: str
) -> None:
    """Effects, provisions, duties, questions and refusals are those of the single path."""
    batch = table(rows)
    columns = Columns(batch.schema, gate.rules, gate.reader, day="" if one_day else "day", text=False)
    auditor = Auditor(gate, columns, DAY if one_day else None, assume)
    made = auditor.decide(batch)
    for number, row in enumerate(rows):
        day = DAY if one_day else date.fromisoformat(str(row["day"])) if row["day"] else None
        got = made.verdicts[made.numbers[number]]
        wanted = single(gate, row, day, assume)
        assert (got or auditor.refusal(batch, number).code) == wanted


@settings(max_examples=40, deadline=None)
@given(st.lists(ROWS, min_size=20, max_size=30), st.integers(0, 150))
def test_what_is_kept_is_bounded_and_changes_no_verdict(rows: list[dict[str, object]], most: int) -> None:
    """However little is kept for rows to come, each batch is decided alike, and no more is kept than that."""
    whens = ["a.one AND NOT a.two", "a.one OR a.two", "p.age < 16"]
    gate = gate_over(
        instrument(
            "law",
            "2015-01-01",
            *(provision(f"art_{n}", {"acts": ["collect"], "when": when}) for n, when in enumerate(whens, 1)),
        )
    )
    batch = table(rows)
    columns = Columns(batch.schema, gate.rules, gate.reader, day="day", text=False)

    def verdicts(auditor: Auditor) -> list[Verdict | None]:
        made = auditor.decide(batch)
        return [made.verdicts[number] for number in made.numbers]

    expected = verdicts(Auditor(gate, columns, None))
    tight = Auditor(gate, columns, None)
    kept = tight._kept
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_verdicts, "_MOST_KEPT", most)
        assert [verdicts(tight) for _ in range(2)] == [expected, expected]
    assert kept.words <= max(most, 100)  # one answer is kept, however large
    assert sum(map(len, kept._stores)) * audit_verdicts._AROUND <= kept.words


def contested(whens: list[str]) -> Gate:
    """Return a gate over bans and permits, some of which stand under one answer to a contested reading."""
    reading = {
        "question": words("which?"),
        "chosen": "yes",
        "alternatives": [{"id": name, "answer": words(name)} for name in ("yes", "no", "else")],
        "provisions": ["art_1"],
        "why": "both are held",
        "contested": True,
    }
    under: list[dict[str, Any]] = [
        {"readings": {"one": "yes"}},
        {"readings": {"one": "no"}},
        {"readings": {"two": "else"}},
        {"readings": {"two": "yes"}, "effect": "permit", "overrides": ["art_1"]},
        {"readings": {"one": "else"}, "effect": "duty", "duty": "write"},
    ]
    rules = [{"acts": ["collect"], "when": when, **more} for when, more in zip(whens, under, strict=True)]
    readings = [{"id": name, **reading} for name in ("one", "two")]
    articles = [provision(f"art_{number}", rule) for number, rule in enumerate(rules, start=1)]
    last = provision("art_6", {"acts": ["send"], "when": "a.one"})
    return gate_over(instrument("law", "2015-01-01", *articles, last, readings=readings))


@settings(max_examples=100, deadline=None)
@given(st.lists(WHEN, min_size=5, max_size=5), st.lists(ROWS, min_size=1, max_size=20))
def test_each_row_is_decided_on_every_side(whens: list[str], rows: list[dict[str, object]]) -> None:
    """Where readings are contested the verdicts are those of the single path too."""
    gate, batch = contested(whens), table(rows)
    columns = Columns(batch.schema, gate.rules, gate.reader, day="day", text=False)
    auditor = SidedAuditor(gate, columns, None, "plain")
    made = auditor.decide(batch)
    for number, row in enumerate(rows):
        day = date.fromisoformat(str(row["day"])) if row["day"] else None
        got = made.verdicts[made.numbers[number]]
        assert (got or auditor.refusal(batch, number).code) == single(gate, row, day, "plain")


@settings(max_examples=50, deadline=None)
@given(laws(WHEN), st.lists(ROWS, min_size=1, max_size=20))
def test_a_table_of_text_is_read_like_a_typed_one(gate: Gate, rows: list[dict[str, object]]) -> None:
    """CSV holds true, false, numbers, dates and nothing as text; the answers are the same."""
    typed = table(rows)
    text = pa.record_batch(
        {
            name: pa.array(
                [None if row[name] is None else str(row[name]).lower() for row in rows], pa.string()
            )
            for name in rows[0]
        }
    )
    answers = []
    for batch, as_text in ((typed, False), (text, True)):
        columns = Columns(batch.schema, gate.rules, gate.reader, day="", text=as_text)
        made = Auditor(gate, columns, DAY).decide(batch)
        answers.append([made.verdicts[number] for number in made.numbers])
    assert answers[0] == answers[1]


def test_a_worker_elsewhere_sees_what_is_contested() -> None:
    """What is packed for another process says what was chosen, and leaves open what nobody chose."""
    gate = contested(["a.one"] * 5)
    register, chosen = pickle.loads(workers.packed(gate))
    assert RuleBase(register, chosen).contested == gate.rules.contested != {}
    register, chosen = pickle.loads(workers.packed(gate.under({"law:one": "no"})))
    assert RuleBase(register, chosen).contested == {}
