"""Consent: durable answers with their ledger entries, one at a time over HTTP and in bulk.

The goal for single answers is on two cores: the server with its database on them, clients as well.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from benchmarks.clients import answered, request
from benchmarks.measure import Row
from benchmarks.served import KEY, TOKEN, program, serving
from shouxin.app.answering import settle
from shouxin.duties.consent.api import read
from shouxin.duties.consent.intake import Intake
from shouxin.duties.consent.kept import Report, Teller
from shouxin.duties.consent.model import Given, How
from shouxin.duties.consent.service import Consents
from shouxin.duties.gate.service import Decider
from shouxin.duties.notice.model import Category, Contact, Notice, Purpose, Said
from shouxin.duties.notice.service import Notices, Publisher
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store import StoreConfig, open_store
from shouxin.store.ledger import Writer
from shouxin.store.migrate import upgrade
from shouxin.store.people import People

SINGLE, BULK = 6_000, 20_000
FIDES_MS = 13.5
"""Processor time that Fides spends on a consent request, in milliseconds."""

SHOP = Notice(
    service="shop",
    title=Said(zh="规则"),
    processor=Contact(name=Said(zh="店")),
    purposes=(Purpose(key="tips", categories=(Category(key="views", name=Said(zh="浏览")),)),),
)


def rows() -> Iterator[Row]:
    """Measure both, on an embedded store whose files are on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with open_store(StoreConfig(dsn=None, data_dir=Path(folder) / "postgres")) as store:
            upgrade(store.engine)
            publisher = Publisher("system", "cli", "a benchmark")
            Notices(Decider(register()), "benchmark", store.engine).publish(SHOP, publisher, date(2026, 1, 5))
            consents = Consents(store.engine, People(LocalWrapper(Keys([MainKey("bench", KEY)]))))
            yield _bulk(consents)
            yield _taken(consents, store.engine)
            yield from _over_http(consents, store.engine)
            yield _over_processes(Path(folder))


def _answer(number: int, name: str) -> Given:
    return Given(
        person=f"u-{number}",
        action="give",
        purpose="tips",
        notice=SHOP.address,
        how=How(gesture="button", refusable=True),
        request=f"{name}-{number:08}",
    )


def _bulk(consents: Consents) -> Row:
    """Take a body of JSON lines down, every line by a person who is new."""
    body = b"\n".join(msgspec.json.encode(_answer(number, "bulk")) for number in range(BULK))
    settle()
    start, spent = time.perf_counter(), time.process_time()
    made = consents.many(read(body), Teller("key-1", "api"))
    took, spent = time.perf_counter() - start, time.process_time() - spent
    assert made.recorded == BULK
    again = time.perf_counter()
    known = b"\n".join(msgspec.json.encode(_answer(number, "later")) for number in range(BULK))
    consents.many(read(known), Teller("key-1", "api"))
    later = BULK / (time.perf_counter() - again)
    figure = f"{BULK / took:,.0f} a second of new people, {later:,.0f} of known ones"
    return Row("answers in bulk", figure, "20,000 a second", f"{spent / BULK * 1e6:.0f} µs of processor each")


def _taken(consents: Consents, engine: Engine) -> Row:
    """Hand single answers in without HTTP, so that what is left over is HTTP's."""
    assert consents.kept
    with Writer(engine) as writer:
        intake = Intake(consents.kept, writer)
        start = time.perf_counter()
        teller = Teller("key-1", "api")
        waiting = [intake.take(Report(_answer(number, "single"), teller)) for number in range(SINGLE)]
        for one in waiting:
            one.result()
        took = time.perf_counter() - start
    return Row("single answers, without HTTP", f"{SINGLE / took:,.0f} a second", "2,000 a second")


def _over_http(consents: Consents, engine: Engine) -> Iterator[Row]:
    """Send single answers on many connections to a server in this process."""
    asked = [
        request("POST /api/consents", "t", msgspec.json.encode(_answer(number, "http")))
        for number in range(SINGLE)
    ]
    with _served(consents, engine) as port:
        _, took, spent = answered(port, asked)
    each = spent / SINGLE
    ratio = f"{FIDES_MS / 1000 / each:.0f} times less processor time than Fides"
    yield Row("single answers over HTTP, one process", f"{SINGLE / took:,.0f} a second", "", ratio)
    yield Row("processor time of one over HTTP", f"{each * 1e6:.0f} µs", "675 µs")


def _over_processes(folder: Path) -> Row:
    """Send single answers to `shouxin serve` with a process for each of two cores."""
    asked = [
        request("POST /api/consents", TOKEN, msgspec.json.encode(_answer(number, "two")))
        for number in range(SINGLE)
    ]
    with program(folder, 2) as served:
        _, took, _ = answered(served.port, asked)
    return Row("single answers over HTTP, two processes", f"{SINGLE / took:,.0f} a second", "2,000 a second")


@contextmanager
def _served(consents: Consents, engine: Engine) -> Iterator[int]:
    from shouxin.app.server import create_app
    from shouxin.duties.library.service import Library

    assert consents.kept
    with Writer(engine) as writer:
        kept = (consents, Intake(consents.kept, writer))
        app = create_app(
            Library(register()),
            host_names=("127.0.0.1",),
            api_token="t",  # noqa: S106
            engine=engine,
            consents=kept,
        )
        with serving(app) as port:
            yield port
