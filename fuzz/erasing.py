"""Erase people from made-up databases by lot: ``python -m fuzz.erasing COUNT [MAKE]``.

MAKE is sqlite, postgresql or mariadb; a server of its own is started for the last two.

Prints the smallest database found in which an erasure goes wrong, with what went wrong, and ends with 1.
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
from tests.connect.test_erasing import faults, on_postgresql, on_sqlite
from tests.connect.worlds.draw import worlds
from tests.connect.worlds.world import World

from shouxin.store.embedded import EmbeddedServer

Database = Callable[[], AbstractContextManager[str]]
"""Gives the address of an empty database."""


@contextmanager
def sqlite() -> Iterator[Database]:
    """Give databases that are files."""
    with tempfile.TemporaryDirectory() as folder:
        yield partial(on_sqlite, Path(folder))


@contextmanager
def postgresql() -> Iterator[Database]:
    """Give schemas of a server of our own."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        with EmbeddedServer(folder / "postgres").running() as dsn:
            yield partial(on_postgresql, dsn)


@contextmanager
def maria() -> Iterator[Database]:
    """Give databases of a server of our own."""
    number = itertools.count()

    @contextmanager
    def database() -> Iterator[str]:
        name = f"world{next(number)}"
        with engine.begin() as connection:
            connection.exec_driver_sql(f"create database {name} character set utf8mb4")
        yield url.replace("/shop?", f"/{name}?")
        with engine.begin() as connection:
            connection.exec_driver_sql(f"drop database {name}")

    with mariadb() as url:
        engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
        yield database


MAKES = {"sqlite": sqlite, "postgresql": postgresql, "mariadb": maria}


def main() -> None:
    """Try as many databases as were asked for, and shrink the first that shows a fault."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    make = MAKES[sys.argv[2] if len(sys.argv) > 2 else "sqlite"]
    tried = 0
    with make() as database:

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
            with database() as url:
                found = faults(world, person, url, few=few)
                assert not found, "\n".join(
                    [f"erasing person {person}, few={few}:", *map(str, found), str(world)]
                )

        try:
            erase()
        except AssertionError as error:
            sys.stdout.write(f"{error}\n")
            sys.exit(1)
    sys.stdout.write(f"{tried} databases, no fault\n")


if __name__ == "__main__":
    main()
