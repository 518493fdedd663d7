"""A ledger of some entries, its keys, and ways to damage it as a superuser can."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.ledger import Entry, append
from shouxin.store.ledger.checkpoint import Sealer

WRAPPER = LocalWrapper(Keys([MainKey("made-up", bytes(range(32)))]))


def entry(number: int = 0, **changes: Any) -> Entry:
    """Return an entry that tells nothing about anybody."""
    told: dict[str, Any] = {
        "kind": "decision", "who": "key-1", "origin": "sdk", "what": {"n": number}, "why": "d-1",
    }  # fmt: skip
    return Entry(**(told | changes))


def write(engine: Engine, numbers: Sequence[int]) -> None:
    """Append an entry for each number, in one transaction."""
    with engine.begin() as connection:
        append(connection, [entry(number) for number in numbers])


def damage(engine: Engine, *statements: str) -> None:
    """Do what the triggers refuse, as whoever owns the tables can."""
    with engine.begin() as connection:
        for name in ("entry", "tile", "key", "checkpoint", "timestamp", "head"):
            connection.execute(text(f"alter table shouxin.ledger_{name} disable trigger user"))
            connection.execute(text(f"grant all on shouxin.ledger_{name} to current_user"))
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture
def sealer(migrated: Engine, tmp_path: Path) -> Sealer:
    """Give what signs checkpoints of a new ledger; entry 0 tells of its key."""
    made = Sealer(migrated, WRAPPER, tmp_path / "ledger")
    made.seal()
    return made


@pytest.fixture
def grown(migrated: Engine, sealer: Sealer) -> Callable[[], Engine]:
    """Give a ledger of 700 entries with checkpoints at 1, 301, 600, and 100 entries that none covers."""

    def make() -> Engine:
        write(migrated, range(1, 301))
        sealer.seal()
        write(migrated, range(301, 600))
        sealer.seal()
        write(migrated, range(600, 700))
        return migrated

    return make
