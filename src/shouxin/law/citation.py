"""Citations: ``pipl:art_29`` names a provision and everything under it, ``pipl`` the whole instrument."""

import re
from typing import NamedTuple


class Citation(NamedTuple):
    """An instrument's id and, unless the whole instrument is meant, an eId within it."""

    instrument: str
    eid: str = ""

    def __str__(self) -> str:
        """Return the citation as it is written: ``pipl:art_29`` or ``pipl``."""
        return f"{self.instrument}:{self.eid}" if self.eid else self.instrument

    def covers(self, other: "Citation") -> bool:
        """Tell whether ``other`` is this very unit or lies within it."""
        return self.instrument == other.instrument and (not self.eid or within(other.eid, self.eid))


_EID = re.compile(r"^(art|sec|notice)_")


def parse(text: str, home: str = "") -> Citation:
    """Return the citation written in ``text``; an eId alone is read within the instrument ``home``."""
    text = text.strip()
    if ":" in text:
        instrument, _, eid = text.partition(":")
        return Citation(instrument, eid)
    return Citation(home, text) if _EID.match(text) else Citation(text)


def within(eid: str, of: str) -> bool:
    """Tell whether ``eid`` is ``of`` or lies under it: ``art_13__para_1`` lies within ``art_13``."""
    return eid == of or eid.startswith(of + "__")


def article(eid: str) -> str:
    """Return the outermost unit of ``eid``: ``art_13`` of ``art_13__para_1__item_2``."""
    return eid.partition("__")[0]
