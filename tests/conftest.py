"""What tests of several folders share: real databases on one server of each make, and Spark."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from sqlalchemy import URL, Engine, create_engine
from xdist.scheduler import LoadScopeScheduling

from shouxin.duties.gate.spark import session
from shouxin.store import StoreConfig, open_store
from shouxin.store.embedded import EmbeddedServer
from shouxin.store.migrate import upgrade

# Time is measured in benchmarks, never in tests. A run of CI draws the same examples each time; every
# other run draws new ones.
hypothesis.settings.register_profile("shouxin", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("shouxin")


class TogetherByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist says no types
    """Hands out tests a file at a time, so that what a module sets up is set up once.

    What shares a browser, the made-up shop or Spark goes to one worker altogether.
    """

    TOGETHER = ("tests/browser/", "tests/security/", "tests/duties/gate/spark/", "tests/engine/test_spark")

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return next((start for start in self.TOGETHER if path.startswith(start)), path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherByFile:
    """Distribute tests in this project's own way."""
    return TogetherByFile(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Run one worker more than there are processors where memory allows: many tests wait for servers."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    roomy = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") > 12 * 2**30
    return len(os.sched_getaffinity(0)) + roomy


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever wants to look at the pages ask for pictures of them."""
    parser.addoption(
        "--screenshots",
        type=Path,
        help="write a picture of every page in each language and two widths into this folder",
    )


SPARK_ENVIRONMENT = {
    "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # made for a short life
    "PYSPARK_PYTHON": sys.executable,
    "SPARK_LOCAL_IP": "127.0.0.1",
}


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """Make a folder that every account can enter, unlike those of pytest; removed at the end."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="store-test-", dir=memory))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a new folder that every account can enter."""
    with folder_for_all() as place:
        yield place


@pytest.fixture(scope="session")
def shared_dsn() -> Iterator[str]:
    """Give the connection string of a server that all tests of a session share."""
    with folder_for_all() as place, EmbeddedServer(place / "shared", for_tests=True).running() as dsn:
        yield dsn


@contextmanager
def new_database(server: str, of: str = "") -> Iterator[str]:
    """Give the connection string of a new database on a server, empty or a copy of one, and drop it."""
    name = f"t_{os.urandom(6).hex()}"
    template = psycopg.conninfo.conninfo_to_dict(of)["dbname"] if of else "template1"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}".encode())
    yield psycopg.conninfo.make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database {name} (force)".encode())


@pytest.fixture(scope="session")
def migrated_dsn(shared_dsn: str) -> Iterator[str]:
    """Give the connection string of a database that holds every table and is only copied."""
    with new_database(shared_dsn) as dsn:
        with open_store(StoreConfig(dsn=dsn)) as store:
            upgrade(store.engine)
        yield dsn


@pytest.fixture
def database_dsn(shared_dsn: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the connection string of a new database, empty unless the test asks for ``migrated``."""
    of = request.getfixturevalue("migrated_dsn") if "migrated" in request.fixturenames else ""
    with new_database(shared_dsn, of) as dsn:
        yield dsn


@pytest.fixture
def database_url(database_dsn: str) -> str:
    """Give the SQLAlchemy URL of a new, empty database."""
    parts = psycopg.conninfo.conninfo_to_dict(database_dsn)
    query = {name: str(parts[name]) for name in ("host", "passfile")}
    made = URL.create("postgresql+psycopg", str(parts["user"]), database=str(parts["dbname"]), query=query)
    return str(made)


@pytest.fixture(scope="session")
def maria() -> Iterator[str]:
    """Give the URL of a MariaDB server that all tests of a session share."""
    with mariadb() as url:
        yield url


@contextmanager
def mariadb() -> Iterator[str]:
    """Give the URL of a MariaDB server of our own, which listens on a socket only."""
    with folder_for_all() as folder:
        user = "root" if os.geteuid() == 0 else str(os.environ.get("USER", "root"))
        made = ["mariadb-install-db", f"--datadir={folder}/data", "--auth-root-authentication-method=normal"]
        done = subprocess.run(
            [*made, "--skip-test-db", f"--user={user}"], check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        server = subprocess.Popen(
            ["mariadbd", "--no-defaults", f"--datadir={folder}/data", f"--socket={folder}/s",
             f"--user={user}", "--skip-networking", f"--pid-file={folder}/pid", "--innodb-fast-shutdown=2"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            url = f"mysql+pymysql://root@localhost/?unix_socket={folder}/s"
            for _ in range(600):
                if (folder / "s").exists():
                    break
                time.sleep(0.1)
            with create_engine(url).begin() as connection:
                connection.exec_driver_sql("CREATE DATABASE shop CHARACTER SET utf8mb4")
            yield url.replace("/?", "/shop?")
        finally:
            server.terminate()
            server.wait()


@pytest.fixture
def engine(database_dsn: str) -> Iterator[Engine]:
    """Give an engine on a new, empty database."""
    with open_store(StoreConfig(dsn=database_dsn)) as store:
        yield store.engine


@pytest.fixture
def migrated(engine: Engine) -> Engine:
    """Give an engine on a new database that holds every table: ``database_dsn`` copied them."""
    return engine


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Give a Spark context of two threads that all tests of a process share."""
    with pytest.MonkeyPatch.context() as patch:
        for name, worth in SPARK_ENVIRONMENT.items():
            patch.setenv(name, worth)
        with session.opened("local[2]") as made:
            yield made
