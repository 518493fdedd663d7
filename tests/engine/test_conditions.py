"""The language of conditions: what it reads, what it refuses, and that it prints what it read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.engine import printer, program
from shouxin.engine.expression import (
    All,
    Among,
    AnyOf,
    Compare,
    Expression,
    Fact,
    Facts,
    Not,
    atoms,
    names,
    normal,
    value,
)
from shouxin.engine.parser import parse
from shouxin.errors import LawError
from shouxin.law.wording import FactType

TYPES = {
    "a.one": FactType(type="bool"),
    "a.two": FactType(type="bool"),
    "a.three": FactType(type="bool"),
    "b.count": FactType(type="int"),
    "b.kind": FactType(type="enum", values=("red", "green", "blue")),
    "b.day": FactType(type="date"),
}
PLACES = {name: place for place, name in enumerate(TYPES)}
ATOMS = st.one_of(
    st.sampled_from(["a.one", "a.two", "a.three"]).map(Fact),
    st.builds(
        Compare,
        st.just("b.count"),
        st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
        st.integers(-3, 3),
    ),
    st.builds(
        Compare, st.just("b.kind"), st.sampled_from(["=", "<>"]), st.sampled_from(["red", "green", "blue"])
    ),
    st.builds(Among, st.just("b.kind"), st.lists(st.sampled_from(["red", "green"]), min_size=1).map(tuple)),
    st.builds(Compare, st.just("b.day"), st.sampled_from(["<", ">="]), st.just("2021-11-01")),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=2, max_size=4).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=2, max_size=4).map(tuple)),
    ),
    max_leaves=12,
)
UNKNOWN_OR = {
    "a.one": st.sampled_from([None, True, False]),
    "a.two": st.sampled_from([None, True, False]),
    "a.three": st.sampled_from([None, True, False]),
    "b.count": st.one_of(st.none(), st.integers(-4, 4)),
    "b.kind": st.sampled_from([None, "red", "green", "blue"]),
    "b.day": st.sampled_from([None, "2021-10-31", "2021-11-01", "2021-11-02"]),
}
SITUATIONS = st.fixed_dictionaries(UNKNOWN_OR)


def read(text: str) -> Expression:
    """Return a condition over the made-up facts."""
    return parse(text, TYPES, where="made up")


def test_a_condition_reads_as_it_is_written() -> None:
    """Facts, comparisons and lists join with AND, OR and NOT."""
    assert read("a.one AND NOT (a.two OR b.count >= 3)") == All(
        (Fact("a.one"), Not(AnyOf((Fact("a.two"), Compare("b.count", ">=", 3)))))
    )
    assert read("b.kind IN ('red', 'blue')") == Among("b.kind", ("red", "blue"))
    assert read("not a.one and b.day < '2021-11-01'") == All(
        (Not(Fact("a.one")), Compare("b.day", "<", "2021-11-01"))
    )


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("", 1, "condition-syntax"),
        ("a.one AND a.two OR a.three", 17, "condition-syntax"),
        ("a.one AND", 10, "condition-syntax"),
        ("(a.one", 1, "condition-syntax"),
        ("a.one a.two", 7, "condition-syntax"),
        ("a.one == a.two", 8, "condition-syntax"),
        ("a.one AND a.tow", 11, "condition-unknown-fact"),
        ("b.count", 1, "condition-type"),
        ("b.count = 'red'", 11, "condition-type"),
        ("b.kind = 'rde'", 10, "condition-type"),
        ("b.kind < 'red'", 8, "condition-type"),
        ("a.one ; DROP", 7, "condition-syntax"),
        ("b.kind IN ()", 12, "condition-syntax"),
        ("(" * 60 + "a.one" + ")" * 60, 51, "condition-syntax"),
    ],
)
def test_what_is_no_condition_is_refused_at_its_column(text: str, column: int, code: str) -> None:
    """The column, the code and a remedy are given."""
    with pytest.raises(LawError) as caught:
        read(text)
    assert (caught.value.code, caught.value.where) == (code, f"made up, column {column}")
    assert caught.value.remedy


def test_a_misspelt_fact_suggests_the_nearest() -> None:
    """A slip of the finger is answered with the fact that was probably meant."""
    with pytest.raises(LawError, match=r'did you mean "b\.count"'):
        read("b.cuont > 3")


@given(CONDITIONS)
def test_print_and_parse_are_inverse(condition: Expression) -> None:
    """P5: what is printed reads back as the same condition."""
    assert read(printer.text(condition)) == condition


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """P10: nothing but a condition or ``LawError`` comes back."""
    try:
        assert names(read(text)) <= set(TYPES)
    except LawError as error:
        assert error.remedy


@given(CONDITIONS, SITUATIONS)
def test_the_normal_form_means_the_same(condition: Expression, facts: Facts) -> None:
    """Pushing NOT inwards changes no worth, known or unknown, and leaves it only before atoms."""
    assert value(normal(condition), facts) == value(condition, facts)
    assert not list(_nots_above(normal(condition)))


def _nots_above(condition: Expression) -> list[Expression]:
    match condition:
        case Not(item):
            return [] if isinstance(item, Fact | Compare | Among) else [condition]
        case All(items) | AnyOf(items):
            return [found for item in items for found in _nots_above(item)]
    return []


@given(CONDITIONS, SITUATIONS)
def test_generated_python_agrees_with_the_reference(condition: Expression, facts: Facts) -> None:
    """P1: "sure" is exactly "known to be true", and "maybe" exactly "not known to be false"."""
    worth = value(condition, facts)
    for sure, expected in ((True, worth is True), (False, worth is not False)):
        text = program.code(condition, program.from_places(PLACES), sure=sure)
        assert bool(eval(text, {f"x{place}": facts.get(name) for name, place in PLACES.items()})) == expected


@given(CONDITIONS, SITUATIONS)
def test_one_more_answer_never_overturns(condition: Expression, facts: dict[str, object]) -> None:
    """P2: a condition that is known stays what it is, whatever else becomes known."""
    worth = value(condition, facts)
    if worth is not None:
        filled = {name: known if known is not None else _some(name) for name, known in facts.items()}
        assert value(condition, filled) is worth


def _some(name: str) -> object:
    return {"b.count": 0, "b.kind": "red", "b.day": "2021-11-01"}.get(name, True)


@given(st.lists(CONDITIONS, min_size=1, max_size=6), st.lists(SITUATIONS, min_size=1, max_size=20))
def test_sql_agrees_with_the_reference(conditions: list[Expression], rows: list[dict[str, object]]) -> None:
    """P1: the SQL forms say the same in SQLite's three-valued logic, which stands in where no server is."""
    import sqlite3

    columns = sorted(TYPES)
    names_of = ", ".join(printer.column(name, "duckdb") for name in columns)
    with sqlite3.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE facts ({names_of})")
        connection.executemany(
            f"INSERT INTO facts VALUES ({', '.join('?' * len(columns))})",
            [[row[name] for name in columns] for row in rows],
        )
        forms = [printer.sql(c, "duckdb", sure=sure) for c in conditions for sure in (True, False)]
        found = connection.execute(f"SELECT {', '.join(forms)} FROM facts").fetchall()
    connection.close()
    for row, answers in zip(rows, found, strict=True):
        worths = [value(condition, row) for condition in conditions]
        expected = [form for worth in worths for form in (worth is True, worth is not False)]
        assert [bool(answer) for answer in answers] == expected


def test_atoms_come_in_order() -> None:
    """Every comparison is listed, repeated where it is."""
    assert list(atoms(read("a.one AND NOT (a.one OR a.two)"))) == [
        Fact("a.one"),
        Fact("a.one"),
        Fact("a.two"),
    ]
