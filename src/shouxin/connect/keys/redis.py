"""A Redis server as a source of rows: each pattern of keys a table, each change one transaction."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, cast

from shouxin.connect.keys import shapes
from shouxin.connect.keys.opening import lost_on_the_way, told, whole
from shouxin.connect.keys.pattern import pattern
from shouxin.connect.keys.rights import granted
from shouxin.connect.model import DatasetMap
from shouxin.connect.noticed import Noticed
from shouxin.connect.pace import BATCH, batched, paced
from shouxin.connect.rows import sifting
from shouxin.connect.rows.source import Change, Column, Key, Layout, Record, Source
from shouxin.connect.survey import Problem
from shouxin.errors import InputError, StoreError

if TYPE_CHECKING:
    from redis import Redis

_KNOWN = frozenset({"string", "hash", "none"})

_Wanted = dict[shapes.Rest, Change]


class RedisSource(Source):
    """The keys of a Redis server, by the patterns that are the tables of a map."""

    atomic = True

    def __init__(self, found: DatasetMap, client: "Redis") -> None:
        self._found, self._client = found, client
        self.name = found.store
        self._noticed = Noticed()

    def session(self) -> AbstractContextManager["RedisSource"]:
        """Give a view that notices what somebody else changes between its reading and its changes."""
        return nullcontext(RedisSource(self._found, self._client))

    def check(self) -> tuple[Problem, ...]:
        """Return where the map and the keys differ, and which rights are missing or too many."""
        with told(self.name):
            rights = tuple(granted(self._client, self._found))
            if any(one.code == "right-missing" for one in rights):
                return rights
            unseen = (sifting.unseen(table, self.every(table.table)) for table in self._found.tables)
            return (*rights, *(one for every in unseen for one in every))

    def layout(self, table: str) -> Layout:
        """Return how the keys of a pattern are made, by the first of them; of no keys nothing is known.

        Raises ``StoreError`` (connect-refused) where the server is only a part of a cluster.
        """
        with told(self.name):
            whole(self._client, self.name)
            first = next(self._keys(table), None)
            kind = self._kinds([first])[0] if first else ""
            sample = next(self._rows(table, [first]), None) if first else None
        columns: dict[str, Column] = {}
        if kind == "hash" and sample:
            columns = dict.fromkeys(sample.values, Column("text"))
        elif sample and isinstance(sample.values.get("value"), str):
            columns["value"] = Column("text", empty=False, unique=kind in ("set", "zset"))
        if kind == "zset":
            columns["score"] = Column("number", empty=False)
        return Layout(pattern(table).names, columns)

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column is one of these; a key that follows from them is looked up at once."""
        found = pattern(table)
        with told(self.name):
            if found.names == (column,):
                made = (found.key({column: value}) for value in values)
                rows = self._rows(table, (_raw(key) for key in made if key))
            elif column in found.names:
                wanted = frozenset(values)
                keys = (key for key in self._keys(table) if _of(table, key)[column] in wanted)
                rows = self._rows(table, keys)
            else:
                rows = sifting.having(self.every(table), column, values)
            yield from self._noticed.seen(table, rows)

    def every(self, table: str) -> Iterator[Record]:
        """Yield every row, in constant memory; a key that moves meanwhile may come twice."""
        with told(self.name):
            yield from self._rows(table, self._keys(table))

    def mentioning(self, table: str, columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
        """Yield the rows in which one of these may stand; the server cannot search, so every row is read."""
        yield from self._noticed.seen(table, sifting.mentioning(self.every(table), columns, words))

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:
        """Yield the rows whose column is before a day, and those in which it is none."""
        yield from self._noticed.seen(table, sifting.older(self.every(table), column, before))

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the changes in one transaction, which fails where somebody else changed one of the keys.

        Raises ``StoreError`` (connect-locked, and connect-lost where nobody knows whether it was made).
        """
        wanted: dict[bytes, _Wanted] = defaultdict(dict)
        for change in changes:
            key, rest = _split(change.key)
            wanted[key][rest] = change
        if not wanted:
            return
        with told(self.name), self._client.pipeline(transaction=True) as made_at_once:
            pipe: Any = made_at_once
            pipe.watch(*wanted)
            made = [one for keys in batched(wanted) for one in self._commands(keys, wanted)]
            pipe.multi()
            for command in made:
                pipe.execute_command(*command)
            self._committed(pipe)
        self._noticed.forget()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _committed(self, pipe: Any) -> None:
        try:
            pipe.execute()
        except Exception as error:
            if not lost_on_the_way(error):
                raise
            raise StoreError(
                "connect-lost",
                "the connection broke while a change was made: either all of it was made or nothing",
                where=self.name,
                remedy="do it again: what is done stays done",
            ) from None

    def _commands(self, keys: Sequence[bytes], wanted: Mapping[bytes, _Wanted]) -> Iterator[shapes.Command]:
        """Yield what makes the changes in some keys as they are now; those that are gone ask for nothing."""
        raws = {key: (kind, raw) for key, kind, raw in self._raws(keys)}
        for key in keys:
            kind, raw = raws.get(key, ("", ()))
            if kind not in ("", "string", "hash"):
                raw = self._still(kind, key, raw, [rest[0] for rest in wanted[key]])
            there = {row.rest: _record(key, row) for row in shapes.rows(kind, raw)}
            for rest, change in wanted[key].items():
                self._noticed.check(self.name, change, there.get(rest))
            new = {rest: change.values for rest, change in wanted[key].items() if rest in there}
            yield from shapes.commands(kind, key, raw, new) if new else ()

    def _still(self, kind: str, key: bytes, raw: Iterable[Any], members: list[str]) -> list[Any]:
        """Return the members of a set that are wanted and there, or every one of a list."""
        if kind == "list":
            return list(raw)
        asked = [_raw(one) for one in members]
        if kind == "set":
            flags = self._client.smismember(key, asked)
            return [one for one, there in zip(asked, flags, strict=True) if there]
        scores = self._client.zmscore(key, cast("list[str]", asked))
        return [(one, score) for one, score in zip(asked, scores, strict=True) if score is not None]

    def _rows(self, table: str, keys: Iterable[bytes]) -> Iterator[Record]:
        """Yield the rows of some keys."""
        for some in batched(keys):
            for key, kind, raw in self._raws(some):
                fixed = _of(table, key)
                for row in shapes.rows(kind, raw):
                    yield _record(key, row, fixed)

    def _raws(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, str, Any]]:
        """Yield the types and values of some keys, members a piece at a time; what is gone is left out."""
        kinds = dict(zip(keys, self._kinds(keys), strict=True))
        simple = [key for key in keys if kinds[key] in ("string", "hash")]
        with self._client.pipeline(transaction=False) as pipe:
            for key in simple:
                pipe.get(key) if kinds[key] == "string" else pipe.hgetall(key)
            for key, raw in zip(simple, pipe.execute() if simple else (), strict=True):
                if raw is not None and raw != {}:
                    yield key, kinds[key], raw
        for key in keys:
            if members := self._members.get(kinds[key]):
                yield key, kinds[key], members(self, key)
            elif kinds[key] not in _KNOWN:
                raise InputError(
                    "map-schema",
                    f'a key of the map is of the type "{kinds[key]}", of which nothing is known',
                    where=self.name,
                    remedy="map other keys; streams and the types of modules cannot be read",
                )

    def _kinds(self, keys: Sequence[bytes]) -> list[str]:
        with self._client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.type(key)
            return [found.decode() for found in pipe.execute()]

    def _listed(self, key: bytes) -> Iterator[bytes]:
        start = 0
        while some := self._client.lrange(key, start, start + BATCH - 1):
            yield from cast("list[bytes]", some)
            start += BATCH

    _members: ClassVar[Mapping[str, Callable[[Any, bytes], Iterator[Any]]]] = {
        "list": _listed,
        "set": lambda self, key: self._client.sscan_iter(key, count=BATCH),
        "zset": lambda self, key: self._client.zscan_iter(key, count=BATCH),
    }

    def _keys(self, table: str) -> Iterator[bytes]:
        """Yield the keys of a pattern, a piece of the whole server at a time."""
        found = pattern(table)
        if not found.names:
            yield from [_raw(table)] * int(self._client.exists(table))
            return
        for keys in paced(self._scanned(found.glob)):
            yield from (key for key in dict.fromkeys(keys) if found.values(_text(key)) is not None)

    def _scanned(self, glob: str) -> Iterator[list[bytes]]:
        cursor: Any = 0
        while True:
            cursor, keys = self._client.scan(cursor, match=glob, count=BATCH)
            yield cast("list[bytes]", keys)
            if not int(cursor):
                return


def _record(key: bytes, row: shapes.Row, fixed: Mapping[str, str] = {}) -> Record:
    """Return a row with the columns that its key says."""
    return Record(_joined(key, row.rest), {**row.values, **fixed}, row.mark)


def _joined(key: bytes, rest: shapes.Rest) -> Key:
    return json.dumps([_text(key), *rest])


def _split(key: Key) -> tuple[bytes, shapes.Rest]:
    name, *rest = json.loads(key)
    return _raw(name), tuple(rest)


def _of(table: str, key: bytes) -> Mapping[str, str]:
    return pattern(table).values(_text(key)) or {}


def _text(key: bytes) -> str:
    return key.decode("utf-8", "surrogateescape")


def _raw(key: str) -> bytes:
    return key.encode("utf-8", "surrogateescape")
