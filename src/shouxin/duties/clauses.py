"""Conditions as clauses that a template can put into words: what must hold, in which connection."""

from collections.abc import Mapping
from typing import NamedTuple

from shouxin.engine import parser
from shouxin.engine.expression import All, Among, AnyOf, Compare, Expression, Not
from shouxin.engine.expression import Fact as Holds
from shouxin.law.mechanism import LocalFact
from shouxin.law.wording import Fact

_SIGNS = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_PAIRS = (
    ("fact", "lacks"), ("all", "not_all"), ("any", "none"),
    ("eq", "ne"), ("lt", "ge"), ("gt", "le"), ("among", "not_among"),
)  # fmt: skip
_OPPOSITE = {**dict(_PAIRS), **{other: one for one, other in _PAIRS}}


class Clause(NamedTuple):
    """One part of a condition.

    ``kind`` is all, any, none or not_all with ``items``; fact or lacks with ``fact``; or a comparison
    of ``fact`` with ``values``: eq, ne, lt, le, gt, ge, among, not_among. A value that is what another
    fact comes to is that fact.
    """

    kind: str
    items: tuple["Clause", ...] = ()
    fact: Fact | LocalFact | None = None
    values: tuple[int | str | Fact | LocalFact, ...] = ()


def clause(text: str, facts: Mapping[str, Fact]) -> Clause:
    """Return the condition ``text`` as a clause; raise ``LawError`` as ``shouxin.engine.parser``."""
    types = {name: fact.kind for name, fact in facts.items() if fact.type != "set"}
    return worded(parser.parse(text, types, where="condition"), facts)


def worded(expression: Expression, facts: Mapping[str, Fact | LocalFact]) -> Clause:
    """Return a condition that is read already as a clause."""
    match expression:
        case Holds(name):
            return Clause("fact", fact=facts[name])
        case Compare(name, sign, literal):
            other = literal[1:] if isinstance(literal, str) and literal.startswith("$") else ""
            return Clause(_SIGNS[sign], fact=facts[name], values=(facts[other] if other else literal,))
        case Among(name, literals):
            return Clause("among", fact=facts[name], values=literals)
        case All(items) | AnyOf(items):
            kind = "all" if isinstance(expression, All) else "any"
            return Clause(kind, items=tuple(worded(item, facts) for item in items))
        case Not(item):
            inner = worded(item, facts)
            return inner._replace(kind=_OPPOSITE[inner.kind])
