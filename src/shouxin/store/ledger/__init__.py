"""The ledger: an append-only log of every operation, as a hash tree whose checkpoints are signed."""

from shouxin.store.ledger.append import append
from shouxin.store.ledger.entry import SYSTEM, Actor, Entry
from shouxin.store.ledger.writer import Writer

__all__ = ["SYSTEM", "Actor", "Entry", "Writer", "append"]
