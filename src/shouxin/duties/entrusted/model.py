"""What goes over the wire between controllers and us, and what the console shows of it."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec

from shouxin.connect.opendsr.model import Want
from shouxin.errors import InputError
from shouxin.law.base import Shape

State = Literal["pending", "in_progress", "completed", "cancelled"]
VERSION = "1.0"
RAW = "raw"
WANTS: tuple[Want, ...] = ("erasure", "access", "portability")
RIGHTS: Mapping[Want, str] = {"erasure": "deletion", "access": "access", "portability": "copy"}
"""Which right each type of request is."""

_MOST_CALLBACKS = 10


class Terms(NamedTuple):
    """What the organisation agreed on: the service of each controller's key, identities, what runs by itself.

    ``identities`` says which type of identity each of ours is; ``unattended`` are the types that need no
    operator; ``days`` is what controllers are told where no clock of the case says more.
    """

    controllers: Mapping[str, str]
    identities: Mapping[str, str]
    unattended: tuple[str, ...] = ()
    days: int = 15


class GivenIdentity(Shape, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """An identity as a controller writes it."""

    identity_type: Annotated[str, msgspec.Meta(max_length=80)]
    identity_value: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    identity_format: Annotated[str, msgspec.Meta(max_length=20)]


class Handed(Shape, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A request as a controller hands it over; what else it holds is passed over, as the form wants."""

    subject_request_id: Annotated[str, msgspec.Meta(max_length=36)]
    subject_request_type: Want
    subject_identities: Annotated[tuple[GivenIdentity, ...], msgspec.Meta(min_length=1, max_length=50)]
    submitted_time: datetime.datetime
    status_callback_urls: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=500)], ...], msgspec.Meta(max_length=_MOST_CALLBACKS)
    ] = ()


class Line(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A request of a controller as the console shows it; it names nobody.

    ``results_until`` is when its results go, ``left`` how many addresses were not told of its state yet.
    """

    request: int
    controller: str
    id: str
    want: Want
    state: State
    received_at: datetime.datetime
    results_until: datetime.datetime | None
    left: int
    problem: str


def read(body: bytes) -> Handed:
    """Return the request in a body; raise ``InputError`` (opendsr-request)."""
    try:
        given = msgspec.json.decode(body, type=Handed)
        made = uuid.UUID(given.subject_request_id)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError, ValueError):
        raise refused("this is no request of OpenDSR 1.0") from None
    if str(made) != given.subject_request_id or made.version != 4:  # as the form has it
        raise refused("subject_request_id is no lowercase UUID of version 4")
    if not all(map(_is_web, given.status_callback_urls)):
        raise refused("status_callback_urls holds something that is no https address")
    return given


def refused(what: str) -> InputError:
    """Return the error for a request that cannot be taken."""
    return InputError(
        "opendsr-request", what, remedy="see what is taken: /opendsr/v1/discovery and docs/stores.md"
    )


def _is_web(address: str) -> bool:
    try:
        at = urlsplit(address)
        return at.scheme == "https" and bool(at.hostname) and not at.username and at.port != 0
    except ValueError:
        return False
