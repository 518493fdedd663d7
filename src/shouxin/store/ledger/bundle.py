"""Proof bundles: what a stranger needs to check an entry, or that nothing was taken back, offline."""

import base64
import io
import json
import zipfile
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from shouxin.errors import InputError
from shouxin.store.ledger.checkpoint import holds, last_note
from shouxin.store.ledger.note import opened, read_note
from shouxin.store.ledger.proofs import Tree
from shouxin.store.ledger.signing import public_keys

if TYPE_CHECKING:
    from sqlalchemy import Connection

Proof = dict[str, Any]
"""A proof as ``standalone.check`` reads it."""


def entry_proof(connection: "Connection", number: int, note: str | None = None) -> Proof:
    """Return the proof that an entry is in the ledger under a checkpoint, by default the newest.

    Raises ``InputError`` (ledger-number, ledger-unsigned), ``IntegrityError`` as ``Tree.inclusion``.
    """
    tree, note = Tree(connection), note or last_note(connection)
    leaf = tree.leaf(number)
    size = read_note(note)[0].size if note else 0
    if note is None or number >= size:
        raise InputError(
            "ledger-unsigned",
            f"no checkpoint covers entry {number} yet",
            remedy="`shouxin ledger checkpoint` signs one; a running server does so every minute",
        )
    path = [_text(part) for part in tree.inclusion(number, size)]
    return _proof(tree, note, entry={"leaf": _text(leaf), "path": path})


def growth_proof(connection: "Connection", older: str) -> Proof:
    """Return the proof that the newest checkpoint's ledger begins with an older checkpoint's.

    Raises ``IntegrityError`` as ``opened`` and ``holds``; ``InputError`` (ledger-unsigned).
    """
    tree = Tree(connection)
    checkpoint = opened(older, public_keys(connection), "the older checkpoint")
    holds(tree, checkpoint)
    note = last_note(connection)
    if note is None or (new := read_note(note)[0].size) < checkpoint.size or not checkpoint.size:
        raise InputError(
            "ledger-unsigned",
            f"no checkpoint follows the one at {checkpoint.size:,} entries yet",
            remedy="`shouxin ledger checkpoint` signs one",
        )
    path = [_text(part) for part in tree.consistency(checkpoint.size, new)]
    return _proof(tree, note, older={"checkpoint": older, "path": path})


def packed(proof: Proof) -> bytes:
    """Return a ZIP of a proof and the program that checks it; the public keys have to come another way."""
    shown = json.dumps(proof, indent=2, ensure_ascii=False).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("proof.json", shown), ("verify.py", program())):
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def program() -> bytes:
    """Return the program that checks proofs, which stands alone."""
    return files("shouxin.store.ledger").joinpath("standalone.py").read_bytes()


def _proof(tree: Tree, note: str, **shown: Any) -> Proof:
    return {"shouxin_proof": 1, "hash": tree.head.hash, "checkpoint": note, **shown}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
