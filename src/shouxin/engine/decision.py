"""What a decision is: an effect, and the provisions, duties, questions and assumptions it rests on."""

from datetime import date
from typing import Literal

from shouxin.law.base import Shape, Words

Effect = Literal["permitted", "prohibited", "undetermined", "contested"]


class Cited(Shape, frozen=True, kw_only=True):
    """A provision and what it says."""

    provision: str
    summary: Words


class Duty(Shape, frozen=True, kw_only=True):
    """A duty that the law attaches to an act, and the provision that attaches it."""

    duty: str
    provision: str


class Question(Shape, frozen=True, kw_only=True):
    """A fact that is missing, with the question a person is asked for it.

    ``follows_from`` are the facts to give instead where it can be computed: it follows from them.
    """

    fact: str
    question: Words
    follows_from: tuple[str, ...] = ()


class Assumed(Shape, frozen=True, kw_only=True):
    """A fact nobody gave that the decision rests on, from a profile the caller chose."""

    fact: str
    value: bool | int | str
    profile: str


class Side(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How an act comes out under one answer to a contested reading."""

    reading: str
    answer: str
    effect: Effect
    violations: tuple[Cited, ...]
    duties: tuple[Duty, ...]
    missing: tuple[Question, ...]
    grants: tuple[str, ...]


class Decision(Shape, frozen=True, kw_only=True):
    """The answer to "may this be done?".

    ``prohibited`` where a rule is known to forbid the act; else ``undetermined`` where one may and a
    fact decides it, and ``missing`` names the smallest useful set of facts; else ``permitted`` with
    its ``duties``. ``possible`` are the provisions that a missing fact would bring in.
    ``contested`` where the answers to a contested reading forbid and permit it: ``sides`` holds what
    becomes of it under each answer, and everything else is the side of the register's own answer.
    """

    effect: Effect
    violations: tuple[Cited, ...]
    duties: tuple[Duty, ...]
    missing: tuple[Question, ...]
    assumed: tuple[Assumed, ...]
    grants: tuple[str, ...]
    readings: tuple[str, ...]
    possible: tuple[str, ...]
    as_of: date
    law_version: str
    sides: tuple[Side, ...] = ()


class Outcome(Shape, frozen=True, kw_only=True):
    """What the hot path answers: the effect and the keys of the rules, nothing that must be looked up."""

    effect: Effect
    violations: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    possible_duties: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
