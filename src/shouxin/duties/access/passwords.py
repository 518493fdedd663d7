"""Passwords: argon2id, at least twelve characters, none of the commonest, none with the account's name."""

import threading
import unicodedata
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from shouxin.errors import InputError

SHORTEST = 12
LONGEST = 256
_AT_ONCE = threading.BoundedSemaphore(2)  # each takes 64 MiB: a crowd at the door must not take them all
_REMEDY = f"choose {SHORTEST} characters or more that nobody guesses; several unusual words do well"


class Passwords:
    """Makes and checks hashes; ``hasher`` says how dear each is."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str, name: str) -> str:
        """Return the hash of a new password; raise ``InputError`` (password-weak) as ``check`` does."""
        check(password, name)
        with _AT_ONCE:
            return self._hasher.hash(_normal(password))

    def verify(self, kept: str | None, password: str) -> bool:
        """Tell whether this is the password; without a kept hash it takes as long and says no."""
        with _AT_ONCE:
            try:
                right = self._hasher.verify(kept or self._nobody, _normal(password[: LONGEST + 1]))
            except (Argon2Error, InvalidHashError, UnicodeEncodeError):
                return False
        return right and kept is not None

    def outdated(self, kept: str) -> bool:
        """Tell whether a hash was made more cheaply than is done now."""
        return self._hasher.check_needs_rehash(kept)

    def renewed(self, password: str) -> str:
        """Return the hash of a password that was just found right."""
        with _AT_ONCE:
            return self._hasher.hash(_normal(password))


def check(password: str, name: str) -> None:
    """Refuse a password that is too short, too long, among the commonest, repetitive, or holds the name.

    Raises ``InputError`` (password-weak); the message never holds the password.
    """
    normal = _normal(password).casefold()
    problem = ""
    if len(normal) < SHORTEST:
        problem = f"the password has fewer than {SHORTEST} characters"
    elif len(normal) > LONGEST:
        problem = f"the password has more than {LONGEST} characters"
    elif (known := _normal(name).casefold()) in normal and (len(known) > 2 or not known.isascii()):
        problem = "the password holds the name of the account"
    elif normal in commonest() or (normal + normal).find(normal, 1) < len(normal):
        problem = "the password is one of the commonest, or repeats itself"
    elif any("\ud800" <= char <= "\udfff" or char == "\0" for char in normal):
        problem = "the password holds a character that cannot be written"
    if problem:
        raise InputError("password-weak", problem, remedy=_REMEDY)


@cache
def commonest() -> frozenset[str]:
    """Return the commonest passwords of twelve characters or more."""
    text = files("shouxin.duties.access").joinpath("commonest.txt").read_text("utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
