"""What a guard is asked, and what it answers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

import msgspec

from shouxin.duties.consent.model import Reference
from shouxin.duties.notice.service import OfferedPurpose
from shouxin.engine.decision import Cited, Effect
from shouxin.law.base import Shape

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class Ground(NamedTuple):
    """What stands behind the acts of an activity, whoever they are about.

    ``facts`` are those of the organisation, the service, the activity and its notice; ``purpose`` is what the
    notice in force offers to consent to, None where the activity does not rest on consent; ``profile`` is
    that of the organisation, for facts that nobody gives.
    """

    facts: Mapping[str, Any]
    purpose: OfferedPurpose | None = None
    profile: str = ""


class Act(NamedTuple):
    """What is about to be done: the act, for which activity of which service, with what.

    ``categories`` and ``recipient`` are those of this very act; ``channel`` is that of a commercial message.
    """

    act: str
    service: str
    activity: str
    categories: frozenset[str] = frozenset()
    recipient: str = ""
    channel: str = ""


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Question(NamedTuple):
    """An act, the person it is about by the reference of the service, and facts of this very act by name."""

    person: str
    act: Act
    facts: Mapping[str, Any] = NOTHING


class Asked(Shape, frozen=True, kw_only=True):
    """A question as it is sent; ``facts`` are those of this very act by name (`GET /api/law/facts`)."""

    person: Reference
    act: _Name
    service: _Name
    activity: _Name
    categories: Annotated[frozenset[_Name], msgspec.Meta(max_length=200)] = frozenset()
    recipient: Annotated[str, msgspec.Meta(max_length=80)] = ""
    channel: Annotated[str, msgspec.Meta(max_length=40)] = ""
    facts: Annotated[dict[str, Any], msgspec.Meta(max_length=100)] = msgspec.field(default_factory=dict)


class Reason(Shape, frozen=True, kw_only=True):
    """A fact that a ruling rests on, its value, and who normally supplies it; "unknown" is a value too."""

    fact: str
    value: str
    supplied_by: str


class Ruling(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The answer: an act may be done only where ``allowed``.

    ``violations`` are the provisions that forbid it, ``open`` those that may and wait for a fact, ``missing``
    those facts; ``because`` are the facts that a denial rests on, ``assumed`` those that it takes from the
    profile of the organisation. ``decision`` is the id under which the ledger keeps it, empty for what was
    not recorded. ``blind`` tells that the store could not be asked.
    """

    allowed: bool
    effect: Effect
    violations: tuple[Cited, ...] = ()
    open: tuple[Cited, ...] = ()
    missing: tuple[str, ...] = ()
    because: tuple[Reason, ...] = ()
    duties: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    decision: str = ""
    blind: bool = False

    @property
    def why(self) -> str:
        """Return in a line why the act may not be done: the provisions, and the facts that are missing."""
        if self.allowed:
            return ""
        if self.blind:
            return "the store cannot be asked, so nothing is allowed"
        cited = ", ".join(dict.fromkeys(one.provision for one in self.violations or self.open))
        facts = f"; unknown: {', '.join(self.missing)}" if self.missing else ""
        return f"{self.effect} by {cited or 'nothing that permits it'}{facts}"


class Ruled(NamedTuple):
    """A question with its ruling, and what the ledger calls the person; empty for somebody unknown."""

    question: Question
    ruling: Ruling
    whose: bytes
