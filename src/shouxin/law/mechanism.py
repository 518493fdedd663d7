"""What makes a provision run besides the gate: its clock, control, calculator and records.

Each class mirrors one mapping under a provision in ``law/instruments/*.yaml``; the engine module of the
same name runs it. Figures stay where they are, in the provision's ``deadline`` and ``parameters``.
"""

import datetime
from typing import Annotated, Any, Literal

import msgspec

from shouxin.law.base import Name, Shape, Text, Words

Local = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]
EvidenceKind = Literal["document", "url", "configuration", "test_result", "record", "attestation"]
Role = Literal[
    "management",
    "privacy_officer",
    "security",
    "operations",
    "customer_service",
    "content",
    "algorithm",
    "legal",
    "finance",
    "human_resources",
    "procurement",
    "authority",
]
TimeWord = Literal[
    "", "promptly", "regularly", "as_agreed", "as_required", "as_needed", "by_other_law", "no_time_named"
]
ControlState = Literal["met", "not_met", "unknown", "expired", "not_applicable"]
SanctionKind = Literal[
    "order_to_correct",
    "warning",
    "public_criticism",
    "public_announcement",
    "fine",
    "confiscation",
    "suspension",
    "shutdown",
    "revocation",
    "website_closure",
    "ban",
    "discipline",
    "credit_file",
    "filing_revoked",
    "not_passed",
    "public_security",
    "criminal",
    "exemption",
    "no_crime",
    "damages",
    "liability",
    "joint_liability",
    "burden_of_proof",
    "void",
    "other_law",
]


class Span(Shape, frozen=True, kw_only=True):
    """A length of time: ``working`` only where it counts working days."""

    length: Annotated[int, msgspec.Meta(ge=1)]
    unit: Literal["days", "months", "years"] = "days"
    kind: Literal["calendar", "working"] = "calendar"

    def __post_init__(self) -> None:
        """Hold working time to days."""
        if self.kind == "working" and self.unit != "days":
            raise ValueError("working time is counted in days")


class Meaning(Shape, frozen=True, kw_only=True):
    """What a fact is worked out from under the readings chosen: a condition, or the sum of others."""

    readings: Annotated[dict[str, Name], msgspec.Meta(min_length=1)]
    when: str = ""
    total: tuple[Local, ...] = ()


class LocalFact(Shape, frozen=True, kw_only=True):
    """Something that the calculators or a procedure of one file are told, with a short name of its own.

    ``judgement`` marks what a person decides, and ``weigh`` says what the text tells them to weigh.
    ``total`` names the counts that this one is the sum of, ``at_most`` one that it never exceeds;
    ``distinct`` counts each thing once, in however many acts it occurs. ``means`` is what the fact is
    worked out from where that depends on a reading.
    Of type ``acts`` is the fact that holds several acts, each with facts of its own.
    """

    name: Local
    type: Literal["bool", "int", "decimal", "date", "enum", "acts"] = "bool"
    values: tuple[Text, ...] = ()
    value_labels: dict[Text, Words] = msgspec.field(default_factory=dict)
    label: Words
    unit: str = ""
    judgement: bool = False
    weigh: Words | None = None
    total: tuple[Local, ...] = ()
    at_most: str = ""
    distinct: bool = False
    means: tuple[Meaning, ...] = ()

    def __post_init__(self) -> None:
        """Tie values to enums, and totals and bounds to numbers."""
        if (self.type == "enum") != bool(self.values):
            raise ValueError(f"{self.name!r}: an enum has `values`, and nothing else has")
        if not self.value_labels.keys() <= set(self.values):
            raise ValueError(f"{self.name!r}: `value_labels` has a value that `values` has not")
        total = self.total or any(meaning.total for meaning in self.means)
        if (total or self.at_most) and self.type not in ("int", "decimal"):
            raise ValueError(f"{self.name!r}: only a number is the total of others or at most another")
        if any(meaning.when for meaning in self.means) and self.type != "bool":
            raise ValueError(f"{self.name!r}: only what is true or false follows from a condition")
        if self.weigh and not self.judgement:
            raise ValueError(f"{self.name!r}: only what a person judges is weighed")


