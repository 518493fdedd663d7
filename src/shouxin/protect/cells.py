"""The bytes of an Arrow column of strings, taken and put back by rows of equal length."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Octets = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]


class Cells:
    """A copy of a column's bytes that can be changed in place; lengths and nulls stay as they are."""

    def __init__(self, values: Any) -> None:
        plain = values.cast(pa.large_string())
        if not pc.all(pc.string_is_ascii(plain), min_count=0).as_py():
            plain = pc.utf8_normalize(plain, form="NFKC")
        self._validity, offsets, data = plain.buffers()
        self._at = plain.offset
        self._count = len(plain)
        every = np.frombuffer(offsets, np.int64, self._at + self._count + 1)
        self._every = every
        self._offsets = every[self._at :]
        self._bytes = np.frombuffer(data or b"", np.uint8, int(every[-1])).copy()
        self._valid = np.asarray(plain.is_valid())

    def groups(self) -> Iterator[tuple[Rows, Octets]]:
        """Yield the rows of each length in bytes with their bytes; nulls are in none."""
        lengths = np.diff(self._offsets)
        sizes = np.unique(lengths[self._valid])
        if len(sizes) == 1 and self._valid.all():
            yield np.arange(self._count), self._whole(int(sizes[0]))
            return
        for size in sizes:
            rows = np.flatnonzero((lengths == size) & self._valid)
            yield rows, self._bytes[self._offsets[rows][:, None] + np.arange(size)]

    def put(self, rows: Rows, octets: Octets) -> None:
        """Put bytes back in the place of what was there; a view of the whole column is there already."""
        if not np.may_share_memory(octets, self._bytes):
            self._bytes[self._offsets[rows][:, None] + np.arange(octets.shape[1])] = octets

    def _whole(self, size: int) -> Octets:
        return self._bytes[self._offsets[0] : self._offsets[-1]].reshape(self._count, size)

    def column(self) -> Any:
        """Return the column as it is now."""
        buffers = [self._validity, pa.py_buffer(self._every), pa.py_buffer(self._bytes)]
        return pa.Array.from_buffers(pa.large_string(), self._count, buffers, offset=self._at).cast(
            pa.string()
        )


def by_pattern(marks: npt.NDArray[np.bool_]) -> Iterator[Rows]:
    """Yield the rows whose marks are alike."""
    if (marks == marks[0]).all():
        yield np.arange(len(marks))
        return
    packed = np.packbits(marks, axis=1)
    _, which = np.unique(packed, axis=0, return_inverse=True)
    for number in range(which.max() + 1):
        yield np.flatnonzero(which.ravel() == number)
