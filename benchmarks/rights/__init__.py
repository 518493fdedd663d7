"""Erasing and reading people of a made-up shop on real databases: what is right, and what it costs."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import sqlalchemy as sa
from tests.connect.test_erasing import asked
from tests.connect.worlds import holding
from tests.connect.worlds.judge import Trial, judge, touched
from tests.connect.worlds.truth import found
from tests.connect.worlds.world import World

from benchmarks.measure import Row
from benchmarks.rights import atonce, cost, servers
from benchmarks.rights.killed import killed
from benchmarks.rights.shop import Shop
from shouxin.connect.stores import opened
from shouxin.demo.shop.people import CHILD, FIRST, FORMER_OWNER, GUARDIAN, PRESENT_OWNER

MANY = 150
PEOPLE = [*(one - FIRST for one in (FORMER_OWNER, PRESENT_OWNER, CHILD, GUARDIAN)), *range(7, 140, 33)]
"""Customers who are erased one by one, each from the whole shop."""

FIGURES: Mapping[str, tuple[str, ...]] = {
    "cells of others changed": ("others", "lost", "new", "dangling"),
    "rows of others disclosed": ("disclosed", "twice", "unknown"),
    "identifiers left": ("residue",),
    "rows of the person left or still telling": ("left", "told"),
    "cells changed that the law keeps": ("kept",),
    "changed by looking or by a dry run": ("survey", "dry"),
    "traces of a failure in the last table, or not told": ("half", "silent"),
    "counts that were not what was done": ("counts",),
    "changed by a second run": ("again",),
    "erasures that ended in an error": ("raised",),
}


def rows() -> Iterator[Row]:
    """Judge people of the shop on both servers, then measure on PostgreSQL."""
    with ExitStack() as stack:
        url = stack.enter_context(servers.postgresql())
        like = servers.reflected(url)
        yield from judged("PostgreSQL", url, Shop(MANY).world(like))
        other = servers.portable(like)
        place = stack.enter_context(servers.maria(other))
        yield from judged("MariaDB", place, Shop(MANY).world(other))
        yield from cost.rows(url, like)
        yield from atonce.rows(url, like)


def judged(name: str, url: str, world: World) -> Iterator[Row]:
    """Erase people one by one, each from the whole shop, and count what was not right."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    trial = Trial(world, engine, lambda world: opened(world.map, url), asked)
    faults: Counter[str] = Counter()
    there, empty = 0, False
    for person in PEOPLE:
        if empty:
            holding.empty(engine, world)
        holding.fill(engine, world)
        empty = True
        there += len(found(world, person)[0])
        last = [table.table for table in world.map.tables if table.table in touched(world, person)][-1]
        faults.update(fault.kind for fault in judge(trial, person, last))
    yield Row(
        f"{name}: rows found of {len(PEOPLE)} people", f"{there - faults['missed']:,} of {there:,}", "all"
    )
    for what, kinds in FIGURES.items():
        yield Row(f"{name}: {what}", f"{sum(faults[kind] for kind in kinds):,}", "0")
    holding.empty(engine, world)
    holding.fill(engine, world)
    yield Row(f"{name}: rows changed when the connection is killed", f"{killed(trial, PEOPLE[1]):,}", "0")
    holding.empty(engine, world)
    engine.dispose()
