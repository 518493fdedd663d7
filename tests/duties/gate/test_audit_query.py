"""An audit of what a PostgreSQL query gives: read in batches, in a transaction that changes nothing."""

from datetime import date
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
import pytest

from shouxin.duties.gate import audit_source
from shouxin.duties.gate.audit import Job, audit
from shouxin.engine.gate import Gate
from shouxin.errors import InputError, StoreError
from tests.engine.conftest import DAY, gate_over, instrument, provision


@pytest.fixture
def gate() -> Gate:
    """Return a gate over one ban."""
    return gate_over(instrument("old", "2015-01-01", provision("art_1", {"when": "a.one AND b.count > 2"})))


@pytest.fixture
def dsn(database_dsn: str) -> str:
    """Return the URL of a database with a table of acts."""
    with psycopg.connect(database_dsn, autocommit=True) as connection:
        connection.execute(
            "create table acts as select n as id, 'send' as act, case when n > 2 then n > 3 end as one, "
            "n::smallint as count, date '2025-06-03' as day, n::numeric / 8 as share "
            "from generate_series(1, 5) n"
        )
        info = connection.info
        return f"postgresql://{info.user}:{info.password}@/{info.dbname}?host={info.host}&port={info.port}"


def test_a_query_is_audited_in_batches(
    gate: Gate, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows come through a cursor of the server, typed; a column of no known kind is kept as text."""
    monkeypatch.setattr(audit_source, "CHUNK", 2)
    out = tmp_path / "out.parquet"
    query = 'select id, act, one as "a.one", count as b__count, day, share from acts order by id'
    summary = audit(gate, Job(source=dsn, query=query, out=out, day="day"))
    found = pq.read_table(out).to_pydict()
    assert found["effect"] == ["permitted", "permitted", "permitted", "prohibited", "prohibited"]
    assert found["as_of"] == [date(2025, 6, 3)] * 5
    assert found["share"][0].startswith("0.125")
    assert summary.rows == 5


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("delete from acts returning 'send' as act", "audit-query"),
        ("with gone as (delete from acts returning id) select 'send' as act from gone", "audit-query"),
        ("select 'send' as act, nextval('counter')", "audit-query-writes"),
        ("select 'send' as act; delete from acts", "audit-query"),
        ("select 'send' as act from nothing", "audit-query"),
        ("select 'send' as act, 1 / (id - 3) as id from acts", "audit-query"),
        ("selec", "audit-query"),
        ("select 'send' as act, point(1, 2) as place", "audit-column-type"),
        ("select 'send' as act where false", "audit-empty"),
        ("", "audit-query"),
    ],
)
def test_a_query_that_writes_or_fails_is_refused(
    gate: Gate, dsn: str, tmp_path: Path, query: str, code: str
) -> None:
    """Nothing is changed by any query, and nothing is written."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create sequence counter")
        with pytest.raises(InputError) as caught:
            audit(gate, Job(source=dsn, query=query, out=tmp_path / "out.parquet", as_of=DAY))
        counted = connection.execute("select count(*) from acts").fetchone()
    assert (caught.value.code, counted) == (code, (5,))
    assert not (tmp_path / "out.parquet").exists()


def test_a_database_that_is_not_there_is_named_without_its_password(gate: Gate, tmp_path: Path) -> None:
    """Neither an unreachable server nor a broken DSN shows a word of the DSN."""
    job = {"query": "select 1", "out": tmp_path / "out.parquet", "as_of": DAY}
    with pytest.raises(InputError) as caught:
        audit(gate, Job(source=f"postgresql://someone:sesame@/x?host={tmp_path}", **job))  # type: ignore[arg-type]
    assert caught.value.code == "audit-query"
    assert "sesame" not in str(caught.value)
    with pytest.raises(StoreError) as broken:
        audit(gate, Job(source="postgresql://a:ses@me@x/y", **job))  # type: ignore[arg-type]
    assert "me@x" not in str(broken.value)
