"""A customer service on this machine, over HTTP: customers and their orders, and every fault on demand."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from shouxin.connect import mapfile
from shouxin.connect.model import DatasetMap

MAP = """
store: crm
make: http
tables:
  - table: customers
    key: [id]
    columns:
      - {column: id, categories: [user_identifier]}
      - {column: email, categories: [email_address]}
      - {column: profile.name, categories: [real_name]}
    identities:
      - {identity: customer_id, column: id}
      - {identity: email, column: email}
  - table: orders
    key: [number]
    columns: [{column: number}, {column: finished}]
    retention: {time: {length: 3, unit: years}, since: finished, because: 'ecommerce-law:art_31'}
service:
  auth: bearer
  timeout: 5
  tries: 3
  read:
    orders: {path: '/customers/{customer_id}/orders', rows: /items, pages: {link: /next}}
    customers: {path: /customers, query: {email: '{email}'}, rows: /items}
  correct:
    customers: {path: '/customers/{row.id}', method: PATCH, body: '{values}', repeats: true}
  erase:
    orders: {path: '/orders/{row.number}'}
    customers: {path: '/customers/{customer_id}', accepted: [202], job: /job}
  status: {path: '/jobs/{job}', state: /state, done: [finished], failed: [stopped]}
"""


def described(more: str = "") -> DatasetMap:
    """Return the map of the service."""
    return mapfile.read((MAP + more).encode(), where="crm.yaml")


class Crm:
    """What the service holds, what it was asked, and how it misbehaves next."""

    def __init__(self) -> None:
        self.address = ""
        self.customers = {
            "7": {"id": 7, "email": "ana@shop.example", "profile": {"name": "Ana"}},
            "8": {"id": 8, "email": "bo@shop.example", "profile": {"name": "Bo"}},
        }
        self.orders = {
            "70": {"number": "70", "of": "7", "finished": "2020-01-02"},
            "71": {"number": "71", "of": "7", "finished": "2019-05-06"},
            "80": {"number": "80", "of": "8", "finished": "2019-05-06"},
        }
        self.asked: list[tuple[str, str]] = []
        self.keys: dict[str, tuple[int, Any]] = {}
        self.secrets: list[str] = []
        self.jobs: dict[str, str] = {}
        self.slow_jobs = False
        self.fuzzy = False
        self.faults: list[str] = []
        """What happens to the next requests: a status such as "503", drip, huge, broken or short."""

    def changed(self) -> list[tuple[str, str]]:
        """Return the requests that were to change something."""
        return [one for one in self.asked if one[0] != "GET"]

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        """Return status and JSON for a request."""
        parts = urlsplit(target)
        way = [unquote(one) for one in parts.path.strip("/").split("/")][1:]
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match method, way:
            case "GET", ["customers"]:
                found = [
                    one for one in self.customers.values() if self.fuzzy or one["email"] == query["email"]
                ]
                return 200, {"items": found}
            case "GET", ["customers", of, "orders"]:
                mine = [one for one in self.orders.values() if one["of"] == of]
                at = int(query.get("at", 0))
                onward = f"orders?at={at + 1}" if at + 1 < len(mine) else None
                return 200, {"items": mine[at : at + 1], "next": onward}
            case "PATCH", ["customers", of]:
                self.customers[of].update(body)
                return 200, {}
            case "DELETE", ["customers", of] if self.slow_jobs:
                self.jobs["job/1"] = "running"
                return 202, {"job": "job/1"}
            case "DELETE", ["customers", of]:
                return (204, None) if self.customers.pop(of, None) else (404, {})
            case "DELETE", ["orders", number]:
                return (204, None) if self.orders.pop(number, None) else (404, {})
            case "GET", ["jobs", job]:
                return 200, {"state": self.jobs[job]}
        return 404, {"error": "no such thing"}

    def finish(self) -> None:
        """Finish the work that goes on."""
        self.customers.pop("7", None)
        self.jobs["job/1"] = "finished"


class _Handler(BaseHTTPRequestHandler):
    crm: Crm

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer."""
        crm = self.crm
        crm.asked.append((self.command, self.path))
        crm.secrets.append(self.headers.get("Authorization", ""))
        fault = crm.faults.pop(0) if crm.faults else ""
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = self.headers.get("Idempotency-Key", "")
        if fault.isdecimal():
            return self._put(int(fault), {}, {"Retry-After": "0"})
        if fault == "later":
            return self._put(429, {}, {"Retry-After": "3600"})
        if fault == "redirect":
            return self._put(302, {}, {"Location": "http://elsewhere.example/"})
        if fault == "slow":
            time.sleep(2)
        if key and key in crm.keys:
            status, plain = crm.keys[key]
        else:
            status, plain = crm.answer(self.command, self.path, json.loads(raw) if raw else None)
            if key:
                crm.keys[key] = status, plain
        if fault == "cut":
            self.connection.close()
            return None
        if fault == "elsewhere":
            plain = {"items": [], "next": "http://elsewhere.example/"} | plain
            plain["next"] = "http://elsewhere.example/"
        if fault in ("none", "short"):
            return self._put(200, plain, {"Content-Length": "1000"} if fault == "short" else {}, fault)
        if fault == "drip":
            return self._drip()
        return self._put(status, plain, {}, fault)

    do_POST = do_PATCH = do_DELETE = do_PUT = do_GET  # noqa: N815  # the names of the standard library

    def _put(self, status: int, plain: Any, headers: dict[str, str], fault: str = "") -> None:
        body = b"" if plain is None else json.dumps(plain).encode()
        body = b"" if fault == "none" else body
        body = b"{broken" if fault == "broken" else b" " * 200_000 if fault == "huge" else body
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204 and "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if status == 204 else body)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(40):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass


@contextmanager
def served(crm: Crm) -> Iterator[Crm]:
    """Serve the service on this machine."""
    handler = type("Handler", (_Handler,), {"crm": crm})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    crm.address = f"http://:sesame@127.0.0.1:{server.server_port}/v1"
    try:
        yield crm
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
