"""YAML text in: plain values, and for every one of them the line it stands on.

PyYAML's safe loader forgets the lines and lets a later key silently replace an earlier one; a law
file needs the first and must refuse the second.
"""

from typing import Any

import yaml

from shouxin.errors import LawError

Path = tuple[str | int, ...]
Lines = dict[Path, int]

DEEPEST = 100
"""How many mappings and lists may stand inside one another."""


def parse(text: str, *, where: str) -> tuple[Any, Lines]:
    """Return the value that ``text`` writes, and the line (from 1) of every part of it by its path.

    Raises ``LawError`` with ``law-yaml`` for broken YAML and ``law-duplicate-key`` for a key that
    stands twice in one mapping; ``where`` names the file in both.
    """
    try:
        _refuse_mazes(text, where)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{where}, line {mark.line + 1}, column {mark.column + 1}" if mark else where
        raise LawError(
            "law-yaml",
            f"this is not YAML: {error.problem}",
            where=place,
            remedy="mend the line or the one above",
        ) from None
    except yaml.YAMLError as error:
        raise LawError(
            "law-yaml", f"this is not YAML: {error}", where=where, remedy="save it as UTF-8"
        ) from None
    if node is None:
        raise LawError("law-empty", "the file is empty", where=where, remedy="restore it or delete it")
    lines: Lines = {}
    scalars = yaml.constructor.SafeConstructor()

    def value(node: yaml.Node, path: Path) -> Any:
        lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            return [value(item, (*path, index)) for index, item in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return scalars.construct_object(node)
        result: dict[str, Any] = {}
        for key_node, item in node.value:
            key = str(key_node.value)
            if key in result:
                raise LawError(
                    "law-duplicate-key",
                    f'the key "{key}" stands twice in one mapping',
                    where=f"{where}, line {key_node.start_mark.line + 1}",
                    remedy="keep one of the two",
                )
            result[key] = value(item, (*path, key))
            lines[(*path, key)] = key_node.start_mark.line + 1
        return result

    try:
        return value(node, ()), lines
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where}, line {mark.line + 1}" if mark else where
        what = getattr(error, "problem", None) or "a value that cannot be"
        raise LawError(
            "law-yaml",
            f"this is not plain YAML: {what}",
            where=place,
            remedy="use no tags, anchors or odd dates",
        ) from None


def _refuse_mazes(text: str, where: str) -> None:
    """Refuse aliases, by which a short text becomes endless, and depths at which the composer would crash."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
            what = "an alias stands here" if depth <= DEEPEST else f"more than {DEEPEST} levels"
            mark = event.start_mark
            line = mark.line + 1 if mark else 1
            raise LawError(
                "law-yaml",
                f"this is not plain YAML: {what}",
                where=f"{where}, line {line}",
                remedy="write it out, without anchors and fewer levels",
            )
