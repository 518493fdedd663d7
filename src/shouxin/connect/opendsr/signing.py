"""Our own name under what we answer: a certificate of our domain and its key."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from shouxin.errors import InputError

_SMALLEST = 2048
_NAMES = ("OpenGDPR", "OpenDSR")


class Signer(NamedTuple):
    """A domain, the chain of its certificate as PEM, and the key that signs for it."""

    domain: str
    chain: bytes
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @classmethod
    def read(cls, domain: str, certificate: Path, key: Path) -> "Signer":
        """Read a certificate with its chain and its key; raise ``InputError`` (opendsr-own-key)."""
        try:
            chain = certificate.read_bytes()
            leaf = x509.load_pem_x509_certificates(chain)[0]
            held = load_pem_private_key(key.read_bytes(), None)
            names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (OSError, ValueError, TypeError, x509.ExtensionNotFound):
            raise _unfit("the certificate or the key of the domain cannot be read", certificate) from None
        if domain.lower() not in {one.lower() for one in names.get_values_for_type(x509.DNSName)}:
            raise _unfit(f'the certificate does not name the domain "{domain[:80]}"', certificate)
        if leaf.not_valid_after_utc <= datetime.now(UTC):
            raise _unfit("the certificate is over", certificate)
        strong = isinstance(held, ec.EllipticCurvePrivateKey) or (
            isinstance(held, rsa.RSAPrivateKey) and held.key_size >= _SMALLEST
        )
        if not strong or not isinstance(held, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise _unfit("the key is too weak or of another kind", key)
        form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        if held.public_key().public_bytes(*form) != leaf.public_key().public_bytes(*form):
            raise _unfit("the key is not the one of the certificate", key)
        return cls(domain.lower(), chain, held)

    def headers(self, body: bytes) -> dict[str, str]:
        """Return the headers that bear the domain and the signature of a body, under both names."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            made = self.key.sign(body, padding.PKCS1v15(), SHA256())
        else:
            made = self.key.sign(body, ec.ECDSA(SHA256()))
        signature = base64.b64encode(made).decode()
        told: dict[str, str] = {}
        for name in _NAMES:
            told |= {f"X-{name}-Processor-Domain": self.domain, f"X-{name}-Signature": signature}
        return told


def _unfit(what: str, where: Path) -> InputError:
    return InputError(
        "opendsr-own-key",
        what,
        where=where.name,
        remedy="name a PEM certificate with its chain, and its key, in `opendsr_certificate`, `opendsr_key`",
    )
