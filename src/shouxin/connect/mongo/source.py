"""A database of MongoDB as a source of rows: each collection a table, each change a transaction if it can."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from shouxin.connect.model import DatasetMap
from shouxin.connect.mongo.opening import told
from shouxin.connect.mongo.rights import granted
from shouxin.connect.mongo.schema import columns
from shouxin.connect.mongo.values import field, id_of, place, record, stored, ways
from shouxin.connect.noticed import Noticed
from shouxin.connect.pace import BATCH, batched, paced
from shouxin.connect.rows import sifting
from shouxin.connect.rows.source import Change, Layout, Record, Source
from shouxin.connect.survey import Problem
from shouxin.connect.words import every_way
from shouxin.errors import InputError

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.database import Database

_LONGEST = 200
"""Characters of a word that the server is asked to look for; longer ones are looked for by us."""


class MongoSource(Source):
    """The collections of a database."""

    def __init__(self, found: DatasetMap, database: "Database[Any]") -> None:
        self._found, self._database = found, database
        self.name = found.store
        self._noticed = Noticed()

    @cached_property
    def atomic(self) -> bool:
        """Tell whether the server has transactions: a replica set, or the door to several of them."""
        with told(self.name):
            said = self._database.client.admin.command("hello")
            return bool(said.get("setName")) or said.get("msg") == "isdbgrid"

    def session(self) -> AbstractContextManager["MongoSource"]:
        """Give a view that notices what somebody else changes between its reading and its changes."""
        return nullcontext(MongoSource(self._found, self._database))

    def check(self) -> tuple[Problem, ...]:
        """Return where the map and the documents differ, and which rights are missing or too many."""
        with told(self.name):
            rights = tuple(granted(self._database, self._found))
            if any(one.code == "right-missing" for one in rights):
                return rights
            unseen = (sifting.unseen(table, self.every(table.table)) for table in self._found.tables)
            return (*rights, *(one for every in unseen for one in every))

    def layout(self, table: str) -> Layout:
        """Return how a collection is made; raise ``InputError`` (map-schema) where there is none."""
        mapped = next(one for one in self._found.tables if one.table == table)
        with told(self.name):
            known = columns(self._database, table, frozenset(one.column for one in mapped.columns))
        if known is None:
            raise InputError(
                "map-schema",
                "the database has no such collection",
                where=table,
                remedy="mend the map: the store has changed since it was made",
            )
        return Layout(("_id", *mapped.key), known)

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column, or any element of it, may be one of these."""
        for some in batched(values):
            yield from self._noticed.seen(table, self._found_by(table, {field(column): {"$in": ways(some)}}))

    def every(self, table: str) -> Iterator[Record]:
        """Yield every row."""
        return self._found_by(table, {})

    def mentioning(self, table: str, columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
        """Yield the rows in which one of these words stands in one of the columns, however it is written."""
        if any(len(word) > _LONGEST for word in words):
            rows = sifting.mentioning(self.every(table), columns, words)
            yield from self._noticed.seen(table, rows)
            return
        says = [
            {field(column): {"$regex": every_way(word), "$options": "i"}}
            for column in columns
            for word in words
        ]
        yield from self._noticed.seen(table, self._found_by(table, {"$or": says}) if says else ())

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:
        """Yield the rows whose column is before a day, and those where only we can tell."""
        moment = datetime(before.year, before.month, before.day, tzinfo=UTC)
        says = [{field(column): one} for one in ({"$lt": moment}, {"$type": "string"}, {"$type": "number"})]
        rows = sifting.older(self._found_by(table, {"$or": says}), column, before)
        yield from self._noticed.seen(table, rows)

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the changes in one transaction, or one after the other where the server has none.

        What somebody else changed since it was read is noticed before anything is changed, in a transaction
        until its end. Raises ``StoreError``.
        """
        if not changes:
            return
        if self.atomic:
            self._at_once(changes)
        else:
            self._one_by_one(changes)
        self._noticed.forget()

    def close(self) -> None:
        """Close every connection."""
        self._database.client.close()

    def _at_once(self, changes: Sequence[Change]) -> None:
        with told(self.name), self._database.client.start_session() as session:
            session.start_transaction(write_concern=self._database.write_concern)
            try:
                self._compare(changes, session)
                self._write(changes, session)
            except BaseException:
                session.abort_transaction()
                raise
            with told(self.name, "either all of it was changed or nothing: do it again"):
                session.commit_transaction()

    def _one_by_one(self, changes: Sequence[Change]) -> None:
        with told(self.name):
            self._compare(changes, None)
        made = 0
        for some in paced(batched(changes)):
            after = f"{made} of {len(changes)} rows were changed for sure; run it again, and it goes on"
            with told(self.name, after if made else "some rows may have been changed; run it again"):
                self._write(some, None)
            made += len(some)

    def _compare(self, changes: Sequence[Change], session: "ClientSession | None") -> None:
        """Refuse changes of rows that are no longer what was read."""
        for table, every in groupby(changes, key=lambda change: change.table):
            for some in batched(every):
                wanted = {"_id": {"$in": [id_of(change.key) for change in some]}}
                now = {row.key: row for row in self._found_by(table, wanted, session)}
                for change in some:
                    self._noticed.check(self.name, change, now.get(change.key))

    def _write(self, changes: Sequence[Change], session: "ClientSession | None") -> None:
        from pymongo import DeleteOne, UpdateOne

        for table, every in groupby(changes, key=lambda change: change.table):
            operations: list[Any] = []
            for change in every:
                which = {"_id": id_of(change.key)}
                if change.values is None:
                    operations.append(DeleteOne(which))
                else:
                    new = {place(path): stored(value) for path, value in change.values.items()}
                    operations.append(UpdateOne(which, {"$set": new}))
            self._database[table].bulk_write(operations, session=session)

    def _found_by(
        self, table: str, wanted: dict[str, Any], session: "ClientSession | None" = None
    ) -> Iterator[Record]:
        """Yield the documents that a question finds, a batch at a time."""
        with told(self.name):
            found = self._database[table].find(wanted, batch_size=BATCH, session=session)
            with found:
                for some in paced(batched(found)):
                    yield from map(record, some)
