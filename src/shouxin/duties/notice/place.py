"""Where a command finds the notices: with a store where one is needed or there already."""

from collections.abc import Iterator
from contextlib import contextmanager

from shouxin.duties.command import opened_store, workplace
from shouxin.duties.gate.service import Decider
from shouxin.duties.notice.service import Notices
from shouxin.law.register import register
from shouxin.store import store_exists


@contextmanager
def open_notices(*, needs_store: bool = True) -> Iterator[Notices]:
    """Open the notices; without a store they can be checked only, and no fact of the service is known."""
    decider, law = Decider(register(), workplace().readings), register().version
    if not needs_store and not store_exists(workplace().store_config):
        yield Notices(decider, law)
        return
    with opened_store() as store:
        yield Notices(decider, law, store.engine)
