"""An application behind a real server in this process, for measurements over HTTP."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

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
