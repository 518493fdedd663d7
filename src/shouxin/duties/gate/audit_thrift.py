"""Thrift's compact protocol, as far as the metadata of Parquet needs it: structs in, the same structs out.

A struct is a dict from the number of a field to its type and value, so that fields nobody here knows of
pass through unchanged. https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from typing import Any

Struct = dict[int, tuple[int, Any]]
"""Fields by number: type and value; a list is worth the type of its items and the items."""

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
_SHORT = 15


def decoded(data: bytes) -> Struct:
    """Return the struct at the start of ``data``; raise ``ValueError`` where there is none."""
    try:
        found, _ = _struct(data, 0)
    except (IndexError, RecursionError):
        raise ValueError("not a struct in Thrift's compact protocol") from None
    return found


def encoded(struct: Struct) -> bytes:
    """Return a struct as bytes."""
    out = bytearray()
    _put(out, STRUCT, struct)
    return bytes(out)


def number(worth: int) -> bytes:
    """Return a whole number from 0 as 7 bits a byte, the lowest first."""
    out = bytearray()
    while worth > 0x7F:
        out.append(worth & 0x7F | 0x80)
        worth >>= 7
    out.append(worth)
    return bytes(out)


def _struct(data: bytes, at: int) -> tuple[Struct, int]:
    found: Struct = {}
    field = 0
    while head := data[at]:
        at += 1
        kind = head & 15
        if head >> 4:
            field += head >> 4
        else:
            field, at = _signed(data, at)
        if kind in (TRUE, FALSE):
            found[field] = kind, None
        else:
            worth, at = _value(data, at, kind)
            found[field] = kind, worth
    return found, at + 1


def _value(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    match kind:
        case 4 | 5 | 6:
            return _signed(data, at)
        case 8:
            size, at = _unsigned(data, at)
            return data[at : at + size], at + size
        case 9 | 10:
            inner, size = data[at] & 15, data[at] >> 4
            at += 1
            if size == _SHORT:
                size, at = _unsigned(data, at)
            items = []
            for _ in range(size):
                item, at = _value(data, at, inner)
                items.append(item)
            return (inner, items), at
        case 12:
            return _struct(data, at)
        case 1 | 2 | 3:
            return data[at], at + 1
        case 7:
            return data[at : at + 8], at + 8
    raise ValueError(f"a field of type {kind}, which Parquet does not use")


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        byte = data[at]
        at += 1
        found |= (byte & 0x7F) << shift
        if byte < 0x80:
            return found, at
        shift += 7


def _signed(data: bytes, at: int) -> tuple[int, int]:
    found, at = _unsigned(data, at)
    return (found >> 1) ^ -(found & 1), at


def _put(out: bytearray, kind: int, worth: Any) -> None:
    match kind:
        case 4 | 5 | 6:
            out += number(worth << 1 if worth >= 0 else (-worth << 1) - 1)
        case 8:
            out += number(len(worth)) + worth
        case 9 | 10:
            inner, items = worth
            short = len(items) < _SHORT
            out.append((len(items) if short else _SHORT) << 4 | inner)
            if not short:
                out += number(len(items))
            for item in items:
                _put(out, inner, item)
        case 12:
            last = 0
            for field, (inner, item) in sorted(worth.items()):
                step = field - last
                out.append(step << 4 | inner if step <= _SHORT else inner)
                if step > _SHORT:
                    _put(out, I16, field)
                last = field
                if inner not in (TRUE, FALSE):
                    _put(out, inner, item)
            out.append(0)
        case 7:
            out += worth
        case _:
            out.append(worth)
