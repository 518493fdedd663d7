"""Programs made ready: in which form rules are compiled, and what the bits that a program returns say."""

from collections.abc import Callable
from types import CodeType
from typing import Literal, NamedTuple

from shouxin.engine.circuit import Written
from shouxin.engine.decision import Outcome
from shouxin.engine.program import Found, Program
from shouxin.engine.rulebase import Rule

Form = Literal["words", "places", "slots"]
"""How a program is written: for the extension, or in Python for what facts are worth or a prepared act."""

Key = tuple[int, str, Form]
"""Which program: the stretch of time, the act, the form."""

Code = CodeType | Written

Stock = Callable[[Key], Code | None]

MOST_KEPT = 10_000
"""Different outcomes of one act that are kept to be shared, and days whose stretch of time is."""


class Ready(NamedTuple):
    """What decides an act in one stretch of time: the program, its rules by bit, the outcomes so far."""

    run: Program
    rules: list[Rule]
    outcomes: dict[Found, Outcome]

    def outcome(self, found: Found) -> Outcome:
        """Return what the result of the program says; ``MOST_KEPT`` of them are kept."""
        many = len(self.rules)
        whole = int.from_bytes(found, "little") if isinstance(found, bytes) else sum(found)

        def keys(effect: str, bits: int) -> tuple[str, ...]:
            return tuple(
                rule.key for bit, rule in enumerate(self.rules) if bits >> bit & 1 and rule.effect == effect
            )

        forbidden, maybe = keys("prohibit", whole), keys("prohibit", whole >> many)
        made = Outcome(
            effect="prohibited" if forbidden else "undetermined" if maybe else "permitted",
            violations=forbidden,
            open=maybe,
            duties=keys("duty", whole),
            possible_duties=keys("duty", whole >> many),
            grants=keys("permit", whole),
        )
        if len(self.outcomes) >= MOST_KEPT:
            self.outcomes.clear()
        self.outcomes[found] = made
        return made
