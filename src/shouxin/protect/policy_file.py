"""Policy files in and out: strict reading, profiles, JSON Schema, and the action that a type gets."""

import json
from functools import cache
from pathlib import Path
from typing import Any as Anything

import msgspec
import yaml

from shouxin.errors import InputError
from shouxin.protect.policy import Any, Generalise, Policy, Profile
from shouxin.protect.types import types
from shouxin.protect.yamlfile import Lines, did_you_mean, read, text_of

PROFILES = Path(__file__).parent / "profiles"
POLICIES = Path(__file__).parent / "policies"
SCHEMA = Path(__file__).parent / "schema" / "policy.schema.json"


class Rules(msgspec.Struct, frozen=True):
    """A policy together with the profile it is read with."""

    policy: Policy
    profile: Profile

    def action(self, kind: str) -> tuple[Any, str]:
        """Return the action for a type, and which word of the policy says so.

        Raises ``InputError`` (protect-unknown-type) for a type that is neither known nor declared.
        """
        policy, standing = self.policy, self.profile.types.get(kind)
        if kind in policy.types:
            return policy.types[kind], f"types.{kind}"
        if kind not in types() and kind not in policy.own_types:
            raise InputError(
                "protect-unknown-type",
                f'"{kind}" is no type of personal information',
                where=f'policy "{policy.name}"',
                remedy=did_you_mean(kind, set(types())) or "declare it under own_types",
            )
        if standing and standing.category in policy.categories:
            return policy.categories[standing.category], f"categories.{standing.category}"
        if standing and standing.level in policy.levels:
            return policy.levels[standing.level], f"levels.{standing.level}"
        return policy.default, "default"


def read_policy(text: str, *, where: str = "policy", folder: Path | None = None) -> Rules:
    """Return the policy that ``text`` writes, with its profile; ``folder`` is where its own profile may lie.

    Raises ``InputError``: ``protect-policy`` or ``protect-profile``, with file and line.
    """
    policy, lines = read(text, Policy, where=where)
    profile = _profile(policy.profile, lines.place(("profile",)), folder)
    _check(policy, profile, lines)
    return Rules(policy=policy, profile=profile)


def load_policy(path: Path) -> Rules:
    """Return the policy of a file; errors as ``read_policy``, and ``protect-file``."""
    return read_policy(text_of(path), where=path.name, folder=path.parent)


def named_policies() -> tuple[str, ...]:
    """Return the names of the policies that come with this package; none of them needs a key."""
    return tuple(sorted(path.stem for path in POLICIES.glob("*.yaml")))


def profiles() -> tuple[str, ...]:
    """Return the names of the profiles that come with this package, the newest first."""
    return tuple(sorted((path.stem for path in PROFILES.glob("*.yaml")), reverse=True))


def named_policy(name: str) -> Rules:
    """Return a policy that comes with this package; raise ``InputError`` (protect-policy-name)."""
    known = named_policies()
    if name not in known:
        raise InputError(
            "protect-policy-name",
            f'there is no policy "{name[:60]}"',
            remedy=did_you_mean(name[:60], set(known)) or f"choose one of {', '.join(known)}, or write one",
        )
    return load_policy(POLICIES / f"{name}.yaml")


def adapted(rules: Rules, *, profile: str = "", language: str = "") -> Rules:
    """Return rules with another profile or language of labels; errors as ``read_policy``."""
    policy = msgspec.structs.replace(
        rules.policy, profile=profile or rules.policy.profile, language=language or rules.policy.language
    )
    return rules if policy == rules.policy else read_policy(write_policy(policy), where=policy.name)


def write_policy(policy: Policy) -> str:
    """Return a policy as YAML; reading it again gives the same policy."""
    plain = msgspec.to_builtins(policy)
    return yaml.dump(plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Dumper(yaml.SafeDumper):
    """Writes strings that hold a line break of another alphabet between double quotes, escaped."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Unquoted or in single quotes PyYAML writes these as they are and reads them back as spaces.
    foreign = any(mark in text for mark in "\x85\u2028\u2029")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if foreign else None)


_Dumper.add_representer(str, _text)


def schema_text() -> str:
    """Return the JSON Schema of policy files, for editors."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Shouxin protection policy"}
    schema: dict[str, Anything] = {**head, **msgspec.json.schema(Policy)}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


@cache
def _built_in(name: str) -> Profile:
    path = PROFILES / f"{name}.yaml"
    return read(text_of(path), Profile, where=f"profiles/{path.name}")[0]


def _profile(name: str, place: str, folder: Path | None) -> Profile:
    if name in profiles():
        return _built_in(name)
    if name.endswith(".yaml") and folder is not None and (folder / name).is_file():
        return read(text_of(folder / name), Profile, where=name)[0]
    raise InputError(
        "protect-profile",
        f'there is no profile "{name}"',
        where=place,
        remedy=f"choose one of {', '.join(profiles())}, or name a .yaml file beside the policy",
    )


def _check(policy: Policy, profile: Profile, lines: Lines) -> None:
    """Refuse a word that nothing can ever meet: an action that never runs protects nobody."""
    kinds = {*types(), *policy.own_types}
    known = {
        "types": kinds,
        "categories": {item.category for item in profile.types.values()},
        "levels": {item.level for item in profile.types.values()},
    }
    for part, names in known.items():
        for name in getattr(policy, part):
            if name not in names:
                raise InputError(
                    "protect-policy",
                    f'"{name}" is none of the {part} of profile {profile.profile}',
                    where=lines.place((part, name)),
                    remedy=did_you_mean(name, names) or f"use one of {', '.join(sorted(names))}",
                )
    for field, kind in policy.fields.items():
        if kind not in kinds:
            raise InputError(
                "protect-policy",
                f'the field "{field}" has the unknown type "{kind}"',
                where=lines.place(("fields", field)),
                remedy=did_you_mean(kind, kinds) or "declare it under own_types",
            )
    for path, action in policy.actions():
        if isinstance(action, Generalise) and list(action.edges) != sorted(set(action.edges)):
            raise InputError(
                "protect-policy",
                "the edges of the bands do not rise",
                where=lines.place((*path, "edges")),
                remedy="write them from the smallest to the largest, each once",
            )
