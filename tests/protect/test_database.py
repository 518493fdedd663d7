"""Tables of a database: the plan, one transaction, and what makes it refuse."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, create_engine, pool, text

from shouxin.errors import ShouxinError
from shouxin.protect import database
from shouxin.protect.database import TableJob
from tests.protect.made_up import protector

ROWS = [
    (1, "13800138000", "张三", "1990-01-02"),
    (2, None, "李四", None),
    (3, "13900139000", None, "1990-02-03"),
]


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Yield a database of each make in turn with one table, read two rows at a time."""
    monkeypatch.setattr(database, "_PAGE", 2)
    if request.param == "sqlite":
        engine = create_engine("sqlite://", poolclass=pool.StaticPool)
    else:
        name = {"postgresql": "database_url", "mariadb": "maria"}[request.param]
        engine = create_engine(request.getfixturevalue(name), poolclass=pool.NullPool)
    meta = MetaData()
    table = Table(
        "u", meta, Column("id", Integer, primary_key=True, autoincrement=False), Column("phone", String(11)),
        Column("name", String(12), unique=True), Column("born", String(30)),
    )  # fmt: skip
    meta.drop_all(engine)
    meta.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            table.insert(), [dict(zip(table.columns.keys(), row, strict=True)) for row in ROWS]
        )
    yield engine
    meta.drop_all(engine)
    engine.dispose()


def rows(engine: Engine) -> list[Any]:
    """Return the table."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("select * from u order by id"))]


def test_a_plan_changes_nothing_and_shows_masked_samples(engine: Engine) -> None:
    """Counts, and three values masked before and after."""
    plan = TableJob(engine, "u", {"phone": "mobile"}, protector("default: {do: token}")).plan()
    assert (plan.rows, plan.columns[0].values) == (3, 2)
    assert [before for before, _ in plan.columns[0].samples] == ["138****8000", "139****9000"]
    assert "13800138000" not in repr(plan)
    assert rows(engine) == ROWS


def test_a_run_changes_every_row_and_its_columns_alone(engine: Engine) -> None:
    """Page after page, nulls stay, other columns too."""
    job = TableJob(engine, "u", {"phone": "mobile", "born": "birth_date"}, protector(
        "default: {do: mask}\ntypes: {birth_date: {do: shift}}"), person="id")  # fmt: skip
    assert job.run(job.plan()) == 3
    found = rows(engine)
    assert [row[1] for row in found] == ["138****8000", None, "139****9000"]
    assert [row[2] for row in found] == ["张三", "李四", None]
    assert found[0][3] != "1990-01-02"
    assert found[1][3] is None


@pytest.mark.parametrize(
    ("columns", "rules", "code"),
    [
        ({"name": "person_name"}, "default: {do: redact, text: x}", "protect-database"),
        ({"name": "person_name"}, "default: {do: pseudonym}", "protect-column"),
        ({"id": "mobile"}, "default: {do: mask}", "protect-no-column"),
        ({"lost": "mobile"}, "default: {do: mask}", "protect-no-column"),
        ({"phone": "mobile"}, "default: {do: keep}", "protect-no-column"),
        ({}, "default: {do: mask}", "protect-no-column"),
        ({"name": "person_name"}, "default: {do: token}", "protect-unfit"),
    ],
)
def test_a_refused_run_leaves_the_table_as_it_was(
    engine: Engine, columns: dict[str, str], rules: str, code: str
) -> None:
    """A constraint, a column too short, a key: an error without values, and nothing is changed."""
    with pytest.raises(ShouxinError) as caught:
        job = TableJob(engine, "u", columns, protector(rules))
        job.run(job.plan())
    assert caught.value.code == code
    assert "张三" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert rows(engine) == ROWS


def test_a_failure_in_the_middle_leaves_the_table_as_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page is written when the second fails: nothing is changed, and the next run does it all."""
    job = TableJob(engine, "u", {"phone": "mobile"}, protector("default: {do: mask}"))
    plan, changed, pages = job.plan(), job._changed, []

    def failing(page: list[Any]) -> list[dict[str, Any]]:
        pages.append(page)
        if len(pages) == 2:
            raise RuntimeError
        return changed(page)

    monkeypatch.setattr(job, "_changed", failing)
    with pytest.raises(RuntimeError):
        job.run(plan)
    assert [len(page) for page in pages] == [2, 1]
    assert rows(engine) == ROWS
    monkeypatch.undo()
    assert job.run(plan) == 3
    assert rows(engine)[2][1] == "139****9000"


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"], indirect=True)
def test_a_lost_connection_in_the_middle_leaves_the_table_as_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends the session after the first page: an error of ours, and nothing is changed."""
    job = TableJob(engine, "u", {"phone": "mobile"}, protector("default: {do: mask}"))
    plan, pages = job.plan(), job._pages

    def cut(connection: Connection) -> Iterator[list[Any]]:
        ours, ended = {
            "postgresql": ("select pg_backend_pid()", "select pg_terminate_backend({})"),
            "mysql": ("select connection_id()", "kill {}"),
        }[engine.dialect.name]
        session = connection.execute(text(ours)).scalar_one()
        for number, page in enumerate(pages(connection)):
            if number:
                with engine.connect() as other:
                    other.execute(text(ended.format(session)))
            yield page

    monkeypatch.setattr(job, "_pages", cut)
    with pytest.raises(ShouxinError) as caught:
        job.run(plan)
    assert caught.value.code == "protect-database"
    assert rows(engine) == ROWS


def test_a_plan_of_another_table_is_refused(engine: Engine) -> None:
    """Rows that came after the plan undo the run."""
    job = TableJob(engine, "u", {"phone": "mobile"}, protector("default: {do: mask}"))
    plan = job.plan()
    with engine.begin() as connection:
        connection.execute(text("insert into u values (4, null, null, null)"))
    with pytest.raises(ShouxinError) as caught:
        job.run(plan)
    assert caught.value.code == "protect-plan"
    assert rows(engine)[:3] == ROWS


def test_a_table_that_is_not_there_is_an_error_of_ours(engine: Engine) -> None:
    """The database's own words are not passed on."""
    with pytest.raises(ShouxinError) as caught:
        TableJob(engine, "lost", {"phone": "mobile"}, protector("default: {do: mask}"))
    assert caught.value.code == "protect-database"


def test_values_of_several_kinds_are_a_clear_error() -> None:
    """SQLite lets a column hold anything; it is refused before anything changes, and no value is quoted."""
    engine = create_engine("sqlite://", poolclass=pool.StaticPool)
    with engine.begin() as connection:
        connection.execute(text("create table u (id integer primary key, phone)"))
        connection.execute(text("insert into u values (1, 13900139000), (2, '13800138000')"))
    job = TableJob(engine, "u", {"phone": "mobile"}, protector("default: {do: mask}"))
    with pytest.raises(ShouxinError) as caught:
        job.plan()
    assert caught.value.code == "protect-column"
    assert "13" not in str(caught.value)
    assert [row[1] for row in rows(engine)] == [13900139000, "13800138000"]
