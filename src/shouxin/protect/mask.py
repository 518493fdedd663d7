"""Masks: a few characters at either end around stars, for a whole column at once.

A mask never shows more than two thirds of a value; a value too short for that is all stars.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouxin.protect.types import MaskShape

_END = 2**31 - 1


def mask(values: Any, shape: MaskShape, split: str = "") -> Any:
    """Return the masked column; ``split`` masks each part of a list in one cell by itself."""
    if split:
        parts = pc.split_pattern(values, split)
        masked = mask(parts.flatten(), shape)
        lists = pa.ListArray.from_arrays(
            parts.offsets, masked, mask=parts.is_null() if parts.null_count else None
        )
        return pc.binary_join(lists, split)
    if shape.before:
        return _before(values, shape)
    stars, shown = "*" * shape.stars, shape.head + shape.tail
    if not shown:
        return pc.if_else(pc.is_valid(values), stars, pa.scalar(None, pa.string()))
    masked = pc.utf8_replace_slice(values, shape.head, -shape.tail if shape.tail else _END, stars)
    enough = max(shown + 1, -(-3 * shown // 2))
    lengths = pc.utf8_length(values)
    if (pc.min(lengths).as_py() or 0) >= enough:
        return masked
    return pc.if_else(pc.less(lengths, enough), stars, masked)


def _before(values: Any, shape: MaskShape) -> Any:
    """Mask what stands before the mark; a value without it, or with several, is masked as a whole.

    Values are put in order of where their mark stands, so that each place is one slice for all of its values.
    """
    if not len(values):
        return values
    mark, stars = shape.before, "*" * shape.stars
    first, plain = pc.find_substring(values, mark), pc.string_is_ascii(values)
    if _marks(values, mark) > pc.sum(pc.greater_equal(first, 0), min_count=0).as_py():
        plain = pc.and_(plain, pc.equal(pc.count_substring(values, mark), 1))
    found = np.asarray(pc.fill_null(pc.if_else(plain, first, -1), -1))
    at = found.astype(np.int16) if found.max() < 1 << 15 else found  # short numbers sort by radix
    order = np.argsort(at, kind="stable")
    ordered = values.take(pa.array(order))
    places, starts = np.unique(at[order], return_index=True)
    parts = []
    for place, start, end in zip(places, starts, [*starts[1:], len(at)], strict=True):
        part = ordered.slice(start, end - start)
        if place < 0:
            parts.append(pa.array([_one_before(value, shape) for value in part.to_pylist()], pa.string()))
        else:
            shown = shape.head if place > shape.head else 0
            parts.append(pc.binary_replace_slice(part, shown, int(place), stars))
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return pa.concat_arrays(parts).take(pa.array(back))


def _marks(values: Any, mark: str) -> int:
    """Count a character of ASCII in a column, quicker than value by value."""
    _, offsets, data = values.buffers()
    start, end = np.frombuffer(offsets, np.int32)[[values.offset, values.offset + len(values)]]
    return int(np.count_nonzero(np.frombuffer(data or b"", np.uint8)[start:end] == ord(mark)))


def _one_before(value: str | None, shape: MaskShape) -> str | None:
    if value is None:
        return None
    name, mark, rest = value.rpartition(shape.before)
    shown = name if mark else rest
    stars = "*" * shape.stars
    return (shown[: shape.head] if len(shown) > shape.head else "") + stars + (mark + rest if mark else "")
