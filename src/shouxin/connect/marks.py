"""What stands where a value went, and how it is known again."""

import re

MARK = "erased-"
"""How a value begins that stands for one that went, where every row needs one of its own."""

SHORT_MARK = "~"
"""The same where there is little room."""

SHORTEST = 8
"""Characters that a column needs for a value of its own."""

UUID_MARK = "00000000-0000-4000-8000-"
"""How a UUID begins that stands for one that went."""

FIRST_DAY = "1900-01-01"
"""What stands for no day; every day before it is one that stands for another, from ``EARLIEST`` on."""

EARLIEST, DAYS = "1000-01-01", 320_000
NOWHERE = "0.0.0.0"  # noqa: S104 - nothing listens there
"""What stands for no address of the network."""

_TOKENS = re.compile(rf"(?:{MARK}|{SHORT_MARK})[0-9a-f]*|{UUID_MARK}[0-9a-f]{{12}}|")


def mark_for(room: int | None) -> str:
    """Return how a value begins that stands for one that went, in a column of so many characters."""
    return MARK if room is None or room >= len(MARK) + SHORTEST else SHORT_MARK


def is_erased(value: object) -> bool:
    """Tell whether a value is one that an erasure left behind."""
    if isinstance(value, int):
        return value < 0 or value == 0
    return _TOKENS.fullmatch(str(value)) is not None
