"""Gaps and overlaps over the days on which instruments come into force and go out of it."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from shouxin.engine.finding import Finding, Subject
from shouxin.engine.rulebase import Rule
from shouxin.law import citation
from shouxin.law.model import Instrument


def over_time(subject: Subject) -> Iterator[Finding]:
    """Yield what the commencement and repeal dates leave open or cover twice."""
    instruments = subject.gate.rules.register.instruments
    for rule in subject.rules.values():
        yield from _exceptions(subject, rule)
    for item in instruments:
        yield from _succession(item, instruments)
    for one, other in combinations(instruments, 2):
        yield from _versions(one, other)
    yield from _silent(subject)


def _exceptions(subject: Subject, rule: Rule) -> Iterator[Finding]:
    """Yield the exceptions that a rule itself names and that are in force later than it, or end before it."""
    for text in subject.written[rule.key].unless:
        target = citation.parse(text, citation.parse(rule.provision).instrument)
        found = [subject.rules[key] for key in rule.exceptions]
        permits = [permit for permit in found if target.covers(citation.parse(permit.provision))]
        first = min((permit.since for permit in permits), default=rule.since)
        if first > rule.since:
            detail = f"the exception is in force from {first}, the rule from {rule.since}: none in between"
            yield Finding(kind="late-exception", provision=rule.key, other=str(target), detail=detail)
        ends = [permit.until for permit in permits]
        last = max((day for day in ends if day), default=None)
        if last and None not in ends and (rule.until is None or last < rule.until):
            detail = f"the exception ends on {last}, and the rule goes on without it"
            yield Finding(kind="ended-exception", provision=rule.key, other=str(target), detail=detail)


def _succession(item: Instrument, instruments: tuple[Instrument, ...]) -> Iterator[Finding]:
    name = item.instrument
    heirs = [other for other in instruments if name in other.replaces]
    if item.repealed and not heirs:
        detail = f"it is repealed from {item.repealed}, and no instrument replaces it"
        yield Finding(kind="no-successor", provision=name, detail=detail)
    for heir in heirs:
        if item.repealed is None or item.repealed > heir.effective:
            detail = f"{heir.instrument} replaces it from {heir.effective}, and it is still in force then"
            yield Finding(kind="double-version", provision=name, other=heir.instrument, detail=detail)
        elif item.repealed < heir.effective:
            detail = f"it ends on {item.repealed}, and {heir.instrument} begins on {heir.effective}"
            yield Finding(kind="gap", provision=name, other=heir.instrument, detail=detail)


def _versions(one: Instrument, other: Instrument) -> Iterator[Finding]:
    """Yield two instruments of one title, both in force on a day, of which neither replaces the other."""
    related = one.instrument in other.replaces or other.instrument in one.replaces
    if one.title.zh == other.title.zh and not related:
        early, late = sorted((one, other), key=lambda item: item.effective)
        if early.repealed is None or early.repealed > late.effective:
            detail = f"{late.instrument} has the same title, and both are in force from {late.effective}"
            yield Finding(
                kind="double-version", provision=early.instrument, other=late.instrument, detail=detail
            )


def _silent(subject: Subject) -> Iterator[Finding]:
    """Yield the acts about which rules spoke until a day and then no more."""
    rules = subject.gate.rules
    for act in rules.acts:
        spoken = [
            (day, any(rule.effect != "permit" for rule in rules.in_order(day, act))) for day in rules.cuts
        ]
        for (_, before), (day, after) in pairwise(spoken):
            if before and not after:
                yield Finding(kind="silent-act", provision=act, detail=f"from {day} no rule speaks about it")
