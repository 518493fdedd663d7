"""Rules as Python: one generated function for each act and each stretch of time between two changes of law.

For each rule the function tests "not known to be excluded" first and "known to hold" second. Both
tests only ever ask what is known, so plain ``and`` and ``or`` are exact Kleene logic. Rules that begin
with the same literal stand under one test of it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shouxin.engine.expression import (
    All,
    Among,
    AnyOf,
    Atom,
    Compare,
    Expression,
    Fact,
    Facts,
    Not,
    normal,
    value,
)
from shouxin.engine.rulebase import Rule

Found = tuple[tuple[str, ...], ...]
"""Keys of rules: known to forbid, may forbid, duties, possible duties, permits known to hold."""

Program = Callable[[Any], Found]
_SIGNS = {"=": "==", "<>": "!="}
_BUCKETS = {"prohibit": ("fo", "fm"), "duty": ("du", "dm")}


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
    rules: Iterable[Rule], read: Callable[[str], str], *, name: str, usual: Facts | None = None
) -> str:
    """Return the source of a function that finds which of ``rules`` take effect, reading facts by ``read``.

    ``rules`` come with every exception before what it defeats. ``a`` and ``b`` hold whether a scope may
    hold and is known to; the bits of ``M`` and ``S`` say the same of each permit. ``usual`` are facts as
    they mostly are: a literal that they make false is tested first. They change the speed, nothing else.
    """
    ordered = list(rules)
    bits = {rule.key: 1 << number for number, rule in enumerate(r for r in ordered if r.effect == "permit")}
    scopes = {scope: number for number, scope in enumerate(dict.fromkeys(rule.scope for rule in ordered))}
    lines = [f"def {name}(f):", " g = f.get" if read is from_mapping else " pass"]
    lines += [" fo = fm = du = dm = pe = ()", " M = S = 0"]
    for scope, number in scopes.items():
        lines.append(f" a{number} = {code(scope, read, sure=False)}")
        lines.append(f" b{number} = a{number} and {code(scope, read, sure=True)}")
    for level in _levels(ordered):
        for number, members in _grouped(level, scopes, usual or {}).items():
            lines.append(f" if a{number}:")
            for first, found in members.items():
                lines.append(f"  if {code(first, read, sure=False) if first is not None else 'True'}:")
                for rule, rest in found:
                    lines += _rule(rule, rest, bits, number, read)
    lines.append(" return fo, fm, du, dm, pe")
    return "\n".join(lines)


def _levels(ordered: Iterable[Rule]) -> list[list[Rule]]:
    """Return the rules in steps: permits after the permits that defeat them, then everything else."""
    height: dict[str, int] = {}
    steps: dict[int, list[Rule]] = {}
    others: list[Rule] = []
    for rule in ordered:
        if rule.effect == "permit":
            height[rule.key] = 1 + max((height[key] for key in rule.exceptions if key in height), default=0)
            steps.setdefault(height[rule.key], []).append(rule)
        else:
            others.append(rule)
    return [*(steps[step] for step in sorted(steps)), others]


def _grouped(
    rules: Iterable[Rule], scopes: Mapping[Expression, int], usual: Facts
) -> dict[int, dict[Expression | None, list[tuple[Rule, Expression]]]]:
    """Return the rules by scope and by the literal they begin with, with what is left of their condition."""
    groups: dict[int, dict[Expression | None, list[tuple[Rule, Expression]]]] = {}
    for rule in rules:
        first, rest = _split(normal(rule.own), usual)
        groups.setdefault(scopes[rule.scope], {}).setdefault(first, []).append((rule, rest))
    return groups


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


def _split(expression: Expression, usual: Facts) -> tuple[Expression | None, Expression]:
    """Return the literal of a conjunction to test first and the rest; None where there is no literal."""
    items = expression.items if isinstance(expression, All) else (expression,)
    literals = [item for item in items if isinstance(item, Fact | Compare | Among | Not)]
    if not literals:
        return None, expression
    first = min(literals, key=lambda item: (value(item, usual) is not False, literals.index(item)))
    rest = list(items)
    rest.remove(first)
    return first, All(tuple(rest))


def _rule(
    rule: Rule, rest: Expression, bits: Mapping[str, int], scope: int, read: Callable[[str], str]
) -> list[str]:
    sure = f"b{scope} and {code(normal(rule.own), read, sure=True)}{_unless('M', rule, bits)}"
    lines = [f"   if {code(rest, read, sure=False)}{_unless('S', rule, bits)}:"]
    if rule.effect == "permit":
        bit = bits[rule.key]
        return [*lines, f"    M |= {bit}", f"    if {sure}: S |= {bit}; pe += ({rule.key!r},)"]
    known, possible = _BUCKETS[rule.effect]
    return [*lines, f"    if {sure}: {known} += ({rule.key!r},)", f"    else: {possible} += ({rule.key!r},)"]


def _unless(rail: str, rule: Rule, bits: Mapping[str, int]) -> str:
    """Return the test that no exception of a rule holds; ``rail`` says how much must be known of them."""
    against = sum(bits.get(key, 0) for key in rule.exceptions)
    return f" and not {rail} & {against}" if against else ""
