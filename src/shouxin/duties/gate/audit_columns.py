"""The columns of a table of acts: which are facts, and their values in the types of the vocabulary."""

import difflib
import re
from collections.abc import Container, Mapping
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from shouxin.duties.gate.acts import NO_ITEM, from_words
from shouxin.duties.gate.audit_bits import known
from shouxin.engine.facts import Reader
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError
from shouxin.law.wording import Fact

ADDED = ("effect", "violations", "duties", "missing", "possible", "as_of", "law_version")
"""The columns that an audit adds to the table."""

_NEAR = 0.9
_LARGEST = 2**63 - 1
_MOST_KEPT = 200_000
"""Words whose worth is kept for rows to come."""


class Acts(NamedTuple):
    """A batch of acts: fact columns in their types, and the bits of the rows with a value of another type."""

    facts: dict[str, Any]
    bad: int


class Columns:
    """How the columns of one table are read; ``text`` where every column is text, as in CSV."""

    def __init__(self, schema: Any, rules: RuleBase, reader: Reader, *, day: str = "", text: bool) -> None:
        """Raise ``InputError``: audit-no-act, audit-no-day, audit-column-taken, -unknown, -twice, -type."""
        self._reader = reader
        self._text = text
        self._facts: Mapping[str, Fact] = rules.facts
        self._any_act = next(iter(rules.acts))
        self._seen: dict[tuple[str, str], object] = {}
        self.day = day
        _require(schema.names, day)
        self.names = self._matched([name for name in schema.names if name not in ("act", day)])
        for name, fact in self.names.items():
            self._check(fact, name, schema.field(name).type)
        _check_text("act", schema.field("act").type)
        if day:
            _check_day(day, schema.field(day).type)

    def read(self, batch: Any, wanted: Container[str]) -> Acts:
        """Return the facts of a batch; a value of another type becomes unknown and its row bad.

        Columns of booleans that are not ``wanted`` are left alone: nothing in them can be bad.
        """
        facts: dict[str, Any] = {}
        bad = 0
        for name, fact in self.names.items():
            if fact.type == "bool" and fact.name not in wanted and not self._text:
                continue
            array = batch.column(name)
            if kinds.is_null(array.type):
                continue
            typed = self._sets(array, fact) if fact.type == "set" else self._typed(array, fact)
            bad |= known(pc.and_(pc.is_valid(array), pc.is_null(typed))).true
            facts[fact.name] = typed
        return Acts(facts, bad)

    def days(self, batch: Any) -> Any:
        """Return the day of each row as an Arrow column, NULL where it is missing or none."""
        texts = coded(batch.column(self.day))
        days = [_day(str(text)) if text else None for text in texts.dictionary.to_pylist()]
        return pa.array(days, pa.date32()).take(texts.indices)

    def act(self, batch: Any, row: int) -> dict[str, object]:
        """Return one row as plain facts, for ``Gate.decide``; raise ``InputError`` for a word of CSV."""
        found: dict[str, object] = {"act": batch.column("act")[row].as_py()}
        for name, fact in self.names.items():
            worth = batch.column(name)[row].as_py()
            if isinstance(worth, str) and (self._text or fact.type == "decimal"):
                worth = from_words([f"{fact.name}={worth}"], self._facts)[fact.name]
            found[fact.name] = worth
        return found

    def _matched(self, names: list[str]) -> dict[str, Fact]:
        matched: dict[str, Fact] = {}
        for name in names:
            if name in ADDED:
                raise InputError(
                    "audit-column-taken",
                    f'the table has a column "{name}" already',
                    remedy="give that column another name: an audit adds one of this name",
                )
            plain = name.replace("__", ".")
            fact = self._facts.get(plain)
            if fact is None:
                self._refuse_misspelt(name)
            elif fact in matched.values():
                raise InputError(
                    "audit-column-twice",
                    f'the fact "{plain}" has two columns',
                    remedy="take one of the two away",
                )
            else:
                matched[name] = fact
        return matched

    def _refuse_misspelt(self, name: str) -> None:
        spelt = {_letters(fact): fact for fact in self._facts}
        near = difflib.get_close_matches(_letters(name), spelt, n=1, cutoff=_NEAR)
        if near:
            raise InputError(
                "audit-column-unknown",
                f'the column "{name[:80]}" is no fact',
                remedy=f'did you mean "{spelt[near[0]]}"? If not, give it a name less like it',
            )

    def _check(self, fact: Fact, name: str, kind: Any) -> None:
        if self._text or kinds.is_null(kind) or _fits(fact, kind):
            return
        raise InputError(
            "audit-column-type",
            f'the column "{name}" holds {kind}',
            remedy=f'the fact "{fact.name}" is of type {fact.type}; cast the column to it',
        )

    def _typed(self, array: Any, fact: Fact) -> Any:
        if _is_text(array.type):
            encoded = coded(array)
            values = [self._word(fact, text) for text in encoded.dictionary.to_pylist()]
            return pa.array(values, _ARROW[fact.type]).take(encoded.indices)
        if kinds.is_date(array.type):
            return array.cast(pa.date32()).cast(pa.string())
        if kinds.is_floating(array.type):
            return pc.if_else(pc.is_finite(array), array, None)
        return array.cast(pa.int64()) if kinds.is_integer(array.type) else array

    def _word(self, fact: Fact, text: str) -> object:
        """Return what ``text`` says about a fact, or None where it says nothing of its type."""
        key = (fact.name, text)
        if key not in self._seen:
            if len(self._seen) >= _MOST_KEPT:
                self._seen.clear()
            try:
                in_words = self._text or fact.type == "decimal"
                worth = from_words([f"{fact.name}={text}"], self._facts)[fact.name] if in_words else text
                worth = self._reader.read({"act": self._any_act, fact.name: worth})[1][fact.name]
            except InputError:
                worth = None
            is_int = isinstance(worth, int) and not isinstance(worth, bool)
            self._seen[key] = max(-_LARGEST, min(_LARGEST, worth)) if is_int else worth  # type: ignore[call-overload]
        return self._seen[key]

    def _sets(self, array: Any, fact: Fact) -> Any:
        """Return a column of sets as words, each written in one way: its items in order, with commas."""
        texts = array if _is_text(array.type) else pa.array(map(_joined, array.to_pylist()), pa.string())
        encoded = texts.dictionary_encode()
        values = [self._set(fact, text) for text in encoded.dictionary.to_pylist()]
        return pa.array(values, pa.string()).take(encoded.indices)

    def _set(self, fact: Fact, text: str) -> str | None:
        try:
            given = from_words([f"{fact.name}={text}"], self._facts)
            worth = self._reader.read({"act": self._any_act, **given})[1][fact.name]
        except InputError:
            return None
        return ",".join(sorted(worth))  # type: ignore[call-overload]


