"""The shapes in which the ledger is shown."""

import datetime
from typing import Any

from shouxin.law.base import Shape


class EntryView(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An entry as it is shown; ``whose`` is a commitment in hex, or empty."""

    number: int
    at: datetime.datetime
    kind: str
    who: str
    origin: str
    what: Any
    whose: str
    why: str
    outcome: str


class LedgerView(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The ledger as it stands: its name and hash, how many entries, their root, how many are signed."""

    origin: str
    hash: str
    size: int
    root: str
    at: datetime.datetime
    signed: int
    checkpoint: str


class CheckpointView(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A signed checkpoint: how many entries it covers, when it was signed, and the note itself."""

    size: int
    at: datetime.datetime
    note: str


class Node(Shape, frozen=True, kw_only=True):
    """A hash of the tree as a proof uses it: which entries it stands for, from one up to another."""

    first: int
    end: int
    hash: str

    @property
    def entries(self) -> int:
        """Return how many entries it stands for."""
        return self.end - self.first


class InclusionView(Shape, frozen=True, kw_only=True):
    """How an entry is part of a signed tree: its own hash, those beside the way up, the root at the top."""

    number: int
    size: int
    leaf: str
    beside: tuple[Node, ...]
    up: tuple[Node, ...]
    root: str


class GrowthView(Shape, frozen=True, kw_only=True):
    """How the tree of an older checkpoint begins that of a newer: the hashes from which both follow."""

    older: int
    newer: int
    older_root: str
    newer_root: str
    nodes: tuple[Node, ...]
    holds: bool


class KeyView(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A public key that signs checkpoints, as the C2SP writes it."""

    id: str
    algorithm: str
    public: str
    current: bool


class Filters(Shape, frozen=True, kw_only=True):
    """Which entries a list holds: a kind ends with a dot to mean all below it; times are instants."""

    kind: str = ""
    who: str = ""
    whose: str = ""
    why: str = ""
    outcome: str = ""
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    before: int | None = None
    limit: int = 50
