"""Columns as integers and back: an Arrow column of booleans is two runs of bits already."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_SWAPS = ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))
"""Three swaps that turn a square of 8 × 8 bits about its diagonal (Warren, Hacker's Delight, 7-3)."""


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


def where(marks: Any) -> int:
    """Return a numpy array of booleans as bits, the first row lowest."""
    return int.from_bytes(np.packbits(marks, bitorder="little").tobytes(), "little")


def numbered(columns: Iterable[Any], count: int) -> tuple[Any, list[tuple[Any, ...]]]:
    """Return for each row the number of its values in some columns (in numpy), and the values of each number.

    A column is an Arrow or numpy array, or one value for all rows. Numbers rise in the order in which
    they first occur.
    """
    ids = np.zeros(count, np.int64)
    keys: list[tuple[Any, ...]] = [()] if count else []
    for given in columns:
        if not isinstance(given, pa.Array | np.ndarray):
            keys = [(*key, given) for key in keys]
            continue
        array = pa.array(given)
        coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode("encode")
        values = _values(coded.dictionary)
        places = coded.indices.cast(pa.int64())
        if places.null_count:
            places = pc.fill_null(places, len(values))
        places = places.to_numpy()
        if len(keys) == 1 and coded is not array:
            ids, keys = places, [(*keys[0], worth) for worth in values]
            continue
        values.append(None)
        pairs = pa.array(ids * len(values) + places).dictionary_encode()
        ids = pairs.indices.cast(pa.int64()).to_numpy()
        split = (divmod(pair, len(values)) for pair in _values(pairs.dictionary))
        keys = [(*keys[key], values[worth]) for key, worth in split]
    return ids, keys


def _values(array: Any) -> list[Any]:
    """Return the values of a column in Python; whole numbers go the short way."""
    if pa.types.is_integer(array.type) and not array.null_count:
        return list(array.to_numpy().tolist())
    return list(array.to_pylist())


def words(vectors: Sequence[int], count: int) -> list[Any]:
    """Return some vectors row by row as words of 64 bits: bit ``i`` of word ``w`` is ``vectors[64 * w + i]``.

    A word that is 0 in all rows is the number 0, every other a numpy array.
    """
    found: list[Any] = []
    for start in range(0, len(vectors), 64):
        chosen = vectors[start : start + 64]
        if not any(chosen):
            found.append(0)
            continue
        lanes = np.zeros((count, 8), np.uint8)
        for lane in range(0, len(chosen), 8):
            if any(chosen[lane : lane + 8]):
                lanes[:, lane // 8] = _turned(chosen[lane : lane + 8], count)
        found.append(lanes.view(np.uint64)[:, 0])
    return found


def _turned(eight: Sequence[int], count: int) -> Any:
    """Return a byte for each row, whose bit ``i`` is that of the ``i``-th of up to eight vectors."""
    size = (count + 7) // 8
    square = np.zeros((size, 8), np.uint8)
    for place, bits in enumerate(eight):
        square[:, place] = np.frombuffer(bits.to_bytes(size, "little"), np.uint8)
    turned = square.view("<u8")[:, 0]
    for shift, mask in _SWAPS:
        swap = (turned ^ (turned >> np.uint64(shift))) & np.uint64(mask)
        turned ^= swap ^ (swap << np.uint64(shift))
    return turned.view(np.uint8)[:count]


def _integer(buffer: Any, offset: int, count: int) -> int:
    return int.from_bytes(memoryview(buffer)[: (offset + count + 7) // 8], "little") >> offset
