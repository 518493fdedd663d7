"""The facts that matter to an act in a fixed order, and the quick way to read them from a dictionary.

Nearly all facts are booleans, so they are looked at all together. What is not plainly right, for whatever
reason, is left to the careful way (``facts.Reader``), which knows what to say about it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from marshal import dumps
from operator import itemgetter
from typing import NamedTuple

from shouxin.engine.worth import typed
from shouxin.law.wording import Fact

_OLD = 2
"""A version of marshal's format in which nothing is a reference to what was written before."""

_HEAD = len(dumps([], _OLD))
_PLAIN = dumps([True, False, None], _OLD)[_HEAD:]
"""One byte for each; whatever else is written begins with another byte."""

_MOST_KEPT = 10_000

Leads = Mapping[str, Mapping[str, bool]]
"""What other facts are where a boolean is true."""

Following = Callable[[dict[str, object], date | None], Mapping[str, object] | None]
"""Adds to some facts what is computed from them; None where they contradict it."""


class Family(NamedTuple):
    """Facts that are computed from each other, once one of the ``triggers`` is known."""

    names: tuple[str, ...]
    triggers: tuple[str, ...]


class _Computing(NamedTuple):
    """A family by places, and what was computed before from what the members were worth."""

    triggers: tuple[int, ...]
    names: tuple[str, ...]
    places: tuple[int, ...]
    members: Callable[[Sequence[object]], tuple[object, ...]]
    kept: dict[object, list[tuple[int, object]]]


class Layout:
    """Places for booleans, those that lead to others last, then for other facts, and behind all for the act.

    ``names`` must hold with every fact all that it leads to, and the whole of its family; they are put in
    order. ``base`` is an act of which nothing is known.
    """

    def __init__(
        self,
        names: Iterable[str],
        facts: Mapping[str, Fact],
        leads: Leads,
        families: Iterable[Family],
        following: Following,
    ) -> None:
        kinds = {name: 2 if facts[name].type != "bool" else 1 if name in leads else 0 for name in names}
        self.names = (*sorted(kinds, key=lambda name: (kinds[name], name)), "act")
        self.places = {name: place for place, name in enumerate(self.names)}
        self.base: dict[str, object] = dict.fromkeys(self.names)
        self._absent: dict[int, dict[str, object]] = {}
        self._all: Callable[[dict[str, object]], tuple[object, ...]] = itemgetter(*self.names)
        counts = Counter(kinds.values())
        self._booleans = slice(_HEAD, _HEAD + counts[0] + counts[1])
        self._leading = slice(counts[0], counts[0] + counts[1])
        self._leads = [
            (self.places[name], [(self.places[other], worth) for other, worth in leads[name].items()])
            for name in self.names[self._leading]
        ]
        self._others = [(self.places[name], facts[name]) for name in kinds if kinds[name] == 2]
        self._families = [self._computing(family) for family in families if family.names[0] in kinds]
        self._following = following
        triggers = {name for family in families for name in family.triggers}
        self._beside = {name: fact for name, fact in facts.items() if name not in triggers}
        self._special = {name for name, fact in facts.items() if fact.type != "bool" or name in leads}

    def _computing(self, family: Family) -> _Computing:
        places = tuple(self.places[name] for name in family.names)
        triggers = tuple(self.places[name] for name in family.triggers)
        return _Computing(triggers, family.names, places, itemgetter(*places), {})

    def read(self, facts: dict[str, object], as_of: date | None) -> list[object] | None:
        """Return what the facts of an act are worth, with what follows from them; None asks for more care.

        Behind the last place can stand facts that matter to no rule about the act.
        """
        values = self._given(facts)
        if values is None or not _are_plain(values, self._booleans):
            return None
        for place, fact in self._others:
            worth = values[place]
            if worth is not None:
                found = values[place] = typed(fact, worth)
                if found is None:
                    return None
        for family in self._families:
            for place in family.triggers:
                if values[place] is not None:
                    if not self._compute(family, values, as_of):
                        return None
                    break
        return values if True not in values[self._leading] or self._imply(values) else None

    def _given(self, facts: dict[str, object]) -> list[object] | None:
        """Return what is given for each place, and behind what is given beside; None for what is no fact."""
        size = len(self.names)
        if 2 * len(facts) > size > 1:  # then it is quicker to fetch each fact than to put each in its place
            absent = self._absent.get(len(facts))
            if absent is None:
                absent = self._absent[len(facts)] = dict.fromkeys(self.base.keys() - facts.keys())
            whole = facts | absent
            if len(whole) == len(facts) + len(absent) == size:
                try:
                    return [*self._all(whole)]
                except KeyError:  # as many names, but others
                    pass
        whole = self.base | facts
        if len(whole) > size and not self._stand_aside(whole):
            return None
        return [*whole.values()]

    def _stand_aside(self, given: dict[str, object]) -> bool:
        """Tell whether facts that no rule about the act reads are plainly right and lead to nothing."""
        names = [*given][len(self.names) :]
        if not self._beside.keys() >= {*names}:
            return False
        for name in self._special.intersection(names):
            worth = given[name]
            if worth is True or (worth is not None and typed(self._beside[name], worth) is None):
                return False
            given[name] = None
        return _are_plain([given[name] for name in names], slice(_HEAD, None))

    def _compute(self, family: _Computing, values: list[object], as_of: date | None) -> bool:
        """Put what is computed from the members of a family into its places; tell whether it fits."""
        members = family.members(values)
        key = (as_of, members)
        found = family.kept.get(key)
        if found is None:
            complete = self._following(dict(zip(family.names, members, strict=True)), as_of)
            if complete is None:
                return False
            if len(family.kept) >= _MOST_KEPT:
                family.kept.clear()
            found = family.kept[key] = [
                (place, complete[name])
                for name, place, worth in zip(family.names, family.places, members, strict=True)
                if complete[name] is not worth
            ]
        for place, worth in found:
            values[place] = worth
        return True

    def _imply(self, values: list[object]) -> bool:
        """Put what true facts imply into its places; tell whether it fits."""
        for others in [others for place, others in self._leads if values[place]]:
            for place, worth in others:
                if values[place] is None:
                    values[place] = worth
                elif values[place] is not worth:
                    return False
        return True


def _are_plain(values: list[object], written: slice) -> bool:
    """Tell whether some values are True, False or None; ``written`` is where they are written."""
    try:
        return not dumps(values, _OLD)[written].translate(None, _PLAIN)
    except ValueError:  # marshal cannot write one of them: it is of no type that a fact has
        return False
