"""Facts in: checked against the vocabulary, completed by what follows from them, never guessed."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from shouxin.engine.derive import Functions
from shouxin.engine.expression import Facts
from shouxin.engine.layout import Family, Layout, Words
from shouxin.engine.rulebase import RuleBase
from shouxin.engine.worth import typed
from shouxin.errors import InputError
from shouxin.law.wording import Fact

_MOST_NAMED = 8
"""Values of a fact that a message names one by one."""


class _Derived(NamedTuple):
    """A derived fact, and sources of which one must be known for it to follow."""

    fact: Fact
    triggers: tuple[str, ...]


class Reader:
    """Reads facts for one rule base; every refusal names the nearest valid name."""

    def __init__(self, rules: RuleBase) -> None:
        self._facts = rules.facts
        self._acts = rules.acts
        self._derived = [
            _Derived(fact, triggers(fact, rules)) for fact in rules.vocabulary.facts if fact.derived_by
        ]
        self._functions = rules.functions
        self._sets = {fact.name for fact in rules.vocabulary.facts if fact.type == "set"}
        self._triggers = frozenset(name for _, some in self._derived for name in some)
        self._leading = {
            name: (fact.implies, fact.excludes)
            for name, fact in self._facts.items()
            if fact.implies or fact.excludes
        }
        self._leads = frozenset(self._leading)
        self._others = frozenset(name for name, fact in self._facts.items() if fact.type != "bool")
        self._booleans = frozenset(self._facts).difference(self._others)
        self._profiles = {profile.name: profile for profile in rules.vocabulary.profiles}
        self._assumptions = rules.vocabulary.assumptions

    def read(self, facts: Mapping[str, object], as_of: date | None = None) -> tuple[str, dict[str, object]]:
        """Return the act and the facts given, in the types of the vocabulary, with what follows from them.

        A fact that is None is unknown. Raises ``InputError``: act-missing, act-unknown, fact-unknown,
        fact-type, fact-contradiction.
        """
        act, known = self.read_quickly(facts, as_of)
        return act, {name: worth for name, worth in known.items() if worth is not None}

    def read_quickly(
        self, facts: Mapping[str, object], as_of: date | None = None
    ) -> tuple[str, dict[str, object]]:
        """Do as ``read``, but leave a fact that is given as None where it is."""
        act = facts.get("act")
        if not isinstance(act, str):
            raise InputError("act-missing", "the facts name no act", remedy='give one: {"act": "collect", …}')
        if act not in self._acts:
            raise _unknown("act-unknown", "act", act, self._acts)
        known = self._plain(facts) if type(facts) is dict else None
        if known is None:
            known = {
                name: self._typed(name, worth)
                for name, worth in facts.items()
                if name != "act" and worth is not None
            }
        return act, self._completed(known, as_of)

    def derived(
        self, known: Mapping[str, object], as_of: date | None, functions: Functions | None = None
    ) -> dict[str, object]:
        """Return the facts with everything that follows from them; raise fact-contradiction.

        ``functions`` computes derived facts in another way than under the readings chosen.
        """
        return self._completed(dict(known), as_of, functions)

    def _plain(self, facts: dict[str, object]) -> dict[str, object] | None:
        """Return the facts of an act in their types, or None where one must be looked at more closely.

        Nearly all facts are booleans, so all names are compared at once, and the values by identity.
        """
        known = facts.copy()
        del known["act"]
        others: dict[str, object] = {}
        for name in known.keys() & self._others:
            worth = known.pop(name)
            if worth is not None:
                others[name] = found = typed(self._facts[name], worth)
                if found is None:
                    return None
        if not self._booleans.issuperset(known):
            return None
        for worth in known.values():
            if worth is not False and worth is not True and worth is not None:
                return None
        known.update(others)
        return known

    def _completed(
        self, complete: dict[str, object], as_of: date | None, functions: Functions | None = None
    ) -> dict[str, object]:
        """Add to the facts what follows from them: by computation first, then what a true fact implies."""
        get = complete.get
        if not complete.keys().isdisjoint(self._triggers):
            self._compute(complete, as_of, functions or self._functions)
        if not complete.keys().isdisjoint(self._leads) and True in map(get, self._leads):
            for name in [name for name in self._leading if get(name) is True]:
                implied, excluded = self._leading[name]
                for other in implied:
                    self._add(complete, other, True, name)
                for other in excluded:
                    self._add(complete, other, False, name)
        return complete

    def _compute(self, complete: dict[str, object], as_of: date | None, functions: Functions) -> None:
        for fact, some in self._derived:
            if any(complete.get(name) is not None for name in some):
                given = {name: complete.get(name) for name in fact.derived_from}
                worth = functions[fact.derived_by].run(given, as_of)
                if worth is not None and complete.get(fact.name) != worth:
                    self._add(complete, fact.name, worth, " and ".join(fact.derived_from))

    def _computed(self, known: dict[str, object], as_of: date | None) -> dict[str, object] | None:
        """Add to some facts what is computed from them; return None where that contradicts them."""
        try:
            self._compute(known, as_of, self._functions)
        except InputError:
            return None
        return known

    def profile(self, name: str) -> dict[str, object]:
        """Return the facts that a profile assumes; raise ``InputError`` (profile-unknown)."""
        if name not in self._profiles:
            raise _unknown("profile-unknown", "profile", name, self._profiles)
        chosen = self._profiles[name]
        base = self.profile(chosen.extends) if chosen.extends else {}
        own = {item.fact: item.value for item in self._assumptions if item.profile == name}
        return {fact: value for fact, value in {**base, **own}.items() if value is not None}

    def usual(self) -> dict[str, object]:
        """Return the facts that the first profile assumes: how things mostly are."""
        return self.profile(next(iter(self._profiles))) if self._profiles else {}

    def sources(self, names: Iterable[str]) -> set[str]:
        """Return ``names`` with every fact that they can follow from."""
        wanted = set(names)
        for fact, _ in reversed(self._derived):
            if fact.name in wanted:
                wanted.update(fact.derived_from)
        for name, (implied, excluded) in self._leading.items():
            if not (wanted.isdisjoint(implied) and wanted.isdisjoint(excluded)):
                wanted.add(name)
        return wanted

    def layout(self, read: Iterable[str]) -> Layout:
        """Return a layout for acts about which rules read these facts."""
        wanted = self.sources(read)
        words, size = self._words, 0
        while len(wanted) > size:
            size = len(wanted)
            wanted.update(*(words.leads[name] for name in wanted & words.leads.keys()))
            wanted.update(*(some.names for some in words.families if not wanted.isdisjoint(some.names)))
        return Layout(wanted, words)

    @cached_property
    def _words(self) -> Words:
        """What the layouts of all acts share."""
        leads = {
            name: {**dict.fromkeys(implied, True), **dict.fromkeys(excluded, False)}
            for name, (implied, excluded) in self._leading.items()
        }
        return Words(self._facts, leads, _families(self._derived), self._computed)

    def computes(self, known: Mapping[str, object]) -> bool:
        """Tell whether what is known holds a set, from which facts are computed that rest on readings."""
        return not known.keys().isdisjoint(self._sets)

    def behind(self, name: str, known: Mapping[str, object]) -> tuple[str, ...]:
        """Return the known facts that a derived fact follows from, and the sets computed from the same."""
        sources = set(self._facts[name].derived_from)
        sets = (
            fact.name for fact, _ in self._derived if fact.type == "set" and sources >= {*fact.derived_from}
        )
        found = (*self._facts[name].derived_from, *(sets if sources else ()))
        return tuple(other for other in found if known.get(other) is not None)

    def asks(self, name: str, known: Mapping[str, object]) -> tuple[str, ...]:
        """Return the facts to ask for instead of the derived fact ``name``, which then follows from them."""
        fact = self._facts[name]
        if not fact.derived_by:
            return ()
        sources = {source: known.get(source) for source in fact.derived_from}
        return self._functions[fact.derived_by].asks(sources)

    def _add(self, complete: dict[str, object], name: str, worth: object, why: str) -> None:
        known = complete.get(name)
        if known is None:
            complete[name] = worth
        elif known != worth:
            raise InputError(
                "fact-contradiction",
                f'"{name}" is given as {_shown(complete[name])} and follows as {_shown(worth)} from {why}'
                if isinstance(worth, bool)
                else f'"{name}" is given as one thing and follows as another from {why}',
                remedy="take one of the two away",
            )

    def fact(self, name: str) -> Fact:
        """Return the fact of this name; raise ``InputError`` (fact-unknown)."""
        fact = self._facts.get(name)
        if fact is None:
            raise _unknown("fact-unknown", "fact", name, self._facts)
        return fact

    def _typed(self, name: str, worth: object) -> object:
        fact = self.fact(name)
        found = typed(fact, worth)
        if found is None:
            _refuse_value(fact, worth)
            wanted = " or ".join(fact.values) if fact.type == "enum" else fact.type
            shown = _shown(worth) if fact.values or fact.type == "bool" else "what is given"
            raise InputError(
                "fact-type",
                f'"{name}" cannot be {shown}',
                remedy=f"give {wanted}" + (", for example 2025-06-03" if fact.type == "date" else ""),
            )
        return found


def _families(derived: Iterable[_Derived]) -> Iterator[Family]:
    """Yield the facts that hang together by computation, and those that set it off."""
    groups: list[tuple[dict[str, None], dict[str, None]]] = []
    for fact, some in derived:
        names, setting_off = dict.fromkeys((fact.name, *fact.derived_from)), dict.fromkeys(some)
        for group in [group for group in groups if not group[0].keys().isdisjoint(names)]:
            groups.remove(group)
            names, setting_off = {**group[0], **names}, {**group[1], **setting_off}
        groups.append((names, setting_off))
    return (Family(tuple(names), tuple(setting_off)) for names, setting_off in groups)


def triggers(fact: Fact, rules: RuleBase) -> tuple[str, ...]:
    """Return the sets among the sources of a derived fact, which say nothing alone; else all sources."""
    sets = tuple(
        name for name in fact.derived_from if name in rules.facts and rules.facts[name].type == "set"
    )
    return sets or fact.derived_from


def _refuse_value(fact: Fact, worth: Any) -> None:
    """Raise fact-type for a word that is no value of an enum or a set, where one comes near it."""
    words = [worth] if fact.type == "enum" else worth if isinstance(worth, list | tuple) else ()
    for word in words if fact.values else ():
        if isinstance(word, str) and word not in fact.values:
            near = difflib.get_close_matches(word[:80], fact.values, n=1)
            if near or len(fact.values) > _MOST_NAMED:
                hint = (
                    f'did you mean "{near[0]}"?'
                    if near
                    else f"`shouxin law facts {fact.name}` lists its values"
                )
                what = f'"{fact.name}" cannot be "{word[:80]}"'
                raise InputError("fact-type", what, remedy=hint)


def _unknown(code: str, kind: str, name: object, known: Iterable[str]) -> InputError:
    shown = str(name)[:80]
    near = difflib.get_close_matches(shown, list(known), n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"`shouxin law {kind}s` lists them"
    return InputError(code, f'there is no {kind} "{shown}"', remedy=hint)


def _shown(worth: object) -> str:
    text = str(worth).lower() if isinstance(worth, bool) else str(worth)
    return text if len(text) <= 40 else text[:37] + "..."


def known_names(facts: Facts) -> set[str]:
    """Return the names of the facts that are known."""
    return {name for name, worth in facts.items() if worth is not None}
