"""What the account of a Redis server may do: asked by queueing commands that are then thrown away."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shouxin.connect.keys.pattern import pattern
from shouxin.connect.model import DatasetMap
from shouxin.connect.survey import Problem

if TYPE_CHECKING:
    from redis import Redis

_READ = (("TYPE",), ("GET",), ("HGETALL",), ("LRANGE", 0, 0), ("SSCAN", 0), ("ZSCAN", 0))
_WRITE = (
    *(("DEL",), ("SET", "x", "KEEPTTL"), ("HSET", "x", "x"), ("HDEL", "x"), ("LSET", 0, "x")),
    *(("LREM", 0, "x"), ("SADD", "x"), ("SREM", "x"), ("ZADD", 1, "x"), ("ZREM", "x")),
)
_OVERMUCH = (("ACL", "LIST"), ("CONFIG", "GET", "maxmemory"))


def granted(client: "Redis", found: DatasetMap) -> Iterator[Problem]:
    """Yield each right that is missing for the patterns of the map, and those nobody needs for it.

    A server looks at rights when a command is queued in a transaction; ours is always discarded.
    """
    if not _may(client, ("SCAN", 0, "COUNT", 1)):
        yield _missing("", "SCAN")
    for table in found.tables:
        place = pattern(table.table)
        key = place.key(dict.fromkeys(place.names, uuid4().hex)) or table.table
        for name, *rest in (*_READ, *(_WRITE if table.personal else ())):
            if not _may(client, (name, key, *rest)):
                yield _missing(table.table, name)
    if any(_may(client, command) for command in _OVERMUCH):
        yield _too_many("it may change the settings or the accounts of the server")
    elif _may(client, ("GET", uuid4().hex)):
        yield _too_many("it may read keys of no pattern of the map")


def _may(client: "Redis", command: tuple[str | int, ...]) -> bool:
    from redis.exceptions import NoPermissionError

    pool = client.connection_pool
    connection: Any = pool.get_connection()
    try:
        for one in (("MULTI",), command, ("DISCARD",)):
            connection.send_command(*one)
            try:
                connection.read_response()
            except NoPermissionError:
                return False
    finally:
        connection.disconnect()
        pool.release(connection)
    return True


def _missing(table: str, right: str) -> Problem:
    return Problem(
        code="right-missing",
        where=table,
        what=f"the account may not {right}",
        remedy=f"allow it: ACL SETUSER … +{right.lower()} and the keys of the pattern",
    )


def _too_many(what: str) -> Problem:
    return Problem(
        code="right-too-many",
        where="",
        what=f"the account can do more than it needs: {what}",
        remedy="give the store an account of its own for these keys, with read and write commands only",
    )
