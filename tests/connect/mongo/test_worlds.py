"""Random worlds as documents: all of a person is found, nothing of others changes, all or nothing, once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bson.decimal128 import Decimal128
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shouxin.connect.mongo.opening import database_for
from shouxin.connect.mongo.source import MongoSource
from shouxin.connect.rows.store import RowStore
from tests.connect.mongo.server import DATABASE, Engine, running
from tests.connect.test_erasing import asked
from tests.connect.worlds.draw import worlds
from tests.connect.worlds.judge import Trial, judge, touched
from tests.connect.worlds.world import Snapshot, World

FEW = settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Documents:
    """A world in a server, each row a document."""

    def __init__(self, world: World, engine: Engine) -> None:
        self.engine = engine
        for name in world.tables:
            engine.data.create_collection(name)
        for made in world.rows:
            engine.data[made.table].insert_one({k: _stored(value) for k, value in made.values.items()})

    def snapshot(self, world: World) -> Snapshot:
        """Return everything that the server holds."""
        held = {}
        for name, table in world.tables.items():
            for document in self.engine.data[name].find():
                row = {one.column: _read(document.get(one.column)) for one in table.columns}
                held[world.place(name, row)] = row
        return held

    @contextmanager
    def broken(self, table: str) -> Iterator[None]:
        """Let every change of a collection fail inside the block."""
        self.engine.refused = {table}
        try:
            yield
        finally:
            self.engine.refused = set()

    @contextmanager
    def opened(self, world: World) -> Iterator[RowStore]:
        """Give the store."""
        database = database_for(f"mongodb://127.0.0.1:{self.engine.port}/{DATABASE}", 20)
        with RowStore(world.map, MongoSource(world.map, database)) as store:
            yield store


def _stored(value: Any) -> Any:
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return Decimal128(value) if isinstance(value, Decimal) else value


def _read(value: Any) -> Any:
    """Return a value as the world has it."""
    if isinstance(value, datetime):
        return value.date()
    return value.to_decimal() if isinstance(value, Decimal128) else value


@given(world=worlds(), person=st.integers(0, 1))
@FEW
def test_random_worlds(world: World, person: int) -> None:
    """A person of a random world is erased from documents as from a database."""
    with running() as engine:
        documents = Documents(world, engine)
        tables = touched(world, person)
        fails_at = tables[len(world.rows) % len(tables)] if tables else None
        assert judge(Trial(world, documents, documents.opened, asked), person, fails_at) == []


def test_values_come_back_as_they_were() -> None:
    """What the world compares by is what was stored."""
    values: Mapping[str, Any] = {"day": date(2024, 1, 2), "sum": Decimal("12.50"), "text": "x"}
    assert {name: _read(_stored(value)) for name, value in values.items()} == values
