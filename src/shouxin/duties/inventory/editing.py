"""One part of the inventory as a form: its fields, what they hold, and the inventory that a form makes."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Literal, NamedTuple, get_args

import msgspec

from shouxin.duties.inventory import diff, model
from shouxin.duties.inventory.fields import TERMS
from shouxin.errors import InputError

Kind = Literal["service", "activity", "party", "sdk"]
Widget = Literal[
    "line", "text", "names", "maybe_names", "number", "day", "answer", "choice", "choices", "rows"
]
NONE = "-"
"""What a list says that is known to be empty; one that says nothing is unknown."""

_ANSWERS = {"yes": True, "no": False}
_UNITS = ("days", "months", "years")


class Field(NamedTuple):
    """A field of a form: its path in the part, how it is filled in, and what can be chosen.

    Of rows the options are the columns, and each column is a field of its own: ``recipients.party``.
    """

    path: str
    widget: Widget = "line"
    options: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the fields that the rows consist of."""
        return tuple(f"{self.path}.{name}" for name in self.options) if self.widget == "rows" else ()


class Wrong(NamedTuple):
    """A field that cannot be used, and why; the path is empty where it is no single field."""

    path: str
    what: str


def _answers(*paths: str) -> tuple[Field, ...]:
    return tuple(Field(path, "answer") for path in paths)


FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    "service": (
        Field("name"),
        Field("about", "text"),
        Field("categories", "maybe_names"),
        Field("roles", "choices", get_args(model.PlatformRole)),
        Field("users", "number"),
        Field("origins", "names"),
    ),
    "activity": (
        Field("name"),
        Field("purpose", "text"),
        Field("subjects", "names"),
        Field("categories", "maybe_names"),
        Field("basis", "choices", get_args(model.Basis)),
        Field("recipients", "rows", ("party", "purpose", "categories")),
        Field("systems", "maybe_names"),
        Field("retention.time.length", "number"),
        Field("retention.time.unit", "choice", _UNITS),
        Field("retention.since"),
        Field("retention.because"),
        Field("necessity.why", "text"),
        *_answers(
            *(
                f"necessity.{one}"
                for one in (
                    *("clear_purpose", "directly_related", "for_purpose", "smallest_scope", "least_impact"),
                    *("specific_purpose", "sufficient", "strict_protection"),
                )
            ),
            "automated.decides",
        ),
        Field("automated.about"),
        *_answers("published", "children_under_14", "needs_assessment"),
        Field("assessed_on", "day"),
        Field("reference"),
    ),
    "party": (
        Field("name"),
        Field("kind", "choice", get_args(model.PartyKind)),
        Field("contact"),
        Field("country"),
        Field("scope", "text"),
        Field("contract.reference"),
        Field("contract.until", "day"),
        *_answers(*(f"contract.{term}" for term in TERMS)),
        Field("at_end", "choice", ("return", "delete")),
        Field("sub_entrusting", "choice", ("none", "agreed", "not_agreed")),
        Field("oversight", "rows", ("on", "how", "reference")),
        Field("route", "choice", get_args(model.Route)),
        Field("route_reference"),
    ),
    "sdk": (
        Field("name"),
        Field("party"),
        Field("version"),
        Field("purpose", "text"),
        Field("categories", "maybe_names"),
        Field("permissions", "names"),
        Field("policy"),
    ),
}
_SHAPES: Mapping[Kind, type[Any]] = {
    "service": model.Service,
    "activity": model.Activity,
    "party": model.Party,
    "sdk": model.Sdk,
}
_LISTS = {"activity": "activities", "sdk": "sdks"}
_ABOUT = {"category-unknown": "categories"}


class Place(NamedTuple):
    """Which part is edited; a new one has no name, and activities and SDKs stand in a service."""

    kind: Kind
    service: str = ""
    name: str = ""


def values(organisation: model.Organisation, place: Place) -> dict[str, list[str]]:
    """Return what the fields of a part hold; raise ``InputError`` (service-unknown, inventory-name)."""
    found = _find(diff.plain(organisation), place)
    held: dict[str, list[str]] = {}
    for field in FIELDS[place.kind]:
        worth = _at(found, field.path)
        if field.widget == "rows":
            held |= {
                path: _row_texts(worth, name) for path, name in zip(field.columns, field.options, strict=True)
            }
        held[field.path] = [] if field.widget == "rows" else _texts(worth, field.widget)
    return held


def changed(
    organisation: model.Organisation,
    place: Place,
    given: Callable[[str], Sequence[str]],
    *,
    remove: bool = False,
) -> model.Organisation | list[Wrong]:
    """Return the organisation that a form makes, or what is wrong with the form; errors as ``values``.

    What the form has no field for stays as it is.
    """
    whole = diff.plain(organisation)
    part, parts = _find(whole, place), _parts(whole, place)
    if remove:
        parts.remove(part)
        return msgspec.convert(whole, model.Organisation)
    wrong = []
    for field in FIELDS[place.kind]:
        try:
            worth = _rows(field, given) if field.widget == "rows" else _value(given(field.path), field.widget)
            _put(part, field.path, worth)
        except ValueError as error:
            wrong.append(Wrong(field.path, str(error)))
    if wrong:
        return wrong
    _bare(part)
    try:
        msgspec.convert(part, _SHAPES[place.kind])
        if not place.name:
            parts.append(part)
        return msgspec.convert(whole, model.Organisation)
    except (msgspec.ValidationError, ValueError) as error:
        return [_wrong(str(error), place.kind)]


