"""The law as typed, immutable values: instruments, provisions and what hangs on them.

Every class mirrors one mapping of ``law/instruments/*.yaml``; ``docs/law-format.md`` and the JSON
Schema in ``law/schema`` describe the same shapes for people who write the files. Ids are Akoma
Ntoso eIds (OASIS LegalDocML), ``art_13__para_1__item_2``; a provision is named across instruments
by its citation, ``pipl:art_13__para_1__item_2``.
"""

import datetime
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from shouxin.law.base import Name, Shape, Text, Words
from shouxin.law.mechanism import Calculator, Clock, Control, LocalFact, Record
from shouxin.law.procedure import Procedure
from shouxin.law.rule import Example, Gate, Scope
from shouxin.law.wording import Vocabulary

__all__ = ["Name", "Shape", "Text", "Words"]

Eid = Annotated[str, msgspec.Meta(pattern=r"^(art|sec|notice)(_[0-9]+)?(__[a-z]+(_[0-9]+)?)*$")]

Kind = Literal[
    "law", "decision", "departmental_rule", "normative_document", "judicial_interpretation", "policy"
]
Addressee = Literal[
    "network_service_provider",
    "telecom_operator",
    "processor",
    "entrusted_party",
    "joint_processor",
    "platform",
    "ecommerce_operator",
    "ecommerce_platform",
    "algorithm_provider",
    "microblog_provider",
    "av_provider",
    "account_provider",
    "news_provider",
    "news_staff",
    "app_operator",
    "ciio",
    "cloud_provider",
    "crypto_operator",
    "payment_provider",
    "courier",
    "state_organ",
    "authority",
    "authority_staff",
    "individual",
    "user",
    "anyone",
    "court",
    "industry_association",
    "rights_holder",
    "merchant",
]
Modality = Literal[
    "obligation", "prohibition", "permission", "right", "power", "definition", "penalty", "declaration"
]
Mechanism = Literal[
    "gate", "control", "clock", "procedure", "calculator", "record", "vocabulary", "declaration"
]
Direction = Literal["within", "at_least", "at_most", "before", "every"]
State = Literal["executed", "vocabulary", "declaration", "not_yet"]


class Deadline(Shape, frozen=True, kw_only=True):
    """A time that the text sets.

    ``direction`` says how the length is read, seen from ``event``: ``within`` it the
    thing must happen, ``at_least`` it something must last or be kept, ``at_most`` it something
    may last, ``before`` counts that long back from the event, ``every`` repeats at most that far
    apart. ``at_once`` stands where the text says so and gives no figure; then there is no length.
    ``kind`` tells calendar time from working days.
    """

    direction: Direction
    event: Words
    length: Annotated[int, msgspec.Meta(ge=1)] | None = None
    unit: Literal["days", "months", "years"] | None = None
    kind: Literal["calendar", "working"] | None = None
    at_once: bool = False

    def __post_init__(self) -> None:
        """Hold the length, its unit and its kind together."""
        given = (self.length is not None, self.unit is not None, self.kind is not None)
        if self.at_once and any(given):
            raise ValueError("a deadline that is `at_once` has no length, unit or kind")
        if not self.at_once and not all(given):
            raise ValueError("a deadline needs length, unit and kind, or `at_once: true`")
        if self.kind == "working" and self.unit != "days":
            raise ValueError("working time is counted in days")


class Term(Shape, frozen=True, kw_only=True):
    """One addend of a proportional sum: the counted fact divided by ``per``; ``count`` is the fact's name."""

    fact: Words
    count: str = ""
    per: Annotated[int, msgspec.Meta(ge=1)]


