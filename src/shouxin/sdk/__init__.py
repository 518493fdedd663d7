"""What an application imports: decisions by the article, from Python.

>>> import shouxin
>>> made = shouxin.decide(
...     {"act": "collect", "data.sensitive": True, "consent.given": True, "consent.separate": False},
...     as_of="2025-06-03",
...     assume="ordinary-company",
... )
>>> made.effect, [violation.provision for violation in made.violations]
('prohibited', ['pipl:art_29__cl_1'])
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

from shouxin.duties.gate import stock
from shouxin.duties.gate.service import day, today
from shouxin.engine.decision import Decision, Outcome
from shouxin.engine.gate import Gate
from shouxin.law.register import register


def decide(facts: Mapping[str, object], *, as_of: date | str | None = None, assume: str = "") -> Decision:
    """Say whether an act may be done, by which articles, and what is missing to say so.

    ``facts`` holds ``act`` and any facts by name (``shouxin law facts``); a fact that is left out or None
    is unknown. ``as_of`` is the day of the law, today in Beijing by default; ``assume`` names a profile.
    Raises ``InputError`` for what cannot be used, with the nearest valid name.
    """
    return gate().decide(facts, _day(as_of), assume)


def check(facts: Mapping[str, object], *, as_of: date | str | None = None) -> Outcome:
    """Say the same in microseconds, for every call of a program: the effect and the rules it rests on.

    Facts are checked as strictly as in ``decide``, and the same errors are raised; nothing is assumed,
    nothing is looked up. An ``undetermined`` outcome names the rules that are ``open``: ask ``decide`` for
    the facts that settle it. An act may be done only where ``effect`` is ``permitted``.

    >>> check({"act": "collect", "data.sensitive": True, "consent.separate": False}).effect
    'undetermined'
    """
    return gate().check(facts, _day(as_of))


@cache
def gate() -> Gate:
    """Return the gate over the installed law under the readings it chose; made once a process.

    For an act that is decided again and again: ``ready = gate().prepare(facts)``, then
    ``gate().outcome(ready, day)``.
    """
    return stock.gate(register())


def _day(given: date | str | None) -> date:
    if given is None:
        return today()
    return day(given) if isinstance(given, str) else given
