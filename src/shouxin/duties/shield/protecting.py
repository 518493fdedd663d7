"""Protecting one text or one JSON value that somebody hands over; nothing of it is kept."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from shouxin.detect import Scanner
from shouxin.detect.finding import Finding
from shouxin.duties.shield.effects import STATEMENT, Applied, applied, still_personal
from shouxin.errors import InputError
from shouxin.law.base import Shape, Words
from shouxin.protect import KeyProvider, MainKey, Protector, Rules, named_policy, read_policy
from shouxin.protect.plain_data import Walk
from shouxin.protect.policy import Keep
from shouxin.protect.policy_file import adapted

LONGEST_POLICY = 1 << 16
"""Characters of a policy that comes in over HTTP."""


class Changed(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What was done at one place of a text: where it stands in what was given and in what is returned."""

    type: str
    start: int
    end: int
    new_start: int
    new_end: int
    action: str
    because: str


class Shielded(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The text or JSON value protected, what was done, and what the result still is in law."""

    text: str | msgspec.UnsetType = msgspec.UNSET
    json: Any = msgspec.UNSET
    changes: tuple[Changed, ...] = ()
    applied: tuple[Applied, ...]
    still_personal: bool
    statement: Words = STATEMENT


def chosen(policy: str | dict[str, Any], *, profile: str = "", language: str = "") -> Rules:
    """Return the rules of a policy by its name, or as it is written out.

    Raises ``InputError``: protect-policy-name, and what ``read_policy`` raises.
    """
    if isinstance(policy, str):
        return adapted(named_policy(policy), profile=profile, language=language)
    return adapted(written(msgspec.json.encode(policy).decode()), profile=profile, language=language)


def written(text: str) -> Rules:
    """Return the rules of a policy that somebody wrote; no file is read for it but the known profiles."""
    if len(text) > LONGEST_POLICY:
        raise InputError(
            "protect-policy",
            f"the policy has {len(text)} characters",
            remedy=f"write it in at most {LONGEST_POLICY}, or use the command line",
        )
    return read_policy(text)


class NoKeys:
    """Refuses every action that needs a key, and says where it can be done."""

    def current(self) -> MainKey:
        """Refuse; raise ``InputError`` (protect-key-missing)."""
        return self.find("")

    def find(self, key_id: str) -> MainKey:
        """Refuse; raise ``InputError`` (protect-key-missing)."""
        raise InputError(
            "protect-key-missing",
            f'the policy needs the key "{key_id}"' if key_id else "the policy needs a key",
            remedy="no key is used here: post to /api/protect/keyed with the token, or use the command line",
        )


NO_KEYS = NoKeys()


class Shielder:
    """Protects what it is given and keeps nothing."""

    def text(self, text: str, rules: Rules, keys: KeyProvider = NO_KEYS) -> Shielded:
        """Protect what the scanner finds in a text."""
        kept, find = _watched(rules)
        done = Protector(rules, keys).scan(text, find)
        counts = Counter(change.type for change in done.changes) + kept
        changes = tuple(Changed(**change._asdict()) for change in done.changes)
        return _shielded(rules, counts, text=done.text, changes=changes)

    def json(self, value: Any, rules: Rules, keys: KeyProvider = NO_KEYS) -> Shielded:
        """Protect the fields that the policy names, and what the scanner finds in the other strings.

        Raises ``InputError`` (protect-file-shape) for a value that is nested too deeply.
        """
        kept, find = _watched(rules)
        walk = Walk(Protector(rules, keys), find)
        try:
            result = walk.value(value)
        except RecursionError:
            raise InputError(
                "protect-file-shape",
                "the JSON is nested too deeply",
                remedy="send its parts one by one",
            ) from None
        return _shielded(rules, walk.changes + walk.kept + kept, json=result)


def _watched(rules: Rules) -> tuple[Counter[str], Callable[[str], Iterable[Finding]]]:
    """Return the scanner, and what it finds that the policy keeps: no change tells of that."""
    kept: Counter[str] = Counter()
    scanner = Scanner()

    def find(text: str) -> Iterable[Finding]:
        found = scanner.scan(text)
        kept.update(item.type for item in found if isinstance(rules.action(item.type)[0], Keep))
        return found

    return kept, find


def _shielded(rules: Rules, counts: Counter[str], **result: Any) -> Shielded:
    done = applied(rules, counts)
    return Shielded(applied=done, still_personal=still_personal(done), **result)
