"""What the law library answers: the shapes that the command line, the API and the pages share."""

import datetime
from typing import Any, Literal, Protocol

from shouxin.law.mechanism import Calculator, Clock, Control, Record
from shouxin.law.model import Deadline, Parameter, Reading, Shape, Source, State, TranslationNote, Words
from shouxin.law.rule import Example, Gate


class InstrumentLine(Shape, frozen=True, kw_only=True):
    """One row of the list of instruments, with how far each is executed."""

    id: str
    title: Words
    kind: str
    number: str | None
    issued_by: tuple[str, ...]
    adopted: datetime.date | None
    promulgated: datetime.date | None
    effective: datetime.date
    repealed: datetime.date | None
    articles: int
    provisions: int
    actionable: int
    executed: int
    vocabulary: int
    declaration: int
    not_yet: int
    readings: int
    sources: tuple[Source, ...]


class Link(Shape, frozen=True, kw_only=True):
    """A citation one can follow: to a provision or unit of the register, or to law outside it."""

    citation: str
    title: Words
    inside: bool
    relation: str = ""


class UnitText(Shape, frozen=True, kw_only=True):
    """The imported text of one unit; ``enclosing`` where it is that of the nearest unit around it."""

    version: int
    language: str
    source_name: str
    eid: str
    number: str
    heading: str
    text: str
    enclosing: bool


class ReadingView(Shape, frozen=True, kw_only=True):
    """A reading under its name across instruments, ``pipl:basis-lifts-separate-consent``.

    ``answer`` is the one that stands here, and ``chosen_by`` tells whose choice it is.
    """

    id: str
    instrument: str
    reading: Reading
    answer: str
    chosen_by: Literal["register", "organisation"]

    @property
    def words(self) -> Words:
        """Return the words of the answer that stands."""
        return self.reading.worded(self.answer)


class StepLink(Shape, frozen=True, kw_only=True):
    """A step of a procedure that rests on a provision: which ``orders`` it, or whose ``clock`` it moves."""

    procedure: str
    title: Words
    step: str
    label: Words
    how: Literal["orders", "clock"]


class ProvisionView(Shape, frozen=True, kw_only=True):
    """Everything that is known of one provision.

    ``gate``, ``examples``, ``clock``, ``control``, ``calculator`` and ``record`` stand as in the law files;
    ``steps`` are those of procedures that rest on it.
    """

    id: str
    instrument: str
    instrument_title: Words
    eid: str
    addressee: str
    modality: str
    mechanism: tuple[str, ...]
    summary: Words
    trigger: str
    needs: tuple[str, ...]
    deadline: Deadline | None
    parameters: tuple[Parameter, ...]
    sanctioned_by: tuple[Link, ...]
    refers_to: tuple[Link, ...]
    cited_by: tuple[Link, ...]
    readings: tuple[ReadingView, ...]
    translation_notes: tuple[TranslationNote, ...]
    actionable: bool
    why: str
    state: State
    executed_by: tuple[str, ...]
    gate: tuple[Gate, ...]
    examples: tuple[Example, ...]
    clock: tuple[Clock, ...]
    control: tuple[Control, ...]
    calculator: tuple[Calculator, ...]
    record: tuple[Record, ...]
    steps: tuple[StepLink, ...]
    effective: datetime.date
    repealed: datetime.date | None
    texts: tuple[UnitText, ...]


class SearchHit(Shape, frozen=True, kw_only=True):
    """One answer of a search."""

    id: str
    summary: Words
    addressee: str
    modality: str
    mechanism: tuple[str, ...]
    state: State
    score: int


class ImportedInstrument(Shape, frozen=True, kw_only=True):
    """What was read of one instrument in an imported file.

    ``matched`` counts the articles (points, sections) that a provision of the register stands for;
    ``without_text`` and ``without_provision`` name what has no counterpart on the other side, and
    ``unplaced`` is the text that could not be explained. ``version`` is the number under which the
    text is kept, and ``stored`` tells whether it was new.
    """

    instrument: str | None
    title: str
    language: str
    articles: int
    matched: int
    unplaced: tuple[str, ...]
    without_text: tuple[str, ...]
    without_provision: tuple[str, ...]
    enclosing: tuple[str, ...]
    gaps: tuple[str, ...]
    set_aside: tuple[tuple[str, int], ...]
    version: int | None
    stored: bool


class ImportReport(Shape, frozen=True, kw_only=True):
    """The answer of ``law import``."""

    instruments: tuple[ImportedInstrument, ...]


class Version(Shape, frozen=True, kw_only=True):
    """One imported text of an instrument, as it is kept in the store."""

    id: int
    instrument: str | None
    language: str
    title: str
    digest: str
    source_name: str
    imported_at: datetime.datetime


class Texts(Protocol):
    """Where imported statute texts are kept."""

    def versions(self, instrument: str | None = None) -> tuple[Version, ...]:
        """Return the kept versions, newest first; with ``instrument`` only its own."""

    def units(self, instrument: str, eids: tuple[str, ...]) -> tuple[UnitText, ...]:
        """Return, for the newest version of each language, the text of each of ``eids`` that it has."""

    def statute(self, version: int) -> Any:
        """Return a kept version as the ``Statute`` that was imported."""

    def version(self, number: int) -> Version:
        """Return what is known of one kept version; raise ``InputError`` (text-unknown)."""

    def save(self, read: Any, source_name: str) -> list[tuple[int, bool]]:
        """Keep statutes with their matches, all or none; return each one's version and whether it was new."""

    def remove(self, version: int) -> None:
        """Take one version out of the store."""


class Span(Shape, frozen=True, kw_only=True):
    """A run of words in a comparison: ``same``, ``removed`` or ``added``."""

    kind: str
    text: str


class ArticleChange(Shape, frozen=True, kw_only=True):
    """What became of one article, and the provisions (and so the rules) that need another look.

    ``kind`` is same, changed, added, removed or renumbered; ``old`` and ``new`` are eIds.
    """

    kind: str
    old: str
    new: str
    spans: tuple[Span, ...]
    provisions: tuple[str, ...]


class DiffReport(Shape, frozen=True, kw_only=True):
    """The comparison of two texts, article by article; ``review`` is every provision to look at again."""

    instrument: str | None
    old: str
    new: str
    counts: dict[str, int]
    changes: tuple[ArticleChange, ...]
    review: tuple[str, ...]


class Export(Shape, frozen=True, kw_only=True):
    """An instrument in one of the field's formats."""

    media_type: str
    file_name: str
    content: str
