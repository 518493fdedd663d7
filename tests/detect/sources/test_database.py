"""Databases of three makes: read only, repeatable samples, limits, and what could not be read by name."""

import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from shouxin.detect.sources import database as source
from shouxin.detect.sources.database import Database, Field, Reference, Sample, Table
from shouxin.detect.sources.piece import Column, Unscanned
from shouxin.errors import InputError


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a database with customers and their orders, for each make in turn."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/a shop.db"
    elif request.param == "postgresql":
        address = request.getfixturevalue("database_url")
    else:
        address = request.getfixturevalue("maria")
    engine = sa.create_engine(address, poolclass=sa.pool.NullPool)
    meta = sa.MetaData()
    customers = sa.Table(
        "customers", meta, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("手机", sa.String(20), comment="联系电话"), sa.Column("photo", sa.LargeBinary),
        comment="顾客",
    )  # fmt: skip
    orders = sa.Table(
        "orders", meta, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("customer", sa.ForeignKey("customers.id")),
    )  # fmt: skip
    meta.drop_all(engine)
    meta.create_all(engine)
    with engine.begin() as connection:
        rows = [{"id": at, "手机": f"1380013{at:04}", "photo": b"\xff\0"} for at in range(3000)]
        connection.execute(customers.insert(), rows)
        connection.execute(orders.insert(), [{"id": 1, "customer": 2}])
    engine.dispose()
    return address


def described(database: Database) -> dict[str, Table]:
    """Return the tables by name."""
    return {table.name: table for table in database.tables() if isinstance(table, Table)}


def test_a_database_is_described_with_keys_references_and_comments(url: str) -> None:
    """What joins the tables is known, and what the columns are called."""
    with Database(url) as database:
        found = described(database)
    assert set(found) == {"customers", "orders"}
    assert found["orders"].references == (Reference(("customer",), "customers", ("id",)),)
    assert found["customers"].key == ("id",)
    assert found["customers"].rows == 3000
    if not url.startswith("sqlite"):
        assert (found["customers"].comment, found["customers"].fields[1].comment) == ("顾客", "联系电话")


def test_a_sample_is_the_same_each_time_and_reaches_over_the_whole_table(url: str) -> None:
    """A seed chooses its rows, another seed others, from the first to the last."""
    with Database(url, Sample(rows=200, seed=1)) as database:
        table = described(database)["customers"]
        first, again = database.rows(table), database.rows(table)
    with Database(url, Sample(rows=200, seed=2)) as database:
        other = database.rows(table)
    assert first == again
    assert first != other
    ids = [int(cell) for cell in first["id"].to_pylist()]
    assert 100 < len(ids) < 300
    assert min(ids) < 300
    assert max(ids) > 2700


def test_a_small_table_is_read_whole(url: str) -> None:
    """Cells come as text, bytes as bytes."""
    with Database(url) as database:
        (table,) = [item for item in database.tables() if isinstance(item, Table) and item.name == "orders"]
        pieces = list(database.pieces(table))
    assert [(piece.name, piece.cells.to_pylist()) for piece in pieces if isinstance(piece, Column)] == [
        ("id", ["1"]), ("customer", ["2"]),
    ]  # fmt: skip


def test_nothing_can_be_written(url: str) -> None:
    """The database itself refuses, not only our manners."""
    with (
        Database(url) as database,
        pytest.raises(sa.exc.DBAPIError),
        database._reading() as connection,
    ):
        connection.exec_driver_sql("DELETE FROM orders")
    with Database(url) as database:
        assert described(database)["orders"].rows == 1


def test_a_statement_that_takes_too_long_is_ended(url: str) -> None:
    """A table behind a slow view is named as unscanned, and nothing hangs."""
    slow = {
        "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n "
        "WHERE x < 0",
        "postgresql+psycopg": "SELECT pg_sleep(60)::text AS x",
        "mysql+pymysql": "SELECT sleep(60) AS x",
    }[sa.make_url(url).drivername]
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW IF EXISTS slow")
        connection.exec_driver_sql(f"CREATE VIEW slow AS {slow}")
    try:
        with Database(url, Sample(timeout=0.5)) as database:
            start = time.monotonic()
            table = Table(None, "slow", described_fields(), (), ())
            (piece,) = database.pieces(table)
        assert isinstance(piece, Unscanned)
        assert time.monotonic() - start < 20
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP VIEW slow")


def test_what_cannot_be_read_is_named(url: str) -> None:
    """A table that has gone in the meantime is unscanned, and no data is quoted."""
    with Database(url) as database:
        (piece,) = database.pieces(Table(None, "gone", described_fields(), (), ()))
    assert isinstance(piece, Unscanned)
    assert piece.path == "gone"


def test_a_schema_that_is_not_there_is_refused_with_those_that_are(url: str) -> None:
    """Only the schemas asked for are looked at, and a misspelt one is an error."""
    with Database(url, Sample(schemas=("nowhere",))) as database, pytest.raises(InputError) as caught:
        database.tables()
    assert caught.value.code == "schema-unknown"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("nonsense", "database-url-unreadable"),
        ("oracle-of-delphi://x", "database-url-unreadable"),
        ("postgresql://someone:hush@127.0.0.1:1/x", "database-unreachable"),
        ("mysql://someone:hush@127.0.0.1:1/x", "database-unreachable"),
        ("sqlite:////nowhere/at/all.db", "database-unreachable"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_without_its_password(address: str, code: str) -> None:
    """The message names the place and never the password, and no file is made."""
    with pytest.raises(InputError) as caught, Database(address) as database:
        database.tables()
    assert caught.value.code == code
    assert "hush" not in str(caught.value)


def described_fields() -> tuple[Field, ...]:
    """Return the one column of the slow view."""
    return (Field("x", "text"),)


def ended(connection: sa.Connection, url: str) -> None:
    """End the session of a connection from another one."""
    ours, end = {
        "postgresql": ("select pg_backend_pid()", "select pg_terminate_backend({})"),
        "mysql": ("select connection_id()", "kill {}"),
    }[connection.dialect.name]
    session = connection.execute(sa.text(ours)).scalar_one()
    with sa.create_engine(url, poolclass=sa.pool.NullPool).connect() as other:
        other.execute(sa.text(end.format(session)))


@pytest.mark.parametrize("url", ["postgresql", "mariadb"], indirect=True)
def test_a_lost_connection_names_what_was_not_read(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends the session half-way: that table is named, the others are read by a new session."""
    with Database(url) as database:
        describe = database._described

        def cut(inspector: sa.Inspector, connection: sa.Connection, schema: str | None, name: str) -> Table:
            if name == "orders":
                ended(connection, url)
            return describe(inspector, connection, schema, name)

        monkeypatch.setattr(database, "_described", cut)
        customers, orders = database.tables()
        assert isinstance(orders, Unscanned)
        assert orders.code == "unreadable"
        assert isinstance(customers, Table)
        assert any(isinstance(piece, Column) for piece in database.pieces(customers))


@pytest.mark.parametrize("url", ["postgresql", "mariadb"], indirect=True)
def test_a_connection_lost_at_once_is_an_error(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is listed: an error says so; a table that was to be read is named as unscanned."""
    with Database(url) as database:
        customers = described(database)["customers"]
        monkeypatch.setattr(source, "_guard", lambda kind, connection, seconds: ended(connection, url))
        with pytest.raises(InputError) as refused:
            database.tables()
        assert refused.value.code == "database-unreachable"
        assert [type(piece) for piece in database.pieces(customers)] == [Unscanned]
