"""Erase people from made-up stores by lot: ``python -m fuzz.erasing COUNT [MAKE]``.

MAKE is sqlite, postgresql, mariadb or mysql (MariaDB stands in for it), for which a server of its own is
started, or rows: rows in memory, where a database is asked too and has to say the same, and files of every
format. Prints the smallest store found in which an erasure goes wrong, with what went wrong, and ends with 1.
"""

import itertools
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.conftest import mariadb
from tests.connect.filed import ENDINGS
from tests.connect.test_erasing import faults, on_postgresql, on_sqlite
from tests.connect.test_files_store import faults as in_files
from tests.connect.test_rows_store import differing, on_memory
from tests.connect.worlds.checks import Fault
from tests.connect.worlds.draw import worlds
from tests.connect.worlds.world import World

from shouxin.store.embedded import EmbeddedServer

Trying = Callable[[World, int, bool], list[Fault]]
"""Erases a person of a world, fetching their rows or not, and returns what went wrong."""


def in_database(database: Callable[[], AbstractContextManager[str]]) -> Trying:
    """Return how a world is tried in an empty database of its own."""

    def trying(world: World, person: int, few: bool) -> list[Fault]:
        with database() as url:
            return faults(world, person, url, few=few)

    return trying


@contextmanager
def sqlite() -> Iterator[Trying]:
    """Try databases that are files."""
    with tempfile.TemporaryDirectory() as folder:
        yield in_database(partial(on_sqlite, Path(folder)))


@contextmanager
def postgresql() -> Iterator[Trying]:
    """Try schemas of a server of our own."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        with EmbeddedServer(folder / "postgres").running() as dsn:
            yield in_database(partial(on_postgresql, dsn))


@contextmanager
def maria(make: str) -> Iterator[Trying]:
    """Try databases of a server of our own."""
    number = itertools.count()

    @contextmanager
    def database() -> Iterator[str]:
        name = f"world{next(number)}"
        with engine.begin() as connection:
            connection.exec_driver_sql(f"create database {name} character set utf8mb4")
        yield url.replace("/shop?", f"/{name}?").replace("mysql", make, 1)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"drop database {name}")

    with mariadb() as url:
        engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
        yield in_database(database)


@contextmanager
def rows() -> Iterator[Trying]:
    """Try rows in memory beside a database, and files of one format after the other."""
    endings = itertools.cycle(ENDINGS)

    def trying(world: World, person: int, _: bool) -> list[Fault]:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            with on_sqlite(folder) as url:
                found = on_memory(world, person, url)
            with on_sqlite(folder) as url:
                found += differing(world, person, url)
            return found + in_files(folder / "files", next(endings), world, person)

    yield trying


MAKES: dict[str, Callable[[], AbstractContextManager[Trying]]] = {
    "sqlite": sqlite,
    "postgresql": postgresql,
    "mariadb": partial(maria, "mariadb"),
    "mysql": partial(maria, "mysql"),
    "rows": rows,
}


def main() -> None:
    """Try as many worlds as were asked for, and shrink the first that shows a fault."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    make = MAKES[sys.argv[2] if len(sys.argv) > 2 else "sqlite"]
    tried = 0
    with make() as trying:

        @given(world=worlds(), person=st.integers(0, 1), few=st.booleans())
        @settings(
            max_examples=count,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            deadline=None,
            database=None,
        )
        def erase(world: World, person: int, few: bool) -> None:
            nonlocal tried
            tried += 1
            found = trying(world, person, few)
            assert not found, "\n".join(
                [f"erasing person {person}, few={few}:", *map(str, found), str(world)]
            )

        try:
            erase()
        except AssertionError as error:
            sys.stdout.write(f"{error}\n")
            sys.exit(1)
    sys.stdout.write(f"{tried} worlds, no fault\n")


if __name__ == "__main__":
    main()
