"""What a service may be called, wherever one is named first: in the inventory and in its notice."""

import re
from typing import Annotated

import msgspec

ServiceName = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]

_LOST = re.compile(r"^\.{1,2}$|[/\\?#%\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


def addressable(name: str) -> None:
    """Raise ``ValueError`` for a service whose pages could not be reached under its name.

    The centre, the widget and their links name a service in the path of an address. Whatever a path can hold
    is fine there, in any script. What servers and proxies on the way take for a step or the end of a path is
    not, however it is written.
    """
    if _LOST.search(name):
        raise ValueError(
            f"no address can name the service {name[:80]!a}: leave out / \\ ? # % and line breaks"
        )
