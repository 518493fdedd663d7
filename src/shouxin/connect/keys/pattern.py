"""The names of keys as a map writes them: ``user:{customer_id}:profile``.

What stands in braces is a column of the table; a value of it holds no colon, by which names are divided.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

_NAME = re.compile(r"\{([^{}]+)\}")
_SPECIAL = re.compile(r"([*?\[\]\\])")


class Pattern(NamedTuple):
    """A pattern: fixed pieces and, between each two of them, a column."""

    pieces: tuple[str, ...]
    names: tuple[str, ...]

    def values(self, key: str) -> dict[str, str] | None:
        """Return what the columns are in a key, or None where it is no key of this pattern."""
        found = _matcher(self).fullmatch(key)
        return dict(zip(self.names, found.groups(), strict=True)) if found else None

    def key(self, values: Mapping[str, str]) -> str | None:
        """Return the key that has these values, or None where they do not say it or cannot stand in one."""
        if not all(values.get(name) and ":" not in values[name] for name in self.names):
            return None
        return self._joined([values[name] for name in self.names])

    @property
    def glob(self) -> str:
        """Return the pattern as the server writes it; it finds these keys and perhaps others."""
        return _joined([_SPECIAL.sub(r"\\\1", piece) for piece in self.pieces], ["*"] * len(self.names))

    def _joined(self, values: list[str]) -> str:
        return _joined(list(self.pieces), values)


@lru_cache
def pattern(table: str) -> Pattern:
    """Return the pattern that is the name of a table."""
    parts = _NAME.split(table)
    return Pattern(tuple(parts[::2]), tuple(parts[1::2]))


@lru_cache
def _matcher(found: Pattern) -> re.Pattern[str]:
    return re.compile(_joined([re.escape(piece) for piece in found.pieces], ["([^:]+)"] * len(found.names)))


def _joined(pieces: list[str], between: list[str]) -> str:
    return "".join(one + two for one, two in zip(pieces, [*between, ""], strict=True))
