"""MySQL as rows: a statement can name a temporary table only once there, so everything is fetched."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial

from shouxin.connect.affected import TouchedRows
from shouxin.connect.model import DatasetMap
from shouxin.connect.person import Person
from shouxin.connect.rows.finding import MOST_ROWS
from shouxin.connect.rows.own import Ground
from shouxin.connect.rows.source import Session
from shouxin.connect.rows.store import Working
from shouxin.connect.sql.database import Database
from shouxin.connect.sql.few import grounds_of
from shouxin.connect.sql.people import SqlAffected
from shouxin.connect.sql.source import SqlSource, TooMany
from shouxin.connect.survey import Outcome, Problem
from shouxin.errors import InputError


class MySqlStore(Working):
    """MySQL, or MariaDB under an address that begins with mysql; text of keys is compared by letters."""

    def __init__(self, found: DatasetMap, url: str, timeout: float) -> None:
        super().__init__(found)
        self._database = Database(found, url, timeout)

    def check(self) -> tuple[Problem, ...]:
        """Return where map and database differ, and which rights are missing or too many."""
        return self._database.check(temporary=False)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def erase(
        self, person: Person, as_of: date, *, digest: str | None = None, dry_run: bool = False
    ) -> Outcome:
        """Carry out what ``survey`` says, again where another session was in the way."""
        erase = partial(super().erase, person, as_of, digest=digest, dry_run=dry_run)
        return self._database.tried(erase)

    @contextmanager
    def people(self, rows: Sequence[TouchedRows], identity: str) -> Iterator[SqlAffected]:
        """Give whom some rows are about for the time of a block; errors as ``TellsPeople``."""
        with self._database.began(commit=False) as (connection, keys):
            yield SqlAffected(connection, keys.ground, rows, identity)

    @contextmanager
    def _session(self) -> Iterator[tuple[Ground, Session]]:
        try:
            with self._database.began(commit=True) as (connection, keys):
                grounds = keys.once("few", lambda: (grounds_of(keys, exact=True),))[0]
                if grounds is None:
                    raise InputError(
                        "map-rows",
                        "a column of a kind that is not known ties tables or can never be empty",
                        where=self.name,
                        remedy="tie tables by numbers, text or UUIDs, and let others be empty",
                    )
                yield grounds.every, SqlSource(connection, keys, MOST_ROWS)
        except TooMany:
            raise InputError(
                "person-too-large",
                f"more than {MOST_ROWS:,} rows at once",
                where=self.name,
                remedy="look at the references of the map: they join rows of several people",
            ) from None
