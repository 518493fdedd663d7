"""The tables: forward, back and forward again, all or nothing, one process at a time."""

import threading

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from shouxin.errors import StoreError
from shouxin.store import StoreConfig, migrate, open_store

from .conftest import refusal


def shape(engine: Engine) -> dict[str, object]:
    """Return every table of the schema with its columns, keys and indexes."""
    found = inspect(engine)
    return {
        name: (
            [
                (column["name"], str(column["type"]), column["nullable"])
                for column in found.get_columns(name, "shouxin")
            ],
            found.get_pk_constraint(name, "shouxin")["constrained_columns"],
            sorted(tuple(key["column_names"]) for key in found.get_unique_constraints(name, "shouxin")),
            [(key["constrained_columns"], key["options"]) for key in found.get_foreign_keys(name, "shouxin")],
            sorted(str(index["name"]) for index in found.get_indexes(name, "shouxin")),
        )
        for name in found.get_table_names("shouxin")
    }


def test_migrations_run_forward_back_and_forward_again(engine: Engine) -> None:
    """Back to the base no table is left, and forward again the shape is the same."""
    said: list[str] = []
    assert migrate.current(engine) is None
    migrate.upgrade(engine, said.append)
    assert migrate.current(engine) == migrate.head()
    assert said[0] == "tables: 0001_statutes applied"
    first = shape(engine)
    assert {"alembic_version", "statute_version", "statute_unit", "case", "deadline"} <= set(first)
    migrate.downgrade(engine, "base", said.append)
    assert migrate.current(engine) is None
    assert set(shape(engine)) == {"alembic_version"}
    assert said[-1] == "tables: 0001_statutes undone"
    migrate.upgrade(engine)
    assert shape(engine) == first


def test_an_upgrade_that_is_not_needed_changes_nothing_and_says_nothing(engine: Engine) -> None:
    """The second start of a system is quiet."""
    migrate.upgrade(engine)
    said: list[str] = []
    migrate.upgrade(engine, said.append)
    assert said == []


def test_every_table_is_in_the_schema_of_shouxin(engine: Engine) -> None:
    """Nothing is made in the schema that everybody shares."""
    migrate.upgrade(engine)
    assert inspect(engine).get_table_names("public") == []


def test_the_statute_tables_keep_their_rules(engine: Engine) -> None:
    """A text is stored once, a unit is named once in its version, and units go with their version."""
    migrate.upgrade(engine)
    version = text(
        "insert into shouxin.statute_version (language, title, digest, source_name, report) "
        "values ('zh', '某法', :digest, 'a.txt', '{}') returning id"
    )
    unit = text("insert into shouxin.statute_unit values (:version, :ordinal, :eid, 'article', '1', '', '…')")
    with engine.begin() as connection:
        number = connection.execute(version, {"digest": "d1"}).scalar_one()
        connection.execute(unit, {"version": number, "ordinal": 1, "eid": "art_1"})
    for statement, values in (
        (version, {"digest": "d1"}),
        (unit, {"version": number, "ordinal": 1, "eid": "art_2"}),
        (unit, {"version": number, "ordinal": 2, "eid": "art_1"}),
        (unit, {"version": number + 1, "ordinal": 1, "eid": "art_1"}),
    ):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(statement, values)
    with engine.begin() as connection:
        connection.execute(text("delete from shouxin.statute_version"))
        assert connection.execute(text("select count(*) from shouxin.statute_unit")).scalar_one() == 0


def test_a_database_of_a_newer_version_is_refused_and_left_alone(engine: Engine) -> None:
    """Neither forward nor back: the code does not know the way."""
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("update shouxin.alembic_version set version_num = '9999_future'"))
    before = shape(engine)
    for action in (lambda: migrate.upgrade(engine), lambda: migrate.downgrade(engine, "base")):
        error = refusal(action)
        assert error.code == "store-newer"
        assert "9999_future" in str(error)
    assert migrate.current(engine) == "9999_future"
    assert shape(engine) == before


def test_an_unknown_target_is_refused_and_leaves_nothing(engine: Engine) -> None:
    """The message lists the revisions there are."""
    error = refusal(lambda: migrate.upgrade(engine, target="0815"))
    assert error.code == "store-revision-unknown"
    assert "0001_statutes" in str(error)
    assert "shouxin" not in inspect(engine).get_schema_names()


def test_a_migration_that_fails_leaves_the_database_as_it_was(engine: Engine) -> None:
    """The second table cannot be made, so the first is not there either."""
    with engine.begin() as connection:
        connection.execute(text("create schema shouxin"))
        connection.execute(text("create table shouxin.statute_unit (x int)"))
    error = refusal(lambda: migrate.upgrade(engine))
    assert error.code == "store-migration-failed"
    assert "statute_unit" in str(error)
    assert set(shape(engine)) == {"statute_unit"}


def test_two_starts_at_once_do_not_race(database_dsn: str) -> None:
    """Both end well and each migration is applied by exactly one of them."""
    said: list[str] = []
    problems: list[StoreError] = []
    gate = threading.Barrier(4)

    def start() -> None:
        try:
            with open_store(StoreConfig(dsn=database_dsn)) as store:
                gate.wait()
                migrate.upgrade(store.engine, said.append)
        except StoreError as problem:
            problems.append(problem)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert said == list(dict.fromkeys(said))
    assert said[0] == "tables: 0001_statutes applied"


def test_a_migration_that_runs_elsewhere_for_too_long_is_named(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait ends with a message, not in a hang."""
    monkeypatch.setattr(migrate, "_LOCK_SECONDS", 0.05)
    with engine.begin() as other:
        other.execute(text("select pg_advisory_xact_lock(:key)"), {"key": migrate._LOCK})
        assert refusal(lambda: migrate.upgrade(engine)).code == "store-migration-busy"
