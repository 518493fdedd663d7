"""Checkpoints of the ledger as signed notes: C2SP ``signed-note`` and ``tlog-checkpoint``.

A checkpoint says how large the ledger was and which root its tree had. Ed25519 is signature type 1 of the
C2SP; SM2 with SM3 has no number there, so it uses the type for those, 0xff, and its name.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shouxin.errors import InputError, IntegrityError

Algorithm = Literal["ed25519", "sm2"]

_TYPES: dict[Algorithm, bytes] = {"ed25519": b"\x01", "sm2": b"\xffSM2-with-SM3"}
_SIZES: dict[Algorithm, int] = {"ed25519": 32, "sm2": 64}
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_PREVIOUS = re.compile(r"previous (0|[1-9][0-9]{0,18}) ([A-Za-z0-9+/]{43}=)")
_LARGEST = 64 * 1024


class Previous(NamedTuple):
    """The checkpoint before another: how many entries it covers, and the digest of its text."""

    size: int
    digest: bytes


class Checkpoint(NamedTuple):
    """What a checkpoint says: which ledger, how many entries, the root of their tree, and the one before.

    The last stands in a line of its own, as an extension of the C2SP's; the first checkpoint has none.
    """

    origin: str
    size: int
    root: bytes
    previous: Previous | None = None

    @property
    def text(self) -> str:
        """Return the text that is signed."""
        text = f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"
        if self.previous is None:
            return text
        size, digest = self.previous
        return f"{text}previous {size} {base64.b64encode(digest).decode()}\n"

    @property
    def digest(self) -> bytes:
        """Return what the next checkpoint calls this one by."""
        return hashlib.sha256(self.text.encode()).digest()


class PublicKey(NamedTuple):
    """A key that signatures are checked with, and the name under which it signs."""

    name: str
    algorithm: Algorithm
    raw: bytes

    def __str__(self) -> str:
        """Return the key as the C2SP writes verifier keys."""
        typed = base64.b64encode(_TYPES[self.algorithm] + self.raw).decode()
        return f"{self.name}+{self.id}+{typed}"

    @property
    def id(self) -> str:
        """Return the four bytes by which a signature names its key, in hex."""
        typed = _TYPES[self.algorithm] + self.raw
        return hashlib.sha256(self.name.encode() + b"\n" + typed).hexdigest()[:8]

    def verifies(self, signature: bytes, text: bytes) -> bool:
        """Tell whether a signature of a text was made with this key."""
        if self.algorithm == "sm2":
            return bool(_gmssl().sm2_verify(self.raw, text, signature))
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text)
        except InvalidSignature:
            return False
        return True


class SigningKey(NamedTuple):
    """A key that signs; its secret is never shown."""

    public: PublicKey
    secret: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.public.id})"

    def sign(self, checkpoint: Checkpoint) -> str:
        """Return a checkpoint as a note with one signature."""
        text = checkpoint.text.encode()
        if self.public.algorithm == "sm2":
            signature = _gmssl().sm2_sign(self.secret, self.public.raw, text)
        else:
            signature = Ed25519PrivateKey.from_private_bytes(self.secret).sign(text)
        line = base64.b64encode(bytes.fromhex(self.public.id) + signature).decode()
        return f"{checkpoint.text}\n— {self.public.name} {line}\n"


def new_key(name: str, algorithm: Algorithm = "ed25519") -> SigningKey:
    """Return a new key; raise ``InputError`` (sm2-missing) where SM2 is asked for and not installed."""
    if algorithm == "sm2":
        raw, secret = _gmssl().sm2_key_generate()
    else:
        secret = secrets.token_bytes(32)
        raw = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    return SigningKey(PublicKey(name, algorithm, raw), secret)


def read_key(text: str, where: str = "") -> PublicKey:
    """Return the key that a text writes; raise ``InputError`` (ledger-key-shape)."""
    name, _, rest = text.strip().partition("+")
    id_, _, encoded = rest.partition("+")
    try:
        typed = base64.b64decode(encoded, validate=True)
    except ValueError:
        typed = b""
    for algorithm, prefix in _TYPES.items():
        if typed.startswith(prefix) and len(typed) == len(prefix) + _SIZES[algorithm]:
            key = PublicKey(name, algorithm, typed[len(prefix) :])
            if key.id == id_ and name:
                return key
    raise InputError(
        "ledger-key-shape",
        f'"{text.strip()[:80]}" is no public key of a ledger',
        where=where,
        remedy="`shouxin ledger keys` writes them, one a line: name+id+key",
    )


def read_note(note: str, where: str = "") -> tuple[Checkpoint, list[tuple[str, str, bytes]]]:
    """Return what a note says and its signatures (name, id of the key, signature), none of them checked.

    Raises ``IntegrityError`` (ledger-note) where it is no checkpoint.
    """
    text, gap, lines = note.rpartition("\n\n")
    parts = text.split("\n")
    signatures = [_SIGNATURE.fullmatch(line) for line in lines.removesuffix("\n").split("\n")]
    try:
        if not gap or len(note) > _LARGEST or not lines.endswith("\n") or None in signatures:
            raise ValueError
        if any(char < " " and char != "\n" for char in note) or len(parts) < 3 or not parts[0]:
            raise ValueError
        if not re.fullmatch(r"0|[1-9][0-9]{0,18}", parts[1]):
            raise ValueError
        root = base64.b64decode(parts[2], validate=True)
        found = [(match[1], base64.b64decode(match[2], validate=True)) for match in signatures if match]
        previous = _previous(parts[3:])
        if len(root) != 32:
            raise ValueError
    except ValueError:
        raise IntegrityError(
            "ledger-note",
            "this is no signed checkpoint of a ledger",
            where=where,
            remedy="give the file whole, as `shouxin ledger checkpoint` wrote it",
        ) from None
    return Checkpoint(parts[0], int(parts[1]), root, previous), [
        (name, signature[:4].hex(), signature[4:]) for name, signature in found
    ]


def _previous(lines: Sequence[str]) -> Previous | None:
    """Return which checkpoint came before by the lines behind the root; raise ``ValueError``."""
    if not lines:
        return None
    if len(lines) > 1 or (match := _PREVIOUS.fullmatch(lines[0])) is None:
        raise ValueError
    return Previous(int(match[1]), base64.b64decode(match[2], validate=True))


def opened(note: str, keys: Sequence[PublicKey], where: str = "") -> Checkpoint:
    """Return what a note says when a known key signed it.

    Raises ``IntegrityError``: ledger-note, ledger-key-unknown, ledger-signature where a known key's signature
    does not fit; ``InputError`` (sm2-missing).
    """
    checkpoint, signatures = read_note(note, where)
    known = {(key.name, key.id): key for key in keys}
    good = False
    for name, id_, signature in signatures:
        if key := known.get((name, id_)):
            if not key.verifies(signature, checkpoint.text.encode()):
                raise IntegrityError(
                    "ledger-signature",
                    f"the signature of the checkpoint at {checkpoint.size:,} entries does not fit",
                    where=where,
                    remedy="it was changed after it was signed; find out who could",
                )
            good = True
    if not good:
        raise IntegrityError(
            "ledger-key-unknown",
            f"no known key signed the checkpoint at {checkpoint.size:,} entries",
            where=where,
            remedy="give the public keys of this ledger, as they were written down when they were made",
        )
    return checkpoint


def _gmssl() -> Any:
    try:
        import gmssl_pyx
    except ImportError:
        raise InputError(
            "sm2-missing",
            "signing and checking with SM2 needs an extra",
            remedy="install shouxin[sm2]",
        ) from None
    return gmssl_pyx
