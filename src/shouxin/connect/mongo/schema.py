"""What MongoDB knows of the fields of a collection: unique indexes, and the validator if there is one."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from shouxin.connect.mongo.values import field
from shouxin.connect.rows.source import Column, Kind

if TYPE_CHECKING:
    from pymongo.database import Database

_KINDS: Mapping[str, Kind] = {
    "string": "text",
    "int": "int",
    "long": "int",
    "double": "number",
    "decimal": "number",
    "number": "number",
    "date": "time",
    "bool": "bool",
    "binData": "bytes",
}


def columns(database: "Database[Any]", table: str, names: frozenset[str]) -> dict[str, Column] | None:
    """Return what is known of each column that a map names; None where there is no such collection."""
    listed = database.list_collections(filter={"name": table})
    options: Any = next((one.get("options", {}) for one in listed), None)
    if options is None:
        return None
    schema = options.get("validator", {}).get("$jsonSchema", {})
    indexes: list[Any] = list(database[table].list_indexes())
    unique = {name for one in indexes if one.get("unique") for name in one["key"]}
    found = {}
    for name in names:
        kinds = _kinds(schema, field(name).split("."))
        if kinds or field(name) in unique:
            known: list[Kind] = [_KINDS[one] for one in kinds if one in _KINDS]
            alone = field(name) in unique  # an index counts nothing as a value, which only one may have
            found[name] = Column(
                known[0] if known else "any", not alone and (not kinds or "null" in kinds), alone
            )
    return found


def _kinds(schema: Mapping[str, Any], way: list[str]) -> tuple[str, ...]:
    """Return the types that a validator lets a field have; none where it says nothing."""
    for step in way:
        schema = _inside(schema)
        schema = schema.get("properties", {}).get(step, {})
    return tuple(_listed(schema))


def _inside(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    items = schema.get("items")
    return items if isinstance(items, Mapping) else schema


def _listed(schema: Mapping[str, Any]) -> Iterator[str]:
    said = schema.get("bsonType", schema.get("type", ()))
    yield from (said,) if isinstance(said, str) else said
