"""Wrapping every key of a store anew after the key-encryption key has changed, a batch a transaction.

What is done stays done: a run that was killed goes on where it ended, and several may run at once.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from shouxin.protect.wrapping import Bound, Wrapper

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, TextClause

BATCH = 1000
"""Keys that are wrapped anew in one transaction."""

_PEOPLE = text(
    "select id as name, lookup as bound, kek, wrapped from shouxin.person "
    "where kek <> :kek order by id limit :most for update skip locked"
)
_SET_PEOPLE = text(
    "update shouxin.person set kek = :kek, wrapped = made.wrapped "
    "from unnest(cast(:names as bigint[]), cast(:wrapped as bytea[])) as made (name, wrapped) "
    "where person.id = made.name"
)
_STORE = text(
    "select name, convert_to(name, 'UTF8') as bound, kek, wrapped from shouxin.sealed_key "
    "where kek <> :kek order by name limit :most for update skip locked"
)
_SET_STORE = text(
    "update shouxin.sealed_key set kek = :kek, wrapped = made.wrapped "
    "from unnest(cast(:names as text[]), cast(:wrapped as bytea[])) as made (name, wrapped) "
    "where sealed_key.name = made.name"
)


def rewrap(engine: "Engine", wrapper: Wrapper, batch: int = BATCH) -> int:
    """Wrap all keys under the current key-encryption key; return how many were under another.

    Raises what ``Wrapper.unwrap`` raises; the batches before are done then.
    """
    done = 0
    for find, change in ((_STORE, _SET_STORE), (_PEOPLE, _SET_PEOPLE)):
        while True:
            with engine.begin() as connection:
                count = _batch(connection, wrapper, (find, change), batch)
            if not count:
                break
            done += count
    return done


def waiting(connection: "Connection", kek: str) -> int:
    """Return how many keys are wrapped under another key-encryption key than this one."""
    asked = text(
        "select (select count(*) from shouxin.person where kek <> :kek) "
        "+ (select count(*) from shouxin.sealed_key where kek <> :kek)"
    )
    return int(connection.execute(asked, {"kek": kek}).scalar_one())


def _batch(
    connection: "Connection", wrapper: Wrapper, asked: tuple["TextClause", "TextClause"], most: int
) -> int:
    current = wrapper.current()
    rows: Sequence[Any] = connection.execute(asked[0], {"kek": current, "most": most}).all()
    for kek in {row.kek for row in rows}:
        own = [row for row in rows if row.kek == kek]
        keys = wrapper.unwrap(kek, [Bound(bytes(row.wrapped), bytes(row.bound)) for row in own])
        wrapped = wrapper.wrap([Bound(key, bytes(row.bound)) for key, row in zip(keys, own, strict=True)])
        connection.execute(asked[1], {"kek": current, "names": [row.name for row in own], "wrapped": wrapped})
    return len(rows)
