"""What the commands work with: keys, findings from a file, encodings, and the scanner."""

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
import msgspec

from shouxin.errors import InputError
from shouxin.protect import KeyProvider, Rules, environment_keys
from shouxin.protect.keys import VARIABLE
from shouxin.protect.protector import Find

if TYPE_CHECKING:
    from shouxin.protect.encodings import Encoding

PROBE = 1 << 20
"""Bytes of a file that tell its encoding."""
PASSPHRASE = "SHOUXIN_PROTECT_PASSPHRASE"  # noqa: S105 - the name of a variable


def passphrase(*, new: bool = False) -> str:
    """Return the passphrase of a file of keys: from the environment, or typed.

    Raises ``InputError`` (protect-key-passphrase) where there is neither.
    """
    given = os.environ.get(PASSPHRASE, "")
    if given:
        return given
    if not sys.stdin.isatty():
        raise InputError(
            "protect-key-passphrase",
            "no passphrase is given",
            remedy=f"set {PASSPHRASE}, or type it at a terminal",
        )
    return str(click.prompt("passphrase", hide_input=True, confirmation_prompt=new, err=True))


def keys(path: Path | None) -> KeyProvider | None:
    """Return the keys of a file, else those of the environment, else None; errors as ``open_file``."""
    if path is not None:
        from shouxin.protect.sealed_file import open_file

        return open_file(path, passphrase())
    return environment_keys() if os.environ.get(VARIABLE) else None


def rules(name: str) -> Rules:
    """Return the policy of a file, or the one of this name that comes with Shouxin.

    Raises ``InputError`` (protect-file, protect-policy, protect-profile).
    """
    from shouxin.protect.policy_file import load_policy, named_policies, named_policy

    path = Path(name)
    return named_policy(name) if name in named_policies() and not path.exists() else load_policy(path)


def findings(path: Path) -> list[Any]:
    """Return the findings of a file: a JSON array, or one JSON object a line.

    Raises ``InputError`` (protect-file, protect-findings-file).
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputError(
            "protect-file",
            f"the findings cannot be read: {error.strerror}",
            where=str(path),
            remedy="check the path",
        ) from None
    try:
        if text.lstrip().startswith(b"["):
            return msgspec.json.decode(text, type=list[dict[str, Any]])
        return [msgspec.json.decode(line, type=dict[str, Any]) for line in text.splitlines() if line.strip()]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InputError(
            "protect-findings-file",
            "these are no findings",
            where=str(path),
            remedy='write one a line: {"type": "mobile", "start": 3, "end": 14}',
        ) from None


def scanner() -> Find:
    """Return the scanner with all its kinds."""
    from shouxin.detect import scan

    return scan


def encoding(stream: io.BufferedReader) -> "Encoding":
    """Return the encoding of a stream by what is to be read next, and leave that in its place."""
    from shouxin.detect.sources.text import guess

    return cast("Encoding", guess(stream.peek(PROBE)))
