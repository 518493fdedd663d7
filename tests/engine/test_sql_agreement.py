"""P1: every form of a rule says the same as the reference interpreter, in every situation there is.

The made-up facts take few values, so one table holds every situation, unknowns included: 1,296 rows. Each
random law has 6 to 10 rules, and each rule is compared in all rows, "sure" and "maybe": 30 laws for each
database are about 500,000 comparisons, and as many for the bits of ``signature``.
"""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouxin.engine import printer
from shouxin.engine.decision import Outcome
from shouxin.engine.expression import Expression, atoms, value
from shouxin.engine.gate import Gate
from shouxin.engine.signature import Bits, Plan, run

from .conftest import gate_over, instrument, interpreted, provision
from .test_conditions import CONDITIONS

COLUMNS = {
    "a.one": ("boolean", (None, True, False)),
    "a.two": ("boolean", (None, True, False)),
    "a.three": ("boolean", (None, True, False)),
    "b.count": ("bigint", (None, -1, 0, 3)),
    "b.kind": ("varchar", (None, "red", "green", "blue")),
    "b.day": ("date", (None, "2021-10-31", "2021-11-01")),
}
SITUATIONS = [dict(zip(COLUMNS, row, strict=True)) for row in product(*(v for _, v in COLUMNS.values()))]
TABLE = ", ".join(f'"{name}" {kind}' for name, (kind, _) in COLUMNS.items())
EVERYTHING = (1 << len(SITUATIONS)) - 1
WHEN = CONDITIONS.map(printer.text)


@st.composite
def laws(draw: st.DrawFn, when: st.SearchStrategy[str] = WHEN) -> Gate:
    """Return a gate over two instruments of random rules, the later one repealed after some years."""
    permits = [provision(f"art_{n}", {"effect": "permit", "when": draw(when)}) for n in (1, 2)]
    permits.append(provision("art_3", {"effect": "permit", "when": draw(when), "unless": ["art_1"]}))
    rules = []
    for number in range(4, draw(st.integers(5, 9))):
        rule: dict[str, Any] = {"when": draw(when)}
        if draw(st.booleans()):
            rule |= {"acts": [draw(st.sampled_from(["collect", "send"]))]}
        if draw(st.booleans()):
            rule |= {"unless": draw(st.lists(st.sampled_from(["art_1", "art_2", "art_3"]), unique=True))}
        if draw(st.booleans()):
            rule |= {"effect": "duty", "duty": f"duty-{number}"}
        rules.append(provision(f"art_{number}", rule))
    scope = {"scope": {"when": draw(when), "provisions": ["art_1"]}} if draw(st.booleans()) else {}
    later = provision("art_1", {"acts": ["send"], "when": draw(when)}, {"acts": ["send"], "when": draw(when)})
    return gate_over(
        instrument("old", "2015-01-01", *permits, *rules),
        instrument("new", "2020-01-01", later, repealed="2024-01-01", **scope),
    )


def forms(gate: Gate, day: date) -> Iterator[tuple[Expression, list[bool | None]]]:
    """Yield each rule about sending in its whole, with what the reference says of it in every situation."""
    for expression in gate.effective(day, "send").values():
        yield expression, [value(expression, situation) for situation in SITUATIONS]


def selected(expressions: list[Expression], dialect: printer.Dialect) -> str:
    """Return the query for "sure" and "maybe" of each expression, row by row."""
    shown = [printer.sql(item, dialect, sure=sure) for item in expressions for sure in (True, False)]
    return f"SELECT {', '.join(shown)} FROM facts ORDER BY row"


def agree(rows: list[tuple[Any, ...]], worths: list[list[bool | None]]) -> None:
    """Check "sure" and "maybe" of every rule in every situation."""
    expected = [
        tuple(form for worth in row for form in (worth is True, worth is not False))
        for row in zip(*worths, strict=True)
    ]
    assert [tuple(row) for row in rows] == expected


