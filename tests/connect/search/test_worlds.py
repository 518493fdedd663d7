"""Random worlds as documents of indexes: all is found, nothing of others changes, and a failure is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shouxin.connect.stores import Store, opened
from tests.connect.search.server import Engine, running
from tests.connect.test_erasing import asked
from tests.connect.worlds.draw import worlds
from tests.connect.worlds.judge import Trial, judge
from tests.connect.worlds.world import Snapshot, World

FEW = settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Documents:
    """A world in a cluster, each row a document, each column mapped by its type."""

    def __init__(self, world: World, engine: Engine) -> None:
        self.engine = engine
        for name, table in world.schema.tables.items():
            engine.make(name, {one.name: _mapping(one) for one in table.columns})
        for number, made in enumerate(world.rows):
            document = {name: _stored(value) for name, value in made.values.items()}
            engine.indexes[made.table].put(str(number), document)

    def snapshot(self, world: World) -> Snapshot:
        """Return everything that the cluster holds."""
        return {
            world.place(name, one["_source"]): one["_source"]
            for name, index in self.engine.indexes.items()
            for one in index.documents.values()
        }

    @contextmanager
    def broken(self, table: str) -> Iterator[None]:
        """Let every change of a table fail; what is not one transaction is judged without it."""
        yield

    @contextmanager
    def opened(self, world: World) -> Iterator[Store]:
        """Give the store."""
        with opened(world.map, self.engine.url) as store:
            yield store


def _mapping(column: "sa.Column[Any]") -> dict[str, Any]:
    """Return the mapping that a service would choose, or the one that comes by itself."""
    if isinstance(column.type, sa.Integer):
        return {"type": "long"}
    if isinstance(column.type, sa.Text):
        return {"type": "text"}
    dynamic = {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}
    return {"type": "keyword"} if len(column.name) % 2 else dynamic


def _stored(value: Any) -> Any:
    return str(value) if isinstance(value, date) else float(value) if isinstance(value, Decimal) else value


@given(world=worlds(), person=st.integers(0, 1))
@FEW
def test_random_worlds(world: World, person: int) -> None:
    """A person of a random world is erased from indexes as from a database."""
    with running() as engine:
        documents = Documents(world, engine)
        assert judge(Trial(world, documents, documents.opened, asked), person) == []
