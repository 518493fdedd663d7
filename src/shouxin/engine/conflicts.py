"""Where two instruments say different things about one act and nothing says which of them prevails.

Of permit and prohibition: a legal basis of one law does not contradict every demand of all others, since an
act must meet them all. There is a conflict where a permit lifts a demand that another instrument goes on
making, and where a prohibition of another leaves a permit nothing to permit. Of duty and prohibition: where
an act that one instrument makes a duty is always forbidden by another, and where one demands the very fact
that the other forbids, so that the act can be done in no way. All is exact; exceptions are folded in.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache

from shouxin.engine.expression import Expression, both, names, reduced
from shouxin.engine.finding import Finding, Subject, home
from shouxin.engine.rulebase import Rule


class Conflicts:
    """The conflicts among the rules of one law; what was looked at once is not looked at again."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._rules = subject.rules
        self._seen: set[tuple[str, str, int, int]] = set()
        self._reads = cache(lambda number: frozenset(names(subject.conditions[number])))
        self._stuck = cache(self._dead_with)

    def found(self, day: date, act: str) -> Iterator[Finding]:
        """Yield the conflicts among the rules about ``act`` that are in force on ``day``."""
        effective = self._subject.effective(day, act)
        live = [self._rules[key] for key in effective]
        lifted = {
            rule.key: [other for other in live if rule.key in other.exceptions]
            for rule in live
            if rule.effect == "permit"
        }
        for one in live:
            if one.effect == "duty":
                yield from self._duty(one, effective, day)
            for ban in live if one.effect != "duty" else ():
                pair = (one.key, ban.key, effective[one.key], effective[ban.key])
                foreign = ban.effect == "prohibit" and home(ban.key) != home(one.key)
                if not foreign or pair in self._seen:
                    continue
                self._seen.add(pair)
                if one.effect == "prohibit":
                    yield from self._contrary(one, ban, *pair[2:])
                elif one.provision not in {self._rules[key].provision for key in ban.exceptions}:
                    yield from self._permit(one, lifted[one.key], ban, *pair[2:])

    def _permit(
        self, permit: Rule, lifted: list[Rule], ban: Rule, first: int, second: int
    ) -> Iterator[Finding]:
        wants = self._subject.wants
        shared = {
            name: rule.provision
            for rule in lifted
            if home(rule.key) != home(ban.key)
            for name in wants[rule.key] & wants[ban.key]
        }
        if shared and self._subject.world.allows(both(self._condition(first), self._condition(second))):
            facts, rule = ", ".join(sorted(shared)), next(iter(shared.values()))
            detail = f"it lifts what {rule} demands ({facts}), and {ban.provision} goes on demanding it"
            yield Finding(kind="conflict", provision=permit.key, other=ban.key, detail=detail)
        if self._always(first, second):
            detail = f"{ban.provision} forbids the act wherever this permits it"
            yield Finding(kind="conflict", provision=permit.key, other=ban.key, detail=detail)

    def _duty(self, duty: Rule, effective: dict[str, int], day: date) -> Iterator[Finding]:
        act = duty.duty.replace("-", "_")
        against = self._subject.effective(day, act) if act in self._subject.gate.rules.acts else {}
        for key, number in against.items():
            foreign = self._rules[key].effect == "prohibit" and home(key) != home(duty.key)
            if foreign and self._always(effective[duty.key], number):
                detail = f"{self._rules[key].provision} forbids the act wherever this makes it a duty"
                yield Finding(kind="conflict", provision=duty.key, other=key, detail=detail)

    def _contrary(self, one: Rule, ban: Rule, first: int, second: int) -> Iterator[Finding]:
        """Yield a fact that ``one`` demands and ``ban`` forbids, in a case where both speak."""
        facts = self._subject.gate.rules.facts
        for name in sorted(self._subject.wants[one.key] & self._subject.reads[ban.key]):
            boolean = facts[name].type == "bool"
            if boolean and self._stuck(first, name, True) and self._stuck(second, name, False):
                lacking = reduced(self._condition(first), {name: False})
                given = reduced(self._condition(second), {name: True})
                if self._subject.world.allows(both(lacking, given)):
                    detail = (
                        f"it demands {name}, which {ban.provision} forbids: the act can be done in no way"
                    )
                    yield Finding(kind="conflict", provision=one.key, other=ban.key, detail=detail)

    def _dead_with(self, number: int, name: str, worth: bool) -> bool:
        """Tell whether a condition can never hold once a fact has this value."""
        return not self._subject.world.allows(reduced(self._condition(number), {name: worth}))

    def _always(self, first: int, second: int) -> bool:
        """Tell whether the second holds wherever the first does; one that reads other facts is out early."""
        wanted = self._reads(second)
        return (
            bool(wanted)
            and wanted <= self._reads(first)
            and self._subject.implies(self._condition(first), self._condition(second))
        )

    def _condition(self, number: int) -> Expression:
        return self._subject.conditions[number]
