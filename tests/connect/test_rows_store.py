"""One person's rows over a source that only lists them: the same answers and changes as of a database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from shouxin.connect.person import Held
from shouxin.connect.rows.source import Column, Layout
from shouxin.connect.rows.store import RowStore
from shouxin.connect.stores import Store, opened
from shouxin.connect.survey import Survey
from tests.connect import household
from tests.connect.household import EMAIL, ONE, TODAY, mapped
from tests.connect.memory import Memory
from tests.connect.test_erasing import ON_SQLITE, asked, on_sqlite
from tests.connect.worlds import holding
from tests.connect.worlds.checks import Fault
from tests.connect.worlds.draw import worlds
from tests.connect.worlds.judge import Trial, judge, touched
from tests.connect.worlds.world import World


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """Give the household in a database."""
    with household.filled(f"sqlite:///{tmp_path}/household.db") as found:
        yield found


@pytest.fixture
def memory(engine: sa.Engine) -> Memory:
    """Give the household in memory."""
    return Memory.of(engine)


def same(one: Survey, other: Survey) -> bool:
    """Tell whether two surveys say the same."""
    return sorted(map(str, one.parts)) == sorted(map(str, other.parts))


def test_the_household_is_surveyed_and_erased_as_in_a_database(engine: sa.Engine, memory: Memory) -> None:
    """Both say the same of every table, change the same, and leave the same but for what is drawn by lot."""
    store = RowStore(mapped(), memory)
    with opened(mapped(), str(engine.url)) as other:
        assert same(store.survey(ONE, TODAY), other.survey(ONE, TODAY))
        digest = store.survey(ONE, TODAY).digest
        assert store.erase(ONE, TODAY, digest=digest) == other.erase(ONE, TODAY)
    cells = {
        table: sorted(
            (tuple(row.values()) for row in rows.values()), key=lambda row: [str(one) for one in row]
        )
        for table, rows in memory.tables.items()
    }
    left = household.cells(engine)
    assert {name: rows for name, rows in cells.items() if name not in ("person", "purchase")} == {
        name: rows for name, rows in left.items() if name not in ("person", "purchase")
    }
    assert store.erase(ONE, TODAY).nothing


def on_memory(world: World, person: int, url: str) -> list[Fault]:
    """Return what is wrong with the erasure of a person of a world in memory."""
    memory = copied(world, url)
    tables = touched(world, person)
    fails_at = tables[len(world.rows) % len(tables)] if tables else None
    trial = Trial(world, memory, lambda world: RowStore(world.map, memory), asked)
    return judge(trial, person, fails_at)


def copied(world: World, url: str) -> Memory:
    """Make a world in a database, and return it in memory."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    holding.make(engine, world)
    return Memory.of(engine)


def differing(world: World, person: int, url: str) -> list[Fault]:
    """Return the answers that differ between a world in memory and the same in a database."""
    who, day = asked(world.people[person]), world.as_of
    with RowStore(world.map, copied(world, url)) as rows, opened(world.map, url) as database:
        answers: dict[str, Callable[[Store], object]] = {
            "learn": lambda store: store.learn(who, day),
            "survey": lambda store: sorted(map(str, store.survey(who, day).parts)),
            "read": lambda store: sorted(map(str, store.read(who, day))),
            "overdue": lambda store: store.overdue(day),
            "dry expiry": lambda store: store.expire(day, dry_run=True),
            "erasure": lambda store: store.erase(who, day),
        }
        both = ((name, answer(rows), answer(database)) for name, answer in answers.items())
        return [Fault("differs", name, f"{one} {other}") for name, one, other in both if one != other]


@given(world=worlds(), person=st.integers(0, 1))
@ON_SQLITE
def test_random_worlds(tmp_path_factory: pytest.TempPathFactory, world: World, person: int) -> None:
    """All of the person is found, nothing of others changes, a failure leaves all, a second run nothing."""
    with on_sqlite(tmp_path_factory.getbasetemp()) as url:
        assert on_memory(world, person, url) == []


@given(world=worlds(), person=st.integers(0, 1))
@ON_SQLITE
def test_both_kinds_of_store_say_the_same(
    tmp_path_factory: pytest.TempPathFactory, world: World, person: int
) -> None:
    """A random world has the same survey, the same rows to be read and the same outcome in both."""
    with on_sqlite(tmp_path_factory.getbasetemp()) as url:
        assert differing(world, person, url) == []


TWICE = """
store: twice
tables:
  - table: member
    columns: [{column: id}, {column: email}, {column: paper}]
    identities: [{identity: person_id, column: id}, {identity: email, column: email}]
  - table: child
    columns: [{column: id}, {column: member}, {column: body, free_text: true}, {column: done}]
    references: [{columns: [member], to: member, at: [id]}]
    retention: {time: {length: 2, unit: years}, since: done, because: 'ecommerce-law:art_31'}
"""


def test_a_text_that_the_law_keeps_is_kept_in_a_second_run_too() -> None:
    """A person whose row was emptied is known again by what is left of it, whatever else was asked with."""
    rows = {
        "member": [{"id": 1, "email": EMAIL}],
        "child": [{"id": 1, "member": 1, "body": EMAIL, "done": "2026-08-09"}],
    }
    layouts = {"member": Layout(("id",), {"email": Column("text", empty=False)}), "child": Layout(("id",))}
    memory = Memory(rows, layouts)
    with RowStore(mapped(TWICE), memory) as store:
        both = {**ONE, "email": (Held(value=EMAIL),)}
        assert store.erase(both, TODAY).changed == {"member": 1}
        assert store.erase(both, TODAY).nothing
    assert memory.tables["child"]["0"]["body"] == EMAIL
