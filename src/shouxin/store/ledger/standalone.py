#!/usr/bin/env python3
"""Check a proof of a Shouxin ledger, or a consent receipt that holds such proofs.

One file, Python's standard library, and the public keys; nothing else.

    python3 -I -S verify.py PROOF.json KEYS

KEYS is a file of public keys, one a line, that you got from the keeper of the ledger before, by a way you
trust; do not take it from where the proof came. Ends with 0 where the proof holds, 1 where it does not, 2
where it cannot be read. The formats are RFC 9162 (hash tree), C2SP signed-note and tlog-checkpoint
(signature), RFC 8032 (Ed25519), GB/T 32905 (SM3) and GB/T 32918 (SM2).
"""

import base64
import hashlib
import json
import struct
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

Hasher = Callable[[bytes], bytes]
Point = tuple[int, int] | None
FIELDS = ("kind", "who", "origin", "what", "whose", "why", "outcome")


class Curve(NamedTuple):
    """y² = x³ + ax + b modulo p, with a base point g of order n."""

    p: int
    a: int
    b: int
    n: int
    g: tuple[int, int]


SM2 = Curve(
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC,
    0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    (
        0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
        0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    ),
)
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


class Bad(Exception):  # noqa: N818  # it is the answer, not a defect
    """The proof does not hold, and why."""


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).digest()


