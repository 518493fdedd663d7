"""The words that rules are written in: acts and facts, with labels, questions and who supplies them.

They stand in ``law/vocabulary/*.yaml``, one file for each subject. A fact that is not declared
there does not exist: a rule that names it does not load, and an act that gives it is refused.
"""

from typing import Annotated, Literal

import msgspec

from shouxin.law.base import Name, Shape, Words

FactName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]
ActName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]
ProfileName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]*$")]
Type = Literal["bool", "int", "decimal", "date", "enum", "set"]
Supplier = Literal[
    "act", "subject", "consent", "notice", "inventory", "service", "organisation", "person", "derived"
]


class FactType(Shape, frozen=True, kw_only=True):
    """What a fact can be: its type and, for an enum, its values."""

    type: Type
    values: tuple[str, ...] = ()


class Act(Shape, frozen=True, kw_only=True):
    """Something a service does and the law speaks about; ``personal`` where it handles information."""

    name: ActName
    label: Words
    personal: bool = False
    dpv: str = ""


class Fact(Shape, frozen=True, kw_only=True):
    """Something one must know to decide.

    ``supplied_by`` says who normally knows it: the act itself, the record of the person, of consent
    or of the notice, the inventory, the service, the organisation, or a person's judgement.
    ``implies`` names boolean facts that hold wherever this one does; ``excludes`` those that then do not.
    An enum is one of its ``values``, a set any number of them; ``values_from`` names what holds further
    ones, which stand before them, with their labels: a table, or a fact above (``shouxin.law.tables``).
    """

    name: FactName
    type: Type = "bool"
    values: tuple[Name, ...] = ()
    value_labels: dict[Name, Words] = msgspec.field(default_factory=dict)
    values_from: str = ""
    label: Words
    question: Words
    supplied_by: Supplier
    judgement: bool = False
    unit: str = ""
    implies: tuple[FactName, ...] = ()
    excludes: tuple[FactName, ...] = ()
    derived_by: str = ""
    derived_from: tuple[FactName, ...] = ()
    dpv: str = ""

    def __post_init__(self) -> None:
        """Tie values to enums and sets, labels to values, and derivation to its sources."""
        if (self.type in ("enum", "set")) != bool(self.values or self.values_from):
            raise ValueError(f"{self.name!r}: an enum and a set have `values`, and nothing else has")
        if "none" in self.values and self.type == "set":
            raise ValueError(f"{self.name!r}: `none` writes the empty set and is no value")
        if not self.value_labels.keys() <= set(self.values):
            raise ValueError(f"{self.name!r}: `value_labels` has a value that `values` has not")
        if bool(self.derived_by) != bool(self.derived_from):
            raise ValueError(f"{self.name!r}: a derived fact names both `derived_by` and `derived_from`")
        if bool(self.derived_by) != (self.supplied_by == "derived"):
            raise ValueError(f"{self.name!r}: `supplied_by: derived` and `derived_by` go together")

    @property
    def kind(self) -> FactType:
        """Return the type of the fact with its values."""
        return FactType(type=self.type, values=self.values)


class Assumption(Shape, frozen=True, kw_only=True):
    """One fact that a profile takes as given, with the reason a reader may check.

    Without a value (null) it leaves open what a profile that it extends takes as given.
    """

    profile: ProfileName
    fact: FactName
    value: bool | int | str | None
    why: Words


class Profile(Shape, frozen=True, kw_only=True):
    """A named set of assumptions that a caller may choose, so that a short question gets an answer.

    ``extends`` names a profile whose assumptions hold as well, where this one does not say otherwise.
    """

    name: ProfileName
    label: Words
    extends: str = ""


class RecordKind(Shape, frozen=True, kw_only=True):
    """A kind of record that provisions order to be written and kept."""

    name: ActName
    label: Words
    dpv: str = ""


class Vocabulary(Shape, frozen=True, kw_only=True):
    """One file of the vocabulary: acts and facts of one subject."""

    acts: tuple[Act, ...] = ()
    facts: tuple[Fact, ...] = ()
    profiles: tuple[Profile, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    records: tuple[RecordKind, ...] = ()

    def with_part(self, part: "Vocabulary") -> "Vocabulary":
        """Return this vocabulary and ``part`` as one."""
        return Vocabulary(
            acts=self.acts + part.acts,
            facts=self.facts + part.facts,
            profiles=self.profiles + part.profiles,
            assumptions=self.assumptions + part.assumptions,
            records=self.records + part.records,
        )
