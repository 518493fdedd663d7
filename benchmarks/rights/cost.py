"""What finding and erasing a person costs with ever more rows, against the plain statements for it.

Each number of rows is measured in a process of its own, so that its peak of memory is its own:
``python -m benchmarks.rights.cost URL``. Whatever changes is rolled back, on both sides.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from tests.connect.worlds import holding

from benchmarks.measure import Row, milliseconds
from benchmarks.rights.shop import AS_OF, MONTHS, YEARS, Shop
from shouxin.connect import mapfile
from shouxin.connect.keeping import first_kept
from shouxin.connect.person import Held
from shouxin.connect.stores import Store, opened
from shouxin.demo.shop import database
from shouxin.demo.shop.people import FIRST
from shouxin.law.mechanism import Span

MANY, BUSY, TIMES = 150, 20, 9
"""Customers of the shop; the one who gets many rows; how often each is measured: a server keeps its stores
open, and the driver prepares a statement the fifth time, one of ours and a plain one alike."""

NUMBERS = (10, 1_000, 10_000, 100_000)
_MORE = """
insert into page_view select 1000000 + n, :device, 1 + n % 48, now() from generate_series(1, :rows) n
"""
PLAIN = Path(__file__).with_name("plain.sql").read_text(encoding="utf-8").rstrip(";\n").split(";\n")


def rows(url: str, like: sa.MetaData) -> Iterator[Row]:
    """Measure every number of rows."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    shop = Shop(MANY)
    world = shop.world(like)
    device = next(row["id"] for row in shop.rows["device"] if row["customer"] == FIRST + BUSY)
    for number in NUMBERS:
        holding.fill(engine, world)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text(_MORE), {"device": device, "rows": number})
            connection.exec_driver_sql("analyze")
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.rights.cost", url, str(number)],
            check=True,
            capture_output=True,
        )
        holding.empty(engine, world)
        yield from _table(number, json.loads(done.stdout))
    engine.dispose()


def _table(number: int, found: Mapping[str, float]) -> Iterator[Row]:
    ratio = found["erase"] / found["plain"]
    yield Row(
        f"erase a person of {number:,} rows more",
        f"{milliseconds(found['erase'])}, {milliseconds(found['erase_cpu'])} of it own processor time",
        "3 times the statements" if number >= 10_000 else "",
        f"{ratio:.1f} times the {milliseconds(found['plain'])} of plain SQL",
    )
    yield Row(
        f"rows that go of a person of {number:,} rows more",
        f"{found['erase_rows']:,}",
        "as many",
        f"{found['plain_rows']:,} by plain SQL",
    )
    goal = "150 ms" if number == NUMBERS[0] else ""
    yield Row(f"read a person of {number:,} rows more", milliseconds(found["read"]), goal)
    yield Row(f"peak memory with {number:,} rows more", f"{found['peak']:.0f} MB", "flat")


def _measured(url: str) -> Mapping[str, float]:
    """Measure in turns; the best of each, in seconds of wall time."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        row = connection.execute(
            sa.text("select email, phone from customer where id = :id"), {"id": FIRST + BUSY}
        ).one()
    person = {
        "customer_id": (Held(value=str(FIRST + BUSY)),),
        "email": (Held(value=row.email),),
        "phone_number": (Held(value=row.phone),),
    }
    values = {
        "id": FIRST + BUSY,
        "email": row.email,
        "phone": row.phone,
        "either": f"{row.email}|{row.phone}",
        "first": first_kept(Span(length=YEARS, unit="years"), AS_OF),
        "log": first_kept(Span(length=MONTHS, unit="months"), AS_OF),
    }
    best: dict[str, float] = {}
    gone: dict[str, int] = {}
    with opened(mapfile.read(database.MAP.read_bytes(), where="map.yaml"), url, timeout=600) as store:
        works: Mapping[str, Callable[[], int]] = {
            "erase": lambda: sum(store.erase(person, AS_OF, dry_run=True).deleted.values()),
            "plain": lambda: _plain(engine, values),
            "read": lambda: _read(store, person),
        }
        for _ in range(TIMES):
            for name, work in works.items():
                wall, processor = time.perf_counter(), time.process_time()
                gone[f"{name}_rows"] = work()
                best[name] = min(best.get(name, 1e9), time.perf_counter() - wall)
                best[f"{name}_cpu"] = min(best.get(f"{name}_cpu", 1e9), time.process_time() - processor)
    return best | gone | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _plain(engine: sa.Engine, values: Mapping[str, Any]) -> int:
    """Carry the plain statements out; return how many rows went."""
    with engine.connect() as connection:
        counts = [connection.execute(sa.text(statement), values).rowcount for statement in PLAIN]
        connection.rollback()
    return sum(count for count, statement in zip(counts, PLAIN, strict=True) if "delete from" in statement)


def _read(store: Store, person: Mapping[str, tuple[Held, ...]]) -> int:
    return sum(1 for _ in store.read(person, AS_OF))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measured(sys.argv[1])))
