"""Which question finds every document that has a value: by the mapping, and None where none surely does."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from shouxin.connect.rows.source import Column, Kind

Query = Mapping[str, Any]
_INTEGERS = frozenset({"long", "integer", "short", "byte", "unsigned_long"})
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("text", "keyword", "wildcard", "match_only_text"), "text"),
    **dict.fromkeys(_INTEGERS, "int"),
    **dict.fromkeys(("double", "float", "half_float", "scaled_float"), "number"),
    "date": "time",
    "boolean": "bool",
}


class Field(NamedTuple):
    """A field of an index: what its mapping says, and the nested object that it lies in."""

    mapping: Mapping[str, Any]
    nested: str = ""

    @property
    def type(self) -> str:
        """Return its type."""
        return str(self.mapping.get("type", "object"))


def fields(mapping: Mapping[str, Any], before: str = "", nested: str = "") -> Iterator[tuple[str, Field]]:
    """Yield every field of a mapping with its whole name."""
    for name, one in mapping.get("properties", {}).items():
        whole = f"{before}{name}"
        inside = whole if one.get("type") == "nested" else nested
        yield whole, Field(one, nested)
        yield from fields(one, f"{whole}.", inside)


def name_of(column: str) -> str:
    """Return a column as an index names it: every element of a list is meant without a word."""
    return column.replace("[]", "")


def column_of(found: Iterable[Field | None]) -> Column:
    """Return what a column can hold, by the fields that several indexes have for it."""
    kinds = {_KINDS.get(one.type, "any") for one in found if one}
    return Column(next(iter(kinds)) if len(kinds) == 1 else "any")


def having(name: str, found: Collection[Field | None], values: Collection[str]) -> Query | None:
    """Return what finds every document whose field is one of these as text, and perhaps more.

    None where an index may not know of the field, or not of such values: then every document is read.
    """
    if name == "_id":
        return {"ids": {"values": list(values)}}
    ways = {_way(name, one, values) for one in found}
    if None in ways or not ways:
        return None
    queries = [_query(way, values) for way in ways if way]
    nested = {one.nested for one in found if one}
    if len(nested) > 1:
        return None
    query: Query = {"bool": {"should": queries, "minimum_should_match": 1}}
    return {"nested": {"path": nested.pop(), "query": query}} if any(nested) else query


def before(name: str, found: Collection[Field | None], day: date) -> Query | None:
    """Return what finds every document whose day is before a day in Beijing; None as for ``having``."""
    plain = all(
        one
        and one.type == "date"
        and not one.nested
        and one.mapping.get("index", True)
        and not one.mapping.get("ignore_malformed")
        for one in found
    )
    limit = {"lt": day.isoformat(), "format": "yyyy-MM-dd", "time_zone": "+08:00"}
    return {"range": {name: limit}} if plain and found else None


class _Way(NamedTuple):
    """A field to ask and how: exactly, by whole numbers, by words."""

    kind: str
    name: str


def _way(name: str, field: Field | None, values: Collection[str]) -> _Way | None:
    if field is None or not field.mapping.get("index", True):
        return None
    longest = max(map(len, values), default=0)
    if field.type == "keyword":
        return _Way("terms", name) if longest <= field.mapping.get("ignore_above", longest) else None
    if field.type in _INTEGERS and not field.mapping.get("ignore_malformed"):
        return _Way("whole", name)
    if field.type == "text":
        for sub, one in field.mapping.get("fields", {}).items():
            if one.get("type") == "keyword" and longest <= one.get("ignore_above", longest):
                return _Way("terms", f"{name}.{sub}")
        if not {"analyzer", "search_analyzer"} & {*field.mapping}:
            return _Way("words", name)
    return None


def _query(way: _Way, values: Collection[str]) -> Query:
    if way.kind == "terms":
        return {"terms": {way.name: list(values)}}
    if way.kind == "whole":
        return {"terms": {way.name: [int(one) for one in values if _WHOLE.fullmatch(one)]}}
    said = [{"match_phrase": {way.name: {"query": one, "zero_terms_query": "all"}}} for one in values]
    return {"bool": {"should": said, "minimum_should_match": 1}}