class Pause(Shape, frozen=True, kw_only=True):
    """Time that a clock leaves out: from the day after it begins through the day it ends.

    The day it begins still counts, as the day on which any time begins is no part of that time.
    """

    begins: datetime.date
    ends: datetime.date


class ClockExample(Shape, frozen=True, kw_only=True):
    """A day on which the clock starts (or, counted back, the event) and the day on which it runs out.

    ``of`` names the clock that is run where this one only pauses or extends it; ``own`` is the length
    that the organisation set where the text has no figure.
    """

    name: str = ""
    start: datetime.date
    due: datetime.date
    of: str = ""
    own: Span | None = None
    extended: bool = False
    pauses: tuple[Pause, ...] = ()


class Clock(Shape, frozen=True, kw_only=True):
    """How the time of a provision is counted; the figure is its ``deadline``.

    ``word`` stands where the text has a word for time and no figure, or leaves the figure to another law,
    and ``direction`` then says how an organisation's own length is read. ``first_day`` tells whether the
    day it begins counts, ``past_rest_days`` whether a last day of rest moves on, ``year_end`` that years
    are those of the calendar.
    ``extends`` and ``pauses`` name the clocks of other provisions that this one lengthens or stops.
    """

    word: TimeWord = ""
    direction: Literal["", "within", "at_least", "at_most", "before", "every"] = ""
    first_day: Literal["next", "same"] = "next"
    past_rest_days: bool = False
    year_end: bool = False
    kind: Literal["", "calendar", "working"] = ""
    extends: tuple[Text, ...] = ()
    pauses: tuple[Text, ...] = ()
    readings: dict[str, Name] = msgspec.field(default_factory=dict)
    note: str = ""
    examples: Annotated[tuple[ClockExample, ...], msgspec.Meta(min_length=1)]


class Element(Shape, frozen=True, kw_only=True):
    """One thing that a control asks for, and the kinds of evidence that show it.

    ``check`` names something the system can look at for itself.
    """

    name: Local
    what: Words
    evidence: Annotated[tuple[EvidenceKind, ...], msgspec.Meta(min_length=1)]
    check: str = ""


class ControlExample(Shape, frozen=True, kw_only=True):
    """An organisation, the evidence it has, and the state that follows.

    ``shown`` maps an element to the kind of its evidence and, if it matters, the day it was made
    ("document 2024-01-05"); ``missing`` names elements that were looked for and are not there.
    """

    name: Text
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    shown: dict[str, Text] = msgspec.field(default_factory=dict)
    missing: tuple[Local, ...] = ()
    as_of: datetime.date | None = None
    state: ControlState


class Control(Shape, frozen=True, kw_only=True):
    """A state that the organisation must be in: where it applies, what it consists of, who sees to it.

    ``valid`` stands only where the text says how long a proof lasts; otherwise the organisation's own
    review period decides.
    """

    applies: str = ""
    per: Literal["organisation", "service"] = "organisation"
    elements: Annotated[tuple[Element, ...], msgspec.Meta(min_length=1)]
    valid: Span | None = None
    responsible: Role
    readings: dict[str, Name] = msgspec.field(default_factory=dict)
    note: str = ""
    examples: Annotated[tuple[ControlExample, ...], msgspec.Meta(min_length=2)]


class Item(Shape, frozen=True, kw_only=True):
    """One thing that a record must contain."""

    name: Local
    what: Words
    optional: bool = False


