"""How a value of each type of Redis reads as rows, and which commands make another of it.

A string and a hash are one row; of a list, a set and a sorted set each member is one. Text that is a JSON
object has its columns, a JSON list and any other text is the column ``value``, and a member's score is
``score``. What is no UTF-8 stays bytes.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from shouxin.connect.noticed import mark_of
from shouxin.connect.rows import paths

Rest = tuple[str, ...]
"""What tells one row of a key from its others: the member, and for a list how often it stood before."""

Command = tuple[Any, ...]
_TOMB = b"\x00shouxin: this member goes\x00"


class Row(NamedTuple):
    """A row of a key."""

    rest: Rest
    values: dict[str, Any]
    mark: bytes


def rows(kind: str, raw: Any) -> Iterator[Row]:
    """Yield the rows of a value: bytes, a mapping, or the members (with scores) of a type of many."""
    if kind == "string":
        yield Row((), document(raw), mark_of([raw]))
    elif kind == "hash":
        values = {_text(field): readable(value) for field, value in raw.items()}
        yield Row((), values, mark_of(piece for pair in sorted(raw.items()) for piece in pair))
    elif kind == "zset":
        for member, score in raw:
            yield Row((_text(member),), {**document(member), "score": score}, repr(score).encode())
    elif kind == "set":
        for member in raw:
            yield Row((_text(member),), document(member), b"")
    elif kind == "list":
        before: Counter[bytes] = Counter()
        for member in raw:
            yield Row((_text(member), str(before[member])), document(member), b"")
            before[member] += 1


def commands(
    kind: str, key: bytes, raw: Any, changes: Mapping[Rest, Mapping[str, Any] | None]
) -> list[Command]:
    """Return what makes the changes in a value; a change of a row that is not there asks for nothing.

    New members are added before old ones go, since a key without members loses its time to live.
    """
    if kind in ("string", "hash"):
        values = changes[()]
        if values is None:
            return [("DEL", key)]
        return [("SET", key, written(raw, values), "KEEPTTL")] if kind == "string" else _hash(key, values)
    if kind == "list":
        return _list(key, raw, changes)
    scores = dict(raw) if kind == "zset" else dict.fromkeys(raw, 0.0)
    add, remove = ("ZADD", "ZREM") if kind == "zset" else ("SADD", "SREM")
    first: list[Command] = []
    then: list[Command] = []
    for (member, *_), values in changes.items():
        old = member.encode("utf-8", "surrogateescape")
        if old not in scores:
            continue
        new = None if values is None else written(old, values)
        if new is not None and new != old:
            first.append((add, key, repr(scores[old]), new) if kind == "zset" else (add, key, new))
        if new != old:
            then.append((remove, key, old))
    return first + then


def _hash(key: bytes, values: Mapping[str, Any]) -> list[Command]:
    new = [piece for field, value in values.items() if value is not None for piece in (field, _plain(value))]
    gone = [field for field, value in values.items() if value is None]
    return [*([("HSET", key, *new)] if new else []), *([("HDEL", key, *gone)] if gone else [])]


def _list(
    key: bytes, raw: Iterable[bytes], changes: Mapping[Rest, Mapping[str, Any] | None]
) -> list[Command]:
    made: list[Command] = []
    goes = False
    for index, row in enumerate(rows("list", raw)):
        if row.rest in changes:
            values = changes[row.rest]
            old = row.rest[0].encode("utf-8", "surrogateescape")
            made.append(("LSET", key, index, _TOMB if values is None else written(old, values)))
            goes = goes or values is None
    return [*made, ("LREM", key, 0, _TOMB)] if goes else made


def document(raw: bytes) -> dict[str, Any]:
    """Return the columns of a text."""
    found = _json(raw)
    return found if isinstance(found, dict) else {"value": readable(raw) if found is None else found}


def written(raw: bytes, values: Mapping[str, Any]) -> bytes:
    """Return a text with other values at some paths, spaced and escaped as it was."""
    found, new = _json(raw), paths.written(document(raw), values)
    whole = new if isinstance(found, dict) else new["value"]
    if found is None and not isinstance(whole, dict | list):
        return _plain("" if whole is None else whole)
    spaced = (", ", ": ") if b'": ' in raw else (",", ":")
    escaped = b"\\u" in raw and raw.isascii()
    text = json.dumps(whole, separators=spaced, ensure_ascii=escaped, default=str)
    return text.encode("utf-8", "surrogatepass")


def readable(raw: bytes) -> str | bytes:
    """Return a value as text, or as it is where it is none."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _json(raw: bytes) -> dict[str, Any] | list[Any] | None:
    """Return the object or list that a text writes; None for every other text."""
    if raw.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        found = json.loads(raw.decode(), parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _finite(text: str) -> float:
    """Return a number, but not one that JSON cannot write again."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _plain(value: Any) -> bytes:
    """Return a value as a server without types holds it."""
    if isinstance(value, bool):
        return b"1" if value else b"0"
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
