"""An entrusted party over TLS on this machine: it signs what it says, or does not, as a test wants."""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from shouxin.connect import mapfile
from shouxin.connect.model import DatasetMap

MAP = """
store: mailer
make: opendsr
hand_off: {party: Mailer Ltd, identities: {email: email, customer_id: controller_customer_id}}
"""


def described() -> DatasetMap:
    """Return the map of the party."""
    return mapfile.read(MAP.encode(), where="mailer.yaml")


class Authority:
    """A certificate authority that signs for a day."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a made-up authority")])
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
             "decipher_only"),
            False,
        )  # fmt: skip
        self.certificate = (
            self._begun(self.name, self.key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **usage),
                critical=True,
            )
            .sign(self.key, hashes.SHA256())
        )

    def issued(self, domain: str, key: rsa.RSAPrivateKey, *, over: bool = False) -> bytes:
        """Return a certificate of a domain, as PEM; ``over``: it was good until yesterday."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)])
        made = (
            self._begun(name, key.public_key(), -1 if over else 0)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM)

    def _begun(self, name: x509.Name, key: Any, days: int = 0) -> x509.CertificateBuilder:
        now = datetime.now(UTC) + timedelta(days=2 * days)
        of = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(of, critical=False)
        )


class Party:
    """What the party was told, how far it is, and how it signs."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.authority = Authority()
        self.certificate = self.authority.issued("localhost", self.key)
        self.signing = self.key
        self.domain = "localhost"
        self.requests: dict[str, dict[str, Any]] = {}
        self.posts = 0
        self.state = "pending"
        self.about = ""
        self.spoilt = False
        self.types = ["erasure"]
        self.results: dict[str, bytes] = {}
        self.results_url: Any = None
        self.fetched: list[str] = []
        self.identities = [("email", "raw"), ("email", "sha256")]
        self.address = ""

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """Return status and JSON."""
        if path == "/v1/discovery":
            pairs = [{"identity_type": one, "identity_format": form} for one, form in self.identities]
            return 200, {
                "api_version": "1.0",
                "supported_identities": pairs,
                "supported_subject_request_types": self.types,
                "processor_certificate": "/v1/cert.pem",
            }
        if method == "POST":
            told = json.loads(body)
            self.posts += 1
            self.requests.setdefault(told["subject_request_id"], told)
            return 201, {
                "subject_request_id": self.about or told["subject_request_id"],
                "controller_id": "tea",
            }
        number = path.rpartition("/")[2]
        told = {"subject_request_id": self.about or number, "request_status": self.state}
        if self.state == "completed" and self.results_url is not None:
            told["results_url"] = self.results_url
        return 200, told


class _Handler(BaseHTTPRequestHandler):
    party: Party

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer, signed."""
        party = self.party
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/v1/cert.pem":
            status, plain = 200, party.certificate
        elif self.path in party.results:
            party.fetched.append(self.headers.get("Authorization", ""))
            status, plain = 200, party.results[self.path]
        else:
            status, told = party.answer(self.command, self.path, body)
            plain = json.dumps(told).encode()
        signature = party.signing.sign(plain, padding.PKCS1v15(), hashes.SHA256())
        self.send_response(status)
        self.send_header("X-OpenGDPR-Processor-Domain", party.domain)
        self.send_header("X-OpenGDPR-Signature", base64.b64encode(signature).decode())
        plain = plain + b" " if party.spoilt and b"BEGIN" not in plain else plain
        self.send_header("Content-Length", str(len(plain)))
        self.end_headers()
        self.wfile.write(plain)

    do_POST = do_GET  # noqa: N815  # the name of the standard library


@contextmanager
def served(party: Party, folder: Path) -> Iterator[Party]:
    """Serve the party over TLS."""
    held = folder / "party.pem"
    held.write_bytes(
        party.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + party.certificate
    )
    trusted = folder / "authority.pem"
    trusted.write_bytes(party.authority.certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(held)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"party": party}))
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    party.address = f"https://:sesame@localhost:{server.server_port}/v1?private=yes&ca={trusted}"
    try:
        yield party
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
