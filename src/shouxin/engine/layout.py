"""The facts that matter to an act in a fixed order, and the quick way to read them from a dictionary.

Nearly all facts are booleans, so they are looked at all together. What is not plainly right, for whatever
reason, is left to the careful way (``facts.Reader``), which knows what to say about it. Where the extension
was built (``native/``), it reads them in one pass; a test holds both to the same answers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib import import_module
from marshal import dumps
from operator import itemgetter
from typing import Any, NamedTuple

from shouxin.engine.program import Found, Program
from shouxin.engine.worth import typed
from shouxin.law.wording import Fact

_OLD = 2
"""A version of marshal's format in which nothing is a reference to what was written before."""

_HEAD = len(dumps([], _OLD))
_PLAIN = dumps([True, False, None], _OLD)[_HEAD:]
"""One byte for each; whatever else is written begins with another byte."""

_MOST_KEPT = 10_000


def _extension() -> Any:
    try:
        return import_module("shouxin.engine._native")
    except ImportError:  # no compiler where it was installed
        return None


_native = _extension()


def native() -> Any:
    """Return the extension, or None where it was not built."""
    return _native


Leads = Mapping[str, Mapping[str, bool]]
"""What other facts are where a boolean is true."""

Following = Callable[[dict[str, object], date | None], Mapping[str, object] | None]
"""Adds to some facts what is computed from them; None where they contradict it."""


class Family(NamedTuple):
    """Facts that are computed from each other, once one of the ``triggers`` is known."""

    names: tuple[str, ...]
    triggers: tuple[str, ...]


class Words:
    """What is known of all facts of a vocabulary, with a place or without; all layouts share it."""

    def __init__(
        self, facts: Mapping[str, Fact], leads: Leads, families: Iterable[Family], following: Following
    ) -> None:
        self.facts = facts
        self.leads = leads
        self.families = tuple(families)
        self.following = following
        self.others = {name: fact for name, fact in facts.items() if fact.type != "bool"}
        triggers = {name for family in self.families for name in family.triggers}
        self.beside = facts.keys() - triggers
        self.compiled = _native and self._compiled(triggers)

    def _compiled(self, triggers: set[str]) -> Any:
        names = ("act", *self.facts)
        numbers = {name: number for number, name in enumerate(names)}
        return _native.Vocabulary(
            names,
            [
                (numbers[name], self.facts[name], _plain(self.facts[name]))
                for name in self.others.keys() | triggers
            ],
            [numbers[name] for name in triggers],
            [
                (numbers[name], [(numbers[other], worth) for other, worth in led.items()])
                for name, led in self.leads.items()
            ],
            typed,
        )


def _plain(fact: Fact) -> object:
    """Return what the extension takes for plainly right: ``int``, or the words that it looks for."""
    return int if fact.type == "int" else frozenset(fact.values if fact.type == "enum" else ())


class _Computing(NamedTuple):
    """A family by places, and what was computed before from what the members were worth."""

    triggers: tuple[int, ...]
    names: tuple[str, ...]
    places: tuple[int, ...]
    members: Callable[[Sequence[object]], tuple[object, ...]]
    following: Following
    kept: dict[object, list[tuple[int, object]]]

    def work_out(self, members: tuple[object, ...], as_of: date | None) -> list[tuple[int, object]] | None:
        """Return what is computed from the members, by places; None where it contradicts them."""
        complete = self.following(dict(zip(self.names, members, strict=True)), as_of)
        if complete is None:
            return None
        if len(self.kept) >= _MOST_KEPT:
            self.kept.clear()
        found = self.kept[as_of, members] = [
            (place, complete[name])
            for name, place, worth in zip(self.names, self.places, members, strict=True)
            if complete[name] is not worth
        ]
        return found


class Layout:
    """Places for booleans, those that lead to others last, then for other facts, and behind all for the act.

    ``names`` must hold with every fact all that it leads to, and the whole of its family; they are put in
    order. ``base`` is an act of which nothing is known.
    """

    def __init__(self, names: Iterable[str], words: Words) -> None:
        leads = words.leads
        kinds = {name: 2 if name in words.others else 1 if name in leads else 0 for name in names}
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
        self._others = [(self.places[name], words.facts[name]) for name in kinds if kinds[name] == 2]
        self._words = words
        self._families = [self._computing(family) for family in words.families if family.names[0] in kinds]
        self._compiled = words.compiled and _native.Places(
            words.compiled,
            self.names,
            [(family.triggers, family.places, family.kept, family.work_out) for family in self._families],
        )

    def _computing(self, family: Family) -> _Computing:
        places = tuple(self.places[name] for name in family.names)
        triggers = tuple(self.places[name] for name in family.triggers)
        return _Computing(triggers, family.names, places, itemgetter(*places), self._words.following, {})

    def run(self, program: Program, facts: dict[str, object], as_of: date | None) -> Found | None:
        """Return what a program makes of the facts of an act, with what follows; None asks for more care.

        Where the extension was built, a program is its ``Rules``.
        """
        if self._compiled:
            found: bytes | None = self._compiled.run(program, facts, as_of)
            return found
        values = self._read(facts, as_of)
        return None if values is None else program(*values)

    def _read(self, facts: dict[str, object], as_of: date | None) -> list[object] | None:
        """Return what the facts of an act are worth, with what follows from them; None asks for more care.

        Behind the last place can stand facts that matter to no rule about the act.
        """
        values = self._given(facts)
        if values is None or not _are_plain(values, self._booleans):
            return None
        for place, fact in self._others:
            worth = values[place]
            if worth is not None:
                values[place] = typed(fact, worth)
                if values[place] is None:
                    return None
        for family in self._families:
            for place in family.triggers:
                if values[place] is not None:
                    if not _compute(family, values, as_of):
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
        """Tell whether facts without a place are plainly right, and what they lead to contradicts nothing."""
        names = {*[*given][len(self.names) :]}
        if not self._words.beside >= names:
            return False
        for name in self._words.others.keys() & names:
            worth = given[name]
            if worth is not None and typed(self._words.others[name], worth) is None:
                return False
            given[name] = None
        if not _are_plain([given[name] for name in names], slice(_HEAD, None)):
            return False
        led: dict[str, bool] = {}
        for name in self._words.leads.keys() & names:
            if given[name] is True:
                for other, worth in self._words.leads[name].items():
                    known = given.get(other)
                    if other in self.places or led.setdefault(other, worth) is not worth:
                        return False
                    if known is not None and known is not worth:
                        return False
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


def _compute(family: _Computing, values: list[object], as_of: date | None) -> bool:
    """Put what is computed from the members of a family into its places; tell whether it fits."""
    members = family.members(values)
    found = family.kept.get((as_of, members))
    if found is None:
        found = family.work_out(members, as_of)
    for place, worth in found or ():
        values[place] = worth
    return found is not None


def _are_plain(values: list[object], written: slice) -> bool:
    """Tell whether some values are True, False or None; ``written`` is where they are written."""
    try:
        return not dumps(values, _OLD)[written].translate(None, _PLAIN)
    except ValueError:  # marshal cannot write one of them: it is of no type that a fact has
        return False