_ARROW = {
    "bool": pa.bool_(),
    "int": pa.int64(),
    "decimal": None,
    "date": pa.string(),
    "enum": pa.string(),
}


def _joined(items: list[str | None] | None) -> str | None:
    """Return the items of a set in one word; what is no item stays none."""
    if items is None:
        return None
    return ",".join(item if item and item != NO_ITEM and "," not in item else "?" for item in items)


def _letters(name: str) -> str:
    """Return a name without what people write between its words."""
    return re.sub(r"[._ -]+", "", name).casefold()


def _fits(fact: Fact, kind: Any) -> bool:
    match fact.type:
        case "bool":
            return bool(kinds.is_boolean(kind))
        case "int":
            return bool(kinds.is_integer(kind) and kind != pa.uint64())
        case "decimal":
            return bool(
                kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind) or _is_text(kind)
            )
        case "date":
            return bool(kinds.is_date(kind) or _is_text(kind))
        case "enum":
            return _is_text(kind)
        case "set":
            return bool(kinds.is_list(kind) and _is_text(kind.value_type))


def _is_text(kind: Any) -> bool:
    inner = kind.value_type if kinds.is_dictionary(kind) else kind
    return bool(kinds.is_string(inner) or kinds.is_large_string(inner))


def coded(array: Any) -> Any:
    """Return a column with a dictionary in which NULL is no value."""
    if kinds.is_dictionary(array.type):
        if not array.dictionary.null_count:
            return array
        array = array.dictionary_decode()
    return array.dictionary_encode()


def _require(names: list[str], day: str) -> None:
    for wanted, code in (("act", "audit-no-act"), (day, "audit-no-day")):
        if wanted and wanted not in names:
            near = difflib.get_close_matches(wanted, names, n=1)
            hint = f'is it "{near[0]}"?' if near else f"it has {', '.join(names)[:200]}"
            raise InputError(
                code, f'the table has no column "{wanted}"', remedy=f"name the column so; {hint}"
            )


def _check_text(name: str, kind: Any) -> None:
    if not (_is_text(kind) or kinds.is_null(kind)):
        raise InputError(
            "audit-column-type", f'the column "{name}" holds {kind}', remedy="make it text: collect, store, …"
        )


def _check_day(name: str, kind: Any) -> None:
    if not (_is_text(kind) or kinds.is_date(kind)):
        raise InputError(
            "audit-column-type",
            f'the column "{name}" holds {kind}',
            remedy="make it dates; a moment becomes a day in a time zone, which is for you to choose",
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