def _rows(field: Field, given: Callable[[str], Sequence[str]]) -> list[dict[str, Any]] | None:
    """Return rows of columns that were sent beside each other; empty ones count for nothing."""
    columns = [[one.strip() for one in given(path)] for path in field.columns]
    rows = []
    for cells in zip_longest(*columns, fillvalue=""):
        row: dict[str, Any] = {name: cell for name, cell in zip(field.options, cells, strict=True) if cell}
        if "categories" in row:
            row["categories"] = _value([row["categories"]], "names")
        rows += [row] if row else []
    if rows == [{field.options[0]: NONE}]:
        return []
    return rows or None


def _row_texts(rows: Sequence[Mapping[str, Any]] | None, name: str) -> list[str]:
    """Return a column of rows as the form shows it; rows that are known to be none say so."""
    if rows is not None and not rows:
        return [NONE]
    cells = (row.get(name, "") for row in rows or ())
    return [", ".join(cell) if isinstance(cell, list) else str(cell) for cell in cells]


def seal(organisation: model.Organisation) -> str:
    """Return what a preview is known by: only what was looked at is kept."""
    return hashlib.sha256(msgspec.json.encode(diff.plain(organisation), order="deterministic")).hexdigest()


def refused(error: InputError, kind: Kind) -> Wrong:
    """Return where an error of the checks belongs in a form."""
    path = _ABOUT.get(error.code, "")
    if error.code == "inventory-name":
        path = {"activity": "systems", "sdk": "party"}.get(kind, "")
    return Wrong(path, str(error))


def _find(whole: dict[str, Any], place: Place) -> dict[str, Any]:
    if not place.name:
        _parts(whole, place)
        return {}
    for part in _parts(whole, place):
        if part["name"] == place.name:
            return part
    raise InputError(
        "inventory-name",
        f'there is no {place.kind} "{place.name[:80]}" here',
        remedy="open the page of what it stands in, and choose one there",
    )


def _parts(whole: dict[str, Any], place: Place) -> list[dict[str, Any]]:
    within = whole
    if place.kind in _LISTS:
        services = [one for one in whole.get("services", ()) if one["name"] == place.service]
        if not services:
            raise InputError(
                "service-unknown",
                f'there is no service "{place.service[:80]}" here',
                remedy="`shouxin inventory show` lists them",
            )
        within = services[0]
    name = _LISTS.get(place.kind, "parties" if place.kind == "party" else "services")
    if not within.get(name):
        within[name] = []
    found: list[dict[str, Any]] = within[name]
    return found


def _at(part: Mapping[str, Any], path: str) -> Any:
    worth: Any = part
    for name in path.split("."):
        worth = worth.get(name) if isinstance(worth, Mapping) else None
    return worth


def _texts(worth: Any, widget: Widget) -> list[str]:
    """Return a value as the form shows it."""
    if worth is None:
        return []
    if widget == "answer":
        return ["yes" if worth else "no"]
    if widget == "maybe_names" and not worth:
        return [NONE]
    return [str(one) for one in worth] if isinstance(worth, list) else [str(worth)]


def _value(given: Sequence[str], widget: Widget) -> Any:
    """Return the value of a field, None where it says nothing; raise ``ValueError`` with why it cannot be."""
    texts = [text.strip() for text in given if text.strip()]
    if widget == "choices":
        return texts or None
    text = texts[0] if texts else ""
    if widget in ("names", "maybe_names"):
        names = [one.strip() for one in re.split(r"[\n,，、]", text) if one.strip()]
        return [] if names == [NONE] else names or None
    if not text:
        return None
    if widget == "answer":
        return _ANSWERS.get(text, text)
    if widget == "number":
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise ValueError("a whole number in digits is needed")
        return int(text)
    return text


def _put(part: dict[str, Any], path: str, worth: Any) -> None:
    *way, last = path.split(".")
    for name in way:
        if not isinstance(part.get(name), dict):
            if worth is None:
                return
            part[name] = {}
        part = part[name]
    if worth is None:
        part.pop(last, None)
    else:
        part[last] = worth


def _bare(part: dict[str, Any]) -> None:
    """Take away what a form emptied altogether."""
    for name, worth in [*part.items()]:
        if isinstance(worth, dict) and name != "facts":
            _bare(worth)
            if not worth:
                del part[name]


def _wrong(message: str, kind: Kind) -> Wrong:
    what, _, path = message.partition(" - at `$")
    path = re.sub(r"\[\d+\]|^\.|`$", "", path)
    if missing := re.search(r"missing required field `(\w+)`", what):
        path = ".".join(filter(None, (path, missing[1])))
    known = [one.path for one in FIELDS[kind] if one.path == path or one.path.startswith(f"{path}.")]
    return Wrong(known[0] if path and known else "", what)
