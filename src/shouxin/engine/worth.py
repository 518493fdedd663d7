"""What is given for a fact, in the type that the vocabulary gives the fact."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shouxin.law.wording import Fact


def typed(fact: Fact, worth: Any) -> object:
    """Return ``worth`` in the type of the fact, or None where it has another type."""
    return _TYPED[fact.type](fact, worth)


def _bool(_fact: Fact, worth: Any) -> bool | None:
    return worth if isinstance(worth, bool) else None


def _int(_fact: Fact, worth: Any) -> int | None:
    return worth if isinstance(worth, int) and not isinstance(worth, bool) else None


def _decimal(_fact: Fact, worth: Any) -> int | float | Decimal | None:
    ok = isinstance(worth, int | float | Decimal) and not isinstance(worth, bool)
    return worth if ok and worth == worth and abs(worth) != float("inf") else None


def _day(_fact: Fact, worth: Any) -> str | None:
    if isinstance(worth, datetime):
        return None
    if isinstance(worth, date):
        return worth.isoformat()
    try:
        return date.fromisoformat(worth).isoformat() if isinstance(worth, str) else None
    except ValueError:
        return None


def _enum(fact: Fact, worth: Any) -> str | None:
    return worth if isinstance(worth, str) and worth in fact.values else None


def _set(fact: Fact, worth: Any) -> frozenset[str] | None:
    ok = isinstance(worth, list | tuple | set | frozenset) and all(isinstance(item, str) for item in worth)
    return frozenset(worth) if ok and set(worth) <= {*fact.values} else None


_TYPED: dict[str, Callable[[Fact, Any], object]] = {
    "bool": _bool,
    "int": _int,
    "decimal": _decimal,
    "date": _day,
    "enum": _enum,
    "set": _set,
}
