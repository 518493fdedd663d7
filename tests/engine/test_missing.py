"""Missing facts: exactly those that matter, against brute force over every way things can be."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from shouxin.engine.expression import Expression, Facts, atoms, reduced, value
from shouxin.engine.missing import MOST, deciding

from .test_conditions import CONDITIONS, SITUATIONS

VALUES: dict[str, tuple[object, ...]] = {
    "a.one": (True, False),
    "a.two": (True, False),
    "a.three": (True, False),
    "b.count": tuple(range(-4, 5)),
    "b.kind": ("red", "green", "blue"),
    "b.day": ("2021-10-31", "2021-11-01"),
}


def verdicts(rules: list[Expression], facts: Facts, names: list[str]) -> set[bool]:
    """Return whether some rule holds, for every way the named facts can turn out."""
    found = set()
    for chosen in product(*(VALUES[name] for name in names)):
        now = {**facts, **dict(zip(names, chosen, strict=True))}
        found.add(any(value(rule, now) is True for rule in rules))
    return found


@given(st.lists(CONDITIONS, min_size=1, max_size=3), SITUATIONS)
def test_the_facts_asked_for_always_settle_it(rules: list[Expression], facts: dict[str, object]) -> None:
    """Whatever the answers, no further fact can change the verdict; with no question it is settled now."""
    open_rules = [rule for rule in rules if value(rule, facts) is None]
    if any(value(rule, facts) is True for rule in rules):
        return
    unknown = sorted({a.name for rule in open_rules for a in atoms(rule) if facts.get(a.name) is None})
    holds, settling = deciding(open_rules, facts, {"b.kind": ("red", "green", "blue")})
    asked = list(settling)
    if holds is not None:
        assert verdicts(open_rules, facts, unknown) == {holds}
    assert set(asked) <= set(unknown)
    rest = [name for name in unknown if name not in asked]
    for answers in product(*(VALUES[name] for name in asked)):
        now = {**facts, **dict(zip(asked, answers, strict=True))}
        assert len(verdicts(open_rules, now, rest)) == 1
    few = len({atom for rule in open_rules for atom in atoms(reduced(rule, facts))}) <= MOST
    if asked and few:
        assert len(verdicts(open_rules, facts, unknown)) == 2
