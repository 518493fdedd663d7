"""A made-up law of a few rules, small enough to see through."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import msgspec
import pytest

from shouxin.engine import layout
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import RuleBase
from shouxin.law.model import Books, Instrument
from shouxin.law.register import Register, register
from shouxin.law.wording import Vocabulary

DAY = date(2025, 6, 3)


@contextmanager
def extension(*, built: bool) -> Iterator[None]:
    """Read facts and decide with the extension where it was built, or as if it could not be."""
    before = layout._native
    try:
        layout._native = before if built else None
        yield
    finally:
        layout._native = before


def interpreted(rules: RuleBase) -> Gate:
    """Return a gate that decides in Python, as where there is no compiler."""
    with extension(built=False):
        law = Gate(rules)
        assert law.reader._words.compiled is None
        return law


def words(text: str) -> dict[str, str]:
    """Return one text in both languages."""
    return {"zh": "字", "en": text}


def fact(name: str, **more: Any) -> dict[str, Any]:
    """Return the plain data of a fact."""
    return {"name": name, "label": words(name), "question": words(f"{name}?"), "supplied_by": "act", **more}


VOCABULARY = {
    "acts": [{"name": name, "label": words(name)} for name in ("collect", "send", "sleep")],
    "facts": [
        fact("a.one"),
        fact("a.two"),
        fact("a.three"),
        fact("b.count", type="int"),
        fact("b.kind", type="enum", values=["red", "green", "blue"]),
        fact("b.day", type="date"),
        fact("p.born", type="date"),
        fact("p.age", type="int", supplied_by="derived", derived_by="age", derived_from=["p.born"]),
        fact(
            "p.child",
            supplied_by="derived",
            derived_by="under_14",
            derived_from=["p.age"],
            implies=["p.young"],
        ),
        fact("p.young", excludes=["p.old"]),
        fact("p.old"),
    ],
    "profiles": [
        {"name": "plain", "label": words("plain")},
        {"name": "more", "label": words("more"), "extends": "plain"},
    ],
    "assumptions": [
        {"profile": "plain", "fact": "a.two", "value": False, "why": words("nothing was said of it")},
        {"profile": "more", "fact": "b.count", "value": 0, "why": words("none was mentioned")},
    ],
}


def provision(name: str, *gates: dict[str, Any]) -> dict[str, Any]:
    """Return the plain data of a provision with rules."""
    return {
        "id": name,
        "addressee": "anyone",
        "modality": "prohibition",
        "mechanism": ["gate"],
        "summary": words(name),
        "trigger": "an act",
        "actionable": True,
        "gate": list(gates),
    }


def instrument(name: str, effective: str, *provisions: dict[str, Any], **more: Any) -> Instrument:
    """Return an instrument of made-up provisions."""
    plain = {
        "instrument": name,
        "title": words(name),
        "kind": "law",
        "issued_by": ["Nobody"],
        "effective": effective,
        "articles": len(provisions),
        "sources": [{"language": "zh", "status": "authoritative"}],
        "provisions": list(provisions),
        **more,
    }
    return msgspec.convert(plain, Instrument)


def gate_over(*instruments: Instrument, readings: dict[str, str] | None = None) -> Gate:
    """Return a gate over made-up instruments and the made-up vocabulary."""
    vocabulary = msgspec.convert(VOCABULARY, Vocabulary)
    books = Books(instruments=instruments, categories=(), outside=(), vocabulary=vocabulary)
    return Gate(RuleBase(Register(books, "made up"), readings))


@pytest.fixture(scope="session")
def law() -> Gate:
    """Return a gate over the installed law."""
    return Gate(RuleBase(register()))
