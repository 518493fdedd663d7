"""Columns: in how many cells each kind is found, and what a column therefore holds.

A name or a comment alone proves nothing, and neither do values that pass a check by chance: a
verdict weighs the share of cells, the scores that values of the kind reach, and the words together.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from shouxin.detect import identifiers
from shouxin.detect.categories.columns import told
from shouxin.detect.kinds import KINDS, kinds
from shouxin.detect.spans import Spans
from shouxin.errors import InputError

SAMPLE: Final = 2000  #: cells that are read again with the column's name in front of them
NAMED: Final = 0.95  #: how much a share counts where the name or the comment agrees
UNNAMED: Final = 0.8  #: and where it says nothing or something else
SHARE: Final = 0.2  #: from this share of the cells on, a column holds a kind
MIXED: Final = 0.001  #: from this share on, a column of free text is said to contain a kind


class ColumnVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a column holds, if it holds one kind, and what else is found in it.

    ``share`` is the share of the cells with a value in which the kind is found, ``confidence`` lies
    between 0 and 1, ``named`` says whether the name or the comment announces the kind, and
    ``contains`` gives the shares of all kinds found.
    """

    type: str
    share: float
    confidence: float
    named: bool
    cells: int
    contains: Mapping[str, float]


def scan_column(column: Any, *, min_score: float = 0.5) -> dict[str, int]:
    """Return for each kind in how many cells of a pyarrow string array it is found."""
    counts = np.zeros(len(KINDS), np.int64)
    for chunk in _chunks(column):
        counts += _counted(chunk, min_score)
    return {kind: int(count) for kind, count in zip(KINDS, counts, strict=True) if count}


def judge_column(column: Any, *, name: str = "", comment: str = "") -> ColumnVerdict:
    """Return what a pyarrow string array holds, by its cells, its name and its comment together."""
    cells = len(column) - column.null_count
    sure = scan_column(column)
    named = announced(f"{name} {comment}")
    labelled = _labelled(column, named) | told(_sampled(column), (name, comment)) if cells else {}
    best = ColumnVerdict(type="", share=0.0, confidence=0.0, named=False, cells=cells, contains={})
    for kind in KINDS:
        share = max(sure.get(kind, 0) / max(cells, 1), labelled.get(kind, 0.0))
        if share < SHARE:
            continue
        certainty = share * (NAMED if kind in named else UNNAMED)
        if certainty > best.confidence:
            best = msgspec.structs.replace(
                best, type=kind, share=share, confidence=round(certainty, 4), named=kind in named
            )
    shares = {kind: count / cells for kind, count in sure.items() if count / cells >= MIXED}
    return msgspec.structs.replace(best, contains=shares)


def announced(words: str) -> set[str]:
    """Return the kinds that the words of a column's name and comment announce."""
    lowered = words.lower()
    parts = set(lowered.replace("_", " ").replace("-", " ").replace(".", " ").split())
    return {
        name
        for name, kind in kinds().items()
        if any(
            word in parts or (len(word) > 3 and word in lowered) or word in _han(lowered)
            for word in kind.context
        )
    }


def _labelled(column: Any, named: set[str]) -> dict[str, float]:
    """Return the share of the cells that are of a kind once its name stands in front of them."""
    import pyarrow.compute as pc

    cells = _sample(column)
    found = {}
    for kind in (name for name in named if kinds()[name].weights):
        labelled = pc.binary_join_element_wise(kinds()[kind].context[0], cells, "：")
        found[kind] = scan_column(labelled).get(kind, 0) / len(cells)
    return found


def _sample(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = pc.cast(column, pa.string()).drop_null()
    return cells.take(np.linspace(0, len(cells) - 1, min(SAMPLE, len(cells))).astype(np.int64))


def _sampled(column: Any) -> list[str]:
    cells: list[str] = _sample(column).to_pylist()
    return cells


def _han(text: str) -> str:
    return "".join(c if c > "\x7f" else " " for c in text)


def _chunks(column: Any) -> list[Any]:
    import pyarrow as pa

    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        if pa.types.is_dictionary(column.type) or pa.types.is_integer(column.type):
            return _chunks(column.cast(pa.string()))
        raise InputError(
            "detect-column",
            f'a column of type "{column.type}" holds no text',
            remedy="cast it to string where its values are text",
        )
    return list(column.chunks) if isinstance(column, pa.ChunkedArray) else [column]


def _counted(chunk: Any, min_score: float) -> npt.NDArray[np.int64]:
    """Return for each kind in how many cells of one array it is found."""
    import pyarrow as pa

    wide = pa.types.is_large_string(chunk.type)
    _, offsets, data = chunk.buffers()
    if len(chunk) == 0 or data is None:
        return np.zeros(len(KINDS), np.int64)
    rows = np.frombuffer(offsets, np.int64 if wide else np.int32)[
        chunk.offset : chunk.offset + len(chunk) + 1
    ]
    bytes_ = np.frombuffer(data, np.uint8)
    if native := identifiers.tables():
        counts: npt.NDArray[np.int64] = native.column(bytes_, rows, min_score)
        return counts
    return _counted_slowly(bytes_, rows.astype(np.int64), min_score)


def _counted_slowly(
    data: npt.NDArray[np.uint8], rows: npt.NDArray[np.int64], min_score: float
) -> npt.NDArray[np.int64]:
    """Do the same without the native scanner: the cells with zeros between them are one text."""
    gap = 64
    lengths = np.diff(rows)
    begins = np.concatenate(([0], np.cumsum(lengths + gap)))
    text = np.zeros(int(begins[-1]), np.uint8)
    cells = np.repeat(begins[:-1] - rows[:-1], lengths) + np.arange(rows[0], rows[-1])
    text[cells] = data[rows[0] : rows[-1]]
    found: Spans = identifiers.find(text.tobytes(), min_score).spans
    row = np.searchsorted(begins, found.start, side="right") - 1
    seen = np.unique(row * len(KINDS) + found.kind)
    return np.bincount(seen % len(KINDS), minlength=len(KINDS)).astype(np.int64)
