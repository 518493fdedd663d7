"""Names and addresses of a text by bytes, compiled or in Python with the same answers."""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shouxin.detect import identifiers
from shouxin.detect.compiled import reader
from shouxin.detect.finding import Finding

Ints = npt.NDArray[np.int64]
NONE: Final[Ints] = np.empty(0, np.int64)

#: How far down an address goes, and how sure that makes it: a bare place is what tagged corpora call a
#: location, a door identifies a person. The order is that of ``Level`` in native/addresses.hpp.
LEVELS: Final = {"organisation": 0.15, "division": 0.35, "divisions": 0.6, "street": 0.75, "door": 0.95}


class Stretches(NamedTuple):
    """Places by byte offsets, in order, with their scores."""

    start: Ints
    end: Ints
    score: npt.NDArray[np.float32]


class Prose(NamedTuple):
    """What was asked for of a text."""

    names: Stretches
    addresses: Stretches


def read(
    text: bytes, inside: tuple[Ints, Ints] = (NONE, NONE), *, names: bool = True, addresses: bool = True
) -> Prose:
    """Return the names and addresses of UTF-8, broken or not; no address reaches into an identifier.

    ``inside`` holds the starts and ends of these, in order and apart from each other.
    """
    starts, ends = (np.ascontiguousarray(part, np.int64) for part in inside)
    if (compiled := reader()) is not None:
        people, places = compiled.read(text, starts, ends, names, addresses)
    else:
        people, places = _reference(
            text, list(zip(starts.tolist(), ends.tolist(), strict=True)), names, addresses
        )
    return Prose(
        Stretches(people[0], people[1], scores(people[2])),
        Stretches(places[0], places[1], np.array([*LEVELS.values()], np.float32)[places[2]]),
    )


def findings(text: str, kind: str, source: str, read: Stretches, least: float) -> list[Finding]:
    """Return the stretches of a text that score at least ``least`` one by one."""
    sure = read.score >= np.float32(least)
    edges = np.stack((read.start[sure], read.end[sure]), 1).ravel()
    counted = identifiers.characters(text.encode("utf-8", "replace"), edges).reshape(-1, 2).tolist()
    bytes_ = edges.reshape(-1, 2).tolist()
    return [
        Finding(
            type=kind,
            start=start,
            end=end,
            byte_start=byte_start,
            byte_end=byte_end,
            score=round(score, 3),
            source=source,
        )
        for (start, end), (byte_start, byte_end), score in zip(
            counted, bytes_, read.score[sure].tolist(), strict=True
        )
    ]


def explain(text: bytes, kind: str, start: int, score: float) -> dict[str, float]:
    """Return what spoke for the name or address of a text that begins at this byte."""
    if kind == "address":
        return {level: value for level, value in LEVELS.items() if value == score}
    from shouxin.detect.names.tagger import names

    decoded = text.decode("utf-8", "surrogateescape")
    begin = len(text[:start].decode("utf-8", "surrogateescape"))
    return {
        reason: float(weight)
        for one in names(decoded)
        if one.start == begin
        for reason, weight in one.reasons
    }


def scores(weights: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """Return the scores of weights; see ``names.weights``."""
    from shouxin.detect.names.weights import EVEN, SCALE

    return (1 / (1 + np.exp(-(weights - EVEN) / SCALE))).astype(np.float32).round(3)


def _reference(
    text: bytes, taken: list[tuple[int, int]], with_names: bool, with_addresses: bool
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    from shouxin.detect.addresses.grammar import addresses
    from shouxin.detect.names.tagger import names

    decoded = text.decode("utf-8", "surrogateescape")
    sizes = [len(character.encode("utf-8", "surrogateescape")) for character in decoded]
    byte = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).astype(np.int64)
    inside = [(int(byte.searchsorted(start)), int(byte.searchsorted(end))) for start, end in taken]
    people = (
        [(one.start, one.end, sum(w for _, w in one.reasons)) for one in names(decoded)] if with_names else []
    )
    order = list(LEVELS)
    places = (
        [(one.start, one.end, order.index(one.level)) for one in addresses(decoded, inside)]
        if with_addresses
        else []
    )
    return _columns(people, byte), _columns(places, byte)


def _columns(found: list[tuple[int, int, int]], byte: Ints) -> tuple[Any, ...]:
    start, end, value = np.array(found, np.int64).reshape(-1, 3).T
    return byte[start], byte[end], value
