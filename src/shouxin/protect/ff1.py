"""FF1 of NIST SP 800-38G for many values of one length at once: numbers in arrays, one cipher call a round.

A column of N numeral strings is one array of N rows. Each of the ten rounds encrypts the blocks of all rows
in one call (two where tweak and half do not fit one block), so the cost of Python is shared by the whole
column.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from shouxin.errors import InputError

Octets = npt.NDArray[np.uint8]
Numerals = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Numbers = npt.NDArray[np.uint64]
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

    Raises ``InputError`` (protect-domain) where fewer than a million values have this length, or where
    halves are too long for 56-bit arithmetic (16 decimal digits each).
    """
    rows, length = numerals.shape
    if radix**length < SMALLEST_DOMAIN:
        raise InputError(
            "protect-domain",
            f"{length} digits are too few to encrypt in their own format: fewer than a million values",
            remedy="use a pseudonym or encrypt instead",
        )
    if radix ** (length - length // 2) >= 1 << 56:
        raise InputError(
            "protect-domain", f"{length} digits are too many for a token", remedy="encrypt instead"
        )
    mode = modes.ECB()  # noqa: S305 - FF1 chains the blocks itself
    block = Cipher(algorithms.AES(key) if cipher == "aes" else algorithms.SM4(key), mode).encryptor()
    turn = _Turn(length, tweak.shape[1], radix, block)
    out = np.empty_like(numerals)
    for start in range(0, rows, _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        out[part] = turn.run(numerals[part], tweak[part], decrypt=decrypt)
    return out


class _Turn:
    """The ten rounds for one length of value and of tweak; names are those of the standard, algorithm 7."""

    def __init__(self, n: int, t: int, radix: int, block: CipherContext) -> None:
        self.u, self.n, self.t, self.radix = n // 2, n, t, radix
        self.v = n - self.u
        self.b = ((radix**self.v - 1).bit_length() + 7) // 8
        self.d = 4 * -(-self.b // 4) + 4
        self.encrypt: Callable[[bytes], bytes] = block.update
        p = bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([10, self.u % 256])
        first = self.encrypt(p + n.to_bytes(4, "big") + t.to_bytes(4, "big"))
        self.first = np.frombuffer(first, np.uint64)

    def run(self, numerals: Numerals, tweak: Octets, *, decrypt: bool) -> Numerals:
        rows = len(numerals)
        a, b = self._numbers(numerals[:, : self.u]), self._numbers(numerals[:, self.u :])
        q = np.zeros((rows, 16 * -(-(self.t + self.b + 1) // 16)), np.uint8)
        q[:, : self.t] = tweak
        sizes = (np.uint64(self.radix**self.u), np.uint64(self.radix**self.v))
        for i in range(9, -1, -1) if decrypt else range(10):
            m = sizes[i % 2]
            y = self._round(q, i, a if decrypt else b, m)
            if decrypt:
                y = b + m - y
                a, b = y - m * (y >= m), a
            else:
                y += a
                a, b = b, y - m * (y >= m)
        out: Numerals = np.empty((rows, self.n), numerals.dtype)
        self._spell(a, out[:, : self.u])
        self._spell(b, out[:, self.u :])
        return out

    def _round(self, q: Octets, i: int, half: Numbers, m: np.uint64) -> Numbers:
        """Return NUM(S) mod m, with S the first d bytes of the chained cipher over Q."""
        q[:, -self.b - 1] = i
        q[:, -self.b :] = half.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - self.b :]
        chain: npt.NDArray[np.uint64] = self.first
        for at in range(0, q.shape[1], 16):
            blocks = np.ascontiguousarray(q[:, at : at + 16]).view(np.uint64)
            chain = np.frombuffer(self.encrypt((blocks ^ chain).tobytes()), np.uint64).reshape(-1, 2)
        words = chain.view(">u8").astype(np.uint64)
        number: Numbers = words[:, 0] % m
        if self.d > 8:
            for byte in chain.view(np.uint8)[:, 8 : self.d].T:
                number = ((number << np.uint64(8)) + byte) % m
        return number

    def _numbers(self, numerals: Numerals) -> Numbers:
        number = numerals[:, 0].astype(np.uint64)
        for column in numerals.T[1:]:
            number *= np.uint64(self.radix)
            number += column
        return number

    def _spell(self, number: Numbers, out: Numerals) -> None:
        radix = np.uint64(self.radix)
        for column in range(out.shape[1] - 1, -1, -1):
            number, out[:, column] = np.divmod(number, radix)