class Parameter(Shape, frozen=True, kw_only=True):
    """A figure of the text, with its unit; the provision it stands in is its citation.

    ``min`` and ``max`` include the figure, ``above`` and ``below`` do not; ``value`` is a figure
    that is neither. ``of`` names what a percentage or multiple is taken of. ``discretionary`` marks
    what the authority may impose, ``derived`` what is computed from the text and not written in it.
    """

    name: Name
    what: Words
    unit: str
    value: int | str | None = None
    min: int | str | None = None
    max: int | str | None = None
    above: int | None = None
    below: int | None = None
    of: Words | None = None
    terms: tuple[Term, ...] = ()
    discretionary: bool = False
    derived: bool = False

    def __post_init__(self) -> None:
        """Refuse a parameter without a figure, or with two readings of one bound."""
        figures = (self.value, self.min, self.max, self.above, self.below)
        if all(figure is None for figure in figures):
            raise ValueError(f"parameter {self.name!r} has no figure: give value, min, max, above or below")
        if self.min is not None and self.above is not None:
            raise ValueError(f"parameter {self.name!r} has both min (inclusive) and above (exclusive)")
        if self.max is not None and self.below is not None:
            raise ValueError(f"parameter {self.name!r} has both max (inclusive) and below (exclusive)")


class Provision(Shape, frozen=True, kw_only=True):
    """One normative unit: who must, may or must not do what, and what makes it run."""

    id: Eid
    addressee: Addressee
    modality: Modality
    mechanism: Annotated[tuple[Mechanism, ...], msgspec.Meta(min_length=1)]
    summary: Words
    trigger: Text
    needs: tuple[Text, ...] = ()
    deadline: Deadline | None = None
    parameters: tuple[Parameter, ...] = ()
    sanctioned_by: tuple[Text, ...] = ()
    refers_to: tuple[Text, ...] = ()
    actionable: bool
    why: str = ""
    gate: tuple[Gate, ...] = ()
    examples: tuple[Example, ...] = ()
    clock: tuple[Clock, ...] = ()
    control: tuple[Control, ...] = ()
    calculator: tuple[Calculator, ...] = ()
    record: tuple[Record, ...] = ()

    def __post_init__(self) -> None:
        """Tie ``actionable``, ``why`` and the mechanism ``declaration`` together."""
        if self.actionable == ("declaration" in self.mechanism):
            raise ValueError("a provision is a `declaration` exactly where `actionable` is false")
        if bool(self.why) == self.actionable:
            raise ValueError("a declaration says `why` nothing executes it, and nothing else has a `why`")
        if "declaration" in self.mechanism and len(self.mechanism) > 1:
            raise ValueError("a declaration has no other mechanism")
        for name in ("gate", "clock", "control", "calculator", "record"):
            if getattr(self, name) and name not in self.mechanism:
                raise ValueError(f"something stands under `{name}` and the mechanism names no {name}")
        if self.examples and not self.gate:
            raise ValueError("examples stand where there is nothing they could show")
        names = [parameter.name for parameter in self.parameters]
        if len(set(names)) < len(names):
            raise ValueError(f"two parameters of one provision have the same name: {names}")

    @property
    def unit(self) -> str:
        """Return the eId of the unit of text the provision stands in: its id without ``__cl_N``."""
        head, _, tail = self.id.rpartition("__cl_")
        return head if tail.isdigit() else self.id


class Alternative(Shape, frozen=True, kw_only=True):
    """One possible answer to an open question of interpretation."""

    id: Name
    answer: Words


class Reading(Shape, frozen=True, kw_only=True):
    """An open question of the text, the answer chosen, and the answers one could choose instead.

    ``contested`` marks a question on which both sides are seriously held: until an organisation chooses,
    a decision that turns on it is contested and carries every side; ``why`` names the disagreement.
    """

    id: Name
    question: Words
    chosen: Name
    alternatives: Annotated[tuple[Alternative, ...], msgspec.Meta(min_length=2)]
    provisions: Annotated[tuple[Eid, ...], msgspec.Meta(min_length=1)]
    why: str = ""
    contested: bool = False

    def __post_init__(self) -> None:
        """Refuse a choice that is not among the alternatives, and twins among them."""
        ids = [alternative.id for alternative in self.alternatives]
        if self.chosen not in ids:
            raise ValueError(f"the chosen answer {self.chosen!r} is not among the alternatives {ids}")
        if len(set(ids)) < len(ids):
            raise ValueError("two alternatives have the same id")
        if self.contested and not self.why:
            raise ValueError("a reading that is `contested` says in `why` what the disagreement is")

    @property
    def answer(self) -> Words:
        """Return the chosen answer."""
        return self.worded(self.chosen)

    def worded(self, answer: str) -> Words:
        """Return the words of one of the alternatives by its id."""
        return next(item.answer for item in self.alternatives if item.id == answer)


