"""Marks: places where a numbered unit may begin.

A mark is only a candidate. Whether it begins a unit depends on the numbers around it, which
``sequence`` (articles) and ``outline`` (everything else) look at.
"""

from typing import NamedTuple

GROUPS = ("part", "subpart", "chapter", "section")
"""Kinds that hold articles together, outermost first."""


class Mark(NamedTuple):
    """A candidate: offsets of its printed number, and what speaks for and against it.

    ``kind`` is one of ``GROUPS``, article, division (一、), item ((一)) or point (1.). ``values`` are
    its possible numbers: ``(i)`` may be 1 or 9. ``sub`` is the 一 of 第十七条之一, else 0.
    ``strong``: it begins a fragment. ``closed``: what precedes it is finished (a stop, a heading, the
    start of the text). ``cites``: what follows shows a citation ("第七条、第八条规定").
    """

    kind: str
    start: int
    end: int
    values: tuple[int, ...]
    sub: int
    strong: bool
    closed: bool
    cites: bool

    @property
    def number(self) -> int:
        """Return the first possible number."""
        return self.values[0]
