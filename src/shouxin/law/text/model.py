"""What the reader hands out: statutes, their units, what is beside them, matches and changes.

All of it is immutable. Positions (``at``) are character offsets into the text that was read, so a
page can point at the place and a test can show that nothing was lost.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import msgspec


class Unit(msgspec.Struct, frozen=True):
    """One unit of text, in document order.

    ``eid`` is an Akoma Ntoso eId in the register's spelling; ``kind`` is part, subpart, chapter,
    section, article, paragraph, item, point, intro or notice. ``number`` is as printed, ``heading``
    may be empty, ``text`` is the unit's own text (not that of the units under it), freed of layout
    spaces and otherwise untouched. In the source the three follow one another from ``at`` on.
    """

    eid: str
    kind: str
    number: str
    heading: str
    text: str
    at: int


class Aside(msgspec.Struct, frozen=True):
    """Text that is not a normative unit, but explained.

    ``kind`` is listing, title, headline, number, promulgation, adoption, contents, preamble, addressees,
    issuing_notice, signature, annex, boilerplate, markup or explanatory_document.
    """

    kind: str
    text: str
    at: int


class Statute(msgspec.Struct, frozen=True, kw_only=True):
    """One instrument as read.

    ``articles`` counts articles, numbered points of a text without articles, or 1 for a plain notice.
    ``unplaced`` is text that nothing explains. ``missing`` names article eIds skipped between the first
    and the last article read; ``remarks`` says in sentences what was doubtful. Dates are those stated.
    """

    title: str
    language: str
    articles: int
    units: tuple[Unit, ...]
    asides: tuple[Aside, ...]
    unplaced: tuple[str, ...]
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    adopted: date | None = None
    promulgated: date | None = None
    effective: date | None = None


class RegisterInstrument(Protocol):
    """What ``match`` needs to know of an instrument of the register."""

    @property
    def id(self) -> str:
        """Short id, such as ``pipl``."""

    @property
    def titles(self) -> Mapping[str, str]:
        """Titles by language code."""

    @property
    def articles(self) -> int:
        """How many articles the register counts."""

    @property
    def provision_ids(self) -> Sequence[str]:
        """Clause-level ids, such as ``art_4__para_1__cl_2``."""


class Placed(msgspec.Struct, frozen=True):
    """Where the text of one register unit is.

    ``id`` is the register's id without its clause, ``eid`` that of the text unit. ``how`` is ``same``,
    ``respelled`` (the same place, with or without ``para_1``) or ``enclosing`` (the text does not show
    the unit apart: its words are somewhere inside ``eid``).
    """

    id: str
    eid: str
    how: str


class Matched(msgspec.Struct, frozen=True):
    """Which instrument a statute is, and how its units lie on the register's.

    ``instrument`` is None when nothing fits well enough; then the tuples are empty and ``why`` says so.
    ``how`` is title, structure or none; ``score`` runs from 0 to 1. ``without_text`` are register units
    that no text answers, ``without_id`` text units with words that no register unit covers.
    ``undivided`` are register units that the text divides into several paragraphs.
    """

    instrument: str | None
    how: str
    score: float
    why: str
    placed: tuple[Placed, ...] = ()
    without_text: tuple[str, ...] = ()
    without_id: tuple[str, ...] = ()
    undivided: tuple[str, ...] = ()


class Span(msgspec.Struct, frozen=True):
    """A run of words in a comparison: ``kind`` is same, removed or added."""

    kind: str
    text: str


class Change(msgspec.Struct, frozen=True):
    """What became of one article between two texts.

    ``kind`` is same, changed, added, removed or renumbered. ``old`` and ``new`` are eIds (empty where the
    side has none). ``spans`` show the difference for all but ``same``. ``touched`` are the old units whose
    words differ; ``reshaped`` says that the division into units differs too.
    """

    kind: str
    old: str
    new: str
    spans: tuple[Span, ...] = ()
    touched: tuple[str, ...] = ()
    reshaped: bool = False
