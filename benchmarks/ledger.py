"""The ledger: appends against a plain insert with a commit each, reading everything back, proofs, people."""

import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine, text

from benchmarks.measure import Row, milliseconds, typical
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store import StoreConfig, open_store
from shouxin.store.driver import END, START
from shouxin.store.ledger import Entry, Writer, append
from shouxin.store.ledger.merkle import SIZE, hasher
from shouxin.store.ledger.proofs import Tree
from shouxin.store.ledger.tiles import Edge, extended
from shouxin.store.ledger.verify import verify
from shouxin.store.migrate import upgrade
from shouxin.store.people import People

THREADS, EACH = 16, 250
ENTRIES, BATCH = 300_000, 10_000
LARGE = 10_000_000
PEOPLE = 40_000
NOTHING = text("select 1")
TILES = 'copy shouxin.ledger_tile (level, "index", hashes) from stdin (format binary)'
ENTRY = Entry(
    kind="consent.given",
    who="key-1",
    origin="api",
    what={"transaction": 123456, "notice": "n-3", "purpose": "orders"},
    whose=bytes(32),
    why="pipl:art_13__para_1__item_1",
)


def rows() -> Iterator[Row]:
    """Measure all of it on an embedded store that keeps what it is given (fsync on)."""
    for measure in (_appends, _people, _proofs):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            with open_store(StoreConfig(data_dir=Path(folder) / "postgres")) as store:
                upgrade(store.engine)
                yield from measure(store.engine)


def _appends(engine: Engine) -> Iterator[Row]:
    """Append one by one from many threads, then in bulk, then read it all back."""
    with engine.begin() as connection:
        connection.execute(text("create table plain as table shouxin.ledger_entry"))
    put = text(
        "insert into plain select 1, now(), 'consent.given', 'key-1', 'api', "
        """cast('{"transaction": 123456}' as json), '', 'pipl:art_13', 'done'"""
    )

    def plain() -> None:
        with engine.begin() as connection:
            connection.execute(put)

    with Writer(engine) as writer:
        rounds = [
            (_rate(plain), _rate(lambda: writer.submit(lambda _: None, [ENTRY]).result())) for _ in range(3)
        ]
    floor, single = (sorted(each)[1] for each in zip(*rounds, strict=True))
    against = f"{single / floor:.1f} × an insert and a commit each ({floor:,.0f})"
    yield Row(
        f"durable appends, {THREADS} threads, wall", f"{single:,.0f} a second", "2,000 a second", against
    )
    batch = [ENTRY] * BATCH
    start = time.perf_counter()
    for _ in range(ENTRIES // BATCH):
        with engine.begin() as connection:
            append(connection, batch)
    yield Row(
        "appends in bulk, wall", f"{ENTRIES / (time.perf_counter() - start):,.0f} a second", "20,000 a second"
    )
    best, spent = 0.0, float("inf")
    for _ in range(3):
        start, cpu = time.perf_counter(), time.process_time()
        report = verify(engine, [])
        best = max(best, report.size / (time.perf_counter() - start))
        spent = min(spent, (time.process_time() - cpu) / report.size)
    assert report.problem is None
    what = f"verify {report.size:,} entries"
    yield Row(what, f"{1 / spent:,.0f} a second of processor time", "200,000 a second", f"wall {best:,.0f}")


def _rate(work: Callable[[], object]) -> float:
    """Return how often a second some threads together do what waits for the disk."""

    def repeat() -> None:
        for _ in range(EACH):
            work()

    threads = [threading.Thread(target=repeat) for _ in range(THREADS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return THREADS * EACH / (time.perf_counter() - start)


def _people(engine: Engine) -> Iterator[Row]:
    """Make people, then find them again, a thousand at a time."""
    people = People(LocalWrapper(Keys([MainKey("made-up", bytes(range(32)))])))
    names = [f"user-{number}" for number in range(PEOPLE)]
    for what, find in (("made", False), ("found again", True)):
        start, cpu = time.perf_counter(), time.process_time()
        for at in range(0, PEOPLE, 1000):
            with engine.begin() as connection:
                found = (people.find if find else people.make)(connection, "shop", names[at : at + 1000])
                assert all(found)
        spent, wall = time.process_time() - cpu, time.perf_counter() - start
        figure = f"{PEOPLE / spent:,.0f} a second of processor time"
        yield Row(f"people {what}", figure, "20,000 a second", f"wall {PEOPLE / wall:,.0f}")


def _proofs(engine: Engine) -> Iterator[Row]:
    """Fill the tiles of a tree of ten million leaves, then prove leaves and sizes of it."""
    hashed, edge = hasher("sha256"), Edge()
    step = 1 << 17
    while edge.size < LARGE:
        random = secrets.token_bytes(min(step, LARGE - edge.size) * SIZE)
        leaves = [random[at : at + SIZE] for at in range(0, len(random), SIZE)]
        edge, tiles = extended(edge, leaves, hashed)
        parts = [
            b"\0\3\0\0\0\2%b\0\0\0\x08%b%b%b"
            % (level.to_bytes(2, "big"), index.to_bytes(8, "big"), len(tile).to_bytes(4, "big"), tile)
            for (level, index), tile in tiles
        ]
        with engine.begin() as connection:
            connection.execute(NOTHING)
            driver = connection.connection.driver_connection
            assert driver is not None
            with driver.cursor().copy(TILES) as copy:
                copy.write(b"".join((START, *parts, END)))
    with engine.begin() as connection:
        values = {"size": edge.size, "edge": edge.packed()}
        connection.execute(text("update shouxin.ledger_head set size = :size, edge = :edge"), values)
    places = [secrets.randbelow(LARGE - 1) + 1 for _ in range(200)]
    with engine.connect() as connection:
        floor = _cpu(lambda _: connection.execute(NOTHING), places)
        for what, prove in (
            ("inclusion", lambda place: Tree(connection).inclusion(place, LARGE)),
            ("consistency", lambda place: Tree(connection).consistency(place, LARGE)),
        ):
            figure = f"{milliseconds(_cpu(prove, places))} of processor time"
            against = f"an empty query {milliseconds(floor)}; wall {milliseconds(typical(prove, places))}"
            yield Row(f"proof of {what} at {LARGE:,} entries", figure, "1 ms", against)


def _cpu(prove: Callable[[int], object], places: list[int]) -> float:
    """Return the processor time of one call, the best of several rounds over all places."""
    spent = []
    for _ in range(5):
        start = time.process_time()
        for place in places:
            prove(place)
        spent.append((time.process_time() - start) / len(places))
    return min(spent)
