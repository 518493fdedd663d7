"""Who works by hand on a store that only people can reach, as its map says."""

from typing import Annotated

import msgspec

from shouxin.law.base import Shape

MAKE = "manual"
"""The make of a store whose work is done by hand."""


class Manual(Shape, frozen=True, kw_only=True):
    """Who does the work by hand, where they are told of it, and what they are told to do.

    With ``four_eyes`` what one says was done counts when another has confirmed it.
    """

    desk: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    email: Annotated[str, msgspec.Meta(max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""
    how: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    four_eyes: bool = False
