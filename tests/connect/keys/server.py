"""A Redis server for tests, on this machine only."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from redis import Redis
from redis.exceptions import ConnectionError as NotYet


class Server(NamedTuple):
    """A running server: its address, its process, and a client of its own that may do anything."""

    url: str
    process: subprocess.Popen[bytes]
    client: "Redis"


_LARGEST = 65536 - 10_000
"""A part of a cluster takes a second port, so much above its first."""


@contextmanager
def redis_server(*options: str) -> Iterator[Server]:
    """Start a server that keeps nothing, and stop it."""
    port = _LARGEST
    while port >= _LARGEST:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="redis-test-")
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder, *options],
        stdout=subprocess.DEVNULL,
    )
    client = Redis(port=port)
    try:
        for _ in range(200):
            try:
                client.ping()
                break
            except NotYet:
                time.sleep(0.05)
        else:
            raise AssertionError("the server does not answer")
        yield Server(f"redis://127.0.0.1:{port}/0", process, client)
    finally:
        client.close()
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
