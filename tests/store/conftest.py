"""Real servers for the tests of the store, made once and copied, and ways to be somebody else."""

import os
import pickle
import pwd
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401  # a child of another account cannot import it

from shouxin.errors import StoreError
from shouxin.store.embedded import EmbeddedServer
from tests.conftest import folder_for_all

NOBODY = pwd.getpwnam("nobody")

_USER = """
import sys
from pathlib import Path
from shouxin.store.embedded import EmbeddedServer
from tests.conftest import folder_for_all
say = lambda words: print(words, flush=True)
with EmbeddedServer(Path(sys.argv[1]), progress=say, for_tests=True).running():
    print("in", flush=True)
    sys.stdin.read()
print("out", flush=True)
"""


class UserProcess:
    """Another process that uses a data folder until it is told to leave."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _USER, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_for(self, line_wanted: str) -> None:
        """Read its output until this line comes."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip() == line_wanted:
                return
        pytest.fail(f"the other process ended: {self.process.communicate()[1]}")

    def leave(self) -> None:
        """Let it go out in order and wait for its end."""
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self, number: signal.Signals) -> None:
        """Send a signal to it and, as a terminal does, to its whole process group; wait for its end."""
        os.killpg(self.process.pid, number)
        self.process.communicate()


@pytest.fixture
def users() -> Iterator[Callable[[Path], UserProcess]]:
    """Start processes that use a data folder; those left over are ended."""
    started: list[UserProcess] = []

    def start(data_dir: Path) -> UserProcess:
        started.append(UserProcess(data_dir))
        return started[-1]

    yield start
    for user in started:
        if user.process.poll() is None:
            user.process.communicate()
        for pipe in (user.process.stdin, user.process.stdout, user.process.stderr):
            if pipe is not None:
                pipe.close()


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    """Give a data folder with one row in the table ``kept``, made once; not to be started."""
    with folder_for_all() as place:
        with (
            EmbeddedServer(place / "made", for_tests=True).running() as dsn,
            psycopg.connect(dsn) as connection,
        ):
            connection.execute("create table kept (word text)")
            connection.execute("insert into kept values ('守信')")
        yield place / "made"


def copy_of(made: Path, target: Path) -> Path:
    """Copy a data folder with its owners."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(made), str(target)], check=True)
    return target


@pytest.fixture
def data_dir(made_once: Path, folder: Path) -> Path:
    """Give a data folder of one's own that holds the table ``kept``."""
    return copy_of(made_once, folder / "postgres")


def kept(dsn: str) -> list[str]:
    """Return the words in the table ``kept``."""
    with psycopg.connect(dsn) as connection:
        return [row[0] for row in connection.execute("select word from kept order by word")]


def postmaster(data_dir: Path) -> int:
    """Return the process id in ``postmaster.pid``."""
    return int((data_dir / "cluster" / "postmaster.pid").read_text().split()[0])


def refusal(action: Callable[[], object]) -> StoreError:
    """Run what must fail and return its error."""
    with pytest.raises(StoreError) as caught:
        action()
    return caught.value


def enter(data_dir: Path, bin_dir: Path | None = None) -> str:
    """Use a data folder for a moment; return its connection string."""
    with EmbeddedServer(data_dir, bin_dir, for_tests=True).running() as dsn:
        return dsn


def as_nobody(action: Callable[[], Any]) -> Any:
    """Run a function in a child that has become an ordinary account; its result or StoreError comes back.

    Modules must have been imported before: the account may not reach those of the interpreter.
    """
    if os.geteuid() != 0:
        pytest.skip("only root can become another account")
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            os.setgroups([])
            os.setgid(NOBODY.pw_gid)
            os.setuid(NOBODY.pw_uid)
            try:
                answer = (True, action())
            except StoreError as problem:
                answer = (False, (problem.code, str(problem)))
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(answer, pipe)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    assert os.waitpid(child, 0)[1] == 0, "the child failed; see its traceback above"
    good, answer = pickle.loads(said)
    if not good:
        raise StoreError(answer[0], answer[1])
    return answer
