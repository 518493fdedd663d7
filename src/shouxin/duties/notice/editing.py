"""A notice as the fields of a form, and the notice that a form makes. Pure; nothing a person wrote is lost.

A field is named by its way: ``processor.name.zh``, ``p0.method.en`` of the first purpose,
``p0.r1.contact.zh`` of its second recipient, ``p0.c0.key`` of its first category. Numbers tell parts from
each other, no more.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, get_args

import msgspec

from shouxin.duties.notice.model import MOST, Basis, Key, Notice

LANGUAGES = ("zh", "en", "es")
"""The languages of a text; Chinese comes first and is the one that counts."""

BASES: tuple[str, ...] = get_args(Basis)
CHANNELS = ("mobile_phone", "fixed_phone", "personal_email", "other")
"""The channels of commercial messages that a form offers; others stay as they are."""

OF_PURPOSE = ("purpose", "method", "keeping", "refusal", "automated")
OF_RECIPIENT = ("contact", "purpose", "method", "rights")
OF_NOTICE = (
    *("title", "summary", "processor.name", "processor.contact", "rights.way", "rights.steps"),
    *("rights.query", "officer.name", "officer.contact", "complaint"),
)
"""The texts of a purpose beside what is sensitive about it, of a recipient beside its name, of the notice."""

_SENSITIVE = ("necessity", "effect")
_KEY = re.compile(next(meta.pattern for meta in Key.__metadata__ if meta.pattern))  # type: ignore[attr-defined]

Wrong = Literal["zh", "key", "twice", "needed", "many"]
"""What is wrong with a field: a text without Chinese, a key of other characters or used twice, an empty one
that is needed, more parts than a notice has."""


class Sheet(NamedTuple):
    """What the fields of a form hold; a field may hold several values."""

    values: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """Return what a field holds, "" where it is empty."""
        return next(iter(self.values.get(name, ())), "")

    def parts(self, kind: str, of: str = "") -> tuple[str, ...]:
        """Return the names of the parts of a kind: ``p`` purposes, ``r`` and ``c`` of one, ``f`` further."""
        way = re.compile(rf"({re.escape(of + '.' if of else '')}{kind}(\d{{1,6}}))\.")
        found = {match[1]: int(match[2]) for name in self.values if (match := way.match(name))}
        return tuple(sorted(found, key=lambda part: found[part]))

    def added(self, kind: str, of: str = "") -> "Sheet":
        """Return the sheet with one more empty part."""
        numbers = [int(re.sub(r".*\D", "", part)) for part in self.parts(kind, of)]
        part = f"{of + '.' if of else ''}{kind}{max(numbers, default=-1) + 1}"
        return Sheet({**self.values, f"{part}.key": ("",)})

    def rows(self, kind: str, of: str = "") -> tuple[str, ...]:
        """Return the parts of a kind, and an empty one more to be written in."""
        return self.added(kind, of).parts(kind, of)

    def tidy(self) -> "Sheet":
        """Return the sheet without the rows in which nothing stands: further texts and categories."""
        rows = [*self.parts("f"), *(row for part in self.parts("p") for row in self.parts("c", part))]
        blank = [
            row for row in rows if not any(self.one(f"{row}.{name}").strip() for name in ("key", *LANGUAGES))
        ]
        found = self
        for row in blank:
            found = found.without(row)
        return found

    def without(self, part: str) -> "Sheet":
        """Return the sheet without a part."""
        return Sheet({name: held for name, held in self.values.items() if not name.startswith(f"{part}.")})


def spread(notice: Notice) -> Sheet:
    """Return a notice as the fields of a form."""
    return Sheet({name: held for name, held in _spread(msgspec.to_builtins(notice)) if any(held)})


def gathered(sheet: Sheet, service: str) -> Notice | dict[str, Wrong]:
    """Return the notice that a form makes, or what is wrong, field by field."""
    return _Reader(sheet).notice(service)


def spots(sheet: Sheet) -> dict[tuple[str, str], str]:
    """Return the part of the form behind each purpose, and each recipient of one, by their keys."""
    found = {}
    for part in sheet.parts("p"):
        key = sheet.one(f"{part}.key").strip()
        found[key, ""] = part
        found |= {(key, sheet.one(f"{one}.key").strip()): one for one in sheet.parts("r", part)}
    return found


def _spread(plain: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in OF_NOTICE:
        yield from _texts(name, _at(plain, name))
    for number, one in enumerate(plain.get("further", ())):
        yield from _texts(f"f{number}", one)
    for number, purpose in enumerate(plain.get("purposes", ())):
        yield from _of_purpose(f"p{number}", purpose)


def _of_purpose(part: str, purpose: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield f"{part}.key", (purpose["key"],)
    yield f"{part}.basis", tuple(purpose.get("basis", ("consent",)))
    yield f"{part}.channels", tuple(purpose.get("channels", ()))
    yield f"{part}.facts", (json.dumps(purpose["facts"], ensure_ascii=False),) if purpose.get("facts") else ()
    sensitive = purpose.get("sensitive")
    yield f"{part}.sensitive", ("yes",) if sensitive is not None else ()
    for name in OF_PURPOSE:
        yield from _texts(f"{part}.{name}", purpose.get(name))
    for name in _SENSITIVE:
        yield from _texts(f"{part}.sensitive.{name}", (sensitive or {}).get(name))
    for number, one in enumerate(purpose.get("categories", ())):
        yield f"{part}.c{number}.key", (one["key"],)
        yield from _texts(f"{part}.c{number}", one["name"])
    for number, one in enumerate(purpose.get("recipients", ())):
        there = f"{part}.r{number}"
        yield f"{there}.key", (one["key"],)
        yield f"{there}.kind", (one.get("kind", "processor"),)
        yield f"{there}.abroad", ("yes",) if one.get("abroad") else ()
        yield f"{there}.categories", (", ".join(one.get("categories", ())),)
        for name in ("name", *OF_RECIPIENT):
            yield from _texts(f"{there}.{name}", one.get(name))


def _texts(name: str, said: Mapping[str, str] | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    for code in LANGUAGES:
        yield f"{name}.{code}", ((said or {}).get(code, ""),)


def _at(plain: Mapping[str, Any], way: str) -> Any:
    found: Any = plain
    for name in way.split("."):
        found = (found or {}).get(name)
    return found


class _Reader:
    """Reads a sheet; takes note of what is wrong with it."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._wrong: dict[str, Wrong] = {}

    def notice(self, service: str) -> Notice | dict[str, Wrong]:
        plain: dict[str, Any] = {"service": service}
        for name in OF_NOTICE:
            _put(plain, name, self._said(name, needed=name == "title"))
        for one in ("processor", "officer"):
            if one in plain and "name" not in plain[one]:
                self._wrong.setdefault(f"{one}.name", "needed")
        further = (self._said(part) for part in self._sheet.parts("f"))
        plain["further"] = [said for said in further if said]
        parts = self._sheet.parts("p")
        plain["purposes"] = [self._purpose(part) for part in parts]
        self._once(f"{part}.key" for part in parts)
        for name in ("purposes", "further"):
            if len(plain[name]) > MOST:
                self._wrong[name] = "many"
        return self._wrong or msgspec.convert(plain, Notice)

    def _purpose(self, part: str) -> dict[str, Any]:
        sheet = self._sheet
        plain: dict[str, Any] = {"key": self._key(f"{part}.key")}
        for name in OF_PURPOSE:
            _put(plain, name, self._said(f"{part}.{name}"))
        plain["basis"] = [one for one in sheet.values.get(f"{part}.basis", ()) if one in BASES]
        if not plain["basis"]:
            self._wrong[f"{part}.basis"] = "needed"
        plain["channels"] = list(
            dict.fromkeys(filter(_KEY.fullmatch, sheet.values.get(f"{part}.channels", ())))
        )
        plain["facts"] = _facts(sheet.one(f"{part}.facts"))
        sensitive = {name: self._said(f"{part}.sensitive.{name}") for name in _SENSITIVE}
        if sheet.one(f"{part}.sensitive") or any(sensitive.values()):
            plain["sensitive"] = {name: said for name, said in sensitive.items() if said}
        plain["categories"] = self._categories(part)
        recipients = sheet.parts("r", part)
        plain["recipients"] = [self._recipient(one) for one in recipients]
        self._once(f"{one}.key" for one in recipients)
        for name in ("categories", "recipients"):
            if len(plain[name]) > MOST:
                self._wrong[f"{part}.{name}"] = "many"
        return plain

    def _categories(self, part: str) -> list[dict[str, Any]]:
        """Return the categories of a purpose; a row in which nothing stands is none."""
        filled = [
            one
            for one in self._sheet.parts("c", part)
            if any(self._sheet.one(f"{one}.{field}").strip() for field in ("key", *LANGUAGES))
        ]
        self._once(f"{one}.key" for one in filled)
        return [{"key": self._key(f"{one}.key"), "name": self._said(one, needed=True)} for one in filled]

    def _recipient(self, part: str) -> dict[str, Any]:
        sheet = self._sheet
        plain: dict[str, Any] = {"key": self._key(f"{part}.key")}
        plain["kind"] = "entrusted" if sheet.one(f"{part}.kind") == "entrusted" else "processor"
        plain["abroad"] = bool(sheet.one(f"{part}.abroad"))
        named = re.split(r"[,，、\s]+", sheet.one(f"{part}.categories"))
        plain["categories"] = list(dict.fromkeys(filter(None, named)))
        if not all(map(_KEY.fullmatch, plain["categories"])):
            self._wrong[f"{part}.categories"] = "key"
        for name in ("name", *OF_RECIPIENT):
            _put(plain, name, self._said(f"{part}.{name}", needed=name == "name"))
        return plain

    def _said(self, name: str, *, needed: bool = False) -> dict[str, str] | None:
        found = {code: self._sheet.one(f"{name}.{code}").replace("\r\n", "\n").strip() for code in LANGUAGES}
        if not found["zh"] and (needed or any(found.values())):
            self._wrong[name] = "zh"
        return {code: text for code, text in found.items() if text} or None

    def _key(self, name: str) -> str:
        key = self._sheet.one(name).strip()
        if not _KEY.fullmatch(key):
            self._wrong[name] = "key"
        return key

    def _once(self, names: Iterable[str]) -> None:
        seen: set[str] = set()
        for name in names:
            key = self._sheet.one(name).strip()
            if key in seen:
                self._wrong.setdefault(name, "twice")
            seen.add(key)


def _put(plain: dict[str, Any], way: str, said: dict[str, str] | None) -> None:
    """Put a text where its way leads; nothing where there is no text."""
    *heads, last = way.split(".")
    if said:
        for head in heads:
            plain = plain.setdefault(head, {})
        plain[last] = said


def _facts(text: str) -> dict[str, Any]:
    """Return the facts that a purpose states, carried along unchanged; none where they are no such."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
