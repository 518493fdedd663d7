"""Fetching a page of the organisation's own: http or https, small, quick, never from private networks."""

import http.client
import ipaddress
import socket
import ssl
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

LARGEST = 2 * 1024 * 1024
"""Bytes of a page that are read."""

_SECONDS = 10
_HOPS = 3


class Page(NamedTuple):
    """What an address answered: the status (0 where nothing did), its text, and what went wrong."""

    status: int
    text: str
    problem: str = ""

    @property
    def found(self) -> bool:
        """Tell whether there is a page."""
        return self.status == 200 and bool(self.text.strip())


class Fetcher:
    """Fetches pages; addresses of private networks only with ``allow_private``."""

    def __init__(self, *, allow_private: bool = False) -> None:
        self._allow_private = allow_private

    def __call__(self, address: str) -> Page:
        """Return what stands at an address; never raises."""
        for _ in range(_HOPS + 1):
            try:
                page, elsewhere = self._once(address)
            except (OSError, http.client.HTTPException, ValueError) as error:
                return Page(0, "", f"cannot be fetched: {type(error).__name__}")
            if not elsewhere:
                return page
            address = urljoin(address, elsewhere)
        return Page(0, "", "redirects too often")

    def _once(self, address: str) -> tuple[Page, str]:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            return Page(0, "", "is no http or https address"), ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        place = self._resolve(parts.hostname, port)
        if place is None:
            return Page(0, "", "lies in a private network"), ""
        connection = _connect(parts.scheme, parts.hostname, place, port)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(
                "GET", path, headers={"User-Agent": "shouxin", "Accept": "text/html,*/*;q=0.1"}
            )
            answer = connection.getresponse()
            if answer.status in (301, 302, 303, 307, 308):
                return Page(answer.status, ""), answer.getheader("Location", "")
            charset = answer.headers.get_content_charset("utf-8")
            text = answer.read(LARGEST).decode(charset, errors="replace")
            return Page(answer.status, text, "" if answer.status == 200 else f"answers {answer.status}"), ""
        except LookupError:
            return Page(0, "", "has an unknown encoding"), ""
        finally:
            connection.close()

    def _resolve(self, host: str, port: int) -> str | None:
        """Return an address of the host to connect to, or None where it is private and must not be.

        The connection goes to the very address that was looked at, so that a name cannot change between.
        """
        for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            place = str(found[4][0])
            if self._allow_private or ipaddress.ip_address(place.partition("%")[0]).is_global:
                return place
        return None


def _connect(scheme: str, host: str, place: str, port: int) -> http.client.HTTPConnection:
    if scheme == "http":
        connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
        connection.sock = socket.create_connection((place, port), timeout=_SECONDS)
        return connection
    context = ssl.create_default_context()
    secure = http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=context)
    raw = socket.create_connection((place, port), timeout=_SECONDS)
    try:
        secure.sock = context.wrap_socket(raw, server_hostname=host)
    except (OSError, ValueError):
        raw.close()
        raise
    return secure
