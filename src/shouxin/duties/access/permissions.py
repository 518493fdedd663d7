"""Which role may do what, read from ``permissions.yaml``."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import msgspec
import yaml

from shouxin.errors import InputError

ROLES = ("privacy_officer", "staff", "approver", "auditor", "inspector")
"""The roles that an operator can be given."""

EVERYONE = "operator"
"""What every operator counts as, whatever the roles."""

SYSTEM = "system"
"""The role of the key of the data folder."""


@cache
def permissions() -> Mapping[str, frozenset[str]]:
    """Return every permission with the roles that have it."""
    text = files("shouxin.duties.access").joinpath("permissions.yaml").read_text("utf-8")
    known = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), dict[str, frozenset[str]])
    assert frozenset().union(*known.values()) <= {*ROLES, EVERYONE, SYSTEM}
    return known


def held(roles: Iterable[str]) -> frozenset[str]:
    """Return the permissions of someone with these roles."""
    return _held(frozenset(roles))


@cache
def _held(roles: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name, who in permissions().items() if who & roles)


def role(name: str) -> str:
    """Return a role as it was named; raise ``InputError`` (role-unknown)."""
    if name in ROLES:
        return name
    raise InputError("role-unknown", f'there is no role "{name[:40]}"', remedy=f"roles: {', '.join(ROLES)}")


def scopes(names: Iterable[str], mine: frozenset[str]) -> tuple[str, ...]:
    """Return the scopes of a key in order; raise ``InputError`` (key-scope) for what its maker may not do."""
    wanted = sorted(set(names))
    wrong = [name for name in wanted if name not in mine]
    if wrong or not wanted:
        what = f'"{wrong[0][:60]}" is no permission that you can hand on' if wrong else "no scope is given"
        raise InputError("key-scope", what, remedy=f"choose among: {', '.join(sorted(mine))}")
    return tuple(wanted)
