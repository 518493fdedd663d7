"""Columns as integers and back: an Arrow column of booleans is two runs of bits already."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

_BYTES = 7
"""Bytes in one word of a code, so that a word stays positive in 64 bits."""


class Known(NamedTuple):
    """The rows in which a column is known to be true, and those in which it is known to be false."""

    true: int
    false: int


def known(array: Any) -> Known:
    """Return an Arrow array of booleans as bits, the first row lowest; NULL is in neither."""
    count, offset = len(array), array.offset
    everything = (1 << count) - 1
    validity, values = array.buffers()
    true = _integer(values, offset, count) & everything
    valid = _integer(validity, offset, count) & everything if validity else everything
    return Known(true & valid, valid & ~true)


def column(bits: int, count: int) -> Any:
    """Return ``bits`` as an Arrow array of ``count`` booleans."""
    data = pa.py_buffer(bits.to_bytes((count + 7) // 8, "little"))
    return pa.BooleanArray.from_buffers(pa.bool_(), count, [None, data])


def rows(bits: int, count: int) -> list[int]:
    """Return the numbers of the rows whose bit is set, from 0."""
    found: list[int] = pc.indices_nonzero(column(bits, count)).to_pylist()
    return found


def grouped(vectors: Sequence[int], count: int) -> tuple[Any, list[int]]:
    """Return for each row the number of its signature, and each signature as an integer.

    Bit ``i`` of a signature is the row's bit in ``vectors[i]``. Rows with one signature have one number.
    """
    ids = pa.repeat(pa.scalar(0, pa.int64()), count)
    codes = [0]
    width = _BYTES * 8
    for start in range(0, len(vectors), width):
        encoded = _word(vectors[start : start + width], count).dictionary_encode()
        words = encoded.dictionary.to_pylist()
        pairs = pc.add(pc.multiply(ids, len(words)), encoded.indices.cast(pa.int64())).dictionary_encode()
        codes = [
            codes[pair // len(words)] | words[pair % len(words)] << start
            for pair in pairs.dictionary.to_pylist()
        ]
        ids = pairs.indices.cast(pa.int64())
    return ids, codes


def _integer(buffer: Any, offset: int, count: int) -> int:
    return int.from_bytes(memoryview(buffer)[: (offset + count + 7) // 8], "little") >> offset


def _word(vectors: Sequence[int], count: int) -> Any:
    """Return a column of integers whose bit ``i`` is that of ``vectors[i]``: bytes first, they are cheap."""
    word = None
    for start in reversed(range(0, len(vectors), 8)):
        byte = None
        for bits in reversed(vectors[start : start + 8]):
            bit = column(bits, count).cast(pa.uint8())
            byte = bit if byte is None else pc.add(pc.shift_left(byte, pa.scalar(1, pa.uint8())), bit)
        wide = byte.cast(pa.int64()) if byte is not None else None
        word = wide if word is None else pc.add(pc.shift_left(word, 8), wide)
    return word
