"""Each field of a form says why it is asked for, and by which provision, where the field stands.

``reasons.yaml`` gives the fields of each page their reasons, by name; the sentence of a reason is its
label. A page is written first, then each field gets its reason: a line at the end of what the field
stands in, which the field names in ``aria-describedby``. Neighbours of one reason share a line.

Fields of ``NEEDLESS`` have none: filters and searches, which keep nothing, and what lets a person in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple

import msgspec
import yaml
from markupsafe import Markup, escape

from shouxin.app.catalogue import Catalogue
from shouxin.app.citing import law_link

NEEDLESS: Mapping[str, frozenset[str]] = {
    "type": frozenset(["hidden", "search", "submit", "button", "reset", "image"]),
    "data-own": frozenset(["filter"]),
    "autocomplete": frozenset(["current-password", "new-password", "one-time-code", "username"]),
}
"""The kinds of fields that need no reason. Neither do those of a form that only asks (GET), of a dialog,
nor fields that are hidden or cannot be written in, nor the name that readers give a filter of their own."""

_TAG = re.compile(r"<(/?)(form|fieldset|div|p|li|td|input|select|textarea)\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([a-z-]+)(?:="([^"]*)")?""")
_FIELDS = ("input", "select", "textarea")
_LINE = Markup('<small class="asked-for" id="{}">{}</small>')


class Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The provisions behind each reason, and for each page the reasons of its fields."""

    reasons: dict[str, tuple[str, ...]]
    fields: dict[str, dict[str, str]]


class Form(NamedTuple):
    """A form: what it calls itself, whether it only asks, and the provisions of the step it belongs to."""

    name: str
    asks: bool
    provisions: tuple[str, ...]


class _Open(NamedTuple):
    tag: str
    at: int


@cache
def reasons() -> Reasons:
    """Return why fields are asked for."""
    text = files("shouxin.app").joinpath("reasons.yaml").read_text("utf-8")
    return msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), Reasons)


@lru_cache(maxsize=4096)
def reason(template: str, form: str, name: str) -> str:
    """Return the reason of a field of a page; "" where it has none."""
    known = reasons().fields.get(template, {})
    for text in (f"{form}/{name}", name):
        for pattern, found in known.items():
            if fnmatchcase(text, pattern) and ("/" in pattern) == ("/" in text):
                return found
    return ""


def needless(found: Mapping[str, str]) -> bool:
    """Tell whether a field of these attributes is of a kind that needs no reason."""
    if "name" not in found or found.keys() & {"hidden", "readonly"}:
        return True
    return any(found.get(key, "") in kinds for key, kinds in NEEDLESS.items())


def attributes(text: str) -> dict[str, str]:
    """Return the attributes of an element, as a template writes them."""
    return dict(_ATTRIBUTE.findall(text))


def form_of(found: Mapping[str, str]) -> Form:
    """Return what a form's attributes tell of it."""
    last = found.get("action", "").partition("?")[0].rpartition("/")[2]
    asks = found.get("method", "get") != "post"
    return Form(found.get("data-form", last), asks, tuple(found.get("data-law", "").split()))


def reasoned(language: Catalogue, template: str, body: Markup) -> Markup:
    """Return a page whose fields say why they are asked for."""
    if template not in reasons().fields or 'method="post"' not in body:
        return body
    pieces, at = [], 0
    for place, length, text in sorted(_changes(language, template, str(body)), key=lambda one: one[0]):
        pieces += [str(body)[at:place], text]
        at = place + length
    return Markup("".join([*pieces, str(body)[at:]]))  # noqa: S704  the body was escaped when it was written


def _changes(language: Catalogue, template: str, body: str) -> Iterator[tuple[int, int, str]]:
    """Yield what changes: where, how many characters go, and what comes in their place."""
    form, held, before, number = Form("", True, ()), list[_Open](), "", 0
    waiting: dict[int, list[str]] = {}  # by the element it stands in, the lines for its end
    for tag in _TAG.finditer(body):
        end, kind = bool(tag[1]), tag[2]
        if kind not in _FIELDS:
            if not end:
                held.append(_Open(kind, tag.start()))
            while end and held:
                last = held.pop()
                if lines := waiting.pop(last.at, None):
                    yield (tag.end() if kind == "p" else tag.start()), 0, "".join(lines)
                if last.tag == kind:
                    break
            if kind == "form":
                form, before = (Form("", True, ()) if end else form_of(attributes(tag[3]))), ""
            continue
        found = {} if end or form.asks else attributes(tag[3])
        name = reason(template, form.name, found["name"]) if found and not needless(found) else ""
        if not name:
            continue
        if name != before:
            before, number = name, number + 1
            waiting.setdefault(_within(held), []).append(
                _LINE.format(f"why-{number}", line(language, name, form.provisions))
            )
        yield tag.start(), len(tag[0]), _told(tag[0], found, f"why-{number}")


def _within(held: Sequence[_Open]) -> int:
    """Return where the element begins whose end gets the line: the innermost, or the fieldset around it."""
    inner = list(takewhile(lambda one: one.tag != "form", reversed(held)))
    sets = [one for one in inner if one.tag == "fieldset"]
    return (sets or inner or held[-1:])[0].at


def _told(tag: str, found: Mapping[str, str], line_id: str) -> str:
    """Return the field's tag with the line among what describes it."""
    if described := found.get("aria-describedby"):
        return tag.replace(f'aria-describedby="{described}"', f'aria-describedby="{described} {line_id}"')
    return f'{tag[:-1]} aria-describedby="{line_id}">'


def line(language: Catalogue, name: str, step: Sequence[str] = ()) -> Markup:
    """Return a reason in words, with a link to each provision, or the honest word that there is none."""
    behind = reasons().reasons[name] or (step if name == "step" else ())
    said = escape(language.label("reason", name))
    if not behind:
        kind = "step" if name == "step" else "none"
        return Markup("{} {}").format(said, language.label("reason_kind", kind))
    return Markup("{} {}").format(said, Markup(" ").join(law_link(language, one) for one in behind))
