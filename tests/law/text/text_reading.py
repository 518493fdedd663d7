"""What the tests of the reader share: the check that nothing is lost, the seeds, the register's ids."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
import pytest
import yaml

from shouxin.law.text import Statute, decode, read_statutes

SHARED = Path(__file__).resolve().parents[4] / "shared"
BLANK = re.compile(r"[\s\u200b\u2060\ufeff]+")


class Instrument(msgspec.Struct, frozen=True):
    """An instrument of the register, as ``match`` wants it."""

    id: str
    titles: Mapping[str, str]
    articles: int
    provision_ids: tuple[str, ...]


def _eat(free: bytearray, text: str, at: int, words: str, *, jump: bool) -> None:
    """Cross ``words`` out of ``text`` from ``at`` on; with ``jump``, over what is crossed out already."""
    for char in BLANK.sub("", words):
        while BLANK.match(text[at]) or (jump and not free[at]):
            at += 1
        assert free[at], f"character {at} is in two places"
        assert text[at] == char, f"character {at} is not what was read"
        free[at] = 0
        at += 1


def assert_complete(text: str, statutes: tuple[Statute, ...]) -> None:
    """Fail unless every character that is not blank is in exactly one unit, aside or unplaced piece."""
    free = bytearray(b"\x01" * len(text))
    for statute in statutes:
        for aside in statute.asides:
            _eat(free, text, aside.at, aside.text, jump=False)
    for statute in statutes:
        eids = [unit.eid for unit in statute.units]
        assert len(set(eids)) == len(eids), "an eId is there twice"
        for unit in statute.units:
            _eat(free, text, unit.at, unit.number + unit.heading + unit.text, jump=True)
    left = Counter(BLANK.sub("", "".join(char for char, is_free in zip(text, free, strict=True) if is_free)))
    assert left == Counter(BLANK.sub("", "".join(piece for s in statutes for piece in s.unplaced)))


def seed_text(number: str) -> str:
    """Return the text of a seed file, or skip the test where the seeds are not at hand."""
    found = sorted(SHARED.glob(f"seeds/{number}_*.txt"))
    if not found:
        pytest.skip("the seed texts are not beside this checkout (../shared/seeds)")
    return decode(found[0].read_bytes(), encoding=None, where=found[0].name)


@cache
def register() -> tuple[Instrument, ...]:
    """Return the register's instruments with their ids, or skip where the register is not at hand."""
    paths = sorted(SHARED.glob("law/*.yaml"))
    if not paths:
        pytest.skip("the register is not beside this checkout (../shared/law)")
    found = []
    for path in paths:
        entry = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        ids = tuple(p["id"] for p in [*entry["provisions"], *entry.get("issuing_notice", [])])
        found.append(Instrument(entry["instrument"], entry["title"], entry["articles"], ids))
    return tuple(found)


def eids(text: str) -> list[str]:
    """Return the eIds of a text that is one statute, read without loss."""
    (statute,) = read_statutes(text, where="test")
    assert_complete(text, (statute,))
    return [unit.eid for unit in statute.units]
