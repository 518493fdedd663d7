"""A person of few rows, worked out in Python: what others do meanwhile, and where the way ends."""

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from shouxin.connect.rows.source import Change
from shouxin.connect.sql import source
from shouxin.connect.sql.own import Keys
from shouxin.connect.sql.source import SqlSource
from shouxin.connect.stores import Store
from shouxin.errors import StoreError
from tests.connect.household import ONE, TODAY, cells
from tests.connect.test_sql_store import row


class Meddling:
    """Somebody who writes to a text after it was read and before it is changed, some times."""

    def __init__(self, engine: sa.Engine, times: int) -> None:
        self._engine, self.left = engine, times
        self._apply = SqlSource.apply

    def __call__(self, changed: SqlSource, changes: Sequence[Change]) -> None:
        """Write first, then let the changes be made."""
        if self.left:
            self.left -= 1
            with self._engine.begin() as connection:
                connection.exec_driver_sql(
                    f"update letter set body = 'PS {self.left}: 16100000001' where id = 3"
                )
        self._apply(changed, changes)


def meddling(engine: sa.Engine, times: int) -> Any:
    """Put somebody else between reading and writing."""
    meddler = Meddling(engine, times)
    return patch.object(SqlSource, "apply", lambda self, changes: meddler(self, changes))


def test_a_text_that_changed_meanwhile_is_not_overwritten(store: Store, household_engine: sa.Engine) -> None:
    """The erasure begins again and hides the number in what the text says now."""
    if household_engine.dialect.name == "sqlite":
        pytest.skip("nobody else can write to SQLite meanwhile")
    with meddling(household_engine, 1):
        store.erase(ONE, TODAY)
    assert row(cells(household_engine), "letter", 3)[-1] == "PS 0: ***"


def test_somebody_who_never_stops_is_told(store: Store, household_engine: sa.Engine) -> None:
    """After some tries it ends with an error, and nothing is half done."""
    if household_engine.dialect.name == "sqlite":
        pytest.skip("nobody else can write to SQLite meanwhile")
    with meddling(household_engine, 99), pytest.raises(StoreError) as refused:
        store.erase(ONE, TODAY)
    assert refused.value.code == "connect-locked"
    assert len(cells(household_engine)["tag"]) == 4


def test_too_many_rows_go_the_other_way(store: Store, household_engine: sa.Engine) -> None:
    """One row more than may be fetched, and temporary tables do the same; MySQL knows no such end."""
    made: list[Keys] = []
    ready = Keys.ready

    def watched(self: Keys, connection: sa.Connection) -> None:
        made.append(self)
        ready(self, connection)

    few = store.survey(ONE, TODAY)
    with patch.object(Keys, "ready", watched), patch.object(source, "LARGE", 3):
        many = store.survey(ONE, TODAY)
    assert many == few
    assert bool(made) == (household_engine.url.drivername != "mysql+pymysql")
