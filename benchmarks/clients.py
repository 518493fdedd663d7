"""Clients that leave the processor to the server they measure: bare sockets, and requests made beforehand."""

import multiprocessing
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from typing import NamedTuple

CONNECTIONS = 32
"""Connections of a client, each with a request on its way."""


class Answered(NamedTuple):
    """How long each request took, how long all did, and the processor time of this process meanwhile."""

    late: list[float]
    took: float
    spent: float


@dataclass
class _Call:
    """A request on its way: when it was sent, and what came back so far."""

    start: float
    answer: bytes = b""


def request(line: str, key: str, body: bytes = b"") -> bytes:
    """Return a request as it is sent; ``line`` is its method and path."""
    head = (
        f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def answered(port: int, requests: Sequence[bytes]) -> Answered:
    """Send requests to this machine from a process of its own, on each connection one after the other."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    child = spawn.Process(target=_client, args=(theirs, port, requests))
    child.start()
    assert ours.recv() == "ready"
    start, spent = time.perf_counter(), time.process_time()
    ours.send("go")
    late = ours.recv()
    took, spent = time.perf_counter() - start, time.process_time() - spent
    child.join()
    return Answered(late, took, spent)


def _client(to: Connection, port: int, requests: Sequence[bytes]) -> None:
    to.send("ready")
    to.recv()
    coming, late = iter(requests), list[float]()
    with selectors.DefaultSelector() as waiting:
        for first in islice(coming, CONNECTIONS):
            new = socket.create_connection(("127.0.0.1", port))
            new.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting.register(new, selectors.EVENT_READ, _Call(time.perf_counter()))
            new.sendall(first)
        while waiting.get_map():
            for key, _ in waiting.select():
                wire, call = key.fileobj, key.data
                assert isinstance(wire, socket.socket)
                call.answer += wire.recv(1 << 16)
                if not _whole(call.answer):
                    continue
                late.append(time.perf_counter() - call.start)
                if following := next(coming, None):
                    call.start, call.answer = time.perf_counter(), b""
                    wire.sendall(following)
                else:
                    waiting.unregister(wire)
                    wire.close()
    to.send(late)


def _whole(answer: bytes) -> bool:
    """Tell whether an answer is there to its end; it must be a good one."""
    head, behind, body = answer.partition(b"\r\n\r\n")
    if not behind:
        return False
    assert b" 200 " in head.split(b"\r\n")[0], answer
    return len(body) >= int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
