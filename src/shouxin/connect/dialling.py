"""Connections to other people's servers: over TLS, and to the very address that was looked at."""

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import SplitResult


def is_loopback(host: str) -> bool:
    """Tell whether a name or address is this machine by what it says, whatever a resolver thinks."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Tell whether an address lies outside of all private networks."""
    return ipaddress.ip_address(address.partition("%")[0]).is_global


def connected(
    at: SplitResult, seconds: float, context: ssl.SSLContext, *, private: bool = False
) -> http.client.HTTPConnection:
    """Connect to a server; a name cannot change between the look at its address and the connection.

    Addresses of private networks only with ``private``. Raises ``OSError``.
    """
    host, tls = at.hostname or "", at.scheme == "https"
    port = at.port or (443 if tls else 80)
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    open_to = [one for one in found if private or is_public(one)]
    if not open_to:
        raise OSError("private network")
    raw = socket.create_connection((open_to[0], port), timeout=seconds)
    if not tls:
        plain = http.client.HTTPConnection(host, port, timeout=seconds)
        plain.sock = raw
        return plain
    connection = http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
    try:
        connection.sock = context.wrap_socket(raw, server_hostname=host)
    except (OSError, ValueError):
        raw.close()
        raise
    return connection
