"""Protection over HTTP: ``POST /api/protect`` without keys, ``/keyed`` with those of the server."""

from typing import Any, Literal

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from shouxin.duties.problem import problems
from shouxin.duties.shield.protecting import NO_KEYS, Shielded, Shielder, chosen
from shouxin.errors import InputError
from shouxin.law.base import Shape
from shouxin.protect import KeyProvider, environment_keys, named_policy
from shouxin.protect.policy import Policy
from shouxin.protect.policy_file import named_policies


class Wanted(Shape, frozen=True, kw_only=True):
    """A text or a JSON value, and the policy: by its name, or written out.

    ``profile`` and ``language`` (of the labels that redaction leaves) take the place of the policy's own.
    """

    text: str | msgspec.UnsetType = msgspec.UNSET
    json: Any = msgspec.UNSET
    policy: str | dict[str, Any] = "mask"
    profile: str = ""
    language: Literal["", "zh", "en", "es"] = ""


def routes(shielder: Shielder) -> Router:
    """Return the API under /api/protect."""
    return Router(
        "/api/protect",
        route_handlers=[policies_known, protect, protect_keyed],
        dependencies={"shielder": Provide(lambda: shielder, sync_to_thread=False)},
        tags=["protect"],
    )


@get(
    "/policies",
    summary="The policies that can be named",
    operation_id="policies_known",
    responses=problems(400),
    sync_to_thread=True,
    opt={"public": True},
)
def policies_known() -> dict[str, Policy]:
    """Return every policy that comes with Shouxin, as it could be written out."""
    return {name: named_policy(name).policy for name in named_policies()}


@post(
    "/",
    summary="Protect personal information in a text or a JSON value",
    operation_id="protect",
    status_code=200,
    responses=problems(400, 413),
    sync_to_thread=True,
    opt={"public": True},
)
def protect(data: JSONBody[Wanted], shielder: NamedDependency[Shielder]) -> Shielded:
    """Return it protected, what was done, and what it still is; no key is used, nothing is kept."""
    return _shielded(data, shielder, NO_KEYS)


@post(
    "/keyed",
    summary="The same with the keys of the server",
    operation_id="protect_keyed",
    status_code=200,
    responses=problems(400, 401, 403, 413),
    sync_to_thread=True,
    opt={"needs": "protect.keyed"},
)
def protect_keyed(data: JSONBody[Wanted], shielder: NamedDependency[Shielder]) -> Shielded:
    """Protect with pseudonyms, encryption and tokens too.

    It needs the token: whoever may ask for pseudonyms at will can try out whose they are.
    """
    return _shielded(data, shielder, environment_keys())


def _shielded(wanted: Wanted, shielder: Shielder, keys: KeyProvider) -> Shielded:
    if (wanted.text is msgspec.UNSET) == (wanted.json is msgspec.UNSET):
        raise InputError(
            "protect-nothing",
            "one of text and json is to be given",
            remedy='send {"text": "…"} or {"json": …}, and maybe a policy',
        )
    rules = chosen(wanted.policy, profile=wanted.profile, language=wanted.language)
    if isinstance(wanted.text, str):
        return shielder.text(wanted.text, rules, keys)
    return shielder.json(wanted.json, rules, keys)
