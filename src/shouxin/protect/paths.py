"""Paths into plain data, as a policy's ``fields`` write them: ``order.contacts[*].phone``."""

import re
from collections.abc import Mapping

from shouxin.errors import InputError

Path = tuple[str | int, ...]
_STEP = re.compile(r"(?:^|\.)(\*\*|\*|[^.\[\]*]+)|\[(\*|\d+)\]")


class Paths:
    """The types of fields, asked by path."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._patterns = [(_steps(field), kind) for field, kind in fields.items()]
        self._simple = {
            steps: kind for steps, kind in self._patterns if not any("*" in str(step) for step in steps)
        }
        self._patterns = [(steps, kind) for steps, kind in self._patterns if steps not in self._simple]

    def kind(self, path: Path) -> str | None:
        """Return the type of the field at a path, or None where no pattern names it."""
        if path in self._simple:
            return self._simple[path]
        return next((kind for steps, kind in self._patterns if _meets(steps, path)), None)

    @staticmethod
    def written(path: Path) -> str:
        """Return a path as it is written."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _steps(field: str) -> Path:
    found = list(_STEP.finditer(field.removeprefix("$.")))
    if not found or "".join(part.group() for part in found) != field.removeprefix("$."):
        raise InputError(
            "protect-path", f'"{field}" is no path', remedy='write it like "order.contacts[*].phone"'
        )
    steps: list[str | int] = []
    for part in found:
        key, index = part.groups()
        steps.append(key if key is not None else "[*]" if index == "*" else int(index))
    return tuple(steps)


def _meets(steps: Path, path: Path) -> bool:
    if not steps:
        return not path
    if steps[0] == "**":
        return any(_meets(steps[1:], path[at:]) for at in range(len(path) + 1))
    if not path:
        return False
    first, given = steps[0], path[0]
    fits = (
        first == given
        or (first == "*" and isinstance(given, str))
        or (first == "[*]" and isinstance(given, int))
    )
    return fits and _meets(steps[1:], path[1:])
