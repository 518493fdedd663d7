"""The stores of a service, whatever they are: what every one of them can be asked and told.

Dates are days in Beijing. A person is given by identities that were verified; what a store answers holds
counts and places, never a value, but for ``learn`` and ``read``. Errors: ``InputError`` map-schema,
erase-column, erase-changed, person-too-many; ``StoreError`` connect-lost, connect-locked, connect-slow,
connect-full, connect-refused, erase-residue. After any of them the store is as it was before.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from shouxin.connect.model import DatasetMap
from shouxin.connect.person import Person
from shouxin.connect.survey import Outcome, Part, Problem, Row, Survey
from shouxin.errors import InputError

if TYPE_CHECKING:
    from shouxin.connect.rows.source import Source

FILES = ("files", "s3", "s3a", "gs", "gcs", "abfs", "az", "memory")
"""Schemes of addresses at which files are; at others are files where the map says so."""


class Store(Protocol):
    """One store of the service, opened for the time of a ``with`` block or for long."""

    @property
    def name(self) -> str:
        """Return what the map calls the store."""

    def check(self) -> tuple[Problem, ...]:
        """Return where the map and the store differ, and which rights are missing or too many."""

    def learn(self, person: Person, as_of: date) -> Person:
        """Return the person's identities as the store's own rows tell them, with those given."""

    def survey(self, person: Person, as_of: date) -> Survey:
        """Return what is there of a person and what an erasure would do; nothing changes."""

    def read(self, person: Person, as_of: date) -> Iterator[Row]:
        """Yield what is there as the person may see it, a page at a time."""

    def correct(
        self,
        person: Person,
        table: str,
        key: Mapping[str, Any] | None,
        values: Mapping[str, Any],
        as_of: date,
        *,
        dry_run: bool = False,
    ) -> int:
        """Write values into the person's rows of a table, or the one of a key; return how many changed."""

    def erase(
        self, person: Person, as_of: date, *, digest: str | None = None, dry_run: bool = False
    ) -> Outcome:
        """Carry out what ``survey`` says in one transaction, or with ``dry_run`` do it all and take it back.

        ``digest`` is that of the survey that was approved: another one is refused. What is left of the
        person is looked for before the end, and anything found takes everything back.
        """

    def overdue(self, as_of: date) -> tuple[Part, ...]:
        """Return the rows of anybody that are past their keeping time."""

    def expire(self, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Outcome:
        """Carry out what ``overdue`` says in one transaction."""

    def close(self) -> None:
        """Close every connection."""

    def __enter__(self) -> Self:
        """Return itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""


def opened(found: DatasetMap, url: str, *, timeout: float = 30.0) -> Store:
    """Return the store of a map at an address.

    ``timeout`` in seconds ends each statement, or the wait for another run that changes the same files.
    Nothing is asked of it yet. Raises ``InputError`` (database-url-unreadable, database-driver-missing,
    service-address).
    """
    if found.make == "http":
        from shouxin.connect.service.store import ServiceStore

        return ServiceStore(found, url)
    if found.make == "manual":
        from shouxin.connect.manual import ManualStore

        return ManualStore(found)
    if found.make == "opendsr":
        from shouxin.connect.opendsr.store import OpenDsrStore

        return OpenDsrStore(found, url)
    from shouxin.connect.sql.store import SqlStore

    if "://" not in url:
        raise InputError(
            "database-url-unreadable",
            "this is no address of a store",
            where=found.store,
            remedy="write it as docs/stores.md shows, like postgresql://user@host/name or files:///folder",
        )
    if found.make == "files" or url.partition("://")[0] in FILES:
        return _files(found, url, timeout)
    if url.startswith("mysql"):
        from shouxin.connect.sql.mysql import MySqlStore

        return MySqlStore(found, url, timeout)
    if source := _rows(found, url, timeout):
        from shouxin.connect.rows.store import RowStore

        return RowStore(found, source)
    return SqlStore(found, url, timeout)


def _files(found: DatasetMap, url: str, timeout: float) -> Store:
    from shouxin.connect.files.folder import Folder
    from shouxin.connect.files.source import Files
    from shouxin.connect.rows.store import RowStore

    return RowStore(found, Files(found, Folder(found.store, url), timeout))


def _rows(found: DatasetMap, url: str, timeout: float) -> "Source | None":
    """Return the source at an address of a store that is no database; None where it may be one."""
    make = url.partition("://")[0]
    if make in ("redis", "rediss"):
        from shouxin.connect.keys.opening import client_for
        from shouxin.connect.keys.redis import RedisSource

        return RedisSource(found, client_for(url, timeout))
    if make in ("mongodb", "mongodb+srv"):
        from shouxin.connect.mongo.opening import database_for
        from shouxin.connect.mongo.source import MongoSource

        return MongoSource(found, database_for(url, timeout))
    if make in ("elasticsearch+https", "elasticsearch+http", "opensearch+https", "opensearch+http"):
        from shouxin.connect.search.cluster import Cluster
        from shouxin.connect.search.source import SearchSource

        return SearchSource(found, Cluster(found.store, url, timeout))
    return None
