"""Rules that are bent: the examples of their provisions must notice nearly every bend.

Each literal is dropped and turned round, each comparison shifted, each exception taken away, and each
literal of an instrument's scope dropped. A bend counts as noticed when an example that names the
provision sees its rule take effect differently.
"""

from collections.abc import Iterator

from shouxin.engine import examples, parser
from shouxin.engine.expression import (
    TRUE,
    All,
    AnyOf,
    Compare,
    Expression,
    Fact,
    Facts,
    Not,
    both,
    normal,
    value,
)
from shouxin.engine.rulebase import Rule
from shouxin.law import citation
from shouxin.law.register import register

from .test_the_law import completed, gate

SHARE = 0.95


def bends(condition: Expression) -> Iterator[Expression]:
    """Yield ``condition`` with one thing changed: a literal dropped or turned, a comparison shifted."""
    match condition:
        case All(items) | AnyOf(items):
            for index, item in enumerate(items):
                rest = (*items[:index], *items[index + 1 :])
                yield type(condition)(rest)
                for bent in bends(item):
                    yield type(condition)((*items[:index], bent, *items[index + 1 :]))
        case Not(item):
            yield item
            yield from (Not(bent) for bent in bends(item) if not isinstance(item, Fact))
        case Compare(name, sign, literal):
            yield Not(condition)
            other = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}.get(sign)
            if other:
                yield Compare(name, other, literal)
        case _:
            yield Not(condition)


def cases_of(provision: str) -> list[tuple[examples.Case, str, Facts]]:
    """Return the examples that name a provision in what they expect, with their facts completed."""
    law = gate()
    found: list[tuple[examples.Case, str, Facts]] = []
    cited = citation.parse(provision)
    (entry,) = (e for e in register().find(provision) if str(e.citation) == provision)
    for case in examples.cases(entry):
        expected = case.example.expect
        named = {citation.parse(text, cited.instrument) for text in (*expected.by, *expected.not_by)}
        if cited in named:
            act, known = completed(law, case)
            found.append((case, act, known))
    return found


def noticed(rule: Rule, bent: Expression, cases: list[tuple[examples.Case, str, Facts]]) -> bool:
    """Tell whether some example sees the bent rule take effect where the rule does not, or the other way."""
    law = gate()
    for case, act, known in cases:
        if not (rule.live(case.day) and rule.about(act)):
            continue
        effective = law.effective(case.day, act)
        against = [Not(effective[key]) for key in rule.exceptions if key in effective]
        if value(normal(both(bent, *against)), known) != value(effective[rule.key], known):
            return True
    return False


def without(rule: Rule, dropped: str, cases: list[tuple[examples.Case, str, Facts]]) -> bool:
    """Tell whether some example notices that an exception is gone."""
    law = gate()
    for case, act, known in cases:
        if rule.live(case.day) and rule.about(act):
            effective = law.effective(case.day, act)
            against = [Not(effective[key]) for key in rule.exceptions if key in effective and key != dropped]
            if value(normal(both(rule.condition, *against)), known) != value(effective[rule.key], known):
                return True
    return False


def test_the_examples_notice_nearly_every_bend() -> None:
    """At least 95 in 100 bent rules are noticed; the figure is printed."""
    survivors: list[str] = []
    total = 0
    scopes = {i.instrument: i.scope.when for i in register().instruments if i.scope and i.scope.when}
    types = {name: fact.kind for name, fact in gate().rules.facts.items() if fact.type != "set"}
    for rule in gate().rules.rules.values():
        cases = cases_of(rule.provision)
        home = citation.parse(rule.provision).instrument
        around = parser.parse(scopes[home], types) if home in scopes else TRUE
        for bent in dict.fromkeys(bends(normal(rule.own))):
            total += 1
            if not noticed(rule, both(around, bent), cases):
                survivors.append(f"{rule.key}: {bent}")
        for key in rule.exceptions:
            provision = gate().rules.rules[key].provision
            total += 1
            if not without(rule, key, cases + cases_of(provision)):
                survivors.append(f"{rule.key} without {key}")
    share = 1 - len(survivors) / total
    print(f"{total} bent rules, {share:.1%} noticed")
    assert share >= SHARE, "\n".join(survivors[:40])