def sm3(data: bytes) -> bytes:
    """Return the SM3 of bytes."""
    state = list(struct.unpack(">8I", bytes.fromhex(
        "7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e"
    )))  # fmt: skip
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + struct.pack(">Q", len(data) * 8)
    for at in range(0, len(padded), 64):
        w = list(struct.unpack_from(">16I", padded, at))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ left(w[j - 3], 15)
            w.append(x ^ left(x, 15) ^ left(x, 23) ^ left(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            ss1 = left((left(a, 12) + e + left(0x79CC4519 if j < 16 else 0x7A879D8A, j % 32)) % 2**32, 7)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            tt1 = (ff + d + (ss1 ^ left(a, 12)) + (w[j] ^ w[j + 4])) % 2**32
            tt2 = (gg + h + ss1 + w[j]) % 2**32
            a, b, c, d = tt1, a, left(b, 9), c
            e, f, g, h = tt2 ^ left(tt2, 9) ^ left(tt2, 17), e, left(f, 19), g
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
    return struct.pack(">8I", *state)


def left(word: int, bits: int) -> int:
    """Return a word of 32 bits turned to the left."""
    return ((word << bits) | (word >> (32 - bits))) & 0xFFFFFFFF


def ed25519(public: bytes, signature: bytes, text: bytes) -> bool:
    """Tell whether a text was signed with an Ed25519 key."""
    key, r, s = decompressed(public), decompressed(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or len(signature) != 64 or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % Q
    y = 4 * pow(5, -1, P) % P
    base = decompressed(y.to_bytes(32, "little"))
    return base is not None and edwards_times(s, base) == edwards_add(r, edwards_times(h, key))


def decompressed(data: bytes) -> tuple[int, int] | None:
    """Return the point of edwards25519 that 32 bytes write."""
    if len(data) != 32:
        return None
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (sign and not x):
        return None
    return (x if x & 1 == sign else P - x), y


def edwards_add(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    """Return the sum of two points of edwards25519."""
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2 % P
    return (
        (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P,
    )


def edwards_times(factor: int, point: tuple[int, int]) -> tuple[int, int]:
    """Return a multiple of a point of edwards25519."""
    total = (0, 1)
    while factor:
        if factor & 1:
            total = edwards_add(total, point)
        point, factor = edwards_add(point, point), factor >> 1
    return total


def sm2(public: bytes, signature: bytes, text: bytes) -> bool:
    """Tell whether a text was signed with an SM2 key, under the standard's own name for the signer."""
    p, a, b, n, g = SM2
    x, y = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    pair = der(signature)
    if pair is None or len(public) != 64 or (y * y - x**3 - a * x - b) % p:
        return False
    r, s = pair
    name = b"1234567812345678"
    who = sm3(
        (len(name) * 8).to_bytes(2, "big")
        + name
        + b"".join(v.to_bytes(32, "big") for v in (a, b, *g))
        + public
    )
    t = (r + s) % n
    if not (0 < r < n and 0 < s < n and t):
        return False
    found = sm2_add(sm2_times(s, g), sm2_times(t, (x, y)))
    return found is not None and (int.from_bytes(sm3(who + text), "big") + found[0]) % n == r


def der(signature: bytes) -> tuple[int, int] | None:
    """Return the two numbers of a signature in DER."""
    try:
        size = signature[3]
        one, rest = signature[4 : 4 + size], signature[4 + size :]
        whole = bytes([0x30, len(signature) - 2, 2, size]) + one + bytes([2, len(rest) - 2]) + rest[2:]
    except (IndexError, ValueError):
        return None
    return (int.from_bytes(one, "big"), int.from_bytes(rest[2:], "big")) if whole == signature else None


def sm2_add(one: Point, two: Point) -> Point:
    """Return the sum of two points of the curve of SM2; None is the point at infinity."""
    if one is None or two is None:
        return one or two
    (x1, y1), (x2, y2), p = one, two, SM2.p
    if x1 == x2 and (y1 + y2) % p == 0:
        return None
    if one == two:
        slope = (3 * x1 * x1 + SM2.a) * pow(2 * y1, -1, p) % p
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, p) % p
    x = (slope * slope - x1 - x2) % p
    return x, (slope * (x1 - x) - y1) % p


def sm2_times(factor: int, point: Point) -> Point:
    """Return a multiple of a point of the curve of SM2."""
    total: Point = None
    while factor:
        if factor & 1:
            total = sm2_add(total, point)
        point, factor = sm2_add(point, point), factor >> 1
    return total


def checkpoint(note: str, keys: Sequence[str]) -> tuple[str, int, bytes, str]:
    """Return origin, size, root and the id of the key of a checkpoint that one of the keys signed."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    for line in lines.splitlines():
        dash, name, encoded = line.split(" ")
        signature = base64.b64decode(encoded, validate=True)
        for key in keys:
            known, id_, typed = key.strip().split("+", 2)
            raw = base64.b64decode(typed, validate=True)
            if dash != "—" or known != name or bytes.fromhex(id_) != signature[:4]:
                continue
            if sha256(name.encode() + b"\n" + raw)[:4] != signature[:4]:
                raise Bad("the name of a public key does not fit it")
            check, public = (
                (ed25519, raw[1:]) if raw[:1] == b"\x01" else (sm2, raw[len(b"\xffSM2-with-SM3") :])
            )
            if not check(public, signature[4:], (text + "\n").encode()):
                raise Bad("the signature of the checkpoint does not fit")
            return origin, int(size), base64.b64decode(root, validate=True), id_
    raise Bad("no key that you gave signed the checkpoint")


def from_path(leaf: bytes, number: int, size: int, path: Sequence[bytes], hashed: Hasher) -> bytes:
    """Return the root to which a path leads from an entry (RFC 9162, 2.1.3.2)."""
    at, last, found = number, size - 1, hashed(b"\0" + leaf)
    for part in path:
        if at & 1 or at == last:
            found = hashed(b"\1" + part + found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = hashed(b"\1" + found + part)
        at, last = at >> 1, last >> 1
    if last or not 0 <= number < size:
        raise Bad("the path is of another length")
    return found


def begins(old: tuple[int, bytes], new: int, path: Sequence[bytes], hashed: Hasher) -> bytes:
    """Return the root of the newer tree of which the older one is the beginning (RFC 9162, 2.1.4.2)."""
    size, root = old
    if size == new and not path:
        return root
    proof = list(path) if size & (size - 1) else [root, *path]
    at, last = size - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not 0 < size < new or not proof:
        raise Bad("the older checkpoint is not older")
    before = after = proof[0]
    for part in proof[1:]:
        if at & 1 or at == last:
            before, after = hashed(b"\1" + part + before), hashed(b"\1" + part + after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = hashed(b"\1" + after + part)
        at, last = at >> 1, last >> 1
    if last or before != root:
        raise Bad("the older checkpoint is not the beginning of the newer one")
    return after


def entry(leaf: bytes) -> dict[str, Any]:
    """Return the fields of an entry: a count, then a length and its bytes for each."""
    fields, at = [], 2
    while at < len(leaf):
        (size,) = struct.unpack_from(">i", leaf, at)
        fields.append(leaf[at + 4 : at + 4 + size])
        at += 4 + size
    number, time = (int.from_bytes(field, "big", signed=True) for field in fields[:2])
    told = dict(zip(FIELDS, fields[2:], strict=True))
    words = {name: value.hex() if name == "whose" else value.decode() for name, value in told.items()}
    return {
        "number": number,
        "at": str(datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)),
        **words,
        "what": json.loads(words["what"]),
    }


def check(proof: dict[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """Return what a proof shows; raise ``Bad`` where it does not hold."""
    hashed = {"sha256": sha256, "sm3": sm3}[proof["hash"]]
    origin, size, root, key = checkpoint(proof["checkpoint"], keys)
    shown: dict[str, Any] = {"ledger": origin, "entries": size, "root": root.hex(), "key": key}
    if "entry" in proof:
        leaf = base64.b64decode(proof["entry"]["leaf"], validate=True)
        path = [base64.b64decode(part, validate=True) for part in proof["entry"]["path"]]
        shown["entry"] = entry(leaf)
        if from_path(leaf, shown["entry"]["number"], size, path, hashed) != root:
            raise Bad("the entry is not in the ledger that was signed")
    if "older" in proof:
        path = [base64.b64decode(part, validate=True) for part in proof["older"]["path"]]
        old = checkpoint(proof["older"]["checkpoint"], keys)
        shown["older"] = {"entries": old[1], "root": old[2].hex(), "key": old[3]}
        if old[0] != origin or begins((old[1], old[2]), size, path, hashed) != root:
            raise Bad("the older checkpoint is not of this ledger")
    return shown


def receipt(document: dict[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """Return what the proofs of a consent receipt show; raise ``Bad`` where one does not hold."""
    shown: list[dict[str, Any]] = []
    for record in document["dct:hasPart"]:
        proof = record["shouxin:proof"]
        if "inclusion" not in proof:
            raise Bad(f"no checkpoint covered answer {record['dct:identifier']} yet when this was made")
        found = check(proof["inclusion"], keys)
        if found["entry"]["what"]["digest"] != sha256(proof["answer"].encode()).hex():
            raise Bad(f"answer {record['dct:identifier']} is not the one that its entry holds")
        shown.append({"answer": json.loads(proof["answer"]), **found})
    return {"answers": shown}


def main(arguments: Sequence[str]) -> int:
    """Check one proof and say what it shows."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        proof = json.loads(Path(arguments[0]).read_text("utf-8"))
        keys = [line for line in Path(arguments[1]).read_text("utf-8").splitlines() if line.strip()]
        shown = receipt(proof, keys) if "dct:hasPart" in proof else check(proof, keys)
    except Bad as bad:
        print(f"the proof does not hold: {bad}", file=sys.stderr)
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        print(f"the proof or the keys cannot be read: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(json.dumps(shown, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
