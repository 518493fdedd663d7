"""The keys that sign checkpoints: the newest one signs, all of them stay to check what they signed.

A key's secret lies wrapped in ``sealed_key``; the key is made known by an entry, so that the checkpoints of
the key before cover the one that follows it.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from shouxin.protect.wrapping import Wrapper
from shouxin.store.keyring import keep_key, store_key
from shouxin.store.ledger import tables
from shouxin.store.ledger.append import append, head
from shouxin.store.ledger.entry import SYSTEM, Actor
from shouxin.store.ledger.note import Algorithm, PublicKey, SigningKey, new_key, read_key

if TYPE_CHECKING:
    from sqlalchemy import Connection


def public_keys(connection: "Connection") -> list[PublicKey]:
    """Return the public keys that the store holds, the oldest first; raise ``InputError`` as ``read_key``."""
    found = connection.execute(select(tables.key.c.public).order_by(tables.key.c.number)).scalars()
    return [read_key(line, "table shouxin.ledger_key") for line in found]


def key_days(connection: "Connection") -> dict[str, datetime]:
    """Return when each key was made, by its id."""
    found = connection.execute(select(tables.key.c.id, tables.key.c.made_at))
    return {row.id: row.made_at for row in found}


def current_key(connection: "Connection", wrapper: Wrapper) -> SigningKey:
    """Return the key that signs now; the first one is made when it is first asked for.

    Raises what unwrapping it raises (``Wrapper.unwrap``).
    """
    keys = public_keys(connection)
    if not keys:
        head(connection, lock=True)
        keys = public_keys(connection)
    if not keys:
        return make_key(connection, wrapper)
    return SigningKey(keys[-1], store_key(connection, wrapper, _name(keys[-1])))


def make_key(
    connection: "Connection",
    wrapper: Wrapper,
    algorithm: Algorithm = "ed25519",
    actor: Actor = SYSTEM,
) -> SigningKey:
    """Make a key that signs from now on, with an entry that says so; raise ``InputError`` (sm2-missing)."""
    key = new_key(head(connection, lock=True).origin, algorithm)
    keep_key(connection, wrapper, _name(key.public), key.secret)
    number = select(func.count()).select_from(tables.key).scalar_subquery()
    connection.execute(insert(tables.key).values(number=number, id=key.public.id, public=str(key.public)))
    append(connection, [actor.did("ledger.key_made", key=str(key.public))])
    return key


def _name(key: PublicKey) -> str:
    return f"ledger/{key.id}"
