"""Law files in: YAML text to typed values, with errors that name file, line, provision and remedy."""

import difflib
import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from shouxin.errors import LawError
from shouxin.law import checks, tables
from shouxin.law.cache import FOLDER, PARTS
from shouxin.law.model import AppCategory, Books, Instrument, OutsideInstrument
from shouxin.law.procedure import Procedure
from shouxin.law.wording import Vocabulary
from shouxin.law.yamltext import Lines, parse
from shouxin.law.yamltext import Path as KeyPath

T = TypeVar("T")


def read(text: str, shape: type[T], *, where: str) -> tuple[T, Lines]:
    """Return the value of type ``shape`` that the law file ``text`` writes, and the lines of its parts.

    Raises ``LawError``: ``law-yaml``, ``law-empty``, ``law-duplicate-key``, or ``law-shape`` where
    a key is unknown or missing or a value has the wrong type.
    """
    plain, lines = parse(text, where=where)
    try:
        return msgspec.convert(plain, shape), lines
    except msgspec.ValidationError as error:
        raise _shape_error(str(error), plain, lines, shape, where) from None


def read_instrument(text: str, *, where: str) -> Instrument:
    """Return the instrument that ``text`` writes; errors as in ``read``."""
    return read(text, Instrument, where=where)[0]


def files(folder: Path = FOLDER) -> list[Path]:
    """Return the law files of ``folder``, sorted: instruments, procedures, tables and vocabulary."""
    found = [path for part in PARTS for path in sorted((folder / part).glob("*.yaml"))]
    if not found:
        raise LawError(
            "law-missing", "there is no law file here", where=str(folder), remedy="reinstall shouxin"
        )
    return found


def load(folder: Path = FOLDER) -> Books:
    """Return all law files of ``folder``, checked one by one and against each other.

    Nothing is half-loaded: the first thing that is wrong raises ``LawError``.
    """
    instruments: list[Instrument] = []
    categories: tuple[AppCategory, ...] = ()
    outside: tuple[OutsideInstrument, ...] = ()
    vocabulary = Vocabulary()
    procedures: list[Procedure] = []
    places: checks.Places = {}
    for path in files(folder):
        name = f"{path.parent.name}/{path.name}"
        text = _text(path, name)
        if name == "tables/app-categories.yaml":
            categories, lines = read(text, tuple[AppCategory, ...], where=name)
            places["app-categories"] = (name, lines)
        elif name == "tables/outside.yaml":
            outside, lines = read(text, tuple[OutsideInstrument, ...], where=name)
            places["outside"] = (name, lines)
        elif path.parent.name == "vocabulary":
            part, lines = read(text, Vocabulary, where=name)
            checks.new_words(vocabulary, part, name, lines)
            vocabulary = vocabulary.with_part(part)
        elif path.parent.name == "procedures":
            procedure, lines = read(text, Procedure, where=name)
            checks.procedure_name(procedure, path.stem, name)
            procedures.append(procedure)
            places[f"procedures/{procedure.procedure}"] = (name, lines)
        elif path.parent.name == "instruments":
            instrument, lines = read(text, Instrument, where=name)
            checks.file_name(instrument, path.stem, name)
            instruments.append(instrument)
            places[instrument.instrument] = (name, lines)
        else:
            raise LawError("law-unknown-file", "no part of the law is read from this file", where=name)
    books = Books(
        instruments=tuple(instruments),
        categories=categories,
        outside=outside,
        vocabulary=tables.completed(vocabulary, categories),
        procedures=tuple(procedures),
    )
    checks.everything(books, places)
    return books


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise LawError(
            "law-not-utf8", "this is not UTF-8", where=f"{name}, line {line}", remedy="save the file as UTF-8"
        ) from None


_AT = re.compile(r"^(.*?)(?: - at `(?:key in )?\$?([^`]*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")


def _shape_error(message: str, plain: Any, lines: Lines, shape: Any, where: str) -> LawError:
    """Translate msgspec's message, which knows a path, into one with line, provision and remedy."""
    match = _AT.match(message)
    what, dotted = (match.group(1), match.group(2) or "") if match else (message, "")
    path: KeyPath = tuple(
        int(index) if index else key for key, index in re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", dotted)
    )
    remedy = "see docs/law-format.md"
    if unknown := _UNKNOWN.search(what):
        key = unknown.group(1)
        what = f'the key "{key}" is unknown'
        near = difflib.get_close_matches(key, _known_keys(shape), n=1)
        remedy = f'did you mean "{near[0]}"? {remedy}' if near else remedy
        path = (*path, key)
    while path not in lines and path:
        path = path[:-1]
    place = f"{where}, line {lines.get(path, 1)}"
    name = _owner(plain, path)
    what = what[0].lower() + what[1:] if what else what
    return LawError("law-shape", what, where=f"{place}, {name}" if name else place, remedy=remedy)


def _owner(plain: Any, path: KeyPath) -> str:
    """Return the id of the innermost thing on ``path`` that has one."""
    name, value = "", plain
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            name = value["id"]
    return name


def _known_keys(shape: Any) -> set[str]:
    """Return every field name of the law's shapes that ``shape`` can contain."""
    schema = msgspec.json.schema(shape)
    return {key for part in schema.get("$defs", {}).values() for key in part.get("properties", {})}
