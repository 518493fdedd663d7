"""ASGI and WSGI middleware that write the access log without personal information.

Switch the server's own access log off (``uvicorn --no-access-log``): it writes paths as they came. An
exception of the application is logged clean here and answered with 500; it does not reach the server, which
would write it as it is.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping, Sequence
from typing import Any

from shouxin.protect.logs import Shield
from shouxin.protect.policy_file import Rules
from shouxin.protect.protector import Find

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
_NEVER = {"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key", "x-csrf-token"}
_FAILED = b"Internal Server Error"


class AccessLog:
    """Writes one line a request: method, path, status, milliseconds, and the headers asked for, all clean."""

    def __init__(
        self,
        find: Find,
        rules: Rules | None = None,
        *,
        headers: Sequence[str] = ("user-agent",),
        logger: str = "shouxin.access",
    ) -> None:
        """Take a finder; headers that carry secrets are never written, whatever is asked for."""
        self._shield = Shield(find, rules)
        self._headers = [name.lower() for name in headers if name.lower() not in _NEVER]
        self._log = logging.getLogger(logger)

    def line(
        self, method: str, target: str, headers: Callable[[str], str], status: int, began: float
    ) -> None:
        """Write the line of a finished request; where the search fails, only method and status."""
        spent = (time.perf_counter() - began) * 1000
        try:
            shown = " ".join(
                f"{name}={self._shield.text(value)!r}" for name in self._headers if (value := headers(name))
            )
            self._log.info(
                "%s %s %d %.1f ms %s", method[:20], self._shield.text(target), status, spent, shown
            )
        except Exception as error:
            self._withheld(method, status, error)

    def failure(self, error: BaseException) -> None:
        """Write the traceback of an exception of the application, clean."""
        import traceback

        try:
            text = self._shield.text("".join(traceback.format_exception(error)).rstrip())
            self._log.error("the application failed\n%s", text)
        except Exception as second:
            self._withheld("the application failed", 500, second)

    def _withheld(self, what: str, status: int, error: Exception) -> None:
        self._log.warning("%s %d (withheld: %s)", what[:40], status, type(error).__name__)


class AsgiAccessLog:
    """ASGI middleware: ``app = AsgiAccessLog(app, AccessLog(find))``."""

    def __init__(self, app: AsgiApp, log: AccessLog) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and write its line when it is done."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            self._log.failure(error)
            if not status:
                head = [(b"content-type", b"text/plain"), (b"content-length", str(len(_FAILED)).encode())]
                await noted({"type": "http.response.start", "status": 500, "headers": head})
                await send({"type": "http.response.body", "body": _FAILED})
        finally:
            query = scope.get("query_string", b"").decode("latin-1")
            given = {name.decode("latin-1").lower(): value for name, value in scope.get("headers", ())}
            self._log.line(
                scope.get("method", ""),
                scope.get("path", "") + (f"?{query}" if query else ""),
                lambda name: given.get(name, b"").decode("utf-8", "replace"),
                status,
                began,
            )


class WsgiAccessLog:
    """WSGI middleware: ``app = WsgiAccessLog(app, AccessLog(find))``."""

    def __init__(self, app: Callable[..., Iterable[bytes]], log: AccessLog) -> None:
        self._app, self._log = app, log

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        """Pass a request on and write its line when its last byte is out."""
        began, status = time.perf_counter(), 0

        def noted(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal status
            status = int(line[:3])
            return start_response(line, headers, exc_info) if exc_info else start_response(line, headers)

        body: Iterable[bytes] = ()
        try:
            body = self._app(environ, noted)
            yield from body
        except Exception as error:
            self._log.failure(error)
            if not status:
                noted("500 Internal Server Error", [("Content-Type", "text/plain")])
                yield _FAILED
        finally:
            if hasattr(body, "close"):
                body.close()
            query = environ.get("QUERY_STRING", "")
            path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
            self._log.line(
                environ.get("REQUEST_METHOD", ""),
                path + (f"?{query}" if query else ""),
                lambda name: str(environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")),
                status,
                began,
            )
