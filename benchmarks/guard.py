"""The guard: rulings in process and over HTTP, what a person costs in memory, how soon a withdrawal counts.

The goals over HTTP are for two cores: the server with its database on them, and its clients as well.
"""

import datetime
import gc
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks import guarded
from benchmarks.measure import Row, microseconds, milliseconds
from shouxin.duties.consent.kept import Report, Teller
from shouxin.duties.consent.model import Given, How, Place, Standing, Transaction
from shouxin.duties.consent.service import Consents
from shouxin.duties.guard.memory import Known, Memory
from shouxin.duties.guard.model import Act
from shouxin.duties.guard.service import Guard
from shouxin.store import StoreConfig, open_store
from shouxin.store.ledger import Writer

PEOPLE, WITHDRAWN = 2_000, 200
MILLION, PURPOSES = 1_000_000, 5
ACT = Act("use", "shop", "tips", frozenset({"views"}))
HOW = How(gesture="button", refusable=True)
_NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


def rows() -> Iterator[Row]:
    """Measure everything, on an embedded store whose files are on the disk."""
    yield _memory()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with open_store(StoreConfig(dsn=None, data_dir=Path(folder) / "postgres")) as store:
            shop = guarded.Shop(store.engine)
            _agree(shop.consents, PEOPLE + WITHDRAWN)
            with Writer(store.engine) as writer, shop.guard(writer) as guard:
                yield from _in_process(guard)
            yield _withdrawals(shop, folder)
            shop.consents.record([Report(_answer(0, "withdraw", "back"), Teller("key:1", "api"))])
            yield from guarded.over_http(shop)
            yield guarded.over_processes(shop, Path(folder))


def _agree(consents: Consents, people: int) -> None:
    teller = Teller("key:1", "api")
    consents.record([Report(_answer(number, "give", "tips"), teller) for number in range(people)])


def _answer(number: int, action: str, name: str) -> Given:
    return Given(
        person=f"u-{number}",
        action=action,  # type: ignore[arg-type]
        purpose="tips",
        notice=guarded.NOTICE.address,
        how=HOW,
        request=f"{name}-{number:08}",
    )


def _in_process(guard: Guard) -> Iterator[Row]:
    """Ask about each person for the first time, then again and again."""
    guard.check("u-0", ACT)
    people = [f"u-{number}" for number in range(1, PEOPLE)]
    spent = time.process_time()
    first = _spent(lambda person: guard.check(person, ACT), people)
    spent = time.process_time() - spent
    assert all(guard.check(person, ACT).allowed for person in people)
    later = [one for _ in range(20) for one in _spent(lambda person: guard.check(person, ACT), people)]
    p50, p99 = statistics.median(later), statistics.quantiles(later, n=100)[98]
    yield Row("a check of a person who is remembered", microseconds(p50), "10 µs", f"p99 {microseconds(p99)}")
    p50, p99 = statistics.median(first), statistics.quantiles(first, n=100)[98]
    ours = f"p99 {milliseconds(p99)}; {milliseconds(spent / len(people))} of our processor"
    yield Row("a check of one who is not", milliseconds(p50), "1 ms", ours)


def _spent(work: Callable[[str], object], people: Sequence[str]) -> list[float]:
    spent = []
    for person in people:
        start = time.perf_counter()
        work(person)
        spent.append(time.perf_counter() - start)
    return spent


def _memory() -> Row:
    """Remember people with several answers each, in a process of its own."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_remembers, args=(theirs,))
    child.start()
    grown = ours.recv()
    child.join()
    what = f"{MILLION:,} people with {PURPOSES * MILLION:,} answers in memory"
    return Row(what, f"{grown / MILLION:,.0f} bytes a person", "1 KB", f"{grown / 2**20:,.0f} MB")


def _remembers(to: Connection) -> None:
    memory = Memory(_read, most=MILLION)
    gc.freeze()
    gc.disable()
    before = _resident()
    for start in range(0, MILLION, 1000):
        memory.learn([("shop", f"customer-{number:010}") for number in range(start, start + 1000)])
    assert len(memory) == MILLION
    to.send(_resident() - before)


def _read(_service: str, references: Sequence[str]) -> list[Known]:
    """Return people as a store would, each answer with a number, a time and a request of its own."""
    return [_known(int(one.rpartition("-")[2]) + 1) for one in references]


def _known(person: int) -> Known:
    standings = {}
    for place in range(PURPOSES):
        action = "give" if person >> place & 1 else "refuse"
        one = _answered(person, f"purpose-{place}", action)
        standings[Place(one.purpose)] = Standing(last=one, consent=one if action == "give" else None)
    return Known(person, standings, person.to_bytes(32, "big"))


def _answered(person: int, purpose: str, action: Any) -> Transaction:
    return Transaction(
        number=person,
        person=person,
        action=action,
        purpose=purpose,
        notice="a" * 64,
        scope="1",
        categories=frozenset({"views"}),
        how=HOW,
        at=_NOW,
        request=f"request-{person}",
    )


def _resident() -> int:
    """Return the bytes of memory that this process has at most had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _withdrawals(shop: guarded.Shop, folder: str) -> Row:
    """Withdraw here, and see when the guard of another process denies."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_watches, args=(theirs, folder))
    child.start()
    assert ours.recv() == "ready"
    late = []
    for number in range(PEOPLE, PEOPLE + WITHDRAWN):
        ours.send(number)
        assert ours.recv() == "allowed"
        shop.consents.record([Report(_answer(number, "withdraw", "back"), Teller("key:1", "api"))])
        committed = time.monotonic()
        late.append(max(0.0, ours.recv() - committed))
    ours.send(None)
    child.join()
    p50, p99 = statistics.median(late), statistics.quantiles(late, n=100)[98]
    what = "a withdrawal counts in another process"
    return Row(what, f"p99 {milliseconds(p99)}", "50 ms", f"p50 {milliseconds(p50)} behind the commit")


def _watches(to: Connection, folder: str) -> None:
    with _guarding(folder) as guard:
        to.send("ready")
        while (number := to.recv()) is not None:
            assert guard.check(f"u-{number}", ACT).allowed
            to.send("allowed")
            while guard.check(f"u-{number}", ACT).allowed:
                time.sleep(0.0005)
            to.send(time.monotonic())


@contextmanager
def _guarding(folder: str) -> Iterator[Guard]:
    """Give a guard on the store that another process has opened."""
    with open_store(StoreConfig(dsn=None, data_dir=Path(folder) / "postgres")) as store:
        shop = guarded.Shop(store.engine, new=False)
        with Writer(store.engine) as writer, shop.guard(writer) as guard:
            yield guard
