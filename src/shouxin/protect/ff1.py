"""FF1 of NIST SP 800-38G for many values of one length at once: numbers in arrays, one cipher call a round.

A column of N numeral strings is one array of N rows, or two of its halves as numbers. Each of the ten
rounds encrypts one block of every row in one call, so the cost of Python is shared by the whole column; the
blocks before the last hold only the tweak and are chained once.
"""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from shouxin.errors import InputError

Octets = npt.NDArray[np.uint8]
Numerals = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Numbers = npt.NDArray[np.uint64]
Words = npt.NDArray[Any]
SMALLEST_DOMAIN = 1_000_000
"""SP 800-38G Rev. 1 (second public draft, 2025) requires it; smaller domains can be searched or attacked."""
_AT_ONCE = 1 << 14
"""Rows that are worked on together; their blocks fit the processor's cache."""


def ff1(
    numerals: Numerals,
    key: bytes,
    tweak: Octets,
    *,
    radix: int = 10,
    cipher: Literal["aes", "sm4"] = "aes",
    decrypt: bool = False,
) -> Numerals:
    """Encrypt (or decrypt) each row of ``numerals``, 0 to ``radix`` - 1, under the same row of ``tweak``.

    Raises ``InputError`` (protect-domain) as ``Rounds``.
    """
    length = numerals.shape[1]
    rounds = Rounds(length, tweak.shape[1], key, radix=radix, cipher=cipher)
    halves = number(numerals[:, : length // 2], radix), number(numerals[:, length // 2 :], radix)
    a, b = rounds.run(*halves, tweak, decrypt=decrypt)
    out = np.empty_like(numerals)
    spell(a, out[:, : length // 2], radix)
    spell(b, out[:, length // 2 :], radix)
    return out


class Rounds:
    """The ten rounds for one length of value and of tweak; names are those of the standard, algorithm 7.

    Raises ``InputError`` (protect-domain) where fewer than a million values have this length, or where
    halves are too long for 56-bit arithmetic (16 decimal digits each).
    """

    def __init__(
        self, n: int, t: int, key: bytes, *, radix: int = 10, cipher: Literal["aes", "sm4"] = "aes"
    ) -> None:
        if radix**n < SMALLEST_DOMAIN:
            raise InputError(
                "protect-domain",
                f"{n} digits are too few to encrypt in their own format: fewer than a million values",
                remedy="use a pseudonym or encrypt instead",
            )
        u = n // 2
        if radix ** (n - u) >= 1 << 56:
            raise InputError(
                "protect-domain", f"{n} digits are too many for a token", remedy="encrypt instead"
            )
        self._sizes = (np.uint64(radix**u), np.uint64(radix ** (n - u)))
        self._b = ((radix ** (n - u) - 1).bit_length() + 7) // 8
        self._d = 4 * -(-self._b // 4) + 4
        mode = modes.ECB()  # noqa: S305 - FF1 chains the blocks itself
        self._cipher = Cipher(
            algorithms.AES(key) if cipher == "aes" else algorithms.SM4(key), mode
        ).encryptor()
        p = bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([10, u % 256])
        self._first = self._cipher.update(p + n.to_bytes(4, "big") + t.to_bytes(4, "big"))

    def run(self, a: Numbers, b: Numbers, tweak: Octets, *, decrypt: bool = False) -> tuple[Numbers, Numbers]:
        """Return the two halves of each value encrypted (or decrypted), as numbers."""
        out = np.empty_like(a), np.empty_like(b)
        for start in range(0, len(a), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            out[0][part], out[1][part] = self._run(a[part], b[part], tweak[part], decrypt=decrypt)
        return out

    def _run(self, a: Numbers, b: Numbers, tweak: Octets, *, decrypt: bool) -> tuple[Numbers, Numbers]:
        blocks = self._last_blocks(tweak)
        low = blocks[:, 1].astype(np.uint64)
        for i in range(9, -1, -1) if decrypt else range(10):
            m = self._sizes[i % 2]
            blocks[:, 1] = low ^ (a if decrypt else b) ^ np.uint64(i << 8 * self._b)
            y = self._number(blocks, m)
            if decrypt:
                y = b + m - y
                a, b = np.minimum(y, y - m), a
            else:
                y += a
                a, b = b, np.minimum(y, y - m)  # below nought is beyond every y
        return a, b

    def _last_blocks(self, tweak: Octets) -> Words:
        """Return what the chain encrypts last, still without number and half: all that the rounds change."""
        t = tweak.shape[1]
        q = np.zeros((len(tweak), 16 * -(-(t + self._b + 1) // 16)), np.uint8)
        q[:, :t] = tweak
        chain = np.frombuffer(self._first, np.uint8)
        for at in range(0, q.shape[1] - 16, 16):
            chain = self._encrypted(q[:, at : at + 16] ^ chain).reshape(-1, 16)
        return (q[:, -16:] ^ chain).view(">u8")

    def _number(self, blocks: Words, m: np.uint64) -> Numbers:
        """Return NUM(S) mod m, with S the first d bytes of each block encrypted."""
        s = self._encrypted(blocks)
        y: Numbers = s.view(">u8")[::2].astype(np.uint64)
        y -= y // m * m
        for byte in s.reshape(-1, 16)[:, 8 : self._d].T:
            y = ((y << np.uint64(8)) + byte) % m
        return y

    def _encrypted(self, blocks: npt.NDArray[Any]) -> Octets:
        out = np.empty(blocks.nbytes + 15, np.uint8)
        self._cipher.update_into(blocks.reshape(-1).view(np.uint8).data, out.data)
        return out[:-15]


def number(numerals: npt.NDArray[Any], radix: int = 10) -> Numbers:
    """Return the number that each row of numerals writes."""
    found: Numbers = numerals[:, 0].astype(np.uint64)
    for column in numerals.T[1:]:
        found *= np.uint64(radix)
        found += column
    return found


def spell(numbers: Numbers, out: npt.NDArray[Any], radix: int = 10) -> None:
    """Write numbers over rows of numerals."""
    for column in range(out.shape[1] - 1, -1, -1):
        rest = numbers // np.uint64(radix)
        out[:, column] = numbers - rest * np.uint64(radix)
        numbers = rest
