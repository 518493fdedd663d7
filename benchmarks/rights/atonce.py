"""A hundred requests that come at once."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from tests.connect.test_erasing import asked
from tests.connect.worlds import holding

from benchmarks.measure import Row
from benchmarks.rights.shop import AS_OF, Shop
from shouxin.connect.person import Person
from shouxin.connect.stores import opened
from shouxin.errors import ShouxinError

MANY = 150
REQUESTS = 100


def rows(url: str, like: sa.MetaData) -> Iterator[Row]:
    """Read a hundred people, then erase them, each in a thread of its own and through one store."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    world = Shop(MANY).world(like)
    holding.fill(engine, world)
    people = [asked(person) for person in world.people[:REQUESTS]]
    with opened(world.map, url) as store:
        yield _together("read", people, lambda person: list(store.read(person, AS_OF)))
        yield _together("erase", people, lambda person: store.erase(person, AS_OF))
    holding.empty(engine, world)
    engine.dispose()


def _together(what: str, people: list[Person], work: Callable[[Person], object]) -> Row:
    def told(person: Person) -> str:
        try:
            work(person)
        except ShouxinError as error:
            return error.code
        return ""

    start = time.perf_counter()
    with ThreadPoolExecutor(len(people)) as pool:
        errors = [code for code in pool.map(told, people) if code]
    rate = len(people) / (time.perf_counter() - start)
    codes = f" ({', '.join(sorted(set(errors)))})" if errors else ""
    figure = f"{rate:.0f} a second, {len(errors)} errors{codes}"
    return Row(f"{what} {len(people)} people at once", figure, "20 a second, 0 errors")
