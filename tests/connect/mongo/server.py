"""A server that speaks MongoDB's protocol, with mongomock behind it; it is not MongoDB.

The driver is real, and so are the socket, the messages (OP_MSG, and OP_QUERY of the first greeting) and BSON.
What the commands do is mongomock's; transactions are a copy of everything that is put back, rights a list of
collections that nobody may change.
"""

import socketserver
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from itertools import count
from typing import Any, cast

import bson
import mongomock
from mongomock.store import ServerStore

DATABASE = "shop"
_REPLY, _QUERY, _MESSAGE = 1, 2004, 2013


class RefusedError(Exception):
    """What a command ends with."""

    def __init__(self, code: int, *labels: str) -> None:
        super().__init__(code)
        self.answer = {"ok": 0, "code": code, "errmsg": "secret 16012345670", "errorLabels": list(labels)}


class Engine:
    """What the commands do; ``refused`` are collections that nobody may change."""

    def __init__(self, *, replica: bool) -> None:
        self.replica = replica
        self.port = 0
        self.refused: set[str] = set()
        self.users: list[dict[str, str]] = []
        self.privileges: list[dict[str, Any]] = []
        self.validators: dict[str, dict[str, Any]] = {}
        self.broken_at = ""
        self.seen: list[str] = []
        self._store: Any = cast("Any", ServerStore)()
        self._before: Any = None
        self._cursors: dict[int, Iterator[Any]] = {}
        self._ids = count(1)
        self._lock = threading.Lock()

    @property
    def data(self) -> Any:
        """Return the database, to fill it and look at it."""
        return mongomock.MongoClient(_store=self._store)[DATABASE]

    def answer(self, command: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the answer to a command; None where the connection is to break."""
        name = next(iter(command))
        with self._lock:
            self.seen.append(name)
            if name == self.broken_at:
                return None
            if command.get("startTransaction"):
                self._before = deepcopy(self._dump())
            try:
                return {"ok": 1, **getattr(self, f"_{name.lower()}")(command)}
            except RefusedError as refusal:
                return refusal.answer

    def _dump(self) -> dict[str, list[Any]]:
        return {name: list(self.data[name].find()) for name in self.data.list_collection_names()}

    def _hello(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        address = f"127.0.0.1:{self.port}"
        member = {"setName": "rs", "hosts": [address], "me": address} if self.replica else {}
        return {
            "helloOk": True, "isWritablePrimary": True, "ismaster": True, "minWireVersion": 0,
            "maxWireVersion": 21, "maxBsonObjectSize": 2**24, "maxMessageSizeBytes": 48_000_000,
            "maxWriteBatchSize": 100_000, "logicalSessionTimeoutMinutes": 30, **member,
        }  # fmt: skip

    _ismaster = _hello

    def _ping(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        return {}

    _endsessions = _killcursors = _committransaction = _ping

    def _aborttransaction(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        for name in self.data.list_collection_names():
            self.data[name].delete_many({})
            if self._before.get(name):
                self.data[name].insert_many(self._before[name])
        return {}

    def _saslstart(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        raise RefusedError(18)

    def _connectionstatus(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            "authInfo": {"authenticatedUsers": self.users, "authenticatedUserPrivileges": self.privileges}
        }

    def _listcollections(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        name = command["filter"]["name"]
        there = name in self.data.list_collection_names()
        options = {"validator": self.validators[name]} if name in self.validators else {}
        return self._cursor(iter([{"name": name, "type": "collection", "options": options}] * there), 100)

    def _listindexes(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        indexes = self.data[command["listIndexes"]].index_information()
        found = [
            {"name": name, "key": dict(one["key"]), "unique": one.get("unique", False)}
            for name, one in indexes.items()
        ]
        return self._cursor(iter(found), 100)

    def _find(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        found = list(self.data[command["find"]].find(command["filter"]))
        return self._cursor(iter(found), command.get("batchSize", 101))

    def _getmore(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        waiting = self._cursors.pop(command["getMore"])
        return self._cursor(waiting, command.get("batchSize", 101), "nextBatch")

    def _cursor(self, found: Iterator[Any], size: int, name: str = "firstBatch") -> Mapping[str, Any]:
        batch = [one for _, one in zip(range(size), found, strict=False)]
        number = next(self._ids) if len(batch) == size else 0
        if number:
            self._cursors[number] = found
        return {"cursor": {"id": bson.Int64(number), "ns": f"{DATABASE}.x", name: batch}}

    def _update(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        collection = self._open(command["update"])
        done = [collection.update_one(one["q"], one["u"]).matched_count for one in command["updates"]]
        return {"n": sum(done), "nModified": sum(done)}

    def _delete(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        collection = self._open(command["delete"])
        return {"n": sum(collection.delete_one(one["q"]).deleted_count for one in command["deletes"])}

    def _open(self, name: str) -> Any:
        if name in self.refused:
            raise RefusedError(13)
        return self.data[name]


class _Connection(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while head := self._read(16):
            length, asked, _, kind = struct.unpack("<iiii", head)
            body = self._read(length - 16)
            engine: Engine = self.server.engine  # type: ignore[attr-defined]
            answer = engine.answer(_query(body) if kind == _QUERY else _message(body))
            if answer is None:
                return
            document = bson.encode(answer)
            if kind == _QUERY:
                text = struct.pack("<iqii", 8, 0, 0, 1) + document
            else:
                text = struct.pack("<IB", 0, 0) + document
            back = _REPLY if kind == _QUERY else _MESSAGE
            self.request.sendall(struct.pack("<iiii", len(text) + 16, 1, asked, back) + text)

    def _read(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            try:
                piece = self.request.recv(length - len(found))
            except OSError:
                return b""
            if not piece:
                return b""
            found += piece
        return found


def _query(body: bytes) -> Mapping[str, Any]:
    return bson.decode(body[body.index(b"\0", 4) + 9 :])


def _message(body: bytes) -> Mapping[str, Any]:
    """Return a command, with the sequences of documents that come beside it."""
    command: dict[str, Any] = {}
    at = 4
    while at < len(body):
        kind, at = body[at], at + 1
        length = struct.unpack_from("<i", body, at)[0]
        part = body[at : at + length]
        if kind == 0:
            command = {**bson.decode(part), **command}
        else:
            end = part.index(b"\0", 4)
            command[part[4:end].decode()] = bson.decode_all(part[end + 1 :])
        at += length
    first = next(name for name in command if name not in ("updates", "deletes", "documents"))
    return {first: command.pop(first), **command}


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def running(*, replica: bool = True) -> Iterator[Engine]:
    """Start a server on this machine, and stop it."""
    engine = Engine(replica=replica)
    with _Server(("127.0.0.1", 0), _Connection) as server:
        server.engine = engine  # type: ignore[attr-defined]
        engine.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield engine
        server.shutdown()
