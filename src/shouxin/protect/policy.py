"""What a policy says: an action with its parameters for each type, category and level of sensitivity.

The most particular word wins: the type's, then its category's, then its level's, then the default.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from shouxin.protect.types import Language

Share = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=0, le=1000)]
KeyId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}$")]


class Action(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="do"
):
    """What happens to a value."""


class Keep(Action, frozen=True, tag="keep"):
    """Leave the value as it is."""


class Mask(Action, frozen=True, tag="mask"):
    """Show ``head`` and ``tail`` characters around ``stars``; what is not given comes from the type.

    ``split`` is a separator: each part of a list in one cell is masked by itself.
    """

    head: Count | None = None
    tail: Count | None = None
    stars: Count | None = None
    split: str = ""


class Redact(Action, frozen=True, tag="redact"):
    """Put the type's label, or ``text``, in the value's place."""

    text: str | None = None


class Generalise(Action, frozen=True, tag="generalise"):
    """Say less: a date, an address, an IP address, a number or an age.

    A date becomes its ``year``, ``month`` or ``decade``; an address its ``province``, ``city`` or
    ``district``; an IP address its ``network``; a number a ``band``. What cannot be generalised is redacted.
    """

    to: Literal["year", "month", "decade", "province", "city", "district", "network", "band"]
    width: Annotated[int, Meta(ge=1)] = 10
    top: int | None = None
    edges: tuple[float, ...] = ()
    ipv4_prefix: Annotated[int, Meta(ge=0, le=32)] = 24
    ipv6_prefix: Annotated[int, Meta(ge=0, le=128)] = 48


class Pseudonym(Action, frozen=True, tag="pseudonym"):
    """A keyed digest: the same value gives the same token within a scope. Five bits a character."""

    hash: Literal["sm3", "sha256"] = "sm3"
    length: Annotated[int, Meta(ge=8, le=51)] = 16
    key: KeyId = ""


class Encrypt(Action, frozen=True, tag="encrypt"):
    """Authenticated encryption under a fresh data key, bound to type and scope."""

    cipher: Literal["aes", "sm4"] = "sm4"
    key: KeyId = ""


class Token(Action, frozen=True, tag="token"):
    """A valid-looking value of the same format (FF1), reversible with the key.

    ``head`` is how much of the front stays readable where the type's own format is not wanted. ``unfit`` says
    what becomes of a value that is not of the format. Resident IDs up to the birth year ``born_until`` fit.
    """

    cipher: Literal["aes", "sm4"] = "sm4"
    head: Count | None = None
    unfit: Literal["refuse", "redact"] = "refuse"
    born_until: Annotated[int, Meta(ge=1950, le=2199)] = 2030
    key: KeyId = ""


class Shift(Action, frozen=True, tag="shift"):
    """Move dates by a constant of 1 to ``days`` days either way, secret and the same for each person."""

    days: Annotated[int, Meta(ge=1, le=36500)] = 180
    key: KeyId = ""


class Noise(Action, frozen=True, tag="noise"):
    """Add random noise to counts (geometric, whole numbers) or sums (Laplace).

    The scale is ``sensitivity / epsilon``; each run spends ``epsilon`` again.
    """

    epsilon: Share
    mechanism: Literal["geometric", "laplace"] = "geometric"
    sensitivity: Share = 1.0


Any = Keep | Mask | Redact | Generalise | Pseudonym | Encrypt | Token | Shift | Noise
REVERSIBLE = (Encrypt, Token, Shift)
KEYED = (Pseudonym, Encrypt, Token, Shift)


class Standing(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a profile puts a type."""

    category: str
    level: str


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """Levels of sensitivity after one standard."""

    profile: str
    standard: str
    version: int
    types: dict[str, Standing]


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A policy: version of the format, name, profile, and what is done to what.

    ``scope`` separates pseudonyms and tokens of different recipients. ``overlaps`` says which of two findings
    that overlap is taken whole; what is left of the other one is redacted. ``fields`` gives the type of
    columns and JSON paths that need no search. ``own_types`` are types of the user's own.
    """

    version: Literal[1]
    name: str
    default: Any
    profile: str = "45574-2025"
    scope: str = ""
    language: Language = "zh"
    overlaps: Literal["longest", "first", "score"] = "longest"
    types: dict[str, Any] = {}
    categories: dict[str, Any] = {}
    levels: dict[str, Any] = {}
    fields: dict[str, str] = {}
    own_types: tuple[str, ...] = ()

    def actions(self) -> Iterator[tuple[tuple[str, ...], Any]]:
        """Yield every action with its place in the file."""
        yield ("default",), self.default
        for part in ("types", "categories", "levels"):
            for name, action in getattr(self, part).items():
                yield (part, name), action
