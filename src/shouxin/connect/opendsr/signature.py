"""Who signed an answer: a certificate of the party's domain, led back to an authority, and the very bytes."""

import base64
import binascii
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from shouxin.errors import IntegrityError

_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
_SMALLEST = 2048
"""Bits of an RSA key at least."""


def certificate(pem: bytes, domain: str, roots: list[x509.Certificate], store: str) -> x509.Certificate:
    """Return the certificate of a domain out of a chain; raise ``IntegrityError`` (opendsr-signature).

    A certificate that signed itself leads to no authority unless it is one of the ``roots``.
    """
    try:
        leaf, *between = x509.load_pem_x509_certificates(pem)
        verifier = PolicyBuilder().store(Store(roots)).build_server_verifier(x509.DNSName(domain))
        verifier.verify(leaf, between)
    except (ValueError, VerificationError):
        raise forged(store, "has no certificate of its domain that leads to a trusted authority") from None
    return leaf


def verify(leaf: x509.Certificate, signature: str, body: bytes, store: str) -> None:
    """Hold a signature against the bytes of an answer; raise ``IntegrityError`` (opendsr-signature)."""
    key = leaf.public_key()
    try:
        plain = base64.b64decode("".join(signature.split()), validate=True)
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST:
            key.verify(plain, body, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(plain, body, ec.ECDSA(SHA256()))
        else:
            raise forged(store, "signs with a key that is too weak or of another kind")
    except (InvalidSignature, binascii.Error, ValueError):
        raise forged(store, "is not signed by its party, or was changed on the way") from None


def authorities(context: ssl.SSLContext) -> list[x509.Certificate]:
    """Return the authorities that a context trusts, with those of the machine where it names none."""
    named = [x509.load_der_x509_certificate(one) for one in context.get_ca_certs(binary_form=True)]
    machine = Path(_AUTHORITIES)
    if named or not machine.exists():
        return named
    return x509.load_pem_x509_certificates(machine.read_bytes())


def forged(store: str, what: str) -> IntegrityError:
    """Return the error for an answer that nobody can be held to."""
    return IntegrityError(
        "opendsr-signature",
        f"the answer {what}; it does not count",
        where=store,
        remedy="ask the party for its certificate and status another way",
    )
