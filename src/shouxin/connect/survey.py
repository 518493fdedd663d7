"""What a store holds of a person and what an erasure would do, or did: counts and places, never a value."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import msgspec

from shouxin.connect.model import Remainder
from shouxin.law.base import Shape

Whose = Literal["own", "shared", "kept", "mentioned"]
Act = Literal["delete", "anonymise", "keep", "mask"]


class Part(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Rows of a table that share a fate.

    ``columns`` says what becomes of each column that changes; ``because`` cites the provision and ``until``
    is the last day on which rows are kept; ``why`` is a code that the languages put into words.
    """

    table: str
    rows: int
    part: Whose
    act: Act
    columns: dict[str, str] = msgspec.field(default_factory=dict)
    because: str = ""
    until: date | None = None
    why: str = ""


class Problem(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Something that stands in the way, or that somebody should know."""

    code: str
    where: str
    what: str
    remedy: str


class Survey(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What a store holds of a person and what would become of it; ``problems`` forbid an erasure."""

    store: str
    parts: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    remainders: tuple[Remainder, ...] = ()

    @property
    def digest(self) -> str:
        """Return what tells this survey from another: SHA-256 in hexadecimal."""
        return sha256(msgspec.json.encode([self.store, self.parts], order="deterministic")).hexdigest()

    @property
    def rows(self) -> int:
        """Return how many rows are the person's, wholly or in part."""
        return sum(part.rows for part in self.parts if part.part != "mentioned")


class Residue(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Rows in which something of the person is left where nothing should be."""

    table: str
    column: str
    kind: str
    rows: int


class Outcome(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What was done in one store: rows by table that went, changed or were kept, and what is left."""

    store: str
    deleted: dict[str, int] = msgspec.field(default_factory=dict)
    changed: dict[str, int] = msgspec.field(default_factory=dict)
    kept: dict[str, int] = msgspec.field(default_factory=dict)
    residue: tuple[Residue, ...] = ()

    @property
    def nothing(self) -> bool:
        """Tell whether nothing had to be done."""
        return not (self.deleted or self.changed)


class Row(NamedTuple):
    """A row as the person may see it; what is another person's is left out."""

    table: str
    part: Whose
    values: Mapping[str, Any]
