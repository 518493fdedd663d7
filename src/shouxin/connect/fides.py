"""Fides dataset files read as dataset maps; what has no place in a map is listed and never dropped.

Identities of one name are alternatives in both worlds. Fides joins those of different names with OR, and a
map with AND: the list says where that changes whose rows are found.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from shouxin.connect import plain
from shouxin.connect.categories import NONE, of_fideslang
from shouxin.connect.model import DatasetMap, Identity, MappedColumn, MappedTable, Reference
from shouxin.errors import InputError
from shouxin.law.base import Shape

_CODE, _REMEDY = "map-unreadable", "give a Fides dataset file: a mapping with the list `dataset`"
_META = ("fides_meta", "fidesops_meta")
_TAKEN = {
    "dataset": {"fides_key", "name", "description", "collections"},
    "collection": {"name", "description", "fields"},
    "field": {"name", "description", "data_categories", "fields", *_META},
    "meta": {"identity", "references", "primary_key", "data_type"},
}


class Left(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Something of a file that is not part of the map: where, which key, and why."""

    where: str
    key: str
    why: str


class Imported(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The maps that a file gave, and what was left."""

    maps: tuple[DatasetMap, ...]
    left: tuple[Left, ...]


class _Field(NamedTuple):
    path: str
    content: Mapping[str, Any]
    meta: Mapping[str, Any]


class _Reader:
    """Reads one file and gathers what is left of it."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.left: list[Left] = []

    def leave(self, where: str, key: str, why: str) -> None:
        self.left.append(Left(where=where, key=key, why=why))

    def untaken(self, kind: str, content: Mapping[str, Any], where: str) -> None:
        for key in content.keys() - _TAKEN[kind]:
            self.leave(where, key, f"a map has no place for it (a setting of a Fides {kind})")

    def dataset(self, content: Mapping[str, Any]) -> DatasetMap:
        store = _text(content, "fides_key", self.where)
        self.untaken("dataset", content, store)
        words = (str(content.get(key) or "") for key in ("name", "description"))
        tables = tuple(self.collection(one, store) for one in _list(content, "collections", store))
        return DatasetMap(store=store, about=": ".join(filter(None, words)), tables=tables)

    def collection(self, content: Mapping[str, Any], store: str) -> MappedTable:
        name = _text(content, "name", store)
        place = f"{store}.{name}"
        self.untaken("collection", content, place)
        fields = list(self.fields(_list(content, "fields", place), place))
        identities = tuple(
            Identity(identity=str(field.meta["identity"]), column=field.path)
            for field in fields
            if field.meta.get("identity")
        )
        if len({one.identity for one in identities}) > 1:
            self.leave(place, "identity", "Fides joins different identities with OR, a map with AND")
        return MappedTable(
            table=name,
            comment=str(content.get("description") or ""),
            key=tuple(field.path for field in fields if field.meta.get("primary_key") is True),
            columns=tuple(self.column(field, place) for field in fields),
            identities=identities,
            references=tuple(one for field in fields for one in self.references(field, store, place)),
        )

    def fields(self, found: Sequence[Any], place: str, above: str = "") -> Iterator[_Field]:
        for content in found:
            name = _text(content, "name", place)
            path = f"{above}{name}"
            meta: Any = next((content[key] for key in _META if content.get(key)), {})
            if not isinstance(meta, Mapping):
                raise _wrong(f"{place}.{path}", "fides_meta", "a mapping")
            self.untaken("field", content, f"{place}.{path}")
            self.untaken("meta", meta, f"{place}.{path}")
            inner = _list(content, "fields", place) if content.get("fields") else []
            if not inner or content.get("data_categories"):
                yield _Field(path, content, meta)
            yield from self.fields(inner, place, f"{path}.")

    def column(self, field: _Field, place: str) -> MappedColumn:
        where = f"{place}.{field.path}"
        found: dict[str, None] = {}
        for key in field.content.get("data_categories") or ():
            category = of_fideslang(str(key))
            if category is None:
                self.leave(where, str(key), "it is no category of fideslang")
            elif category != NONE:
                found[category] = None
        return MappedColumn(
            column=field.path,
            type=str(field.meta.get("data_type") or ""),
            comment=str(field.content.get("description") or ""),
            categories=tuple(found),
        )

    def references(self, field: _Field, store: str, place: str) -> Iterator[Reference]:
        where = f"{place}.{field.path}"
        for one in _list(field.meta, "references", where) if field.meta.get("references") else ():
            target, _, at = _text(one, "field", where).partition(".")
            other = str(one.get("dataset") or store)
            if not at:
                self.leave(where, f"references {target}", "it names no collection and field")
                continue
            if one.get("direction"):
                self.leave(where, f"direction {one['direction']}", "a map follows references both ways")
            yield Reference(columns=(field.path,), to=target, at=(at,), store=other if other != store else "")


def read(text: bytes, *, where: str) -> Imported:
    """Return the maps of a Fides file and what was left; raise ``InputError`` (map-unreadable)."""
    content, _ = plain.plain(text, where=where, code=_CODE, remedy=_REMEDY)
    if not recognised(content):
        raise InputError(_CODE, "this is no Fides dataset file", where=where, remedy=_REMEDY)
    reader = _Reader(where)
    maps = tuple(reader.dataset(one) for one in _list(content, "dataset", where))
    for key in content.keys() - {"dataset"}:
        reader.leave(where, key, "it is no dataset")
    return Imported(maps=maps, left=tuple(reader.left))


def recognised(content: object) -> bool:
    """Tell whether plain data has the form of a Fides dataset file."""
    return isinstance(content, Mapping) and isinstance(content.get("dataset"), list)


def _list(content: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    found = content.get(key) or []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise _wrong(where, key, "a list of mappings")
    return found


def _text(content: Mapping[str, Any], key: str, where: str) -> str:
    found = content.get(key)
    if not isinstance(found, str) or not 0 < len(found) <= 200:
        raise _wrong(where, key, "a name of at most 200 characters")
    return found


def _wrong(where: str, key: str, wanted: str) -> InputError:
    return InputError(_CODE, f'"{key}" is not {wanted}', where=where[:400], remedy=_REMEDY)