@pytest.fixture(scope="module")
def in_duckdb() -> Iterator[Any]:
    """Give a DuckDB database with a table of every situation."""
    import duckdb

    with duckdb.connect(config={"autoinstall_known_extensions": "false", "threads": "1"}) as connection:
        connection.execute(f"CREATE TABLE facts (row integer, {TABLE})")
        rows = [[number, *row.values()] for number, row in enumerate(SITUATIONS)]
        values = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
        connection.execute(f"INSERT INTO facts VALUES {values}", [cell for row in rows for cell in row])
        yield connection


@settings(max_examples=30, deadline=None)
@given(gate=laws())
def test_duckdb_and_bits_agree_with_the_reference(in_duckdb: Any, gate: Gate) -> None:
    """The SQL of every rule, exceptions folded in, over typed columns; and integers with a bit a row."""
    expressions, worths = zip(*forms(gate, date(2021, 6, 3)), strict=True)
    agree(in_duckdb.execute(selected(list(expressions), "duckdb")).fetchall(), list(worths))
    distinct = {atom for expression in expressions for atom in atoms(expression)}
    table = {atom: Bits(*_rails([value(atom, row) for row in SITUATIONS])) for atom in distinct}
    for expression, found in zip(expressions, worths, strict=True):
        assert run(expression, table, EVERYTHING) == _rails(found)


@pytest.fixture
def postgresql(database_dsn: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Give a connection to a database with a table of every situation."""
    with psycopg.connect(database_dsn, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE facts (row integer, {TABLE})".encode())
        with connection.cursor() as cursor, cursor.copy("COPY facts FROM STDIN") as copy:
            for number, row in enumerate(SITUATIONS):
                copy.write_row([number, *row.values()])
        yield connection


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gate=laws())
def test_postgresql_agrees_with_the_reference(
    postgresql: psycopg.Connection[tuple[Any, ...]], gate: Gate
) -> None:
    """The same rules, the same situations, the other database."""
    expressions, worths = zip(*forms(gate, date(2021, 6, 3)), strict=True)
    query = selected(list(expressions), "postgresql").encode()
    agree(postgresql.execute(query).fetchall(), list(worths))


def _rails(worths: list[bool | None]) -> tuple[int, int]:
    sure = int("".join("1" if worth is True else "0" for worth in reversed(worths)), 2)
    maybe = int("".join("1" if worth is not False else "0" for worth in reversed(worths)), 2)
    return sure, maybe


@settings(max_examples=30, deadline=None)
@given(laws(), st.integers(0, 12))
def test_compiled_rules_decide_like_the_reference(gate: Gate, start: int) -> None:
    """From an act made ready and from a mapping, in words and in Python, in every thirteenth situation."""
    day = date(2021, 6, 3)
    effective, plan = gate.effective(day, "send"), Plan(gate, "send", day, {})
    assert set(plan.bans) | set(plan.duties) <= set(effective)
    gates = (gate, interpreted(gate.rules))
    for situation in SITUATIONS[start::13]:
        facts = {name: worth for name, worth in situation.items() if worth is not None}
        worths = {key: value(rule, facts) for key, rule in effective.items()}
        expected = (
            [key for key in plan.bans if worths[key] is True],
            [key for key in plan.bans if worths[key] is None],
            [key for key in plan.duties if worths[key] is True],
        )
        for outcome in (
            *(each.outcome_of("send", facts, day) for each in gates),
            *(each.check({"act": "send", **facts}, day) for each in gates),
            *(each.outcome(each.prepare({"act": "send", **facts}), day) for each in gates),
        ):
            assert _keys(outcome) == expected
            permits = {key for key in effective if gate.rules.rules[key].effect == "permit"}
            assert set(outcome.grants) == {key for key in permits if worths[key] is True}


def _keys(outcome: Outcome) -> tuple[list[str], list[str], list[str]]:
    return list(outcome.violations), list(outcome.open), list(outcome.duties)
