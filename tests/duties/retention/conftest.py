"""Two households as stores of a service, SQLite files both, and the office that ends what is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from shouxin.connect.model import DatasetMap
from shouxin.connect.stores import Store, opened
from shouxin.duties.access.service import SYSTEM_KEY, Approvals, Principal
from shouxin.duties.days import end_of
from shouxin.duties.retention.model import Run
from shouxin.duties.retention.service import Retention
from shouxin.duties.rights.service import Stores
from shouxin.store.ledger.entry import Actor
from tests.connect import household

DAY = household.TODAY
STAFF = Principal(id="operator:1", kind="operator", roles=frozenset({"staff"}))
APPROVER = Principal(id="operator:2", kind="operator", roles=frozenset({"approver"}))
ACTOR = Actor("operator:1", "console")
MAPS = tuple(household.mapped(household.MAP.replace("store: household", f"store: {name}")) for name in "ab")


class Breaking:
    """A store whose next call of a name fails, before it did its work or after."""

    def __init__(self, store: Store, fails: dict[tuple[str, str], Exception]) -> None:
        self._store, self._fails = store, fails

    def __getattr__(self, name: str) -> object:
        def call(*given: object, **named: object) -> object:
            early = self._fails.pop((self._store.name, name), None)
            if early:
                raise early
            answer = getattr(self._store, name)(*given, **named)
            late = self._fails.pop((self._store.name, f"{name} done"), None)
            if late:
                raise late
            return answer

        return getattr(self._store, name) if name == "name" else call


class RetentionOffice:
    """The runs over two stores, what is in them, and how they are made to fail."""

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.fails: dict[tuple[str, str], Exception] = {}
        self.addresses = {name: f"sqlite:///{folder}/{name}.db" for name in "ab"}
        self.retention = self.begun()

    def begun(self) -> Retention:
        """Return the duty as a process that just started has it."""
        return Retention(
            self.engine, Stores(lambda: MAPS, self.addresses, self._opened), Approvals(self.engine)
        )

    @contextmanager
    def _opened(self, found: DatasetMap, url: str) -> Iterator[Store]:
        with opened(found, url) as store:
            yield Breaking(store, self.fails)  # type: ignore[misc]

    def approved(self) -> Run:
        """Return a run that staff asked for and another person approved."""
        run = self.retention.find(DAY, STAFF, "console")
        return self.approve(run)

    def approve(self, run: Run) -> Run:
        """Let another person approve a run."""
        return self.retention.decide(
            run.number, run.digest, APPROVER, "console", give=True, reason="over", measures="no copy",
            until=end_of("2099-01-01"),
        )  # fmt: skip

    def cells(self, name: str) -> household.Cells:
        """Return everything that a store holds."""
        engine = sa.create_engine(self.addresses[name])
        try:
            return household.cells(engine)
        finally:
            engine.dispose()

    def entries(self, kind: str) -> list[sa.Row[tuple[object, ...]]]:
        """Return what the ledger says of a kind."""
        asked = sa.text(
            "select what, why, outcome, who from shouxin.ledger_entry where kind = :kind order by number"
        )
        with self.engine.connect() as connection:
            return list(connection.execute(asked, {"kind": kind}))


@pytest.fixture
def office(migrated: sa.Engine, tmp_path: Path) -> Iterator[RetentionOffice]:
    """Give the office over two filled households."""
    made = RetentionOffice(migrated, tmp_path)
    with household.filled(made.addresses["a"]), household.filled(made.addresses["b"]):
        yield made


__all__ = ["ACTOR", "APPROVER", "DAY", "STAFF", "SYSTEM_KEY", "RetentionOffice", "office"]
