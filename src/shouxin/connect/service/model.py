"""How an HTTP service is asked of a person, as a map describes it; ``docs/stores.md`` shows it.

Texts hold places in braces: ``{email}`` is a value of the person's identity of that name, ``{row.id}`` a
column of one of the person's rows (the request is made once for each), ``{job}`` what the service called an
erasure that it accepted. ``{values}``, as a whole text of a body, are the columns that a correction sets.
"""

from typing import Annotated, Any, Literal

import msgspec

from shouxin.law.base import Shape

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Pointer = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^(/.*)?$")]
"""Where something stands in an answer: a JSON pointer (RFC 6901); empty is the whole answer."""
Status = Annotated[int, msgspec.Meta(ge=200, le=599)]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Call(Shape, frozen=True, kw_only=True):
    """One request; ``missing`` are the answers that say that nothing is there.

    ``repeats`` says that the service counts a request once that comes twice under one key, so that a POST or
    PATCH may be sent again; the other methods always may.
    """

    path: Annotated[str, msgspec.Meta(pattern=r"^/[^?#\s]*$", max_length=500)]
    method: Method = "GET"
    query: dict[Text, Text] = msgspec.field(default_factory=dict)
    headers: dict[Text, Text] = msgspec.field(default_factory=dict)
    body: Any = None
    repeats: bool = False
    missing: tuple[Status, ...] = (404, 410)

    @property
    def again(self) -> bool:
        """Tell whether it may be sent twice."""
        return self.repeats or self.method in ("GET", "PUT", "DELETE")


class Pages(Shape, frozen=True, kw_only=True):
    """How to the next page: its address stands at ``link``, or a mark at ``cursor`` goes into ``query``.

    With ``query`` alone pages are numbered from ``first`` until one is empty.
    """

    link: Pointer = ""
    cursor: Pointer = ""
    query: str = ""
    first: int = 1
    most: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1000


class Reading(Call, frozen=True, kw_only=True):
    """The request that finds a person's rows of a table, and where they stand in the answer."""

    rows: Pointer = ""
    pages: Pages | None = None


class Erasing(Call, frozen=True, kw_only=True):
    """The request that erases; an answer in ``accepted`` is work that goes on under the name at ``job``."""

    method: Method = "DELETE"
    accepted: tuple[Status, ...] = (202,)
    job: Pointer = ""


class Asking(Call, frozen=True, kw_only=True):
    """The request how far an erasure is: what stands at ``state``, and which words end it."""

    state: Pointer
    missing: tuple[Status, ...] = ()
    done: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    failed: tuple[Text, ...] = ()


class Description(Shape, frozen=True, kw_only=True):
    """A service: how one comes in, its limits, and its requests by table.

    The secret stands in the setting ``stores``, within the address. ``timeout`` in seconds is for a whole
    answer, ``largest`` in bytes, ``pace`` in requests a second. ``every`` lists all rows of a table, whoever
    they are about, to tell whom an incident touched.
    """

    auth: Literal["", "bearer", "basic", "header", "hmac"] = ""
    auth_header: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]+$", max_length=80)] = "Authorization"
    key_header: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]+$", max_length=80)] = "Idempotency-Key"
    timeout: Annotated[float, msgspec.Meta(gt=0, le=600)] = 30.0
    largest: Annotated[int, msgspec.Meta(ge=1, le=1 << 30)] = 8 << 20
    pace: Annotated[float, msgspec.Meta(gt=0)] | None = None
    tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 4
    read: dict[Text, Reading]
    every: dict[Text, Reading] = msgspec.field(default_factory=dict)
    correct: dict[Text, Call] = msgspec.field(default_factory=dict)
    erase: dict[Text, Erasing] = msgspec.field(default_factory=dict)
    status: Asking | None = None
