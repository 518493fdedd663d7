"""What changed from one version of a notice to the next, and who is asked again for it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from shouxin.duties.notice.model import Notice, Purpose
from shouxin.errors import InputError
from shouxin.law.base import Shape

Kinds = Mapping[str, frozenset[Literal["separate", "written"]]]
"""The forms of consent that a version needs, by purpose."""

Why = Literal["new", "scope", "recipient", "form"]
_BECAUSE = {
    "new": "pipl:art_14__para_1__cl_1",
    "scope": "pipl:art_14__para_2",
    "recipient": "pipl:art_23__cl_1",
    "form": "pipl:art_14__para_1__cl_2",
}


class Change(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A field of the notice, or of one of its purposes, that is new, gone or different."""

    purpose: str
    field: str
    kind: Literal["new", "gone", "changed"]


class Asked(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A purpose to which people are asked to consent, and why those who consented before are asked again."""

    purpose: str
    why: Why
    provision: str


class Comparison(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Two versions of the notice of one service.

    What changed has to be told (pipl art. 17 para. 2); ``asked`` is what consent to the old does not cover.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    asked: tuple[Asked, ...]


def compare(old: Notice, new: Notice, kinds: tuple[Kinds, Kinds] = ({}, {})) -> Comparison:
    """Return what changed; ``kinds`` are the forms of consent that each version needs, by purpose.

    Raises ``InputError`` (notice-services) for the notices of two services.
    """
    if old.service != new.service:
        raise InputError(
            "notice-services",
            f'these are notices of two services: "{old.service}" and "{new.service}"',
            remedy="compare versions of one service",
        )
    before, after = ({one.key: one for one in notice.purposes} for notice in (old, new))
    return Comparison(
        old=old.address,
        new=new.address,
        changes=(*_changes("", old, new, skip="purposes"), *_of_purposes(before, after)),
        asked=tuple(_asked(before, after, kinds)),
    )


def _of_purposes(before: Mapping[str, Purpose], after: Mapping[str, Purpose]) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        if key not in before or key not in after:
            yield Change(purpose=key, field="", kind="new" if key in after else "gone")
        else:
            yield from _changes(key, before[key], after[key])


def _changes(purpose: str, old: Any, new: Any, skip: str = "") -> Iterator[Change]:
    for field in type(old).__struct_fields__:
        one, other = getattr(old, field), getattr(new, field)
        if field != skip and one != other:
            yield Change(
                purpose=purpose, field=field, kind="changed" if one and other else "new" if other else "gone"
            )


def _asked(
    before: Mapping[str, Purpose],
    after: Mapping[str, Purpose],
    kinds: tuple[Kinds, Kinds],
) -> Iterator[Asked]:
    for key, purpose in after.items():
        why = _why(before.get(key), purpose, kinds) if purpose.by_consent else None
        if why:
            yield Asked(purpose=key, why=why, provision=_BECAUSE[why])


def _why(old: Purpose | None, new: Purpose, kinds: tuple[Kinds, Kinds]) -> Why | None:
    if old is None or not old.by_consent:
        return "new"
    if old.scope != new.scope:
        return "scope"
    if {one.key for one in new.recipients} - {one.key for one in old.recipients}:
        return "recipient"
    earlier, later = (one.get(new.key, frozenset()) for one in kinds)
    return "form" if later - earlier else None
