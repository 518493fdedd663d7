"""The shapes of retention runs, as the command line, the API and the pages show them. Pure."""

import datetime
import hashlib
from typing import Literal

import msgspec

from shouxin.duties.rights.service import Obstacle, Surveyed, Task
from shouxin.law.base import Shape

RunState = Literal["nothing", "asked", "refused", "replaced", "approved", "running", "changed", "done"]
ACTS = ("delete", "anonymise", "mask")
"""What a run does to rows; what is kept is only shown."""


class Overdue(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What every store holds past its keeping time on a day, and which could not be asked."""

    as_of: datetime.date
    surveys: tuple[Surveyed, ...] = ()
    problems: tuple[Obstacle, ...] = ()

    @property
    def rows(self) -> int:
        """Return how many rows would go or change."""
        return sum(part.rows for one in self.surveys for part in one.parts if part.act in ACTS)

    @property
    def stores(self) -> tuple[str, ...]:
        """Return the stores in which something is to be done."""
        return tuple(one.store for one in self.surveys if any(part.act in ACTS for part in one.parts))

    @property
    def digest(self) -> str:
        """Return what tells this from another: SHA-256 in hexadecimal."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


class RunLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A run in a list; ``approval`` is that of the second person, None where there is nothing to approve."""

    number: int
    as_of: datetime.date
    made_at: datetime.datetime | None
    who: str
    state: RunState
    rows: int
    approval: int | None


class Run(RunLine, frozen=True, kw_only=True):
    """A run: what was found, who decided on it and why, and how far it is carried out in each store."""

    digest: str
    overdue: Overdue
    decided_by: str = ""
    reason: str = ""
    measures: str = ""
    tasks: tuple[Task, ...] = ()
    finished_at: datetime.datetime | None = None
