"""Where access is found: the key that seals its seeds, and the store of the current command."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine

from shouxin.duties.access.model import Principal
from shouxin.duties.access.service import Access
from shouxin.duties.command import opened_store, workplace
from shouxin.protect.wrapping import Wrapper
from shouxin.store.keyring import open_wrapper, store_key

_SEEDS = "access/seeds"


def secret(engine: Engine, wrapper: Wrapper) -> bytes:
    """Return the store's own key that seals the seeds of one-time codes; errors as ``store_key``."""
    with engine.begin() as connection:
        return store_key(connection, wrapper, _SEEDS)


@contextmanager
def open_access() -> Iterator[Access]:
    """Open access in the store of the current command; it is made where there is none yet."""
    with opened_store() as store:
        yield Access(store.engine, secret(store.engine, open_wrapper(store.engine, workplace().keys)))


def asked_password(text: str = "Password", *, twice: bool = False) -> str:
    """Return a password that is typed and never shown; it is no option, which others could read."""
    answer: str = click.prompt(text, hide_input=True, confirmation_prompt=twice, err=True)
    return answer


def proven(access: Access, name: str) -> Principal:
    """Return who types the name's password, and the one-time code where one is set up."""
    password = asked_password(f"Password of {name}")
    code = ""
    if access.operators.find(name).one_time_codes:
        code = click.prompt("One-time code", err=True)
    return access.prove(name, password, code)
