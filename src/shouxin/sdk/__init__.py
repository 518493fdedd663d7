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

import importlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from shouxin.app import settings
from shouxin.app.settings import Settings
from shouxin.duties.days import day, today
from shouxin.duties.gate import stock
from shouxin.engine.decision import Decision, Outcome
from shouxin.engine.gate import Gate
from shouxin.law.register import register

if TYPE_CHECKING:
    from shouxin.sdk.denied import DeniedError
    from shouxin.sdk.guard import Guard

__all__ = ["DeniedError", "Guard", "check", "decide", "gate"]
_LATE = {"DeniedError": "shouxin.sdk.denied", "Guard": "shouxin.sdk.guard"}


def __getattr__(name: str) -> Any:
    """Import the guard and its store when they are first asked for: a decision alone needs neither."""
    if name in _LATE:
        return getattr(importlib.import_module(_LATE[name]), name)
    raise AttributeError(f"module 'shouxin.sdk' has no attribute {name!r}")


def decide(
    facts: Mapping[str, object],
    *,
    as_of: date | str | None = None,
    assume: str = "",
    readings: Mapping[str, str] | None = None,
) -> Decision:
    """Say whether an act may be done, by which articles, and what is missing to say so.

    ``facts`` holds ``act`` and any facts by name (``shouxin law facts``); a fact that is left out or None
    is unknown. ``as_of`` is the day of the law, today in Beijing by default; ``assume`` names a profile.
    ``readings`` are the answers of your organisation to open questions of the law (``shouxin law readings``),
    by default those of the settings: ``SHOUXIN_READINGS`` or ``shouxin.toml``.
    Raises ``InputError`` for what cannot be used, with the nearest valid name.
    """
    return gate(readings).decide(facts, _day(as_of), assume)


def gate(readings: Mapping[str, str] | None = None) -> Gate:
    """Return the gate over the installed law under these readings; each is made once a process.

    For an act that is decided again and again: ``ready = gate().prepare(facts)``, then
    ``gate().outcome(ready, day)``. Like ``check``, that decides under one answer to each reading, the
    organisation's or the register's; ``decide`` alone looks at both sides of contested ones.
    """
    return _gate(frozenset((_settings().readings if readings is None else readings).items()))


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
def _gate(readings: frozenset[tuple[str, str]]) -> Gate:
    return stock.gate(register(), dict(readings))


@cache
def _settings() -> Settings:
    return settings.load()[0]


def _day(given: date | str | None) -> date:
    if given is None:
        return today()
    return day(given) if isinstance(given, str) else given
