"""YAML files of this package: text to typed values, with errors that name file, line and remedy.

PyYAML alone forgets lines and lets a later key silently replace an earlier one. This package is usable
alone, so it does not borrow the reader of the law files.
"""

import difflib
import functools
import re
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
import yaml

from shouxin.errors import InputError

T = TypeVar("T")
KeyPath = tuple[str | int, ...]
_DEEPEST = 100
_SEE = "see docs/de-identification.md"


class Lines:
    """Where each part of a YAML file stands."""

    def __init__(self, node: yaml.Node, where: str) -> None:
        self._node = node
        self._where = where

    def place(self, path: KeyPath) -> str:
        """Return file and line of what stands at ``path``, or of the innermost part that exists."""
        node, line = self._node, self._node.start_mark.line
        for key in path:
            pairs: list[Any] = (
                [(str(name.value), name, item) for name, item in node.value]
                if isinstance(node, yaml.MappingNode)
                else [(number, item, item) for number, item in enumerate(node.value)]
                if isinstance(node, yaml.SequenceNode)
                else []
            )
            found = next(((at, item) for name, at, item in pairs if name == key), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        return f"{self._where}, line {line + 1}"


def text_of(path: Path) -> str:
    """Return the text of a file; raise ``InputError`` (protect-file) where it cannot be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "it cannot be read"
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    raise InputError(
        "protect-file",
        f"the file cannot be read: {reason}",
        where=str(path),
        remedy="check path and encoding",
    )


def read(text: str, shape: type[T], *, where: str) -> tuple[T, Lines]:
    """Return the value of type ``shape`` that ``text`` writes, and where its parts stand.

    Raises ``InputError`` with ``protect-policy``: broken YAML, a key that stands twice or is unknown, a value
    of the wrong type.
    """
    try:
        _refuse_depths(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        if node is None:
            raise InputError("protect-policy", "the file is empty", where=where, remedy=_SEE)
        _refuse_twins(node, where, set(), set())
        plain = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            "protect-policy",
            f"this is not plain YAML: {getattr(error, 'problem', None) or 'a value that cannot be'}",
            where=f"{where}, line {mark.line + 1}" if mark else where,
            remedy="mend the line or the one above",
        ) from None
    lines = Lines(node, where)
    try:
        return msgspec.convert(plain, shape), lines
    except msgspec.ValidationError as error:
        raise _shape_error(_with_key(str(error), plain, shape), shape, lines) from None


def _with_key(message: str, plain: Any, shape: Any) -> str:
    """Return msgspec's message with the key that it writes as ``[...]`` spelt out."""
    head, mark, tail = message.partition("[...]")
    if not mark:
        return message
    above: KeyPath = tuple(re.findall(r"\.([^.\[\]`]+)", head.rpartition("`$")[2]))
    mapping = functools.reduce(lambda value, key: value[key], above, plain)
    for key in mapping:
        alone = functools.reduce(lambda value, name: {name: value}, reversed(above), {key: mapping[key]})
        whole = {**plain, **alone} if above else alone
        try:
            msgspec.convert(whole, shape)
        except msgspec.ValidationError:
            return f"{head}.{key}{tail}"
    return message


def _refuse_depths(text: str) -> None:
    """Raise ``YAMLError`` for more levels than a policy has; thousands would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            mark = cast("yaml.Mark", event.start_mark)
            raise yaml.MarkedYAMLError(problem=f"more than {_DEEPEST} levels", problem_mark=mark)


def _refuse_twins(node: yaml.Node, where: str, above: set[int], done: set[int]) -> None:
    """Look at every node once, however many aliases lead to it."""
    if id(node) in above:
        raise ValueError("a value that contains itself")
    if not isinstance(node, yaml.CollectionNode) or id(node) in done:
        return
    done.add(id(node))
    seen: set[str] = set()
    for item in node.value:
        key, value = item if isinstance(node, yaml.MappingNode) else (None, item)
        if key is not None and str(key.value) in seen:
            raise InputError(
                "protect-policy",
                f'the key "{key.value}" stands twice in one mapping',
                where=f"{where}, line {key.start_mark.line + 1}",
                remedy="keep one of the two",
            )
        seen |= {str(key.value)} if key is not None else set()
        _refuse_twins(value, where, above | {id(node)}, done)


def _shape_error(message: str, shape: Any, lines: Lines) -> InputError:
    """Translate msgspec's message, which knows a path, into one with a line and a remedy."""
    what, _, dotted = message.partition(" - at `")
    path: KeyPath = tuple(
        int(index) if index else key
        for key, index in re.findall(r"\.([^.\[\]`]+)|\[(\d+)\]", dotted.replace("key in ", ""))
    )
    remedy = _SEE
    if unknown := re.search(r"unknown field `([^`]*)`", what):
        key = unknown.group(1)
        schema = msgspec.json.schema(shape)
        known = {name for part in schema.get("$defs", {}).values() for name in part.get("properties", {})}
        what = f'the key "{key}" is unknown'
        path = (*path, key)
        remedy = did_you_mean(key, known) or remedy
    what = what[:1].lower() + what[1:]
    return InputError("protect-policy", what, where=lines.place(path), remedy=remedy)


def did_you_mean(word: str, known: set[str]) -> str:
    """Return a remedy that names the nearest known word, or nothing where none is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f'did you mean "{near[0]}"?' if near else ""
