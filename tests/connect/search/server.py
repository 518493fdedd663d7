"""A server that answers the requests of Elasticsearch that we send, as its documentation says; it is not it.

Documents are searched as they were at the last refresh, words are cut at everything that is no letter or
digit, keywords longer than ``ignore_above`` are not indexed, and nested objects answer nested questions only.
"""

import json
import re
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

USER, PASSWORD = "shouxin", "s3cret"
_WORD = re.compile(r"[^\W_]+")


class Index:
    """Documents by their ids, as they are and as they can be searched."""

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self.mapping = mapping
        self.documents: dict[str, dict[str, Any]] = {}
        self.searched: dict[str, dict[str, Any]] = {}
        self._numbers = count()

    def put(self, id_: str, source: Any) -> None:
        """Write a document; it is not found before a refresh."""
        self.documents[id_] = {
            "_source": deepcopy(source),
            "_seq_no": next(self._numbers),
            "_primary_term": 1,
        }

    def remove(self, id_: str) -> None:
        """Remove a document."""
        del self.documents[id_]
        next(self._numbers)


class Engine:
    """The cluster; ``refused`` are indexes that take no change, ``broken_at`` ends the connection there."""

    def __init__(self) -> None:
        self.indexes: dict[str, Index] = {}
        self.aliases: dict[str, list[str]] = {}
        self.refused: set[str] = set()
        self.broken_at = ""
        self.status: dict[str, list[int]] = {}
        self.rights: frozenset[str] | None = frozenset(
            {"read", "view_index_metadata", "maintenance", "index", "delete"}
        )
        self.seen: list[str] = []
        self.before_bulk: Any = None
        self.url = ""
        self._open: dict[str, list[Any]] = {}

    def make(self, name: str, properties: Mapping[str, Any], **mapping: Any) -> Index:
        """Make an index."""
        self.indexes[name] = Index({"properties": properties, **mapping})
        return self.indexes[name]

    def named(self, name: str) -> dict[str, Index]:
        """Return the indexes behind a name."""
        return {one: self.indexes[one] for one in self.aliases.get(name, [name]) if one in self.indexes}

    def answer(
        self, method: str, path: str, options: Mapping[str, str], body: bytes
    ) -> tuple[int, Any] | None:
        """Return a status and an answer; None where the connection breaks."""
        name, _, verb = path.strip("/").rpartition("/")
        self.seen.append(verb)
        if verb == self.broken_at:
            return None
        if self.status.get(verb):
            return self.status[verb].pop(0), {"error": "16012345670"}
        if path == "/_security/user/_has_privileges":
            return self._rights(json.loads(body))
        if path == "/_bulk":
            return 200, self._bulk(body, options)
        if path == "/_mget":
            return 200, {"docs": [self._got(one) for one in json.loads(body)["docs"]]}
        if path == "/_search/scroll":
            said = json.loads(body)["scroll_id"]
            if method == "DELETE":
                self._open.pop(said)
                return 200, {"succeeded": True}
            return 200, self._page(said, 500)
        found = self.named(unquote(name))
        if not found:
            return 404, {"error": "no such index"}
        if verb == "_mapping":
            return 200, {one: {"mappings": index.mapping} for one, index in found.items()}
        if verb == "_refresh":
            for index in found.values():
                index.searched = deepcopy(index.documents)
            return 200, {"_shards": {"failed": 0}}
        return 200, self._searched(found, json.loads(body))

    def _rights(self, asked: Any) -> tuple[int, Any]:
        if self.rights is None:
            return 400, {"error": "no handler"}
        index = {
            name: {right: right in self.rights for right in one["privileges"]}
            for one in asked["index"]
            for name in one["names"]
        }
        return 200, {"cluster": {one: one in self.rights for one in asked["cluster"]}, "index": index}

    def _got(self, asked: Mapping[str, Any]) -> Any:
        index = self.indexes.get(asked["_index"])
        there = index.documents.get(asked["_id"]) if index else None
        name = {"_index": asked["_index"], "_id": asked["_id"]}
        return {**name, "found": True, **deepcopy(there)} if there else {**name, "found": False}

    def _searched(self, found: Mapping[str, Index], asked: Any) -> Any:
        hits = [
            {"_index": name, "_id": id_, **deepcopy(one)}
            for name, index in found.items()
            for id_, one in index.searched.items()
            if matches(index.mapping, asked["query"], {**one["_source"], "_id": id_})
        ]
        number = str(len(self.seen))
        self._open[number] = hits
        return self._page(number, asked["size"])

    def _page(self, number: str, size: int) -> Any:
        hits = self._open[number][:size]
        self._open[number] = self._open[number][len(hits) :]
        return {"_scroll_id": number, "timed_out": False, "_shards": {"failed": 0}, "hits": {"hits": hits}}

    def _bulk(self, body: bytes, options: Mapping[str, str]) -> Any:
        if self.before_bulk:
            self.before_bulk()
        lines = [json.loads(line) for line in body.splitlines()]
        items = []
        while lines:
            ((does, about),) = lines.pop(0).items()
            source = lines.pop(0) if does == "index" else None
            items.append({does: {"status": self._changed(about, source)}})
        if options.get("refresh") == "true":
            for index in self.indexes.values():
                index.searched = deepcopy(index.documents)
        return {"errors": any(one["status"] > 299 for item in items for one in item.values()), "items": items}

    def _changed(self, about: Mapping[str, Any], source: Any) -> int:
        index = self.indexes[about["_index"]]
        there = index.documents.get(about["_id"])
        if about["_index"] in self.refused:
            return 403
        if there is None:
            return 409 if "if_seq_no" in about else 404
        if there["_seq_no"] != about.get("if_seq_no", there["_seq_no"]):
            return 409
        index.remove(about["_id"]) if source is None else index.put(about["_id"], source)
        return 200


