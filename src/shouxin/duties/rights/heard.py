"""What parties call in: once its signature holds, their status is asked for at once."""

from typing import NamedTuple

from shouxin.connect.opendsr.model import MAKE
from shouxin.connect.opendsr.store import OpenDsrStore
from shouxin.duties.rights import kept_errands
from shouxin.duties.rights.desk import Desk
from shouxin.errors import InputError


class Call(NamedTuple):
    """A callback as it came: the domain and signature of its headers, and its very bytes."""

    domain: str
    signature: str
    body: bytes


def heard(desk: Desk, call: Call) -> None:
    """Take a callback of a party: nothing rests on what it says but when its status is asked for.

    So one that is played again, or comes out of order, changes nothing. Raises ``InputError``
    (opendsr-callback) for a party or request that there is not, ``IntegrityError`` (opendsr-signature).
    """
    with desk.stores.opened(make=MAKE) as (stores, _):
        for store in stores:
            if isinstance(store, OpenDsrStore) and call.domain.lower() == store.domain:
                number = store.heard(call.signature, call.body)
                with desk.begin() as connection:
                    if kept_errands.hasten(connection, store.name, number):
                        return
    raise InputError(
        "opendsr-callback",
        f'no request waits at a party of the make "{MAKE}" that this could be about',
        remedy="call the address that came with the request, for a request that is not completed",
    )
