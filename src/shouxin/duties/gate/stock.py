"""The compiled rules, kept on disk beside the compiled law: a gate ready to decide in milliseconds.

What is kept is executed, so a file is used only where nobody but this account (or root) can have written
it, its digest is true, and its key is ours: the law, the readings, the code that compiled it, the Python
that runs it. Anything else is ignored and made anew; where nothing can be kept, all works without.
"""

import contextlib
import hashlib
import marshal
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from shouxin import engine, law
from shouxin.engine import layout
from shouxin.engine.gate import Gate
from shouxin.engine.ready import Code, Key
from shouxin.engine.rulebase import Parsed, RuleBase
from shouxin.errors import InputError
from shouxin.law import cache
from shouxin.law.register import Register
from shouxin.law.register import register as installed

_DIGEST = hashlib.sha256().digest_size


class _Kept(msgspec.Struct, frozen=True):
    """The rules, and the marshalled code of their programs."""

    parsed: Parsed
    programs: dict[str, bytes]


def gate(register: Register, readings: Mapping[str, str] | None = None, folder: Path | None = None) -> Gate:
    """Return the gate over a register, from what was compiled before where it is the installed one.

    Programs are kept for the law as it stands last; those of earlier days are compiled when asked for.
    Raises ``LawError`` where a rule is wrong, ``InputError`` for a choice that there is not.
    """
    if register is not installed():
        return Gate(RuleBase(register, readings))
    path = (folder or cache.default_folder()) / _name(register, readings or {})
    kept = _read(path)
    if kept is None:
        made = Gate(RuleBase(register, readings))
        if _writable(path.parent):
            _keep(made, path)
        return made
    programs = kept.programs

    def stock(key: Key) -> Code | None:
        found = programs.get(_text(key))
        return marshal.loads(found) if found else None  # noqa: S302  # checked by ``_read``

    return Gate(RuleBase(register, readings, kept.parsed), stock)


def _read(path: Path) -> _Kept | None:
    """Return what the file holds, or None where there is none that can be trusted."""
    with contextlib.suppress(OSError, msgspec.DecodeError), cache.without_collecting():
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as file:
            if not _trusted(os.fstat(handle)):
                return None
            content = file.read()
        body = memoryview(content)[_DIGEST:]
        if _sealed(path, body) == content[:_DIGEST]:
            return msgspec.msgpack.decode(body, type=_Kept)
    return None


def _keep(made: Gate, path: Path) -> None:
    """Write the rules and programs of a gate; where that fails, the gate is as good as before."""
    last = len(made.rules.cuts)
    programs = {}
    for key in ((last, act, form) for act in made.rules.acts for form in made.forms):
        with contextlib.suppress(InputError):  # no rule speaks about the act
            programs[_text(key)] = marshal.dumps(made.code(key))
    body = msgspec.msgpack.encode(_Kept(made.rules.parsed, programs))
    with contextlib.suppress(OSError):
        cache.put(path, _sealed(path, body) + body)
        for old in path.parent.glob(f"gate-{sys.implementation.cache_tag}-*"):
            if old.name.split("-")[:-1] != path.name.split("-")[:-1]:
                old.unlink(missing_ok=True)


def _trusted(info: os.stat_result) -> bool:
    """Tell whether only this account or root can have written a file."""
    if not hasattr(os, "geteuid"):
        return False
    own = info.st_uid in (0, os.geteuid())
    return own and stat.S_ISREG(info.st_mode) and not info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _writable(folder: Path) -> bool:
    """Tell whether compiling everything is worth it, because it can be kept."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return hasattr(os, "geteuid") and os.access(folder, os.W_OK)


def _sealed(path: Path, body: bytes | memoryview) -> bytes:
    """Return the SHA-256 of a file's name, which is its key, and its content."""
    total = hashlib.sha256(path.name.encode())
    total.update(body)
    return total.digest()


def _name(register: Register, readings: Mapping[str, str]) -> str:
    code = (path for part in (engine, law) for path in sorted(Path(part.__path__[0]).glob("*.py")))
    form = b"words" if layout.native() else b"python"
    basis = (register.version.encode(), sys.version.encode(), form, *(path.read_bytes() for path in code))
    chosen = (f"{name}={answer}".encode() for name, answer in sorted(readings.items()))
    tag = sys.implementation.cache_tag
    return f"gate-{tag}-{_short(basis)}-{_short(chosen)}"


def _short(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8))
        total.update(part)
    return total.hexdigest()[:24]


def _text(key: Key) -> str:
    return " ".join(map(str, key))
