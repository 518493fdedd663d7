"""Which procedure each right runs in, and which of its steps this duty takes; read from ``kinds.yaml``."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import msgspec
import yaml

from shouxin.errors import InputError
from shouxin.law.base import Shape

Work = Literal["give", "hand_over", "correct", "erase", "explain", "restrict", "withdraw", "step"]
"""What is done for a right; ``step``: whatever its procedure says, written down by a person."""


class Right(Shape, frozen=True, kw_only=True):
    """A right: the step that opens its case, the work, and the steps around it."""

    asks: str
    work: Work
    ends: str
    facts: dict[str, str | bool] = msgspec.field(default_factory=dict)
    before: str = ""
    keeps: str = ""
    later: str = ""
    judged: tuple[str, ...] = ()
    restricts: dict[str, bool] = msgspec.field(default_factory=dict)
    erases: str = ""
    explains: Literal["rules", "automated"] = "rules"


class Procedure(Shape, frozen=True, kw_only=True):
    """The rights that run in one procedure, and the steps they share."""

    rights: dict[str, Right]
    for_deceased: str = ""
    verifies: tuple[str, ...] = ()
    refuses: str = ""
    keeping: tuple[str, ...] = ()
    judged_for_deceased: tuple[str, ...] = ()


class Kind(NamedTuple):
    """A right with its procedure: the names of both, and what ``kinds.yaml`` says of them."""

    name: str
    procedure: str
    shared: Procedure
    own: Right

    @property
    def ends(self) -> tuple[str, ...]:
        """Return the steps that may close the work, the plainest first."""
        return tuple(filter(None, (self.own.ends, self.own.later, self.own.keeps)))


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every right by its name."""
    text = files("shouxin.duties.rights").joinpath("kinds.yaml").read_text("utf-8")
    known = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), dict[str, Procedure])
    return {
        name: Kind(name, procedure, shared, own)
        for procedure, shared in known.items()
        for name, own in shared.rights.items()
    }


def kind(name: str) -> Kind:
    """Return a right; raise ``InputError`` (rights-kind)."""
    found = kinds().get(name)
    if found is None:
        raise InputError(
            "rights-kind", f'there is no right "{name[:60]}"', remedy=f"rights: {', '.join(kinds())}"
        )
    return found
