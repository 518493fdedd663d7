"""Conditions out: as text that parses back, and as SQL for DuckDB, PostgreSQL and Spark."""

from typing import Literal

from shouxin.engine.expression import All, Among, AnyOf, Compare, Expression, Fact, Not

Dialect = Literal["duckdb", "postgresql", "spark"]


def text(expression: Expression) -> str:
    """Return ``expression`` as condition text; parsing it gives the same condition."""
    match expression:
        case Fact(name):
            return name
        case Compare(name, sign, literal):
            return f"{name} {sign} {_literal(literal)}"
        case Among(name, literals):
            return f"{name} IN ({', '.join(map(_literal, literals))})"
        case Not(item):
            return f"NOT {_inner(item)}"
        case All(items):
            return " AND ".join(map(_inner, items)) if items else "TRUE"
        case AnyOf(items):
            return " OR ".join(map(_inner, items)) if items else "FALSE"


def sql(expression: Expression, dialect: Dialect, *, sure: bool) -> str:
    """Return a two-valued SQL condition over columns named like the facts.

    With ``sure`` it holds where ``expression`` is known to be true, without it where it is not
    known to be false. Both come out of NULL columns as plain true or false, so no three-valued
    operator is left to a database.
    """
    return _sql(expression, dialect, sure=sure, negated=False)


def column(name: str, dialect: Dialect) -> str:
    """Return the quoted column of a fact."""
    return f"`{name}`" if dialect == "spark" else f'"{name}"'


def _sql(expression: Expression, dialect: Dialect, *, sure: bool, negated: bool) -> str:
    match expression:
        case Not(item):
            return _sql(item, dialect, sure=sure, negated=not negated)
        case All(items) | AnyOf(items):
            conjunction = isinstance(expression, All) != negated
            if not items:
                return "TRUE" if conjunction else "FALSE"
            parts = (_sql(item, dialect, sure=sure, negated=negated) for item in items)
            return f"({(' AND ' if conjunction else ' OR ').join(parts)})"
        case Fact(name):
            wanted = "FALSE" if negated else "TRUE"
            other = "TRUE" if negated else "FALSE"
            return (
                f"({column(name, dialect)} IS {wanted})"
                if sure
                else f"({column(name, dialect)} IS NOT {other})"
            )
        case Compare(name, sign, literal):
            test = f"{column(name, dialect)} {sign} {_literal(literal)}"
        case Among(name, literals):
            test = f"{column(name, dialect)} IN ({', '.join(map(_literal, literals))})"
    if negated:
        return f"(({test}) IS {'FALSE' if sure else 'NOT TRUE'})"
    return f"(({test}) IS {'TRUE' if sure else 'NOT FALSE'})"


def _inner(expression: Expression) -> str:
    grouped = isinstance(expression, All | AnyOf) and len(expression.items) > 0
    return f"({text(expression)})" if grouped else text(expression)


def _literal(literal: int | str) -> str:
    return str(literal) if isinstance(literal, int) else "'" + literal.replace("'", "''") + "'"
