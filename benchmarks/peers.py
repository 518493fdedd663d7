"""One decision beside Cedar and Rego: the same forty prohibitions of the law, facts complete."""

import json
from collections.abc import Iterator, Sequence
from itertools import count, islice

import cedarpy
import regopy

from benchmarks import made_up
from benchmarks.made_up import DAY
from benchmarks.made_up import HEAVIEST as ACT
from benchmarks.measure import Row, microseconds, typical
from shouxin.engine.expression import All, AnyOf, Expression, Fact, Not, atoms
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import Parsed, RuleBase

RULES = 40
REQUEST = {"principal": 'User::"a"', "action": f'Action::"{ACT}"', "resource": 'Data::"b"'}


def rows(gate: Gate) -> Iterator[Row]:
    """Yield our figures and the peers'; fails where a verdict differs."""
    chosen = _chosen(gate)
    acts = [_plain(act, chosen) for act in made_up.acts(gate, ACT, 100, unknown=0.0)]
    policies = cedarpy.PolicySet.from_str("\n".join(_cedar(chosen)))
    interpreter = regopy.Interpreter()
    interpreter.add_module("law.rego", "\n".join(_rego(chosen)))
    bundle = interpreter.build("x = data.law.forbidden")

    def cedar(context: dict[str, bool]) -> cedarpy.AuthzResult:
        return cedarpy.is_authorized({**REQUEST, "context": context}, policies, [])

    def rego(given: dict[str, bool]) -> regopy.Output:
        interpreter.set_input(given)
        return interpreter.query_bundle(bundle)

    forty = Gate(RuleBase(gate.rules.register, parsed=_alone(gate, chosen)))
    plain = [{"act": ACT, **act} for act in acts]
    ours = [(forty.prepare(act), gate.prepare(act), act) for act in plain]
    named = [{name.replace(".", "_"): worth for name, worth in act.items()} for act in acts]
    for (ready, _, _), context in zip(ours, named, strict=True):
        violations = set(forty.outcome(ready, DAY).violations)
        assert (str(cedar(context).decision) == "Decision.Deny") == bool(violations)
        assert set(json.loads(str(rego(context)))["bindings"]["x"]) == violations
    peers = typical(cedar, named, times=3), typical(rego, named, times=3)
    for what, spent in (
        (f"{RULES} rules, prepared", typical(lambda act: forty.outcome(act[0], DAY), ours)),
        (f"{RULES} rules, from a dict", typical(lambda act: forty.check(act[2], DAY), ours)),
        ("all rules, prepared", typical(lambda act: gate.outcome(act[1], DAY), ours)),
        ("all rules, from a dict", typical(lambda act: gate.check(act[2], DAY), ours)),
    ):
        against = f"{peers[0] / spent:,.0f} × Cedar, {peers[1] / spent:,.0f} × Rego"
        yield Row(f"beside peers: {what}", microseconds(spent), "100 ×, 1,000 ×", against)
    for name, spent in zip(("Cedar", "Rego"), peers, strict=True):
        yield Row(f"the peer: {name}, {RULES} rules", microseconds(spent))


def _chosen(gate: Gate) -> dict[str, Expression]:
    """Return the first forty prohibitions about an act that read boolean facts only, exceptions folded in."""
    found = (
        (key, rule)
        for key, rule in gate.effective(DAY, ACT).items()
        if gate.rules.rules[key].effect == "prohibit" and all(isinstance(a, Fact) for a in atoms(rule))
    )
    return dict(islice(found, RULES))


def _alone(gate: Gate, chosen: Sequence[str] | dict[str, Expression]) -> Parsed:
    """Return these rules and their exceptions, as a rule base of their own."""
    wanted: dict[str, None] = {}
    rest = list(chosen)
    while rest:
        key = rest.pop()
        wanted[key] = None
        rest += [other for other in gate.rules.rules[key].exceptions if other not in wanted]
    return Parsed(tuple(rule for key, rule in gate.rules.rules.items() if key in wanted), (), ())


def _plain(act: dict[str, object], chosen: dict[str, Expression]) -> dict[str, bool]:
    """Return the facts of an act that these rules read."""
    read = {atom.name for rule in chosen.values() for atom in atoms(rule)}
    return {name: act.get(name) is True for name in sorted(read)}


def _cedar(chosen: dict[str, Expression]) -> Iterator[str]:
    yield "permit (principal, action, resource);"
    for key, rule in chosen.items():
        yield f'@id("{key}") forbid (principal, action, resource) when {{ {_cedar_text(rule)} }};'


def _cedar_text(rule: Expression) -> str:
    match rule:
        case Not(item):
            return f"!({_cedar_text(item)})"
        case All(items):
            return f"({' && '.join(map(_cedar_text, items))})" if items else "true"
        case AnyOf(items):
            return f"({' || '.join(map(_cedar_text, items))})" if items else "false"
        case _:
            return f"context.{rule.name.replace('.', '_')}"


def _rego(chosen: dict[str, Expression]) -> Iterator[str]:
    """Yield a module; what is joined by OR becomes a rule of its own, as Rego has it."""
    yield "package law"
    either: dict[AnyOf, str] = {}
    names = (f"either_{number}" for number in count())
    for key, rule in chosen.items():
        yield f'forbidden contains "{key}" if {{ {"; ".join(_rego_lines(rule, either, names))} }}'
    done: set[AnyOf] = set()
    while rest := [some for some in either if some not in done]:
        for some in rest:
            done.add(some)
            for item in some.items:
                yield f"{either[some]} if {{ {'; '.join(_rego_lines(item, either, names))} }}"


def _rego_lines(rule: Expression, either: dict[AnyOf, str], names: Iterator[str]) -> list[str]:
    match rule:
        case All(items):
            return [line for item in items for line in _rego_lines(item, either, names)]
        case AnyOf():
            if rule not in either:
                either[rule] = next(names)
            return [either[rule]]
        case Not(item):
            return [f"not {line}" for line in _rego_lines(item, either, names)]
        case _:
            return [f"input.{rule.name.replace('.', '_')}"]
