"""Pages of the console: what the server takes for each, on the demo and with the answers of a million people.

The second store holds a million people with an answer each beside the demo's, as rows that the demo's were
copied into; they have no entries in the ledger. They are counted before the pages are measured, as the
server's round has counted them a while after they came; what that takes is a row of its own.
"""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import httpx
from litestar import Litestar
from sqlalchemy import Engine, text

from benchmarks.measure import Row, milliseconds
from benchmarks.served import serving
from shouxin.app.settings import Settings
from shouxin.app.whole import Whole, assembled
from shouxin.demo.place import Mark, contents
from shouxin.duties.consent import tally
from shouxin.duties.days import today
from shouxin.store import StoreConfig, open_store
from shouxin.store.migrate import upgrade

PEOPLE = int(os.environ.get("SHOUXIN_BENCH_PEOPLE", "1000000"))
"""People of the second store."""

TIMES = 5
_BEYOND = ("/api", "/static", "/health", "/sign-", "/first-operator")
_WITH_PLACES = (
    "/cases/1",
    "/complaints/1",
    "/incidents/1",
    "/inventory/activity?service=shop&name=orders",
    "/law/pipl",
    "/law/pipl/art_29",
    "/law/search?q=%E5%90%8C%E6%84%8F",
    "/notices/draft?service=shop",
    "/posture?instrument=pipl",
    "/requests/1",
)

_MANY = """
with made as (
    insert into shouxin.person (service, commitment, lookup, reference, kek, wrapped)
    select 'shop', sha256(convert_to('c' || n, 'UTF8')), sha256(convert_to('l' || n, 'UTF8')), '\\x00', '',
        '\\x00'
    from generate_series(1, :people) as n
    returning id
), kept as (
    select *, row_number() over (order by number) - 1 as place
    from shouxin.consent_transaction where guardian is null
)
insert into shouxin.consent_transaction
    (person, action, purpose, channel, notice, scope, kinds, categories, recipients, how, informed, at, until,
     evidence, request, source)
select made.id, action, purpose, channel, notice, scope, kinds, categories, recipients, how, informed, at,
    until, evidence, 'many-' || made.id, source
from made join kept on kept.place = made.id % (select count(*) from kept)
"""


def rows() -> Iterator[Row]:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with open_store(StoreConfig(dsn=None, data_dir=Path(folder) / "postgres")) as store:
            upgrade(store.engine)
            mark = Mark(made=today(), of=contents())
            with assembled(Settings(data=f"{folder}/data"), store.engine, "t", mark) as whole:
                yield from _measured(whole, "the demo", "50 ms")
                _multiply(store.engine)
                yield _counted(store.engine)
                yield from _measured(whole, f"{PEOPLE:,} people", "200 ms")


def paths(app: Litestar) -> Sequence[str]:
    """Return the pages that have no places in their addresses, and one of each kind that has."""
    fixed = [
        route.path
        for route in app.routes
        if "{" not in route.path
        and not route.path.startswith(_BEYOND)
        and "GET" in getattr(route, "methods", ())
    ]
    return sorted([*fixed, *_WITH_PLACES])


def _measured(whole: Whole, where: str, goal: str) -> Iterator[Row]:
    officer = whole.access.operators.find("privacy_officer")
    token = whole.access.links.use(whole.access.links.make(officer.id), "127.0.0.1", "", "")
    late: dict[str, float] = {}
    with (
        serving(whole.app) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies={"session": token}, timeout=120) as client,
    ):
        client.headers["Accept"] = "text/html"
        for path in paths(whole.app):
            spent = []
            for _ in range(TIMES):
                start = time.perf_counter()
                answer = client.get(path)
                spent.append(time.perf_counter() - start)
            if answer.status_code == 200:
                late[path] = median(spent)
    slow = sorted(late.items(), key=lambda one: -one[1])
    listed = ", ".join(f"{path} {milliseconds(seconds)}" for path, seconds in slow[:5])
    yield Row(
        f"a page of the console, {where}: median of {len(late)}", milliseconds(median(late.values())), goal
    )
    yield Row(f"the slowest pages, {where}", listed, goal)


def _multiply(engine: Engine) -> None:
    """Add the people, and let the planner know of them."""
    with engine.begin() as connection:
        connection.execute(text("set local statement_timeout = 0"))
        connection.execute(text(_MANY), {"people": PEOPLE})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("set statement_timeout = 0"))
        connection.execute(text("vacuum analyze shouxin.person, shouxin.consent_transaction"))


def _counted(engine: Engine) -> Row:
    """Count the answers in advance, as the server does in its rounds."""
    start = time.perf_counter()
    while _left(engine):
        tally.advance(engine)
    return Row(f"answers of {PEOPLE:,} people counted in advance", f"{time.perf_counter() - start:.1f} s", "")


def _left(engine: Engine) -> bool:
    """Return whether answers are not counted yet; a round of the server may be at it meanwhile."""
    with engine.connect() as connection:
        numbers = tally.since(connection)
    return numbers["after"] < numbers["top"]
