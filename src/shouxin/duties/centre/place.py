"""Where the centres are found: those of a store, and the keys of services for the current command."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shouxin.duties.centre.keys import ServiceKeys
from shouxin.duties.centre.service import Centre, Offices
from shouxin.duties.command import opened_store, workplace
from shouxin.store.keyring import open_wrapper, store_key
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from shouxin.protect.wrapping import Wrapper

_KEYS = "centre/keys"


def centre_of(
    engine: "Engine",
    wrapper: "Wrapper",
    people: People,
    offices: Offices,
    subjects: Mapping[str, str] | None = None,
    frames: Mapping[str, str] | None = None,
) -> Centre:
    """Return the centres over a store; raise ``InputError`` (settings-value) for a wrong origin."""
    return Centre(engine, people, _secret(engine, wrapper), offices, subjects, frames)


def keys_of(engine: "Engine", wrapper: "Wrapper") -> ServiceKeys:
    """Return the keys by which services vouch for people, in a store."""
    return ServiceKeys(engine, _secret(engine, wrapper))


@contextmanager
def open_keys() -> Iterator[ServiceKeys]:
    """Open the keys of services in the store of the current command."""
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, workplace().keys)
        yield keys_of(store.engine, wrapper)


def _secret(engine: "Engine", wrapper: "Wrapper") -> bytes:
    with engine.begin() as connection:
        return store_key(connection, wrapper, _KEYS)
