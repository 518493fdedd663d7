"""Connections to a Redis server: bounded in time, verified, and errors that quote nothing of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shouxin.connect import proof
from shouxin.errors import InputError, ShouxinError, StoreError

if TYPE_CHECKING:
    from redis import Redis

CONNECTIONS = 8
"""Connections to one server at most."""


def client_for(url: str, timeout: float) -> "Redis":
    """Return a client; ``timeout`` in seconds ends each command.

    A certificate is checked by the authorities of the machine, or those of ``ssl_ca_certs`` in the address.
    Raises ``InputError`` (database-url-unreadable, database-driver-missing).
    """
    try:
        from redis import BlockingConnectionPool, Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:
        raise InputError(
            "database-driver-missing",
            'the driver "redis" is not installed',
            remedy="install it: pip install shouxin[redis]",
        ) from None
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=timeout,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),  # a change must not be made twice behind our back
            client_name="shouxin",
        )
        return Redis(connection_pool=pool)
    except (ValueError, TypeError):
        raise InputError(
            "database-url-unreadable",
            "this is no address of a Redis server",
            remedy="write it like redis://user@host:6379/0 or rediss://… for TLS",
        ) from None


def whole(client: "Redis", store: str) -> None:
    """Raise ``StoreError`` (connect-refused) for a part of a cluster: what is elsewhere would be missed."""
    said: Any = client.execute_command("HELLO")  # type: ignore[no-untyped-call]
    about = said if isinstance(said, dict) else dict(zip(said[::2], said[1::2], strict=True))
    if b"cluster" in (about.get(b"mode"), about.get("mode")):
        raise StoreError(
            "connect-refused",
            "the server is a part of a cluster, whose other parts would not be seen; nothing was changed",
            where=store,
            remedy="keep what is people's on a server of its own; a cluster cannot be used yet",
        )


@contextmanager
def told(store: str) -> Iterator[None]:
    """Turn what a server says into an error without values: its messages quote keys and commands.

    Raises ``StoreError``: connect-refused, connect-lost, connect-locked, connect-slow, connect-unproven.
    """
    from redis import exceptions as said

    try:
        yield
    except ShouxinError:
        raise
    except (said.RedisError, OSError) as error:
        code, what, remedy = _said(error)
        raise StoreError(code, f"{what}; nothing was changed", where=store, remedy=remedy) from None


def _said(error: Exception) -> tuple[str, str, str]:
    from redis import exceptions as said

    name = type(error).__name__
    if isinstance(error, said.AuthenticationError | said.AuthorizationError | said.NoPermissionError):
        return "connect-refused", f"the server refused ({name})", "look at the account and its rights"
    if isinstance(error, said.WatchError):
        return "connect-locked", "somebody else changed a key in the meantime", "look again and do it again"
    if proof.unproven(error):
        return proof.CODE, proof.WHAT, proof.REMEDY
    if isinstance(error, said.TimeoutError | TimeoutError):
        return "connect-slow", "a command took longer than it may", "give the store a longer timeout"
    if isinstance(error, said.ConnectionError | OSError):
        return "connect-lost", f"the server does not answer ({name})", "look at its connection and try again"
    return "connect-refused", f"the server refused ({name})", "look at its memory, its disk and its rights"


def lost_on_the_way(error: BaseException) -> bool:
    """Tell whether a transaction was sent and its answer did not come, so that nobody knows of it."""
    from redis import exceptions as said

    broken: tuple[Any, ...] = (said.ConnectionError, said.TimeoutError, OSError)
    return isinstance(error, broken) or isinstance(error.__context__, broken)
