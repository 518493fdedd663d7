"""A finder that knows only eleven digits: tested here is where things stand, not what they are."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from shouxin.detect.kinds import NUMBER
from shouxin.detect.search import Found, Missed, Result, Search
from shouxin.detect.sources.piece import Limits
from shouxin.detect.spans import Spans


def eleven_digits(text: bytes) -> Spans:
    """Find mobile numbers by their shape alone."""
    places = [match.span() for match in re.finditer(rb"(?<!\d)1[3-9]\d{9}(?!\d)", text)]
    starts, ends = (np.array([place[side] for place in places], np.int64) for side in (0, 1))
    kinds = np.full(len(places), NUMBER["mobile"], np.uint8)
    return Spans(kinds, starts, ends, np.ones(len(places), np.float32))


Look = Callable[..., list[Result]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Write a file and look through it."""

    def looked(name: str, data: bytes, limits: Limits | None = None) -> list[Result]:
        path = tmp_path / name
        path.write_bytes(data)
        return list(Search(eleven_digits, b"key" * 11, limits=limits, show=True).file(path, name))

    return looked


def places(results: list[Result]) -> list[tuple[str, str, str]]:
    """Return file, path and value of what was found."""
    return [(item.file, item.finding.path, item.value) for item in results if isinstance(item, Found)]


def missed(results: list[Result]) -> list[tuple[str, str]]:
    """Return file and code of what was not looked at."""
    return [(item.file, item.unscanned.code) for item in results if isinstance(item, Missed)]
