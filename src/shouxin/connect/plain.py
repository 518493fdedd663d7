"""YAML files of people in, typed values out; errors name file and line, and every file has its limit."""

import re
from datetime import date
from typing import Any, TypeVar

import msgspec
import yaml

from shouxin.errors import InputError, LawError
from shouxin.law.yamltext import Lines, Path, parse

T = TypeVar("T")

LARGEST = 8 * 1024 * 1024
"""The largest file that is read, in bytes."""


class _Dumper(yaml.CSafeDumper):
    """Writes a value out each time it occurs: an alias would be refused by ``plain``."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def plain(text: bytes, *, where: str, code: str, remedy: str) -> tuple[Any, Lines]:
    """Return what a file writes and the lines of its parts; raise ``InputError`` with ``code``."""
    try:
        if len(text) > LARGEST:
            raise ValueError(f"it is larger than {LARGEST // 1024 // 1024} MiB")
        return parse(text.decode("utf-8-sig"), where=where)
    except LawError as error:
        raise InputError(code, error.what.splitlines()[0], where=error.where, remedy=remedy) from None
    except UnicodeDecodeError:
        raise InputError(code, "the file is not UTF-8", where=where, remedy=remedy) from None
    except (ValueError, RecursionError) as error:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InputError(code, f"the file cannot be read: {what}", where=where, remedy=remedy) from None


def typed(value: Any, lines: Lines, shape: type[T], *, where: str, code: str, remedy: str) -> T:
    """Return a value in its type; raise ``InputError`` with ``code`` that names the line of what is wrong."""
    try:
        return msgspec.convert(value, shape)
    except (msgspec.ValidationError, ValueError) as error:
        what, _, dotted = str(error).partition(" - at `")
        what = what.splitlines()[0][:200] if what else "it is no such file"
        line = _line(dotted, lines)
        raise InputError(
            code, what[:1].lower() + what[1:], where=f"{where}, line {line}", remedy=remedy
        ) from None


def written(value: object) -> str:
    """Return a value as YAML; reading it gives the value back."""
    content = msgspec.to_builtins(value, builtin_types=(date,))
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _line(dotted: str, lines: Lines) -> int:
    """Return the line of msgspec's path, or of the innermost part of it that has one."""
    found = re.findall(r"\.([^.\[\]`]+)|\[(\d+)\]", dotted)
    path: Path = tuple(int(index) if index else key for key, index in found)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
