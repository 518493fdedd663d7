"""Rules as Python: one generated function for each act and each stretch of time between two changes of law.

For each rule the function tests "not known to be excluded" first and "known to hold" second. Both
tests only ever ask what is known, so plain ``and`` and ``or`` are exact Kleene logic. Rules that begin
with the same literal stand under one test of it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shouxin.engine.expression import All, Among, AnyOf, Atom, Compare, Expression, Fact, Not
from shouxin.engine.rulebase import Rule

Found = tuple[tuple[str, ...], ...]
"""Keys of rules: known to forbid, may forbid, duties, possible duties, permits known to hold."""

Program = Callable[[Any], Found]
_SIGNS = {"=": "==", "<>": "!="}
_BUCKETS = {"prohibit": ("fo", "fm"), "duty": ("du", "dm"), "permit": ("pe", "")}


def slot(name: str) -> str:
    """Return the attribute that holds a fact: ``data.sensitive`` is ``data__sensitive``."""
    return name.replace(".", "__")


def from_object(name: str) -> str:
    """Return the code that reads a fact from an object with slots."""
    return f"f.{slot(name)}"


def from_mapping(name: str) -> str:
    """Return the code that reads a fact from a mapping through its ``get``."""
    return f"g({name!r})"


def source(
    rules: Iterable[Rule], effective: Mapping[str, Expression], read: Callable[[str], str], *, name: str
) -> str:
    """Return the source of a function that finds the rules in effect, reading facts by ``read``."""
    groups: dict[Expression | None, list[tuple[Rule, Expression]]] = {}
    for rule in rules:
        first, rest = _split(effective[rule.key])
        groups.setdefault(first, []).append((rule, rest))
    lines = [f"def {name}(f):", " g = f.get" if read is from_mapping else " pass"]
    lines.append(" fo = fm = du = dm = pe = ()")
    for first, members in groups.items():
        indent = " "
        if first is not None:
            lines.append(f" if {code(first, read, sure=False)}:")
            indent = "  "
        for rule, rest in members:
            whole = rest if first is None else All((first, rest))
            lines += _rule(rule, rest, whole, read, indent)
    lines.append(" return fo, fm, du, dm, pe")
    return "\n".join(lines)


def compiled(text: str, *, name: str) -> Program:
    """Return the function that ``text`` defines; the text is made here from checked conditions only."""
    space: dict[str, Any] = {}
    exec(compile(text, f"<{name}>", "exec"), space)  # noqa: S102
    program: Program = space[name]
    return program


def code(expression: Expression, read: Callable[[str], str], *, sure: bool, negated: bool = False) -> str:
    """Return Python that is true where ``expression`` is known to hold, or not known not to hold."""
    match expression:
        case Not(item):
            return code(item, read, sure=sure, negated=not negated)
        case All(items) | AnyOf(items):
            conjunction = isinstance(expression, All) != negated
            parts = [code(item, read, sure=sure, negated=negated) for item in items]
            if not parts:
                return "True" if conjunction else "False"
            return f"({(' and ' if conjunction else ' or ').join(parts)})"
        case Fact(name):
            return f"{read(name)} is {not negated}" if sure else f"{read(name)} is not {negated}"
        case Compare() | Among():
            return _comparison(expression, read, sure=sure, negated=negated)


def _comparison(atom: Atom, read: Callable[[str], str], *, sure: bool, negated: bool) -> str:
    place = read(atom.name)
    if isinstance(atom, Compare):
        test = f"{place} {_SIGNS.get(atom.sign, atom.sign)} {atom.literal!r}"
    else:
        test = f"{place} in {getattr(atom, 'literals', ())!r}"
    if negated:
        test = f"not {test}" if isinstance(atom, Among) else f"not ({test})"
    return f"({place} is not None and {test})" if sure else f"({place} is None or {test})"


def _split(expression: Expression) -> tuple[Expression | None, Expression]:
    """Return the first literal of a conjunction and the rest; None where no literal can come first."""
    items = expression.items if isinstance(expression, All) else (expression,)
    for index, item in enumerate(items):
        if isinstance(item, Fact | Compare | Among | Not):
            return item, All((*items[:index], *items[index + 1 :]))
    return None, expression


def _rule(
    rule: Rule, rest: Expression, whole: Expression, read: Callable[[str], str], indent: str
) -> list[str]:
    known, possible = _BUCKETS[rule.effect]
    sure = code(whole, read, sure=True)
    if not possible:
        return [f"{indent}if {sure}: {known} += ({rule.key!r},)"]
    return [
        f"{indent}if {code(rest, read, sure=False)}:",
        f"{indent} if {sure}: {known} += ({rule.key!r},)",
        f"{indent} else: {possible} += ({rule.key!r},)",
    ]