def matches(mapping: Mapping[str, Any], query: Mapping[str, Any], document: Any) -> bool:
    """Tell whether a document is found by a question."""
    ((kind, about),) = query.items()
    if kind == "match_all":
        return True
    if kind == "ids":
        return document["_id"] in about["values"]
    if kind == "bool":
        return any(matches(mapping, one, document) for one in about["should"])
    if kind == "nested":
        return matches({"properties": _opened(mapping["properties"])}, about["query"], document)
    ((name, asked),) = about.items()
    field, values = _field(mapping, name), list(_values(document, name, mapping))
    if kind == "range":
        return any(str(one)[:10] < asked["lt"] for one in values)
    if kind == "match_phrase":
        words = _WORD.findall(asked["query"].lower())
        return any(_holds(_WORD.findall(str(one).lower()), words) for one in values)
    assert kind == "terms", kind
    if field.get("type") == "keyword":
        above = field.get("ignore_above", 10**9)
        return any(_text(one) in asked for one in values if len(_text(one)) <= above)
    return any(int(one) in asked for one in values)


def _opened(properties: Mapping[str, Any]) -> Any:
    """Return fields whose nested objects can be looked into, as a nested question does."""
    return {
        name: {**one, "type": "object", "properties": _opened(one["properties"])}
        if one.get("type") == "nested"
        else one
        for name, one in properties.items()
    }


def _field(mapping: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    for step in name.split("."):
        mapping = {**mapping.get("fields", {}), **mapping.get("properties", {})}[step]
    return mapping


def _values(value: Any, name: str, mapping: Mapping[str, Any]) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _values(one, name, mapping)
    elif value is not None and (not name or "fields" in mapping):
        yield value
    elif isinstance(value, Mapping):
        step, _, rest = name.partition(".")
        inside = mapping["properties"][step]
        if inside.get("type") != "nested":
            yield from _values(value.get(step), rest, inside)


def _holds(words: list[str], asked: list[str]) -> bool:
    return any(words[at : at + len(asked)] == asked for at in range(len(words) - len(asked) + 1))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def _do(self) -> None:
        engine: Engine = self.server.engine  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = urlsplit(self.path)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        wanted = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        answer: tuple[int, Any] | None = (401, {})
        if self.headers.get("authorization") == f"Basic {wanted}":
            answer = engine.answer(self.command, parts.path, options, body)
        if answer is None:
            self.close_connection = True
            return
        content = json.dumps(answer[1]).encode()
        self.send_response(answer[0])
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _do  # noqa: N815


@contextmanager
def running() -> Iterator[Engine]:
    """Start a cluster on this machine, and stop it."""
    engine = Engine()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Connection) as server:
        server.engine = engine  # type: ignore[attr-defined]
        engine.url = f"elasticsearch+http://{USER}:{PASSWORD}@127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield engine
        server.shutdown()
