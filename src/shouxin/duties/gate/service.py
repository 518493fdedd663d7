"""Decisions for whoever asks: the installed law, the readings chosen, a day, a profile."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

import msgspec

from shouxin.duties.gate import stock
from shouxin.engine import soundness
from shouxin.engine.checks import findings
from shouxin.engine.decision import Decision
from shouxin.engine.engines import engines
from shouxin.engine.explain import Explained, explain
from shouxin.engine.finding import Finding
from shouxin.engine.gate import Gate
from shouxin.law.base import Shape, Words
from shouxin.law.cache import FOLDER
from shouxin.law.places import Place, places
from shouxin.law.register import Register
from shouxin.law.wording import Act, Assumption, Fact, Profile


class ProfileView(Shape, frozen=True, kw_only=True):
    """A profile with everything it assumes, what it inherits included."""

    profile: Profile
    assumptions: tuple[Assumption, ...]


class FactView(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as programs see it: every key is always there."""

    name: str
    type: str
    values: tuple[str, ...]
    value_labels: dict[str, Words]
    label: Words
    question: Words
    supplied_by: str
    judgement: bool
    unit: str
    dpv: str


class Decider:
    """Decides acts under the register and the readings an organisation chose."""

    def __init__(self, register: Register, readings: Mapping[str, str] | None = None) -> None:
        self._register = register
        self.chosen = dict(readings or {})

    @cached_property
    def gate(self) -> Gate:
        """Return the gate over all rules, read when it is first asked for."""
        return stock.gate(self._register, self.chosen)

    def decide(self, facts: Mapping[str, object], as_of: date, assume: str = "") -> Decision:
        """Decide an act; errors as ``shouxin.engine.gate.Gate.decide``."""
        return self.gate.decide(facts, as_of, assume)

    def explain(self, facts: Mapping[str, object], as_of: date, assume: str = "") -> tuple[Explained, ...]:
        """Return the rules behind a decision, with the facts and exceptions that made it so."""
        return explain(self.gate, facts, as_of, assume)

    def check(self, folder: Path = FOLDER) -> tuple[Finding, ...]:
        """Return what is odd about the rules, with where it stands in the law files of ``folder``."""
        known = places(folder)
        odd = (*findings(self.gate), *soundness.findings(engines(self._register, self.chosen)))
        return tuple(_placed(item, known) for item in odd)

    def facts(self) -> tuple[Fact, ...]:
        """Return every fact of the vocabulary."""
        return self._register.books.vocabulary.facts

    def fact_views(self) -> tuple[FactView, ...]:
        """Return every fact of the vocabulary with all of its keys."""
        return tuple(
            FactView(
                name=fact.name,
                type=fact.type,
                values=fact.values,
                value_labels=fact.value_labels,
                label=fact.label,
                question=fact.question,
                supplied_by=fact.supplied_by,
                judgement=fact.judgement,
                unit=fact.unit,
                dpv=fact.dpv,
            )
            for fact in self.facts()
        )

    def acts(self) -> tuple[Act, ...]:
        """Return every act of the vocabulary."""
        return self._register.books.vocabulary.acts

    def profiles(self) -> tuple[ProfileView, ...]:
        """Return every profile with all it assumes."""
        vocabulary = self._register.books.vocabulary
        return tuple(
            ProfileView(profile=profile, assumptions=tuple(self._assumed(profile.name).values()))
            for profile in vocabulary.profiles
        )

    def _assumed(self, name: str) -> dict[str, Assumption]:
        vocabulary = self._register.books.vocabulary
        profile = next(item for item in vocabulary.profiles if item.name == name)
        inherited = self._assumed(profile.extends) if profile.extends else {}
        own = {item.fact: item for item in vocabulary.assumptions if item.profile == name}
        return {fact: item for fact, item in (inherited | own).items() if item.value is not None}


def _placed(item: Finding, known: Mapping[str, Place]) -> Finding:
    """Return a finding with the file and line of what it is about."""
    place = known.get(f"{item.other} {item.provision}") or known.get(item.provision)
    return msgspec.structs.replace(item, file=place.file, line=place.line) if place else item
