"""Where a command finds the law library: with a store where one is needed or there already."""

from collections.abc import Iterator
from contextlib import contextmanager

from shouxin.duties.command import say, workplace
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from shouxin.store import open_store, store_exists


@contextmanager
def open_library(*, needs_store: bool) -> Iterator[Library]:
    """Open the library; with the imported texts where a store is there already or is needed."""
    config = workplace().store_config
    if not needs_store and not store_exists(config):
        yield Library(register(), chosen=workplace().readings)
        return
    from shouxin.duties.library.texts import StoredTexts

    with open_store(config, say if needs_store else _quiet) as store:
        texts = StoredTexts(store.engine)
        if needs_store:
            from shouxin.store.migrate import upgrade

            upgrade(store.engine, say)
        yield Library(register(), texts if needs_store or texts.ready() else None, workplace().readings)


def _quiet(_words: str) -> None:
    """Say nothing: opening a store only to read from it is not worth a word."""
