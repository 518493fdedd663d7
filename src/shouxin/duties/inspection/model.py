"""Inspections and packs as values."""

import datetime
from typing import Annotated, Any, Literal

import msgspec

from shouxin.law.base import Shape

Kind = Literal["inspection", "self-check", "social-report"]
Part = Literal["evidence", "ledger"]
State = Literal["asked", "given", "refused"]
PackState = Literal["whole", "making", "broken", "removed"]
"""A pack can be fetched once it is whole; ``broken`` is one whose maker ended before.

``removed`` is one whose archive went when its keeping time was over.
"""

ATTEMPTS = 3
"""How often a broken pack is made again by itself."""

CUT_OFF = "cut-off"
"""Why a pack is broken whose maker ended without a word; anything else is the code of an error."""


KINDS: tuple[Kind, ...] = ("inspection", "self-check", "social-report")
"""What is made here: for an authority, for the organisation itself, for the public (pipl art. 58 item 4)."""

PARTS: tuple[Part, ...] = ("evidence", "ledger")
"""What a pack may hold: what the controls rest on, and what was done, entry by entry, with pseudonyms."""

FILES: tuple[str, ...] = ("index.html", "report.pdf", "pack.json")
"""What of a pack can be fetched by itself; ``ARCHIVE`` is all of it."""

ARCHIVE = "pack.zip"

FORMAT = "shouxin-inspection/1"
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$")]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"^[^\x00]*\S[^\x00]*$")]


class Asked(Shape, frozen=True, kw_only=True):
    """What somebody asks to be made: for whom, on which legal basis, what of it, over which days (Beijing).

    ``basis`` is the provision by which it is demanded or owed; ``services`` without a name means all.
    """

    kind: Kind = "inspection"
    name: Name
    authority: Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")] = ""
    basis: Annotated[str, msgspec.Meta(max_length=120)] = ""
    parts: tuple[Part, ...] = ("evidence",)
    services: tuple[str, ...] = ()
    since: datetime.date
    until: datetime.date


class Inspection(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An inspection as it is kept, with the decision on it."""

    number: int
    asked: Asked
    state: State
    asked_by: str
    asked_at: datetime.datetime
    decided_by: str
    decided_at: datetime.datetime | None
    reason: str


class PackLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A pack: the checkpoint's entries, the SHA-256 of its manifest, its size in bytes.

    Digest and size are there once it is whole. ``attempts`` says how often it was made again and ``problem``
    why; ``until`` is the last day on which it is kept, None where that is for good.
    """

    number: int
    inspection: int
    entries: int
    digest: str
    size: int
    language: str
    who: str
    made_at: datetime.datetime
    state: PackState
    attempts: int = 0
    problem: str = ""
    removed_at: datetime.datetime | None = None
    until: datetime.date | None = None


class Account(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An inspector's account of an inspection, until when it lets in, and when it was ended."""

    inspection: int
    operator: int
    name: str
    until: datetime.datetime
    ended_at: datetime.datetime | None


class Made(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A new account: its password is told this once."""

    name: str
    password: str
    until: datetime.datetime


class Source(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What shows an element: its kind, where it is, since when it counts and until when.

    ``entry`` is the entry of the ledger that holds it, whose proof is in the pack; None where no checkpoint
    covers one.
    """

    element: str
    kind: str
    reference: str
    on: datetime.date
    until: datetime.date | None
    shown: bool
    entry: int | None


class Item(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One control: the provision, what it demands, its state, what shows it, and what is left to do."""

    provision: str
    instrument: str
    summary: dict[str, str]
    service: str
    state: str
    sources: tuple[Source, ...]
    lacking: tuple[dict[str, str], ...]
    due: datetime.date | None


class Matter(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A matter of the checklist, the provisions behind it, and the items that belong to it, by position."""

    title: dict[str, str]
    provisions: tuple[str, ...]
    items: tuple[int, ...]


class Figure(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How many entries of a kind the ledger holds within the days of the pack."""

    kind: str
    count: int


class Told(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A version of a notice that was published within the days of the pack."""

    service: str
    address: str
    at: datetime.datetime
    complete: bool
    entry: int


class Pack(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Everything of a pack but the entries themselves; the same for the same checkpoint and inspection.

    ``asked_by`` and ``approved_by`` are accounts, ``asker`` and ``approver`` their names; a report to the
    public names neither.
    """

    format: str = FORMAT
    inspection: int
    asked: Asked
    asked_by: str
    asker: str
    approved_by: str
    approver: str
    approved_at: datetime.datetime | None
    organisation: str
    law_version: str
    ledger: str
    entries: int
    checkpoint: str
    counts: dict[str, int]
    instruments: dict[str, dict[str, str]]
    items: tuple[Item, ...]
    checklist: tuple[Matter, ...]
    figures: tuple[Figure, ...]
    notices: tuple[Told, ...]


class EntryLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An entry of the ledger as a pack shows it: people, staff included, are pseudonyms of this pack.

    ``what`` is left out where the entry concerns a person, ``why`` where it is no id: reasons are words.
    """

    number: int
    at: datetime.datetime
    kind: str
    who: str
    origin: str
    what: dict[str, Any] | None
    whose: str
    why: str
    outcome: str


def schema() -> dict[str, Any]:
    """Return the JSON Schema of ``pack.json``."""
    return msgspec.json.schema(Pack)
