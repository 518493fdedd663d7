"""The requests that a description makes for a made-up person, without sending any."""

from collections.abc import Iterator, Mapping

import msgspec

from shouxin.connect.model import DatasetMap
from shouxin.connect.service.checking import calls
from shouxin.connect.service.model import Call
from shouxin.connect.service.template import filled, places
from shouxin.law.base import Shape


class Rehearsed(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A request as it would go out, or the identities that are missing to make it; the secret is left out."""

    request: str
    method: str
    target: str
    body: str = ""
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    missing: tuple[str, ...] = ()


def rehearsed(found: DatasetMap, identities: Mapping[str, str]) -> Iterator[Rehearsed]:
    """Yield every request of a map in its order; what only an answer tells stands in angle brackets.

    Raises ``InputError`` (service-value).
    """
    for where, call in calls(found.service) if found.service else ():
        missing = tuple(sorted(name for name in places(call) if not _told(name) and name not in identities))
        if missing:
            yield Rehearsed(request=where, method=call.method, target=call.path, missing=missing)
            continue
        request = filled(call, {**_markers(call), **identities})
        yield Rehearsed(
            request=where,
            method=request.method,
            target=request.target.replace("%3C", "<").replace("%3E", ">"),
            body=(request.body or b"").decode(),
            headers=dict(request.headers),
        )


def _told(name: str) -> bool:
    return name.startswith("row.") or name in ("job", "values")


def _markers(call: Call) -> Mapping[str, str]:
    return {name: f"<{name.removeprefix('row.')}>" for name in places(call) if _told(name)}
