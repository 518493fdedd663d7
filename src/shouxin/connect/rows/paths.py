"""Columns as paths into nested values: ``address.city``, ``devices[].mac``; ``devices[2].mac`` is a place.

A name that a row has as it is written comes before its reading as a path: a file may have a column "a.b".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

_EACH = "[]"
_STEPS = re.compile(r"([^.\[\]]+)|\[(\d*)\]")
Step = str | int


@cache
def steps(path: str) -> tuple[Step, ...]:
    """Return the steps of a path: names, numbers of elements, and "[]" for every element."""
    return tuple(name or (int(index) if index else _EACH) for name, index in _STEPS.findall(path))


def root(path: str) -> str:
    """Return the name at the top that a path begins with."""
    return str(steps(path)[0])


def places(values: Mapping[str, Any], path: str) -> list[tuple[str, Any]]:
    """Return every place that a path leads to, with the value there; none where the way is missing."""
    if path in values:
        return [(path, values[path])]
    if "." not in path and "[" not in path:
        return []
    return list(_places(values, steps(path), ""))


def read(values: Mapping[str, Any], path: str) -> list[Any]:
    """Return every value that a path leads to, without those that are nothing."""
    return [value for _, value in places(values, path) if value is not None]


def written(values: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row with new ones at some places; the old are left as they are."""
    changed: dict[str, Any] = dict(values)
    copied: set[str] = set()
    for path, value in new.items():
        if path in changed or steps(path) == (path,):
            changed[path] = value
            continue
        top = root(path)
        if top not in copied:
            changed[top] = deepcopy(changed.get(top))
            copied.add(top)
        _write(changed, steps(path), value)
    return changed


def without(values: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """Return the values of a row without some columns."""
    left: dict[str, Any] = dict(values)
    for path in paths:
        if path in left:
            del left[path]
        elif found := places(left, path):
            left = written(left, {place: None for place, _ in found})
    return left


def _places(value: Any, way: tuple[Step, ...], before: str) -> Iterator[tuple[str, Any]]:
    if not way:
        yield before, value
        return
    step, rest = way[0], way[1:]
    if step == _EACH:
        for index, one in enumerate(value if isinstance(value, list | tuple) else ()):
            yield from _places(one, rest, f"{before}[{index}]")
    elif isinstance(step, int):
        if isinstance(value, list | tuple) and step < len(value):
            yield from _places(value[step], rest, f"{before}[{step}]")
    elif isinstance(value, Mapping) and step in value:
        yield from _places(value[step], rest, f"{before}.{step}" if before else step)


def _write(values: Any, way: tuple[Step, ...], value: Any) -> None:
    """Write at a place; what is not there is not made."""
    for step in way[:-1]:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return
    last: Any = way[-1]
    if isinstance(values, dict) or (isinstance(values, list) and last in range(len(values))):
        values[last] = value
