"""A mail server and a webhook on this machine, and what they got."""

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Hook:
    """A webhook on this machine: what it got, and what it answers."""

    def __init__(self) -> None:
        self.status, self.url = 200, ""
        self.got: list[tuple[str, str, Any]] = []


class Server:
    """A mail server on this machine that takes every mail."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.port = 0


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Serve a webhook."""
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            """Take a message."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.got.append((self.headers["Idempotency-Key"], self.headers["Authorization"], body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://:word@127.0.0.1:{server.server_port}/told"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield made
        server.shutdown()


@pytest.fixture
def mails() -> Iterator[Server]:
    """Serve mail."""
    made = Server()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            """Take mails."""
            self.wfile.write(b"220 here\r\n")
            for line in self.rfile:
                word = line.strip().upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    mail = b""
                    while (one := self.rfile.readline()) != b".\r\n":
                        mail += one
                    made.mails.append(mail.decode())
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 good\r\n")
                if word == b"QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield made
        server.shutdown()
