"""Time stamps of checkpoints by an outside authority (RFC 3161): that the ledger was so long by then.

The authority sees the hash of a checkpoint and nothing else. Its answer is kept when its signature leads to a
root certificate that the operator trusts.
"""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.x509 import Certificate, load_pem_x509_certificates
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from shouxin.errors import InputError, IntegrityError, StoreError
from shouxin.store.ledger import tables
from shouxin.store.ledger.note import read_note

if TYPE_CHECKING:
    from sqlalchemy import Connection

SECONDS = 20.0
"""How long an authority may take."""


def read_roots(pem: bytes, where: str) -> list[Certificate]:
    """Return the certificates of a PEM file; raise ``InputError`` (timestamp-roots)."""
    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise InputError(
            "timestamp-roots",
            "this is no file of certificates in PEM",
            where=where,
            remedy="give the root certificates of the time-stamping authority",
        ) from None


def stamp(connection: "Connection", note: str, authority: str, roots: list[Certificate]) -> datetime:
    """Ask an authority to stamp a checkpoint of the store, keep its answer, and return its time.

    Raises ``InputError`` (timestamp-missing), ``StoreError`` (timestamp-authority), ``IntegrityError`` as
    ``checked``.
    """
    import httpx

    client = _client()
    builder = client.TimestampRequestBuilder().data(note.encode())
    request = builder.hash_algorithm(client.HashAlgorithm.SHA256).build()
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        answer = httpx.post(authority, content=request.as_bytes(), headers=headers, timeout=SECONDS)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise StoreError(
            "timestamp-authority",
            f"the time-stamping authority does not answer: {type(error).__name__}",
            where=authority[:200],
            remedy="check its address, or try again later",
        ) from None
    at = checked(answer.content, note, roots, request.nonce)
    values = {"size": read_note(note)[0].size, "authority": authority, "token": answer.content}
    connection.execute(insert(tables.timestamp).values(values).on_conflict_do_nothing())
    return at


def checked(token: bytes, note: str, roots: list[Certificate], nonce: int | None = None) -> datetime:
    """Return the time that an authority gave a checkpoint.

    Without ``roots`` only what was stamped is compared, not who stamped it. Raises ``IntegrityError``
    (ledger-timestamp), ``InputError`` (timestamp-missing).
    """
    client = _client()
    try:
        answer = client.decode_timestamp_response(token)
        if roots:
            verifier = client.VerifierBuilder(roots=list(roots), nonce=nonce).build()
            verifier.verify_message(answer, note.encode())
        elif answer.tst_info.message_imprint.message != hashlib.sha256(note.encode()).digest():
            raise ValueError
        at: datetime = answer.tst_info.gen_time
    except (ValueError, client.VerificationError):
        size = read_note(note)[0].size
        raise IntegrityError(
            "ledger-timestamp",
            f"the time stamp of the checkpoint at {size:,} entries does not hold",
            remedy="give the root certificates of the authority that made it, or find out who changed it",
        ) from None
    return at


def stamped(connection: "Connection") -> list[tuple[int, str, bytes]]:
    """Return every time stamp in the store: the size, the checkpoint, the answer of the authority."""
    joined = tables.timestamp.join(tables.checkpoint)
    asked = select(tables.timestamp.c.size, tables.checkpoint.c.note, tables.timestamp.c.token)
    found = connection.execute(asked.select_from(joined).order_by(tables.timestamp.c.size))
    return [(size, note, bytes(token)) for size, note, token in found]


def _client() -> Any:
    try:
        import rfc3161_client
    except ImportError:
        raise InputError(
            "timestamp-missing",
            "time stamps need an extra",
            remedy="install shouxin[timestamp]",
        ) from None
    return rfc3161_client
