"""An incident as a value: what happened, to what, with which consequences, and what is done about it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

from shouxin.connect.affected import TouchedRows
from shouxin.connect.model import Label, Remark
from shouxin.duties.cases.model import CaseView
from shouxin.engine.calculated import Asked, Calculated
from shouxin.law.base import Shape, Words

Kind = Literal["leak", "alteration", "loss"]
Party = Literal["department", "regulator", "individual"]
"""Who is told, as the procedure names them."""

Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
LANGUAGES = ("zh", "en", "es")


class InWords(Shape, frozen=True, kw_only=True):
    """A text of the account in Chinese, and translations where there are."""

    zh: Remark = ""
    en: Remark = ""
    es: Remark = ""

    def text(self, language: str) -> str:
        """Return the text in a language, or in Chinese where it was not translated."""
        return {"en": self.en, "es": self.es}.get(language, self.zh).strip() or self.zh

    def written(self, language: str) -> bool:
        """Tell whether it is written in a language."""
        return bool({"zh": self.zh, "en": self.en, "es": self.es}[language].strip())


class Touched(Shape, frozen=True, kw_only=True):
    """A system of the inventory that was touched, or one store of it, or tables of that."""

    system: Label
    store: str = ""
    tables: tuple[Label, ...] = ()


class Account(Shape, frozen=True, kw_only=True):
    """What is on record of an incident.

    ``possible`` where it may have happened only. ``records`` counts records by category; ``facts`` are
    further answers to what the law's thresholds ask. ``people`` is how many are affected as it was counted.
    The last five texts are the items of the notice.
    """

    kinds: Annotated[tuple[Kind, ...], msgspec.Meta(min_length=1, max_length=3)]
    possible: bool = False
    what: InWords
    happened_on: date
    known_on: date
    touched: tuple[Touched, ...] = ()
    categories: tuple[Label, ...] = ()
    records: dict[str, Count] = msgspec.field(default_factory=dict)
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    people: Count | None = None
    cause: InWords = InWords()
    possible_harm: InWords = InWords()
    remedies: InWords = InWords()
    advice: InWords = InWords()
    contact: InWords = InWords()


class Report(Shape, frozen=True, kw_only=True):
    """An incident that is put on record; an ``exercise`` is never counted and tells nobody."""

    service: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    exercise: bool = False
    account: Account


class CategoryRisk(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One category: whether it is sensitive, its records, and as what the thresholds count them."""

    category: str
    label: Words
    sensitive: bool | None
    records: int | None
    counts_as: str
    counted_label: Words


class Risk(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How grave it is by category and count; ``thresholds`` is what the law's calculators come to.

    ``asked`` are the facts that they read; ``why`` says why there is no answer.
    """

    categories: tuple[CategoryRisk, ...]
    thresholds: Calculated | None
    asked: tuple[Asked, ...]
    why: str = ""


class Item(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An item of a notice: a record of the procedure, the provisions behind it, its text by language."""

    name: str
    label: Words
    provisions: tuple[str, ...]
    text: dict[str, str]


class Draft(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A notice as it follows from the account, whole in ``texts`` by language; ``lacking`` stops it."""

    party: Party
    step: str
    items: tuple[Item, ...]
    texts: dict[str, str]
    lacking: tuple[str, ...]
    untranslated: tuple[str, ...]


class Delivery(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How far a notice to people has got, in numbers of people.

    ``sending`` were handed out and not confirmed: they are handed out again under the same key. ``gone``
    are people whose key was destroyed.
    """

    waiting: int = 0
    sending: int = 0
    sent: int = 0
    refused: int = 0
    gone: int = 0


class NoticeView(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A notice that was given or is being given."""

    number: int
    party: Party
    texts: dict[str, str]
    digest: str
    who: str
    at: datetime
    reference: str
    delivery: Delivery | None


class IncidentLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An incident in a list; ``case_id`` is its case, None for an exercise, which is no real one."""

    number: int
    service: str
    exercise: bool
    kinds: tuple[str, ...]
    what: InWords
    known_on: date
    people: int | None
    listed: int
    state: str
    label: Words
    final: bool
    next_due: date | None
    late: bool
    case_id: int | None = None


class Version(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Who wrote a version of the account, and when."""

    number: int
    who: str
    at: datetime


class IncidentView(IncidentLine, frozen=True, kw_only=True):
    """An incident with everything that is known of it."""

    account: Account
    versions: tuple[Version, ...]
    case: CaseView
    risk: Risk
    notices: tuple[NoticeView, ...]
    can_tell: tuple[Party, ...]


class Listed(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What came of a list of people: how many lines, how many were new, how many are on record now."""

    lines: int
    new: int
    listed: int


class Search(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rows of a store an incident touched, by which identity the service calls its people, and why."""

    store: Label
    identity: Label
    rows: Annotated[tuple[TouchedRows, ...], msgspec.Meta(min_length=1, max_length=100)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"\S")]
    dry_run: bool = False


class Searched(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What a search found: rows by category, people, rows that tell nobody; and what was taken down."""

    records: dict[str, int]
    people: int
    untold: int
    taken: Listed | None


class Sent(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What came of sending: how many were handed out this time, how it stands, whether all were told."""

    handed_out: int
    delivery: Delivery
    finished: bool


class Figures(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Incidents in numbers, exercises left out: by state and kind, people affected and told."""

    since: date
    until: date
    incidents: int
    open: int
    by_state: dict[str, int]
    by_kind: dict[str, int]
    people: int
    listed: int
    told: int
    exercises: int
