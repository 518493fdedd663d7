"""What a detector reports: where something stands, what it is, how sure that is; never the value."""

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One place in a text.

    ``start`` and ``end`` count characters, ``byte_start`` and ``byte_end`` bytes of the UTF-8 text.
    ``score`` lies between 0 and 1. ``source`` names the recogniser, and ``path`` the place of the
    text in a structure (a JSON path, a column), empty for plain text.
    """

    type: str
    start: int
    end: int
    byte_start: int
    byte_end: int
    score: float
    source: str
    path: str = ""
