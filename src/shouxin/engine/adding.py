"""Several acts whose counts are added up: which acts belong together, and what is known of them together."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from shouxin.engine.counts import ANY, Known, Range, holds, summed
from shouxin.engine.expression import Expression, both
from shouxin.engine.formula import Adds, last_day
from shouxin.engine.local import LocalFacts
from shouxin.law.model import Parameter


class Group(NamedTuple):
    """Acts that belong together: those that surely do, and those that may."""

    sure: tuple[Known, ...]
    maybe: tuple[Known, ...]

    @property
    def several(self) -> bool | None:
        """Tell whether these are more acts than one."""
        if len(self.sure) > 1:
            return True
        return None if len(self.sure) + len(self.maybe) > 1 else False


def groups(
    adds: Adds, besides: Expression, acts: Sequence[Known], window: Parameter | None
) -> Iterator[Group]:
    """Yield the sets of acts that are added up towards a provision: one, or one for each span of time.

    ``besides`` is what an act must meet to count towards the provision, beside the rule's own condition.
    """
    meets = [(act, holds(both(adds.acts, besides), act)) for act in acts]
    counted = [(act, worth) for act, worth in meets if worth is not False]
    if window is None:
        yield _group(counted)
        return
    dated = [(act, worth, _day(act, adds.rule.day)) for act, worth in counted]
    undated = [(act, None) for act, _, day in dated if day is None]
    starts = sorted({day for _, _, day in dated if day is not None})
    for start in starts:
        end = last_day(window, start)
        inside = [(act, worth) for act, worth, day in dated if day is not None and start <= day <= end]
        yield _group([*inside, *undated])
    if not starts:
        yield _group(undated)


def _group(counted: Iterable[tuple[Known, bool | None]]) -> Group:
    items = list(counted)
    return Group(
        tuple(act for act, worth in items if worth), tuple(act for act, worth in items if worth is None)
    )


def _day(act: Known, name: str) -> date | None:
    text = act.exact.get(name)
    return None if text is None else date.fromisoformat(str(text))


def together(
    facts: LocalFacts, group: Group, top: dict[str, object], added: Collection[str], count: str
) -> Known:
    """Return what is known of several acts together: ``added`` numbers summed, other facts where they agree.

    ``top`` are the facts given for all of them, ``count`` the fact that becomes the number of acts.
    """
    everyone = [*group.sure, *group.maybe]
    ranges = {
        name: _added(facts, name, group) for name in added if any(act.ranges[name] != ANY for act in everyone)
    }
    if count:
        ranges[count] = Range(Fraction(len(group.sure)), Fraction(len(everyone)))
    shared = set(everyone[0].exact).intersection(*(act.exact for act in everyone)) if everyone else set()
    agreed = {
        name: everyone[0].exact[name]
        for name in shared.difference(facts.numbers)
        if all(act.exact[name] == everyone[0].exact[name] for act in everyone)
    }
    return facts.known({**agreed, **top}, ranges)


def _added(facts: LocalFacts, name: str, group: Group) -> Range:
    sure = [act.ranges[name] for act in group.sure]
    high = summed([*sure, *(act.ranges[name] for act in group.maybe)]).high
    if facts.own[name].distinct:
        return Range(max((item.low for item in sure), default=Fraction(0)), high)
    return Range(summed(sure).low, high)
