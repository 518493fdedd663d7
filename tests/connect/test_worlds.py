"""The judge of erasures lets the right one pass and catches each wrong one; P8 rests on it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import get_args

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, find, given, settings

from shouxin.connect.checking import check
from tests.connect.worlds import holding
from tests.connect.worlds.checks import Fault
from tests.connect.worlds.draw import worlds
from tests.connect.worlds.faithful import Faithful, Flaw
from tests.connect.worlds.judge import Trial, judge, touched
from tests.connect.worlds.truth import Fate, fates
from tests.connect.worlds.world import World, holds, mentions

SOME = settings(max_examples=40, suppress_health_check=list(HealthCheck))
FIRST = settings(max_examples=400, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
CAUGHT: Mapping[Flaw, set[str]] = {
    "one row left": {"left", "dangling"},
    "mentions left": {"residue"},
    "shells not emptied": {"told"},
    "a row of others": {"lost"},
    "a cell of others": {"others"},
    "what the law keeps": {"lost"},
    "one missed": {"missed"},
    "one disclosed": {"disclosed"},
    "half done": {"half"},
    "never twice the same": {"again"},
    "miscounted": {"counts"},
    "dry runs count": {"dry"},
    "says it was done": {"silent"},
}
"""Each wrong erasure, and the kinds of faults one of which it must be found by."""


@contextmanager
def made(world: World) -> Iterator[sa.Engine]:
    """Give a database in memory that holds a world, as one connection."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    try:
        holding.make(engine, world)
        yield engine
    finally:
        engine.dispose()


def faults(world: World, flaw: Flaw = "") -> list[Fault]:
    """Return the faults that the judge finds when the first person is erased."""
    with made(world) as engine:
        trial = Trial(world, engine, Faithful(world, engine, flaw).opened, lambda human: human)
        tables = touched(world, 0)
        return judge(trial, 0, tables[0] if tables else None)


@given(worlds())
@SOME
def test_the_right_erasure_passes(world: World) -> None:
    """What does as the truth says has no fault, and leaves no key without its row."""
    assert faults(world) == []


@pytest.mark.parametrize("flaw", list(CAUGHT))
def test_each_wrong_erasure_is_caught(flaw: Flaw) -> None:
    """One thing done wrong is found in a world that has room for it, and by the fault that it is."""
    find(worlds(), lambda world: any(one.kind in CAUGHT[flaw] for one in faults(world, flaw)), settings=FIRST)


def test_every_flaw_is_looked_for() -> None:
    """A flaw that nobody looks for would show nothing."""
    assert {*CAUGHT, ""} == set(get_args(Flaw))


@given(worlds())
@SOME
def test_maps_hold_together(world: World) -> None:
    """Every drawn map is one that an organisation could have written, and names what the tables have."""
    check([world.map])
    for table in world.map.tables:
        real = world.schema.tables[table.table]
        assert [column.column for column in table.columns] == [column.name for column in real.columns]
        assert table.key == tuple(column.name for column in real.primary_key.columns)


@given(worlds())
@SOME
def test_what_is_others_names_the_person_only_where_it_is_mentioned(world: World) -> None:
    """An identifier in somebody else's row is a mention, or theirs as well: a number that was passed on."""
    decided = fates(world, 0)
    alone = world.alone(0)
    for place, made in world.placed.items():
        if decided[place] is Fate.OTHERS:
            for column, cell in made.values.items():
                named = mentions(made.texts.get(column, ()), 0)
                if not named and not world.ties(made.table, column):
                    assert not any(holds(cell, one) for one in alone)


@pytest.mark.parametrize("fate", [Fate.GONE, Fate.SHELL, Fate.KEPT, Fate.SHARED])
def test_every_fate_is_drawn(fate: Fate) -> None:
    """A world in which somebody's row has this fate comes up soon."""
    find(worlds(), lambda world: fate in fates(world, 0).values(), settings=FIRST)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("电话１６０１２３４５６７０，", True),
        ("+86 160-1234-5670", True),
        ("打160 1234 5670没人接", True),
        ("160123456701", False),
        ("LI.NA@mail.example", True),
        ("邮箱ｌｉ．ｎａ＠ｍａｉｌ．ｅｘａｍｐｌｅ已回", True),
        ("meili.na@mail.example", False),
        ("li.na@mail.example.org", False),
    ],
)
def test_an_identifier_is_known_however_it_is_written(text: str, there: bool) -> None:
    """Full-width, spaced and hyphened forms count; a longer number or another's address does not."""
    assert (holds(text, "16012345670") or holds(text, "li.na@mail.example")) is there
