"""The error of an act that the guard does not allow, and how it is told over HTTP."""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from shouxin.duties.guard.model import Act, Reason, Ruling
from shouxin.errors import ShouxinError

MEDIA_TYPE = "application/problem+json"
"""The content type of ``problem`` (RFC 9457)."""

_SHOWN = 6
_RECORD = "state it where it is recorded: `shouxin inventory`"
_CALL = "give it with the call where it is known: facts={…}"
_REMEDIES = {
    "consent": "ask the person by the notice in force, and report the answer",
    "notice": "publish a notice that tells it: `shouxin notice`",
    "inventory": _RECORD,
    "organisation": _RECORD,
    "service": _RECORD,
    "derived": "give the facts that it follows from",
}
_BLIND = "let the program reach the store; nothing is allowed until it does"


class DeniedError(ShouxinError):
    """An act may not be done: by which provisions, for which facts, and what to do about it.

    ``ruling`` is the whole answer. Codes: guard-denied, and guard-blind where the store cannot be asked.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, act: Act, ruling: Ruling) -> None:
        reasons = _decisive(ruling.because)
        because = ", ".join(f"{one.fact} is {one.value}" for one in reasons[:_SHOWN])
        remedies = dict.fromkeys(_REMEDIES.get(one.supplied_by, _CALL) for one in reasons[:_SHOWN])
        super().__init__(
            "guard-blind" if ruling.blind else "guard-denied",
            f'"{act.act[:80]}" is not allowed: {ruling.why}' + (f" ({because})" if because else ""),
            where=f"{act.service[:80]}, {act.activity[:80]}",
            remedy=_BLIND if ruling.blind else "; ".join(remedies),
        )
        self.ruling = ruling

    def __reduce__(self) -> Any:
        """Let the error pass between processes."""
        return _restored, (self.args[0], self.code, self.where, self.remedy, self.ruling)

    @property
    def status(self) -> int:
        """Return the status of an HTTP answer: 403, or 503 where the store cannot be asked."""
        return 503 if self.ruling.blind else 403

    @property
    def problem(self) -> dict[str, Any]:
        """Return the body of an HTTP answer, by RFC 9457."""
        rules = self.ruling.violations or self.ruling.open
        return {
            "type": "about:blank",
            "title": "Service Unavailable" if self.ruling.blind else "Forbidden",
            "status": self.status,
            "code": self.code,
            "detail": self.what,
            "remedy": self.remedy,
            "provisions": list(dict.fromkeys(one.provision for one in rules)),
            "missing": list(self.ruling.missing),
            "decision": self.ruling.decision,
        }

    @property
    def body(self) -> bytes:
        """Return ``problem`` as JSON."""
        return msgspec.json.encode(self.problem)


def _decisive(because: Sequence[Reason]) -> Sequence[Reason]:
    """Return of the facts behind a denial those that could be otherwise, what people say before the rest."""
    found = [one for one in because if one.value in ("false", "unknown") or one.supplied_by == "consent"]
    order = [*_REMEDIES, *(one.supplied_by for one in because)]
    return sorted(found or because, key=lambda one: order.index(one.supplied_by))


def _restored(what: str, code: str, where: str, remedy: str, ruling: Ruling) -> DeniedError:
    made = DeniedError.__new__(DeniedError)
    ShouxinError.__init__(made, code, what, where=where, remedy=remedy)
    made.ruling = ruling
    return made
