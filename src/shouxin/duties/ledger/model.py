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
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    before: int | None = None
    limit: int = 50
