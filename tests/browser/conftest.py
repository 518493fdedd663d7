"""One browser and one server for all tests here; Debian's Chromium, or the tests are skipped.

They end with the last test of this folder: while Playwright runs, no other test can run a loop.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from litestar import Litestar
from playwright.sync_api import Browser, sync_playwright

from tests.app.made_up import TOKEN, served
from tests.app.made_up_law import served_law

CHROMIUM = Path("/usr/bin/chromium")
SYSTEM = {"Authorization": f"Bearer {TOKEN}"}
"""What a browser sends that comes with the system's own key."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def serving(app: Litestar) -> Iterator[str]:
    """Serve an application with a real uvicorn on a free port, and give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="package")
def site() -> Iterator[str]:
    """Return the address of the application over the installed law."""
    with serving(served()) as address:
        yield address


@pytest.fixture(scope="package")
def law_site() -> Iterator[str]:
    """Return the address of the application over a made-up law."""
    with serving(served_law()) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed: run scripts/test-machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()
