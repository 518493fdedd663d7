"""The line to a service: one place, bounded in time and size, with the secret of the settings."""

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urljoin, urlsplit

from shouxin.connect.dialling import connected, is_loopback
from shouxin.connect.service.model import Call, Description
from shouxin.connect.service.template import Request
from shouxin.errors import InputError, StoreError

PATIENCE = 60.0
"""Seconds that a service may ask to be left alone within one question; longer, and somebody tries later."""

_FIRST_PAUSE = 0.5
_BUSY = frozenset({429, 503})
_PASSING = frozenset({500, 502, 504})


class Answer(NamedTuple):
    """What a service answered; the names of headers are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Address(NamedTuple):
    """Where a service is and how one comes in, as the setting ``stores`` says."""

    at: SplitResult
    user: str
    secret: str
    private: bool
    context: ssl.SSLContext

    @classmethod
    def read(cls, url: str, store: str) -> "Address":
        """Read ``https://user:secret@host/base?private=yes&ca=FILE``; raise ``InputError`` (service-address).

        Without TLS only on this machine. ``private`` allows private networks, ``ca`` names the certificate
        authority to trust instead of the machine's.
        """
        try:
            at = urlsplit(url)
            options = parse_qs(at.query, strict_parsing=bool(at.query))
            known = at.scheme == "https" or (at.scheme == "http" and is_loopback(at.hostname or ""))
            if not at.hostname or at.port == 0 or not known or options.keys() - {"private", "ca"}:
                raise ValueError
            context = ssl.create_default_context(cafile=options.get("ca", [None])[0])
        except (ValueError, OSError):
            raise InputError(
                "service-address",
                "this is no address of a service that can be used",
                where=store,
                remedy="write it like https://:SECRET@host/base, with ?private=yes within a private network",
            ) from None
        private = options.get("private") == ["yes"] or is_loopback(at.hostname)
        return cls(at, unquote(at.username or ""), unquote(at.password or ""), private, context)

    def of(self, target: str) -> SplitResult:
        """Return the whole address of a path below the base."""
        port = f":{self.at.port}" if self.at.port else ""
        host = f"[{self.at.hostname}]" if ":" in (self.at.hostname or "") else self.at.hostname
        return urlsplit(f"{self.at.scheme}://{host}{port}{self.at.path.rstrip('/')}{target}")


class Line:
    """Requests to one service, no faster than its pace; redirects are never followed."""

    def __init__(
        self, store: str, address: Address, limits: Description, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._store, self._address, self._limits, self._sleep = store, address, limits, sleep
        self._lock = threading.Lock()
        self._free_at = 0.0

    def send(self, call: Call, request: Request, key: str = "") -> Answer:
        """Send a request, again where it may be; return the answer that the description knows.

        Raises ``StoreError``: connect-lost, connect-slow, service-busy, service-answer, service-refused.
        """
        headers = {**request.headers, **({self._limits.key_header: key} if key else {})}
        return self._tried(call, self._address.of(request.target), request._replace(headers=headers))

    def follow(
        self, call: Call, after: SplitResult, link: str, accept: str = "application/json"
    ) -> tuple[Answer, SplitResult]:
        """Get what is at an address that the service gave; never one of another server."""
        try:
            at = urlsplit(urljoin(after.geturl(), link))
        except ValueError:
            raise self._wrong("names a place that is no address") from None
        if at[:2] != after[:2]:
            raise self._wrong("names a place on another server")
        return self._tried(call, at, Request("GET", "", {"Accept": accept}, None)), at

    def of(self, request: Request) -> SplitResult:
        """Return the whole address of a request."""
        return self._address.of(request.target)

    def _tried(self, call: Call, at: SplitResult, request: Request) -> Answer:
        pause, tries = _FIRST_PAUSE, self._limits.tries
        for left in range(tries - 1, -1, -1):
            try:
                answer, wait = self._once(at, request)
            except StoreError as error:
                if not (call.again and left and error.code == "connect-lost"):
                    raise
                wait = 0.0
            else:
                again = answer.status in _BUSY or (answer.status in _PASSING and call.again)
                if not (again and left and wait <= PATIENCE):
                    return self._known(call, answer, wait)
            self._sleep(max(wait, pause))
            pause *= 2
        raise AssertionError

    def _known(self, call: Call, answer: Answer, wait: float) -> Answer:
        if 200 <= answer.status < 300 or answer.status in call.missing:
            return answer
        if answer.status in _BUSY | _PASSING:
            raise StoreError(
                "service-busy",
                f"the service is busy or fails ({answer.status})",
                where=self._store,
                remedy=f"try again in {max(1, round(wait))} seconds",
            )
        what = "leads elsewhere" if 300 <= answer.status < 400 else "refuses"
        raise StoreError(
            "service-refused",
            f"the service {what} ({answer.status})",
            where=f"{self._store}, {call.path}",
            remedy="compare its description in the map with what it offers, and the secret in `stores`",
        )

    def _once(self, at: SplitResult, request: Request) -> tuple[Answer, float]:
        """Ask once; return the answer and the seconds that the service wants to be left alone."""
        self._keep_pace()
        late = threading.Event()
        try:
            connection = connected(
                at, self._limits.timeout, self._address.context, private=self._address.private
            )
            timer = threading.Timer(self._limits.timeout, _cut, (connection.sock, late))
            timer.start()
            try:
                target = (at.path or "/") + (f"?{at.query}" if at.query else "")
                headers = {"Accept": "application/json", "User-Agent": "shouxin", **request.headers}
                headers |= self._credentials(request, target)
                connection.request(request.method, target, request.body, headers)
                with connection.getresponse() as got:
                    body = got.read(self._limits.largest + 1)
                    if got.length and len(body) <= self._limits.largest:
                        raise http.client.IncompleteRead(b"", got.length)
                    told = {name.lower(): value for name, value in got.headers.items()}
                    wait = _seconds(got.headers.get("Retry-After", ""))
            finally:
                timer.cancel()
                connection.close()
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise self._lost(error, slow=late.is_set() or isinstance(error, TimeoutError)) from None
        if late.is_set():
            raise self._lost(TimeoutError(), slow=True)
        if len(body) > self._limits.largest:
            raise self._wrong(f"is larger than {self._limits.largest:,} bytes")
        return Answer(got.status, body, told), wait

    def _keep_pace(self) -> None:
        if self._limits.pace is None:
            return
        with self._lock:
            now = time.monotonic()
            wait, self._free_at = self._free_at - now, max(self._free_at, now) + 1 / self._limits.pace
        if wait > 0:
            self._sleep(wait)

    def _credentials(self, request: Request, target: str) -> Mapping[str, str]:
        secret, header = self._address.secret, self._limits.auth_header
        match self._limits.auth:
            case "bearer":
                return {header: f"Bearer {secret}"}
            case "basic":
                pair = base64.b64encode(f"{self._address.user}:{secret}".encode()).decode()
                return {header: f"Basic {pair}"}
            case "header":
                return {header: secret}
            case "hmac":
                at = str(int(time.time()))
                return {
                    "X-Timestamp": at,
                    header: signature(secret, at, request.method, target, request.body),
                }
        return {}

    def _lost(self, error: Exception, *, slow: bool) -> StoreError:
        code, what = ("connect-slow", "takes too long") if slow else ("connect-lost", "does not answer")
        if isinstance(error, ssl.SSLError):
            what = "does not prove who it is"
        return StoreError(
            code,
            f"the service {what} ({type(error).__name__})",
            where=self._store,
            remedy="look at its address, its certificate and the time that the description gives it",
        )

    def _wrong(self, what: str) -> StoreError:
        return wrong(self._store, what)


def wrong(store: str, what: str) -> StoreError:
    """Return the error for an answer that is not as the description says."""
    return StoreError(
        "service-answer",
        f"the answer of the service {what}",
        where=store,
        remedy="compare its description in the map with what it answers",
    )


def signature(secret: str, at: str, method: str, target: str, body: bytes | None) -> str:
    """Return HMAC-SHA256 in hexadecimal over time, method, target and SHA-256 of the body, a line each."""
    text = "\n".join((at, method, target, hashlib.sha256(body or b"").hexdigest()))
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


def _cut(sock: socket.socket, late: threading.Event) -> None:
    """End a connection that takes too long, however busy it looks."""
    late.set()
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _seconds(text: str) -> float:
    """Return what Retry-After says: seconds, or a day and time."""
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError):
        return 0.0
