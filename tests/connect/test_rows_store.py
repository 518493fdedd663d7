"""One person's rows over a source that only lists them: the same answers and changes as of a database."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from shouxin.connect.person import Held
from shouxin.connect.rows import finding
from shouxin.connect.rows.source import Column, Layout
from shouxin.connect.rows.store import RowStore
from shouxin.connect.stores import Store, opened
from shouxin.connect.survey import Survey
from shouxin.errors import InputError, StoreError
from tests.connect import household
from tests.connect.household import EMAIL, ONE, PHONE, TODAY, mapped
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


def test_what_a_person_sees_is_theirs_alone(memory: Memory) -> None:
    """Letters to them are without what the sender said in them, and texts without numbers of others."""
    with RowStore(mapped(), memory) as store:
        seen = list(store.read(ONE, TODAY))
    letters = {one.values["id"]: one.values for one in seen if one.table == "letter"}
    assert set(letters) == {1, 2}
    assert "receiver" not in letters[1] and "body" not in letters[2]
    assert next(one.values["note"] for one in seen if one.table == "person") == "打 161-0000-0001 找我"


def test_a_correction_changes_one_cell_of_the_person(memory: Memory) -> None:
    """It reaches their own row and no other, is read as what the column holds, and can be rehearsed."""
    before = memory.snapshot_of("purchase")
    with RowStore(mapped(), memory) as store:
        assert (
            store.correct(ONE, "purchase", {"id": "1"}, {"finished": "2019-01-03"}, TODAY, dry_run=True) == 1
        )
        assert memory.snapshot_of("purchase") == before
        assert store.correct(ONE, "purchase", {"id": "1"}, {"finished": "2019-01-03"}, TODAY) == 1
        assert store.correct(ONE, "purchase", {"id": "1"}, {"finished": "2019-01-03"}, TODAY) == 0
        assert store.correct(ONE, "purchase", {"id": "3"}, {"finished": "2019-01-03"}, TODAY) == 0
        assert [row["finished"] for row in memory.snapshot_of("purchase")][:1] == [date(2019, 1, 3)]
        for table, values, code in (
            ("person", {"id": 9}, "correct-place"),
            ("nothing", {"a": 1}, "correct-place"),
            ("person", {}, "correct-place"),
            ("purchase", {"finished": "yesterday"}, "correct-value"),
        ):
            with pytest.raises(InputError) as refused:
                store.correct(ONE, table, None, values, TODAY)
            assert refused.value.code == code


def test_rows_past_their_time_go_and_what_must_be_kept_stays(memory: Memory) -> None:
    """A purchase of 2019 and its items go, and a second run finds nothing."""
    with RowStore(mapped(), memory) as store:
        assert {(one.table, one.act, one.rows) for one in store.overdue(TODAY)} == {
            ("purchase", "delete", 1),
            ("item", "delete", 2),
        }
        assert store.expire(TODAY, dry_run=True).deleted == {"purchase": 1, "item": 2}
        assert store.expire(TODAY).deleted == {"purchase": 1, "item": 2}
        assert store.expire(TODAY).nothing
        with pytest.raises(InputError) as refused:
            store.expire(TODAY, digest="another")
        assert refused.value.code == "erase-changed"


def test_a_plan_that_is_no_longer_true_is_refused(memory: Memory) -> None:
    """A row more than what was approved, and nothing happens."""
    with RowStore(mapped(), memory) as store:
        digest = store.survey(ONE, TODAY).digest
        memory.tables["tag"]["9"] = {"owner": 1, "word": "绿茶"}
        with pytest.raises(InputError) as refused:
            store.erase(ONE, TODAY, digest=digest)
    assert refused.value.code == "erase-changed"
    assert len(memory.tables["tag"]) == 5


def test_a_store_that_does_not_take_what_is_written_is_found_out(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there afterwards is looked at, and not what was sent."""
    monkeypatch.setattr(memory, "apply", lambda changes: None)
    with RowStore(mapped(), memory) as store, pytest.raises(StoreError) as refused:
        store.erase(ONE, TODAY)
    assert refused.value.code == "erase-residue" and "run it again" in str(refused.value)


def test_what_is_held_has_a_bound(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A map that joins everybody's rows ends in an error and not without memory."""
    monkeypatch.setattr(finding, "MOST_ROWS", 10)
    with RowStore(mapped(), memory) as store, pytest.raises(InputError) as refused:
        store.survey(ONE, TODAY)
    assert refused.value.code == "person-too-large"


def test_a_question_is_asked_once(memory: Memory) -> None:
    """A survey asks no more than a few times for each reference: for files every time is a reading."""
    with RowStore(mapped(), memory) as store:
        store.survey(ONE, TODAY)
    assert memory.asked <= 40


NESTED = """
store: nested
tables:
  - table: people
    key: [_id]
    columns:
      - {column: _id}
      - {column: name.full, categories: [real_name]}
      - {column: 'contacts[].phone', categories: [phone_number]}
      - {column: 'contacts[].remark', free_text: true}
    identities: [{identity: person_id, column: _id}, {identity: phone_number, column: 'contacts[].phone'}]
  - table: groups
    columns: [{column: title}, {column: 'members[]'}, {column: 'log[].text', free_text: true}]
    references: [{columns: ['members[]'], to: people, at: [_id]}]
"""


def test_lists_and_what_is_inside_of_others() -> None:
    """A group of several stays, its log without the number; one of the person alone goes."""
    people = [
        {
            "_id": 1,
            "name": {"full": "李一一"},
            "contacts": [{"phone": PHONE, "remark": "家"}, {"phone": "16100000009"}],
        },
        {"_id": 2, "name": {"full": "王二"}, "contacts": []},
    ]
    groups = [
        {"title": "both", "members": [1, 2], "log": [{"text": "早"}, {"text": "打 161 0000 0009 找李一一"}]},
        {"title": "one", "members": [1], "log": []},
        {"title": "other", "members": [2]},
    ]
    memory = Memory({"people": people, "groups": groups}, {"people": Layout(("_id",)), "groups": Layout()})
    with RowStore(mapped(NESTED), memory) as store:
        found = store.learn({"phone_number": (Held(value=PHONE),)}, TODAY)
        assert {one.value for one in found["phone_number"]} == {PHONE, "16100000009"}
        assert store.erase(found, TODAY).deleted == {"groups": 1}
        assert store.erase(found, TODAY).nothing
    assert memory.tables["people"]["0"] == {
        "_id": 1,
        "name": {"full": None},
        "contacts": [{"phone": None, "remark": None}, {"phone": None}],
    }
    assert memory.tables["people"]["1"] == people[1]
    assert list(memory.tables["groups"]) == ["0", "2"]
    assert memory.tables["groups"]["0"]["log"] == [{"text": "早"}, {"text": "打 *** 找***"}]
