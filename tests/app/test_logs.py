"""P6 for Shouxin itself: what comes in never reaches a line of its logs or an answer to an error."""

import logging
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from shouxin.app import http_errors, logs
from tests.app.made_up import served

PHONE, NAME, MAIL = "13800138000", "王小明", "zhang@example.com"
SECRETS = (PHONE, NAME, MAIL, quote(NAME), "hunter2x")
SERVER = """
import logging, threading, sys, uvicorn, warnings
from litestar import get, post
from shouxin.app import logs
from tests.app.made_up import served

@get("/fails/{what:str}", include_in_schema=False, sync_to_thread=False, opt={"public": True})
def fails(what: str) -> str:
    logging.getLogger("a.library").warning("asked for %s", what, extra={"password": "hunter2x"})
    warnings.warn(f"about {what}")
    raise ValueError(f"of 手机 13800138000, zhang@example.com: {what}")

def ends() -> None:
    raise RuntimeError("收件人：王小明，手机 13800138000")

logs.install()
thread = threading.Thread(target=ends)
thread.start()
thread.join()
app = served()
app.register(fails)
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)
Server(uvicorn.Config(app, port=0, log_config=None, log_level="info", access_log=True)).run()
"""


def answer(url: str, headers: dict[str, str], body: bytes | None = None) -> bytes:
    """Return the body of an answer, an error's too."""
    asked = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(asked) as response:
            return bytes(response.read())
    except urllib.error.HTTPError as error:
        return error.read()


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[str, list[bytes]]]:
    """Run a real server with its access log on, ask it for what fails, and give all that it said."""
    root = Path(__file__).parents[2]
    server = subprocess.Popen(
        [sys.executable, "-c", "import logging; logging.root.setLevel('INFO')\n" + SERVER],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root,
    )  # fmt: skip
    assert server.stdout
    try:
        port = server.stdout.readline().strip()
        assert port, server.communicate()[1]
        site = f"http://127.0.0.1:{port}"
        headers = {"User-Agent": f"tel {PHONE}", "Cookie": f"name={quote(NAME)}", "X-Who": MAIL}
        json = headers | {"Content-Type": "application/json"}
        answers = [
            answer(f"{site}/fails/{PHONE}?name={quote(NAME)}", headers),
            answer(f"{site}/law/{PHONE}?mail={MAIL}", headers),
            answer(f"{site}/api/law/instruments/{PHONE}", headers),
            answer(f"{site}/api/law/provisions/{quote('姓名' + NAME)}:{PHONE}", headers),
            answer(f"{site}/api/decide?as_of={PHONE}", json, f'{{"act": "{PHONE}", "{MAIL}": 1}}'.encode()),
            answer(f"{site}/api/protect", json, f'{{"text": "x", "policy": "{MAIL}"}}'.encode()),
            answer(f"{site}/api/detect", json, f'{{"text": 1, "{MAIL}": "{PHONE}"}}'.encode()),
        ]
        time.sleep(0.2)
    finally:
        server.terminate()
        said = server.communicate()[1]
    yield said, answers


def test_nothing_of_a_request_reaches_a_log(told: tuple[str, list[bytes]]) -> None:
    """Access lines, an exception, a library's lines, a warning, the end of a thread: all there, all clean."""
    said, _ = told
    assert said.count('HTTP/1.1" ') == 7
    library, ours = ("asked for [mobile number]", "UserWarning"), ("the request failed", "a thread ended")
    for expected in ("ValueError", "RuntimeError", *library, *ours):
        assert expected in said
    for secret in SECRETS:
        assert secret not in said


def test_nothing_of_a_request_comes_back_in_an_error(told: tuple[str, list[bytes]]) -> None:
    """What an error quotes is cleaned, so that it can be put into a ticket."""
    _, answers = told
    for number, body in enumerate(answers):
        text = body.decode()
        assert "code" in text, number
        for secret in SECRETS:
            assert secret not in text, number


def test_an_error_is_logged_clean_wherever_the_application_is_served(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also without the command that sets up the logs."""

    @get("/fails", include_in_schema=False, sync_to_thread=False, opt={"public": True})
    def fails() -> str:
        raise ValueError(f"手机 {PHONE}")

    app: Litestar = served()
    app.register(fails)
    with TestClient(app) as client:
        assert client.get("/fails").status_code == 500
    assert "the request failed" in caplog.text
    assert PHONE not in caplog.text


def test_what_cannot_be_searched_is_withheld(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A finder that fails leaks nothing, and the answer is still an answer."""

    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr(logs, "_filter", broken)
    monkeypatch.setattr(logs, "_shield", broken)
    logging.getLogger(http_errors.__name__.rpartition(".")[0]).error("of %s", PHONE)
    assert "withheld" in caplog.text
    assert PHONE not in caplog.text
    assert logs.clean(PHONE) == logs.WITHHELD
