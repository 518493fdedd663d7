"""One person's rows in files of each format: found, erased, and every other byte as it was."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.connect import household
from tests.connect.filed import ENDINGS, Filed
from tests.connect.household import ONE, TODAY, mapped
from tests.connect.memory import Memory
from tests.connect.test_erasing import PHASES, asked
from tests.connect.worlds.checks import Fault
from tests.connect.worlds.draw import worlds
from tests.connect.worlds.judge import Trial, judge, touched
from tests.connect.worlds.world import World

SOME = settings(max_examples=5, phases=PHASES, suppress_health_check=list(HealthCheck), deadline=None)


def rows_of(memory: Memory) -> Mapping[str, list[dict[str, object]]]:
    """Return the rows of a store in memory."""
    return {name: list(rows.values()) for name, rows in memory.tables.items()}


@pytest.fixture
def engine_rows(tmp_path: Path) -> Mapping[str, list[dict[str, object]]]:
    """Give the household's rows."""
    with household.filled(f"sqlite:///{tmp_path}/household.db") as engine:
        return rows_of(Memory.of(engine))


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_household(
    tmp_path: Path, ending: str, engine_rows: Mapping[str, list[dict[str, object]]]
) -> None:
    """The traps of the household: what goes, what stays emptied, and what is of others to the last cell."""
    filed = Filed(tmp_path / "export", ending, engine_rows)
    before = filed.cells()
    with filed.opened(mapped()) as store:
        survey = store.survey(ONE, TODAY)
        assert store.erase(ONE, TODAY, dry_run=True).deleted["tag"] == 2
        assert filed.cells() == before
        done = store.erase(ONE, TODAY, digest=survey.digest)
        assert done.deleted == {"place": 1, "purchase": 1, "item": 2, "tag": 2}
        assert done.changed == {"person": 2, "letter": 3, "search_copy": 1}
        after = filed.cells()
        assert store.erase(ONE, TODAY).nothing
    assert filed.cells() == after
    people = {int(row["id"]): row for row in after["person"]}
    was = {int(row["id"]): row for row in before["person"]}
    assert all(people[key] == was[key] for key in (3, 4, 5))
    assert people[2] == {**was[2], "note": "妹妹的邮箱 ***"}
    assert {name for name, value in people[1].items() if value is not None} == {"id"}
    assert sorted(str(row["words"]) for row in after["search_copy"]) == ["*** *** ***", "王二 16100000002"]


def faults(root: Path, ending: str, world: World, person: int) -> list[Fault]:
    """Return what is wrong with the erasure of a person of a world in files."""
    tables: dict[str, list[Mapping[str, object]]] = {}
    for one in world.rows:
        tables.setdefault(one.table, []).append(one.values)
    filed = Filed(root, ending, tables)
    found = without(world, set(tables))
    changing = touched(found, person)
    fails_at = changing[len(world.rows) % len(changing)] if changing else None
    return judge(Trial(found, filed, lambda one: filed.opened(one.map), asked), person, fails_at)


def without(world: World, kept: set[str]) -> World:
    """Return a world without its empty tables, which no file of rows tells the columns of."""
    tables = tuple(
        msgspec.structs.replace(table, references=tuple(one for one in table.references if one.to in kept))
        for table in world.map.tables
        if table.table in kept
    )
    return World(
        msgspec.structs.replace(world.map, tables=tables), world.schema, world.rows, world.people, world.as_of
    )


@pytest.mark.parametrize("ending", ENDINGS)
@given(world=worlds(), person=st.integers(0, 1))
@SOME
def test_random_worlds(
    tmp_path_factory: pytest.TempPathFactory, ending: str, world: World, person: int
) -> None:
    """All of the person is found, nothing of others changes, a failure leaves all, a second run nothing."""
    assert faults(tmp_path_factory.mktemp("world"), ending, world, person) == []
