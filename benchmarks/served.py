"""An application behind a real server, in this process or in several, for measurements over HTTP."""

import base64
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from litestar import Litestar

from shouxin.app.answering import settle


@contextmanager
def serving(app: Litestar) -> Iterator[int]:
    """Give the port on which the application is served, as `shouxin serve` serves it."""
    settle()
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


KEY = bytes(range(32))
"""The key-encryption key of made-up stores."""

TOKEN = "a-benchmark"  # noqa: S105
"""The system's own key at ``program``."""


class Program(NamedTuple):
    """`shouxin serve` as processes of their own."""

    port: int
    process: int

    def spent(self) -> float:
        """Return the processor time of all its processes so far, in seconds; the database's is not in it."""
        tick, total = os.sysconf("SC_CLK_TCK"), 0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                told = (folder / "stat").read_text().rpartition(")")[2].split()
                if self.process in (int(folder.name), int(told[1])):
                    total += int(told[11]) + int(told[12])
            except OSError:
                continue  # it ended meanwhile
        return total / tick


@contextmanager
def program(folder: Path, workers: int) -> Iterator[Program]:
    """Give `shouxin serve` with so many processes, over the store in ``folder``, sealed with ``KEY``."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SHOUXIN_")}
    chosen = {
        "SHOUXIN_DATA": str(folder),
        "SHOUXIN_PORT": str(_free()),
        "SHOUXIN_WORKERS": str(workers),
        "SHOUXIN_KEYS": "environment",
        "SHOUXIN_PROTECT_KEYS": f"bench:{base64.b64encode(KEY).decode()}",
        "SHOUXIN_API_TOKEN": TOKEN,
    }
    words = [str(Path(sys.executable).with_name("shouxin")), "serve"]
    with subprocess.Popen(
        words, cwd=folder, env={**clean, **chosen}, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr
        ready = next(found for line in run.stderr if (found := re.match(r"ready: .*:(\d+)", line)))
        threading.Thread(target=run.stderr.read, daemon=True).start()
        try:
            yield Program(int(ready[1]), run.pid)
        finally:
            run.terminate()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