class RecordExample(Shape, frozen=True, kw_only=True):
    """A record: the day it is made and the last day on which it is kept, or what it holds and lacks."""

    name: str = ""
    made: datetime.date | None = None
    until: datetime.date | None = None
    own: Span | None = None
    holds: tuple[Local, ...] = ()
    lacks: tuple[Local, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an example that shows nothing."""
        if self.made is None and not self.holds and not self.lacks:
            raise ValueError("an example of a record gives `made`, or `holds` and `lacks`")


class Record(Shape, frozen=True, kw_only=True):
    """Something that must be written down and kept, of a kind that the vocabulary declares.

    How long is the provision's ``deadline`` (``at_least`` or ``at_most``); ``keep`` stands instead
    where the text has no figure. ``items`` are what the record must contain.
    """

    kind: Local
    applies: str = ""
    keep: Literal["", "by_other_law", "as_organisation_sets", "as_long_as_needed"] = ""
    items: tuple[Item, ...] = ()
    readings: dict[str, Name] = msgspec.field(default_factory=dict)
    note: str = ""
    examples: Annotated[tuple[RecordExample, ...], msgspec.Meta(min_length=1)]


class Sanction(Shape, frozen=True, kw_only=True):
    """One consequence: who bears it, of what kind, and the parameter that holds its range.

    ``who`` is a word that every language has a label for. ``base`` names the fact that a percentage or
    multiple is taken of; ``may`` marks what the authority may impose and need not.
    """

    who: Local
    kind: SanctionKind
    parameter: str = ""
    base: str = ""
    may: bool = False
    note: Words | None = None


class Within(Shape, frozen=True, kw_only=True):
    """Two days at most as far apart as a parameter says."""

    begins: Local
    ends: Local
    parameter: Name


class Adding(Shape, frozen=True, kw_only=True):
    """Counts of several acts that are added up: towards which provisions, and which acts.

    ``of`` is the fact that holds the acts, ``acts`` the condition that each of them meets, and ``to`` the
    provisions, each with what an act must meet besides to count towards it. ``within`` is the parameter
    that says how far apart the acts may lie by their ``day``; the fact ``count`` becomes their number.
    """

    of: Local
    to: Annotated[dict[Text, str], msgspec.Meta(min_length=1)]
    acts: str = ""
    day: str = ""
    within: str = ""
    count: str = ""

    def __post_init__(self) -> None:
        """Hold a window to the day that it is measured by."""
        if bool(self.day) != bool(self.within):
            raise ValueError("`day` and `within` go together")


class CalculatorExample(Shape, frozen=True, kw_only=True):
    """Facts and what follows: whether the threshold is reached, the exact sum, the sanctions' kinds.

    ``breach`` names provisions that were breached; ``reached`` left out means that it stays open.
    ``readings`` are answers under which it holds, beside those of its calculator; ``at`` is the provision
    that is asked where that is another one.
    """

    name: str = ""
    at: str = ""
    readings: dict[str, Name] = msgspec.field(default_factory=dict)
    given: dict[str, Any] = msgspec.field(default_factory=dict)
    breach: tuple[Text, ...] = ()
    as_of: datetime.date | None = None
    reached: bool | None = None
    sum: str = ""
    gives: str = ""
    sanctions: tuple[Text, ...] = ()


class Calculator(Shape, frozen=True, kw_only=True):
    """When a consequence is reached, and what it is; everything given here must hold.

    ``when`` is a condition over the instrument's ``facts`` (or those of the vocabulary) in which
    ``$name`` stands for the figure of a parameter. ``sum`` names the parameter whose terms are added up.
    ``for_breach`` asks for the breach of a provision that names this one in ``sanctioned_by``.
    ``upon`` names provisions one of which must be reached, ``after`` those that must be ruled out. ``gives``
    is the fact whose value becomes the answer. ``adds`` says that the counts of several acts are added up.
    """

    when: str = ""
    sum: str = ""
    within: Within | None = None
    for_breach: bool = False
    upon: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    gives: str = ""
    adds: Adding | None = None
    readings: dict[str, Name] = msgspec.field(default_factory=dict)
    note: str = ""
    examples: Annotated[tuple[CalculatorExample, ...], msgspec.Meta(min_length=2)]

    def __post_init__(self) -> None:
        """Refuse a calculator that asks for nothing."""
        if not (self.when or self.sum or self.within or self.for_breach or self.upon):
            raise ValueError("a calculator has `when`, `sum`, `within`, `for_breach` or `upon`")
