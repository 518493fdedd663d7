"""What a guard is asked, and what it answers."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from shouxin.duties.notice.service import OfferedPurpose
from shouxin.engine.decision import Cited, Effect
from shouxin.law.base import Shape


class Ground(NamedTuple):
    """What stands behind the acts of an activity, whoever they are about.

    ``facts`` are those of the organisation, the service, the activity and its notice; ``purpose`` is what the
    notice in force offers to consent to, None where the activity does not rest on consent.
    """

    facts: Mapping[str, Any]
    purpose: OfferedPurpose | None = None


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


class Ruling(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The answer: an act may be done only where ``allowed``.

    ``violations`` are the provisions that forbid it, ``open`` those that may and wait for a fact, ``missing``
    those facts; ``decision`` is the id under which the ledger keeps it, empty for what was not recorded.
    ``blind`` tells that the store could not be asked.
    """

    allowed: bool
    effect: Effect
    violations: tuple[Cited, ...] = ()
    open: tuple[Cited, ...] = ()
    missing: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    decision: str = ""
    blind: bool = False

    @property
    def why(self) -> str:
        """Return in a line why the act may not be done: the provisions, and the facts that are missing."""
        if self.blind:
            return "the store cannot be asked, so nothing is allowed"
        cited = ", ".join(dict.fromkeys(one.provision for one in self.violations or self.open))
        facts = f"; unknown: {', '.join(self.missing)}" if self.missing else ""
        return f"{self.effect} by {cited or 'nothing that permits it'}{facts}"
