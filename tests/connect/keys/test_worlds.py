"""Random worlds in Redis: all of a person is found, nothing of others changes, all or nothing, once."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any, cast

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shouxin.connect.keys.opening import client_for
from shouxin.connect.keys.pattern import pattern
from shouxin.connect.keys.redis import RedisSource
from shouxin.connect.model import DatasetMap, MappedTable
from shouxin.connect.person import Person
from shouxin.connect.rows.store import RowStore
from shouxin.connect.survey import Outcome, Row, Survey
from tests.connect.keys.server import Server
from tests.connect.test_erasing import asked
from tests.connect.worlds.checks import Fault
from tests.connect.worlds.draw import worlds
from tests.connect.worlds.judge import Trial, judge, touched
from tests.connect.worlds.world import Snapshot, World

FEW = settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Keys:
    """A world in a server: half of its tables as hashes, half as JSON, each row the key of its pattern."""

    def __init__(self, world: World, server: Server) -> None:
        self.redis, self.world, self.server = server.client, world, server
        self.names = {name: self._pattern(name) for name in world.tables}
        self.tables = {new: old for old, new in self.names.items()}
        self.map = DatasetMap(store="random", tables=tuple(map(self._mapped, world.map.tables)))
        self.redis.flushall()
        self.redis.acl_setuser(
            "service", enabled=True, nopass=True, reset=True, keys=["*"], categories=["+@all"]
        )
        for made in world.rows:
            self._write(made.table, made.values)

    def _pattern(self, table: str) -> str:
        return ":".join([table, *(f"{{{name}}}" for name in self.world.known_by(table))])

    def _mapped(self, table: MappedTable) -> MappedTable:
        references = (msgspec.structs.replace(one, to=self.names[one.to]) for one in table.references)
        return msgspec.structs.replace(table, table=self.names[table.table], references=tuple(references))

    def _hashed(self, table: str) -> bool:
        return sorted(self.world.tables).index(table) % 2 == 0

    def _write(self, table: str, values: Mapping[str, Any]) -> None:
        found = pattern(self.names[table])
        key = found.key({name: str(values[name]) for name in found.names})
        assert key is not None
        document = {name: _encoded(value) for name, value in values.items() if name not in found.names}
        if self._hashed(table):
            texts: dict[Any, Any] = {
                name: _text(value) for name, value in document.items() if value is not None
            }
            self.redis.hset(key, mapping={**texts, "_": "row"})
        else:
            self.redis.set(key, json.dumps(document))

    def snapshot(self, world: World) -> Snapshot:
        """Return everything that the server holds."""
        held = {}
        everything: Any = self.redis.hgetall
        for raw in self.redis.scan_iter():
            key = cast("bytes", raw).decode()
            table = key.partition(":")[0]
            if self._hashed(table):
                document = {name.decode(): value.decode() for name, value in everything(key).items()}
            else:
                document = json.loads(self.redis.get(key) or b"")
            values = {**document, **(pattern(self.names[table]).values(key) or {})}
            row = {one.column: values.get(one.column) for one in world.tables[table].columns}
            held[world.place(table, row)] = row
        return held

    @contextmanager
    def broken(self, table: str) -> Iterator[None]:
        """Let every change of a table fail inside the block: the account may only read it."""
        others = [f"{name}:*" for name in self.world.tables if name != table]
        self.redis.acl_setuser("service", reset_keys=True, keys=others, enabled=True)
        run: Any = self.redis.execute_command
        run("ACL", "SETUSER", "service", f"%R~{table}:*")
        try:
            yield
        finally:
            self.redis.acl_setuser("service", reset_keys=True, keys=["*"], enabled=True)

    @contextmanager
    def opened(self, _world: World) -> Iterator["Named"]:
        """Give the store, as the account of the service."""
        address = self.server.url.replace("//", "//service:x@")
        with RowStore(self.map, RedisSource(self.map, client_for(address, 20))) as store:
            yield Named(store, self.tables)


class Named:
    """A store whose tables have the names that the world knows them by."""

    def __init__(self, store: RowStore, names: Mapping[str, str]) -> None:
        self._store, self._names = store, names

    def read(self, person: Person, as_of: date) -> Iterator[Row]:
        """Yield the person's rows."""
        for row in self._store.read(person, as_of):
            yield row._replace(table=self._names[row.table])

    def survey(self, person: Person, as_of: date) -> "Seen":
        """Return what an erasure would do."""
        return Seen(self._store.survey(person, as_of), self._names)

    def erase(
        self, person: Person, as_of: date, *, digest: str | None = None, dry_run: bool = False
    ) -> Outcome:
        """Erase a person."""
        done = self._store.erase(person, as_of, digest=digest, dry_run=dry_run)
        deleted, changed = (
            {self._names[name]: rows for name, rows in some.items()} for some in (done.deleted, done.changed)
        )
        return msgspec.structs.replace(done, deleted=deleted, changed=changed)


class Seen:
    """A survey under the names of the world."""

    def __init__(self, survey: Survey, names: Mapping[str, str]) -> None:
        self.digest = survey.digest
        self.parts = [msgspec.structs.replace(one, table=names[one.table]) for one in survey.parts]


def _encoded(value: Any) -> Any:
    return str(value) if isinstance(value, date) else float(value) if isinstance(value, Decimal) else value


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def faults(world: World, person: int, server: Server) -> list[Fault]:
    """Return what is wrong with the erasure of a person of a world in Redis."""
    keys = Keys(world, server)
    tables = touched(world, person)
    fails_at = tables[len(world.rows) % len(tables)] if tables else None
    return judge(Trial(world, keys, keys.opened, asked), person, fails_at)


@given(world=worlds(), person=st.integers(0, 1))
@FEW
def test_random_worlds(server: Server, world: World, person: int) -> None:
    """A person of a random world is erased from Redis as from a database."""
    assert faults(world, person, server) == []