class Note(Shape, frozen=True, kw_only=True):
    """A remark on the text that leaves no choice, and the provisions it is about."""

    text: Text
    provisions: tuple[Eid, ...] = ()


class TranslationNote(Shape, frozen=True, kw_only=True):
    """Where a known translation strays from the Chinese text, and what the Chinese means."""

    id: Text
    meaning: Text
    en_text: str = ""
    es_text: str = ""


class Source(Shape, frozen=True, kw_only=True):
    """A language in which the text was read, and what that text is worth."""

    language: Literal["zh", "en", "es"]
    status: Literal["authoritative", "machine_translation", "from_memory"]
    note: str = ""


class Instrument(Shape, frozen=True, kw_only=True):
    """One legal instrument with every provision of it; ``replaces`` names those it repeals."""

    instrument: Name
    title: Words
    kind: Kind
    number: str | None = None
    issued_by: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    adopted: datetime.date | None = None
    promulgated: datetime.date | None = None
    effective: datetime.date
    repealed: datetime.date | None = None
    replaces: tuple[Name, ...] = ()
    articles: Annotated[int, msgspec.Meta(ge=1)]
    sources: Annotated[tuple[Source, ...], msgspec.Meta(min_length=1)]
    notes: tuple[Note, ...] = ()
    readings: tuple[Reading, ...] = ()
    scope: Scope | None = None
    facts: tuple[LocalFact, ...] = ()
    translation_notes: tuple[TranslationNote, ...] = ()
    issuing_notice: tuple[Provision, ...] = ()
    provisions: Annotated[tuple[Provision, ...], msgspec.Meta(min_length=1)]

    @property
    def everything(self) -> tuple[Provision, ...]:
        """Return the provisions and, after them, those of the issuing notice, which is no article."""
        return self.provisions + self.issuing_notice


class Need(Shape, frozen=True, kw_only=True):
    """When an item is necessary: where the condition ``when`` holds (always, where it is left out).

    Of the items of ``one_of`` only one is; the first of them in the list that is asked for counts.
    """

    when: str = ""
    one_of: tuple[Name, ...] = ()


class Item(Shape, frozen=True, kw_only=True):
    """One kind of necessary personal information of an app category.

    Where it depends on a ``reading`` when the item is necessary, ``answers`` says so for each answer.
    """

    key: Name
    label: Words
    condition: Words | None = None
    when: str = ""
    one_of: tuple[Name, ...] = ()
    reading: Name | None = None
    answers: dict[Name, Need] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Tie the answers to a reading, which then says everything."""
        if bool(self.reading) != bool(self.answers) or (self.reading and (self.when or self.one_of)):
            raise ValueError(
                f"{self.key!r}: a `reading` with `answers` stands instead of `when` and `one_of`"
            )

    def need(self, readings: Mapping[str, str]) -> Need:
        """Return when the item is necessary under the answers to readings of its instrument."""
        if self.reading:
            return self.answers[readings[self.reading]]
        return Need(when=self.when, one_of=self.one_of)


class AppCategory(Shape, frozen=True, kw_only=True):
    """One of the 39 app categories: its basic service and the information necessary for it.

    Source: necessary-pi art. 5. An empty ``necessary`` means that the basic service needs none.
    """

    number: Annotated[int, msgspec.Meta(ge=1, le=39)]
    key: Name
    provision: Eid
    label: Words
    basic_service: Words
    necessary: tuple[Item, ...] = ()


class OutsideInstrument(Shape, frozen=True, kw_only=True):
    """An instrument, or a class of rules, that the register cites but does not hold."""

    id: Name
    title: Words
    kind: Literal["instrument", "class"] = "instrument"


class Books(Shape, frozen=True, kw_only=True):
    """Everything that the law files hold, as one value."""

    instruments: tuple[Instrument, ...]
    categories: tuple[AppCategory, ...]
    outside: tuple[OutsideInstrument, ...]
    vocabulary: Vocabulary = Vocabulary()
    procedures: tuple[Procedure, ...] = ()
