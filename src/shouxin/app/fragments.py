"""Pieces of pages that are the same for every reader, rendered once for each language.

A template says what a piece depends on, beside the language it is read in, and that is all it may depend on::

    {% call kept("coverage", version) %} … {% endcall %}

What only the register says is such a piece: it changes with the law's digest and never with the reader.
A piece that knows who reads, a form's token or the address of the page is none.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from markupsafe import Markup

MOST = 400
"""Pieces that are remembered; what was not read for longest is rendered again."""


class Fragments:
    """The pieces of one application."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, ...], Markup] = OrderedDict()
        self._lock = Lock()

    def of(self, key: tuple[str, ...], made: Callable[[], Markup]) -> Markup:
        """Return the piece with this key; ``made`` renders it where there is none yet."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        piece = made()
        with self._lock:
            self._kept[key] = piece
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return piece
