"""What can be seen of the rules without any case: what never holds, never matters, contradicts or is missing.

Every check is exact: a condition is tried with every way its facts can turn out (``engine.possible``), on
every day on which the rules in force change. A rule accounts for a finding by standing ``beside`` the
other provision, with a note that says why.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from shouxin.engine.conflicts import Conflicts
from shouxin.engine.expression import Not, both, names
from shouxin.engine.finding import Finding, Subject, home
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import Rule
from shouxin.engine.timeline import over_time
from shouxin.law import citation
from shouxin.law.citation import Citation
from shouxin.law.register import Register

_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")


def findings(gate: Gate) -> tuple[Finding, ...]:
    """Return everything to mend or account for, each once, with the note that accounts for it."""
    subject = Subject(gate)
    found: dict[tuple[str, str, str], Finding] = {}
    for item in _all(subject):
        at = _bare(item.provision) if item.other else item.provision
        found.setdefault((item.kind, at, _bare(item.other)), item)
    used: set[tuple[str, str]] = set()
    accounted = tuple(_accounted(subject, item, used) for item in found.values())
    return (*accounted, *_idle_beside(subject, used))


def _all(subject: Subject) -> Iterator[Finding]:
    yield from _unsupplied(subject)
    yield from _unread(subject)
    for rule in subject.rules.values():
        yield from _dead(subject, rule)
        yield from _idle(subject, rule)
    yield from _implied(subject)
    yield from over_time(subject)
    conflicts = Conflicts(subject)
    for day in subject.gate.rules.cuts:
        for act in subject.gate.rules.acts:
            yield from conflicts.found(day, act)


def _dead(subject: Subject, rule: Rule) -> Iterator[Finding]:
    if not subject.world.allows(rule.condition):
        yield Finding(kind="dead-rule", provision=rule.key, detail="its condition can never hold")


def _idle(subject: Subject, rule: Rule) -> Iterator[Finding]:
    """Yield what a rule names under ``unless`` or ``overrides`` and what can never matter there."""
    written, here = subject.written[rule.key], home(rule.key)
    for text in written.unless:
        target = citation.parse(text, here)
        permits = [subject.rules[key] for key in rule.exceptions]
        against = [(rule, permit) for permit in permits if _covers(target, permit)]
        if against and not any(_meet(subject, *pair) for pair in against):
            detail = f"the exception {target} can never hold together with it"
            yield Finding(kind="idle-exception", provision=rule.key, other=str(target), detail=detail)
    for text in written.overrides:
        target = citation.parse(text, here)
        every = [other for other in subject.rules.values() if rule.key in other.exceptions]
        beaten = [other for other in every if _covers(target, other)]
        if beaten and not any(_meet(subject, other, rule) for other in beaten):
            detail = f"no rule of {target} can ever hold together with it"
            yield Finding(kind="idle-exception", provision=rule.key, other=str(target), detail=detail)


def _meet(subject: Subject, rule: Rule, permit: Rule) -> bool:
    """Tell whether a rule and an exception to it can hold in one case on one day."""
    ends = min((day for day in (rule.until, permit.until) if day), default=None)
    together = ends is None or max(rule.since, permit.since) < ends
    shared = rule.acts is None or permit.acts is None or rule.acts & permit.acts
    return bool(together and shared) and subject.world.allows(both(rule.condition, permit.condition))


def _implied(subject: Subject) -> Iterator[Finding]:
    """Yield the prohibitions that a wider one of the same instrument makes superfluous."""
    plain = [rule for rule in subject.rules.values() if rule.effect == "prohibit" and not rule.exceptions]
    for rule in plain:
        mine = names(rule.condition)
        for other in plain:
            wider = (
                other.key != rule.key
                and home(other.key) == home(rule.key)
                and names(other.condition) <= mine
                and (other.acts is None or (rule.acts is not None and rule.acts <= other.acts))
            )
            if wider and not subject.world.allows(both(rule.condition, Not(other.condition))):
                detail = f"wherever it holds, {other.provision} holds too"
                yield Finding(kind="implied-rule", provision=rule.key, other=other.key, detail=detail)


def _unread(subject: Subject) -> Iterator[Finding]:
    rules, reader = subject.gate.rules, subject.gate.reader
    last = rules.cuts[-1] if rules.cuts else None
    every = (*rules.rules.values(), *rules.dormant.values())
    scopes = {name for form in rules.other_scopes for name in names(form)} | set(_elsewhere(rules.register))
    ever = reader.sources(scopes.union(*(names(rule.condition) for rule in every)))
    living = [names(rule.condition) for rule in every if last is None or rule.until is None]
    still = reader.sources(scopes.union(*living))
    for fact in rules.facts.values():
        answers = fact.derived_by and fact.type == "set"  # a set that is computed is an answer of its own
        if not answers and not {fact.name, *fact.implies, *fact.excludes} & still:
            when = "under any reading" if fact.name not in ever else f"in force since {last}"
            yield Finding(kind="unread-fact", provision=fact.name, detail=f"no rule {when} reads it")
    for item in rules.vocabulary.assumptions:
        if item.fact not in still:
            detail = f'the profile "{item.profile}" assumes it, and no rule in force reads it'
            yield Finding(kind="unread-assumption", provision=item.fact, other=item.profile, detail=detail)


def _elsewhere(register: Register) -> Iterator[str]:
    """Yield the names in the conditions of controls, records, calculators and the steps of procedures."""
    for entry in register.entries:
        held = entry.provision
        for condition in (*(item.applies for item in held.control), *(item.applies for item in held.record)):
            yield from _NAME.findall(condition)
        for calculator in held.calculator:
            yield from _NAME.findall(calculator.when)
    for procedure in register.books.procedures:
        for step in procedure.steps:
            yield from _NAME.findall(step.when)


def _unsupplied(subject: Subject) -> Iterator[Finding]:
    """Yield the facts that follow from what is not declared, not boolean, or derived only after them."""
    facts, before = subject.gate.rules.facts, set[str]()
    for fact in facts.values():
        for source in fact.derived_from:
            if source not in facts or (facts[source].derived_by and source not in before):
                what = "is not declared" if source not in facts else "is derived after it"
                detail = f"it is derived from {source}, which {what}"
                yield Finding(kind="unsupplied-fact", provision=fact.name, other=source, detail=detail)
        for other in (*fact.implies, *fact.excludes):
            if other not in facts or facts[other].type != "bool" or fact.type != "bool":
                detail = f"it implies or excludes {other}: both must be boolean facts that are declared"
                yield Finding(kind="unsupplied-fact", provision=fact.name, other=other, detail=detail)
        before.add(fact.name)


def _accounted(subject: Subject, item: Finding, used: set[tuple[str, str]]) -> Finding:
    """Return a finding with the note of a rule that stands beside the other, where there is one."""
    for key, other in ((item.provision, item.other), (item.other, item.provision)):
        for mine in _same_provision(subject, key) if other else ():
            for text in subject.written[mine].beside:
                if citation.parse(text, home(mine)).covers(citation.parse(_bare(other))):
                    used.add((mine, text))
                    return msgspec.structs.replace(item, accepted=subject.written[mine].note)
    return item


def _idle_beside(subject: Subject, used: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    for key in subject.rules:
        for text in subject.written[key].beside:
            if (key, text) not in used:
                detail = "it stands beside what it neither contradicts, repeats nor misses"
                yield Finding(kind="idle-beside", provision=key, other=text, detail=detail)


def _same_provision(subject: Subject, key: str) -> list[str]:
    """Return the rules of the provision that a finding names, the one named first."""
    return sorted(
        (other for other in subject.written if _bare(other) == _bare(key)), key=lambda other: other != key
    )


def _covers(target: Citation, rule: Rule) -> bool:
    return target.covers(citation.parse(rule.provision))


def _bare(key: str) -> str:
    return key.partition("#")[0]
