"""Connections to MongoDB: bounded in time, verified, and errors that quote nothing of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shouxin.connect import proof
from shouxin.errors import InputError, ShouxinError, StoreError

if TYPE_CHECKING:
    from pymongo.database import Database

CONNECTIONS = 8
"""Connections to one server at most."""


def database_for(url: str, timeout: float) -> "Database[Any]":
    """Return the database that an address names; ``timeout`` in seconds ends each round trip.

    Reading is from the primary, writing waits for the majority. A certificate is checked by the authorities
    of the machine, or those of ``tlsCAFile`` in the address. Raises ``InputError``
    (database-url-unreadable, database-driver-missing).
    """
    try:
        from bson.binary import UuidRepresentation
        from bson.codec_options import CodecOptions
        from bson.raw_bson import RawBSONDocument
        from pymongo import MongoClient, ReadPreference, WriteConcern
        from pymongo.errors import PyMongoError
    except ImportError:
        raise InputError(
            "database-driver-missing",
            'the driver "pymongo" is not installed',
            remedy="install it: pip install shouxin[mongo]",
        ) from None
    milliseconds = max(1, int(timeout * 1000))
    client: MongoClient[Any] | None = None
    try:
        client = MongoClient(
            url,
            maxPoolSize=CONNECTIONS,
            serverSelectionTimeoutMS=milliseconds,
            connectTimeoutMS=milliseconds,
            socketTimeoutMS=milliseconds,
            waitQueueTimeoutMS=milliseconds,
            appname="shouxin",
            connect=False,
        )
        return client.get_default_database(
            codec_options=CodecOptions(RawBSONDocument, uuid_representation=UuidRepresentation.STANDARD),
            read_preference=ReadPreference.PRIMARY,
            write_concern=WriteConcern("majority", wtimeout=milliseconds),
        )
    except (PyMongoError, ValueError, TypeError, OSError):
        if client is not None:
            client.close()
        raise InputError(
            "database-url-unreadable",
            "this is no address of a database of MongoDB that can be used",
            remedy="write it like mongodb://user@host:27017/database?tls=true, with the database",
        ) from None


@contextmanager
def told(store: str, after: str = "nothing was changed") -> Iterator[None]:
    """Turn what a server says into an error without values: its messages quote documents.

    ``after`` says how things stand then. Raises ``StoreError``: connect-refused, connect-lost,
    connect-locked, connect-slow, connect-unproven.
    """
    from bson.errors import BSONError
    from pymongo.errors import PyMongoError

    try:
        yield
    except ShouxinError:
        raise
    except (PyMongoError, BSONError, OSError) as error:
        code, what, remedy = _said(error)
        raise StoreError(code, f"{what}; {after}", where=store, remedy=remedy) from None


def _said(error: Exception) -> tuple[str, str, str]:
    from pymongo import errors as said

    name, number = type(error).__name__, number_of(error)
    if proof.unproven(error):
        return proof.CODE, proof.WHAT, proof.REMEDY
    if number in _LOCKED:
        return "connect-locked", "somebody else changed a document in the meantime", "look again"
    if number in _SLOW or isinstance(error, said.NetworkTimeout | said.ExecutionTimeout | said.WTimeoutError):
        return "connect-slow", "a question took longer than it may", "give the store a longer timeout"
    if isinstance(error, said.ConnectionFailure | OSError):
        return "connect-lost", f"the server does not answer ({name})", "look at its connection and try again"
    named = f"{name} {number}" if number else name
    remedy = "look at the account, its rights, and the rules of the collection"
    return "connect-refused", f"the server refused ({named})", remedy


def number_of(error: Exception) -> int:
    """Return the number of what a server said, 0 where it said none."""
    details = getattr(error, "details", None) or {}
    first = (*details.get("writeErrors", ()), *details.get("writeConcernErrors", ()), {})[0]
    return int(getattr(error, "code", 0) if not first else first.get("code", 0)) if error else 0


_LOCKED = frozenset({24, 112, 246, 251})
_SLOW = frozenset({50, 64, 262})
