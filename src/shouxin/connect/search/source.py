"""The indexes of a cluster as a source of rows: found by what is indexed, judged by what is there."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any
from urllib.parse import quote

from shouxin.connect.model import DatasetMap
from shouxin.connect.noticed import Noticed
from shouxin.connect.pace import BATCH, batched, paced
from shouxin.connect.rows import paths, sifting
from shouxin.connect.rows.source import Change, Key, Layout, Record, Source
from shouxin.connect.search import asking
from shouxin.connect.search.cluster import Cluster
from shouxin.connect.search.rights import granted
from shouxin.connect.survey import Problem
from shouxin.errors import InputError, StoreError

_OPEN = "2m"
"""How long a cluster keeps a question open between two pages."""

_MET, _GONE, _MADE = 409, 404, 300


class SearchSource(Source):
    """The indexes, aliases and data streams that a map names."""

    atomic = False

    def __init__(self, found: DatasetMap, cluster: Cluster) -> None:
        self._found, self._cluster = found, cluster
        self.name = found.store
        self._noticed = Noticed()
        self._mappings: dict[str, Mapping[str, Any]] = {}

    def session(self) -> AbstractContextManager["SearchSource"]:
        """Give a view that notices what somebody else changes between its reading and its changes."""
        return nullcontext(SearchSource(self._found, self._cluster))

    def check(self) -> tuple[Problem, ...]:
        """Return where the map and the documents differ, and which rights are missing or too many."""
        rights = tuple(granted(self._cluster, self._found))
        if any(one.code == "right-missing" for one in rights):
            return rights
        unseen = (sifting.unseen(table, self.every(table.table)) for table in self._found.tables)
        return (*rights, *(one for every in unseen for one in every))

    def layout(self, table: str) -> Layout:
        """Return how an index is made.

        Raises ``InputError`` (map-schema) where there is none, or one that does not keep its documents.
        """
        mapped = next(one for one in self._found.tables if one.table == table)
        if not self._mapping(table):
            raise _differs(table, "the cluster has no such index")
        for one in self._mapping(table).values():
            kept = one.get("_source", {})
            if not kept.get("enabled", True) or kept.get("excludes") or kept.get("includes"):
                raise _differs(table, "the index does not keep its documents whole")
        named = {one.column: self._fields(table, one.column) for one in mapped.columns}
        columns = {name: asking.column_of(found) for name, found in named.items()}
        return Layout(("_id", *mapped.key), columns)

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column, or any element of it, is one of these."""
        name = asking.name_of(column)
        for some in batched(values):
            query = asking.having(name, self._fields(table, column), some)
            rows = sifting.having(self._pages(table, query), column, frozenset(some))
            yield from self._noticed.seen(table, rows)

    def every(self, table: str) -> Iterator[Record]:
        """Yield every row."""
        return self._pages(table, None)

    def mentioning(self, table: str, columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
        """Yield the rows in which a word may stand; words are cut otherwise there, so every row is read."""
        yield from self._noticed.seen(table, sifting.mentioning(self.every(table), columns, words))

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:
        """Yield the rows whose column is before a day, and those in which it is none."""
        query = asking.before(asking.name_of(column), self._fields(table, column), before)
        yield from self._noticed.seen(table, sifting.older(self._pages(table, query), column, before))

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the changes, each only if nobody else changed its row, and look at what became of each.

        All are compared with what was read before the first is made. Raises ``StoreError``; where it comes
        half-way it says so, and the same again goes on.
        """
        for some in batched(changes):
            self._compared(some)
        made = 0
        for some in paced(batched(changes)):
            what = f"{made} of {len(changes)} rows were changed for sure" if made else "some may have changed"
            self._make(some, f"{what}; run it again, and it goes on")
            made += len(some)
        self._noticed.forget()

    def close(self) -> None:
        """Close every connection."""
        self._cluster.close()

    def _mapping(self, table: str) -> Mapping[str, Any]:
        """Return the mapping of each index behind a name; the first time what was written is made seen."""
        if table not in self._mappings:
            answer = self._cluster.ask("GET", f"/{quote(table)}/_mapping") or {}
            if answer:
                self._cluster.ask("POST", f"/{quote(table)}/_refresh")
            self._mappings[table] = {name: one.get("mappings", {}) for name, one in answer.items()}
        return self._mappings[table]

    def _fields(self, table: str, column: str) -> list[asking.Field | None]:
        name = asking.name_of(column)
        return [dict(asking.fields(one)).get(name) for one in self._mapping(table).values()]

    def _pages(self, table: str, query: asking.Query | None) -> Iterator[Record]:
        """Yield the documents that a question finds, a page at a time; without one, all of them."""
        self._mapping(table)
        for hits in paced(self._scrolled(table, query or {"match_all": {}})):
            yield from map(_record, hits)

    def _scrolled(self, table: str, query: asking.Query) -> Iterator[list[Any]]:
        body = {"size": BATCH, "query": query, "sort": ["_doc"], "seq_no_primary_term": True}
        limit = f"{max(1, int(self._cluster.timeout * 1000))}ms"
        options = {"scroll": _OPEN, "allow_partial_search_results": "false"}
        answer = self._cluster.ask("POST", f"/{quote(table)}/_search", {**body, "timeout": limit}, **options)
        number = answer and answer.get("_scroll_id")
        try:
            while answer and answer["hits"]["hits"]:
                yield answer["hits"]["hits"]
                if len(answer["hits"]["hits"]) < BATCH:
                    break
                again = {"scroll": _OPEN, "scroll_id": number}
                answer = self._cluster.ask("POST", "/_search/scroll", again)
                if answer is None:
                    raise self._error(
                        "connect-lost", "the cluster forgot a question between two pages; nothing was changed"
                    )
                number = answer.get("_scroll_id", number)
        finally:
            if number:
                self._cluster.ask("DELETE", "/_search/scroll", {"scroll_id": number})

    def _compared(self, changes: Sequence[Change]) -> dict[Key, Any]:
        """Return the documents of changes as they are now; raise where one is not what was read."""
        asked = [_place(change.key) for change in changes]
        answer = self._cluster.ask("POST", "/_mget", {"docs": asked}) or {"docs": []}
        there = {_record(one).key: one for one in answer["docs"] if one.get("found")}
        if any("error" in one for one in answer["docs"]):
            raise self._error(
                "connect-lost", "the cluster could not give every document; nothing was changed"
            )
        for change in changes:
            now = there.get(change.key)
            self._noticed.check(self.name, change, _record(now) if now else None)
        return there

    def _make(self, changes: Sequence[Change], after: str) -> None:
        there, lines = self._compared(changes), list[Any]()
        for change in changes:
            now = there.get(change.key)
            if now is None:
                continue
            which = {
                **_place(change.key),
                "if_seq_no": now["_seq_no"],
                "if_primary_term": now["_primary_term"],
            }
            if change.values is None:
                lines.append({"delete": which})
            else:
                lines += [{"index": which}, paths.written(now["_source"], change.values)]
        if not lines:
            return
        answer = self._cluster.ask("POST", "/_bulk", lines, after=after, refresh="true", pipeline="_none")
        states = [one.get("status", 0) for item in (answer or {}).get("items", ()) for one in item.values()]
        bad = [one for one in states if one != _GONE and not 200 <= one < _MADE]
        if _MET in bad:
            raise self._error("connect-locked", f"somebody else changed a row in the meantime; {after}")
        if bad or not states:
            raise self._error("connect-refused", f"the cluster refused a change ({bad[:1]}); {after}")

    def _error(self, code: str, what: str) -> StoreError:
        remedy = "look at the cluster, its mapping and the rights, and try again"
        return StoreError(code, what, where=self.name, remedy=remedy)


def _record(hit: Mapping[str, Any]) -> Record:
    key = json.dumps([hit["_index"], hit["_id"], hit.get("_routing")])
    mark = f"{hit['_seq_no']}.{hit['_primary_term']}".encode()
    return Record(key, {**hit["_source"], "_id": hit["_id"]}, mark)


def _place(key: Key) -> dict[str, Any]:
    index, id_, routing = json.loads(key)
    return {"_index": index, "_id": id_, **({"routing": routing} if routing else {})}


def _differs(table: str, what: str) -> InputError:
    return InputError(
        "map-schema", what, where=table, remedy="mend the map: the store has changed since it was made"
    )
