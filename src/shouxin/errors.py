"""The one family of errors that Shouxin raises on purpose.

A message says what is wrong, where, and what to do about it: one lower-case sentence each,
without a final full stop, user input in quotes, and never a piece of personal information.
Every error has a stable code; ``docs/errors.md`` lists them all.
"""

from typing import ClassVar


class ShouxinError(Exception):
    """Root of the family; callers that want every expected failure catch this one.

    ``code`` is stable across versions, ``where`` names a file and line, a provision, a setting or
    a URL, and ``remedy`` tells the reader what to do next. ``exit_code`` is what the command line
    ends with: 2 for input or surroundings that cannot be used, 1 for an answer that is "no".
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, code: str, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """Return one line: ``where: what; remedy``."""
        place = f"{self.where}: " if self.where else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class InputError(ShouxinError):
    """What the caller gave (a file, an id, an option, a setting) cannot be used."""


class LawError(ShouxinError):
    """A law file is wrong: its shape, an id, a citation, a figure."""


class StoreError(ShouxinError):
    """The store cannot be reached, started, read or written."""


class IntegrityError(ShouxinError):
    """Something that must not change has changed."""

    exit_code: ClassVar[int] = 1
