"""P1 on Spark: the SQL of the installed law says of random acts what the gate says, rule by rule."""

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from shouxin.engine import printer
from shouxin.engine.expression import Expression, atoms
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import read_facts

from .conftest import DAY

KINDS = {"bool": "boolean", "int": "bigint", "date": "string", "enum": "string", "decimal": "double"}


def acts(gate: Gate, rules: Mapping[str, Expression], count: int) -> list[dict[str, Any]]:
    """Return random facts, mostly as the first profile has them; one in eight is unknown.

    Numbers and days lie around those that the rules compare with.
    """
    chance = random.Random(7)
    usual = gate.reader.usual()
    near: dict[str, list[Any]] = {}
    for atom in sorted({atom for rule in rules.values() for atom in atoms(rule)}, key=repr):
        fact, values = gate.rules.facts[atom.name], near.setdefault(atom.name, [])
        literal = getattr(atom, "literal", None)
        if fact.type == "bool":
            values += [True, False]
        elif isinstance(literal, int):
            values += [literal - 1, literal, literal + 1]
        else:
            values += [literal] if fact.type == "date" else fact.values
        values += [usual[atom.name]] * 8 if atom.name in usual else []
    return [
        {name: chance.choice(near[name]) for name in near if chance.random() < 0.875} for _ in range(count)
    ]


@pytest.mark.parametrize("act", ["collect", "publish_content"])
def test_spark_agrees_with_the_gate_about_the_installed_law(spark: Any, law: Gate, act: str) -> None:
    """Which rules hold and which may, and from them effect and citations, for a hundred acts of a kind.

    Conditions this long need the code for whole stages off: it would be too long to compile.
    """
    from pyspark.sql import SparkSession

    rules = law.effective(DAY, act)
    names = sorted(read_facts(rules.values()))
    facts = acts(law, rules, 100)
    session = SparkSession(spark).newSession()
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    shape = ", ".join(f"`{name}` {KINDS[law.rules.facts[name].type]}" for name in names)
    rows = [(number, *(one.get(name) for name in names)) for number, one in enumerate(facts)]
    table = session.createDataFrame(rows, f"row int, {shape}")
    forms = [printer.sql(rule, "spark", sure=sure) for rule in rules.values() for sure in (True, False)]
    seen = set()
    for row in table.selectExpr("row", *forms).collect():
        sure, maybe = (dict(zip(rules, row[start::2], strict=True)) for start in (1, 2))
        known = {name: worth for name, worth in facts[row[0]].items() if worth is not None}
        outcome = law.outcome_of(act, known, DAY)
        kinds = {key: law.rules.rules[key].effect for key in rules}
        assert set(outcome.violations) == {key for key in rules if sure[key] and kinds[key] == "prohibit"}
        assert set(outcome.duties) == {key for key in rules if sure[key] and kinds[key] == "duty"}
        assert set(outcome.grants) == {key for key in rules if sure[key] and kinds[key] == "permit"}
        open_ = {key for key in rules if maybe[key] and not sure[key]}
        assert set(outcome.open) == {key for key in open_ if kinds[key] == "prohibit"}
        seen.add(outcome.effect)
    assert len(seen) > 1


def test_spark_compares_words_numbers_and_days_like_the_reference(spark: Any) -> None:
    """Every situation of the made-up facts, in every form of a comparison."""
    from pyspark.sql import SparkSession

    from .conftest import gate_over, instrument, provision
    from .test_sql_agreement import COLUMNS, SITUATIONS, agree, forms, selected

    conditions = [
        "a.one AND NOT (a.two OR NOT a.three)",
        "b.count >= 0 AND (b.kind = 'red' OR b.kind IN ('green', 'blue'))",
        "NOT b.kind IN ('red', 'blue') OR b.count <> 3",
        "b.day < '2021-11-01' AND NOT b.count > -1",
        "NOT (b.day = '2021-11-01') AND b.count <= 0",
    ]
    gate = gate_over(
        instrument(
            "old",
            "2015-01-01",
            *(
                provision(f"art_{n}", {"when": when, "unless": ["art_9"]})
                for n, when in enumerate(conditions)
            ),
            provision("art_9", {"effect": "permit", "when": "b.count = 3 AND NOT a.two"}),
        )
    )
    session = SparkSession(spark).newSession()
    kinds = {"varchar": "string"}
    shape = ", ".join(f"`{name}` {kinds.get(kind, kind)}" for name, (kind, _) in COLUMNS.items())
    rows = [
        (number, *(_typed(COLUMNS[name][0], worth) for name, worth in row.items()))
        for number, row in enumerate(SITUATIONS)
    ]
    session.createDataFrame(rows, f"row int, {shape}").createOrReplaceTempView("facts")
    expressions, worths = zip(*forms(gate, DAY), strict=True)
    found = session.sql(selected(list(expressions), "spark")).collect()
    agree([tuple(row) for row in found], list(worths))


def _typed(kind: str, worth: Any) -> Any:
    return date.fromisoformat(worth) if kind == "date" and worth else worth
