"""What the calculators answer: reached or not, the sum, what follows, and what is still to be asked."""

from datetime import date

from shouxin.engine.consequence import Consequence
from shouxin.law.base import Shape, Words


class Asked(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A fact that is missing; ``judgement`` where a person decides it, weighing what ``weigh`` says."""

    fact: str
    label: Words
    unit: str
    judgement: bool
    weigh: Words | None


class Part(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One provision of the question, and whether it is reached."""

    provision: str
    summary: Words
    reached: bool | None
    sum: str | None = None
    gives: str | None = None


class Calculated(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The answer: reached or not, None while it is open; who decides; the sum; what follows.

    ``decided_by`` is ``person`` where the answer rests on an open term of the text, or stays open because
    of one; ``possible`` are consequences of provisions that are still open.
    """

    provision: str
    reached: bool | None
    sum: str | None
    gives: str | None
    sanctions: tuple[Consequence, ...]
    possible: tuple[Consequence, ...]
    decided_by: str
    missing: tuple[Asked, ...]
    parts: tuple[Part, ...]
    readings: tuple[str, ...]
    as_of: date
    law_version: str
