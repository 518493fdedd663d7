"""Whom a request comes from: nobody says it of themselves, only the proxies that the settings name."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from socket import socket
from typing import Any

import pytest
from litestar import Litestar, Request, get

from shouxin.app.answering import Server

SPOOFED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


@get("/", sync_to_thread=False)
def told(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return what the application sees of a request."""
    return {"host": request.client.host if request.client else "", "scheme": request.scope["scheme"]}


@contextmanager
def serving(proxies: Sequence[str]) -> Iterator[int]:
    """Serve behind some proxies and give the port."""
    with socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        up = threading.Event()
        server = Server(Litestar([told], openapi_config=None), up.set, proxies, signals=())
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        assert up.wait(30)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def seen(proxies: Sequence[str], headers: dict[str, str]) -> tuple[str, str]:
    """Return whom the application takes a request from this machine to come from, and over what."""
    with serving(proxies) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/", headers=headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
    return answer["host"], answer["scheme"]


@pytest.mark.parametrize("proxies", [(), ("192.0.2.7",)])
def test_what_somebody_says_of_themselves_is_not_believed(proxies: tuple[str, ...]) -> None:
    """Without a setting, or from another address than the proxy's, forwarded headers change nothing."""
    assert seen(proxies, SPOOFED) == ("127.0.0.1", "http")


def test_what_a_proxy_of_the_settings_says_is_believed() -> None:
    """Behind a named proxy the visitor's own address counts, and that they came over TLS."""
    assert seen(("127.0.0.0/8",), SPOOFED) == ("203.0.113.9", "https")


def test_what_a_visitor_sent_to_the_proxy_is_not_believed() -> None:
    """The proxy adds the address it was reached from behind whatever it was sent; that one counts."""
    chain = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    assert seen(("127.0.0.1",), chain)[0] == "203.0.113.9"
