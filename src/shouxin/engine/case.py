"""What a case is made of: where it stands, the steps taken, its clocks, and the step someone wants to take.

Values only; ``engine.procedure`` moves them.
"""

from datetime import date
from typing import Literal, NamedTuple

import msgspec

from shouxin.errors import InputError
from shouxin.law.base import Shape
from shouxin.law.mechanism import Pause


class Running(Shape, frozen=True, kw_only=True):
    """A clock of a case: when it began, its pauses and extensions, when it runs out or was stopped.

    ``waited`` where some step has to wait for its end; ``cancelled`` where it was stopped because the
    case ended and nothing was owed any more.
    """

    provision: str
    began: date
    due: date | None
    provisional: bool = False
    word: str = ""
    at_once: bool = False
    direction: str = "within"
    waited: bool = False
    pauses: tuple[Pause, ...] = ()
    paused: date | None = None
    extended_by: tuple[str, ...] = ()
    stopped: date | None = None
    cancelled: bool = False

    @property
    def keeps(self) -> bool:
        """Tell whether it is a time to keep something, which no end of a case cuts short."""
        return self.passes and not self.waited

    @property
    def passes(self) -> bool:
        """Tell whether it is a time to wait or to keep something, whose end nobody can miss."""
        return self.direction == "at_least"

    @property
    def late(self) -> bool:
        """Tell whether it was stopped on the wrong side of its end.

        A time to keep something is broken before it is over. Any other is missed after it has run out,
        also one that somebody waits for, since another may act only until then; where nobody did before
        the case ended, it has passed.
        """
        if self.due is None or self.stopped is None or (self.cancelled and self.passes):
            return False
        last = self.paused or self.stopped
        return last <= self.due if self.keeps else last > self.due


class Done(Shape, frozen=True, kw_only=True):
    """A step that was taken."""

    step: str
    by: str
    on: date
    records: tuple[str, ...] = ()


class Case(Shape, frozen=True, kw_only=True):
    """Where one case stands: everything the engine needs to move it on."""

    procedure: str
    state: str = ""
    facts: dict[str, object] = msgspec.field(default_factory=dict)
    history: tuple[Done, ...] = ()
    clocks: tuple[Running, ...] = ()


class Move(Shape, frozen=True, kw_only=True):
    """A step that someone wants to take: who, on which day, with which facts and records."""

    step: str
    by: str
    on: date
    facts: dict[str, object] = msgspec.field(default_factory=dict)
    records: tuple[str, ...] = ()


class Effect(NamedTuple):
    """Something that follows from a step: a clock moves, someone is told, or the system does something."""

    what: Literal["start", "stop", "pause", "resume", "extend", "cancel", "tell", "do"]
    about: str
    due: date | None = None


class RefusalError(InputError):
    """A step that cannot be taken; ``provision`` is what stands behind the rule it broke."""
