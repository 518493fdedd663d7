"""What a duty contributes to the server."""

from collections.abc import Sequence
from typing import NamedTuple

from litestar import Router


class Slice(NamedTuple):
    """What a duty contributes to the server.

    ``name`` is the prefix of its templates and ``templates`` their folder; ``entries`` are its places
    in the navigation, each an address and the key of its phrase. Each route says who may use it:
    ``opt={"needs": permission}`` or ``opt={"public": True}``; one that says nothing is refused.
    """

    name: str
    templates: str
    routes: Sequence[Router]
    entries: Sequence[tuple[str, str]] = ()
