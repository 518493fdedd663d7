"""Time stamps of checkpoints, by a throw-away authority that OpenSSL plays."""

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from shouxin.errors import InputError, IntegrityError, StoreError
from shouxin.store.ledger.checkpoint import Sealer, outside_keys
from shouxin.store.ledger.timestamps import checked, read_roots, stamp, stamped
from shouxin.store.ledger.verify import verify

from .conftest import damage, write

pytest.importorskip("rfc3161_client")
CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = {name}
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[stamp]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *words: str) -> None:
    """Run OpenSSL in a folder."""
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def authority(folder: Path) -> Path:
    """Make a root and a certificate that may stamp; return the folder."""
    folder.mkdir()
    (folder / "serial").write_text("01\n")
    for name, part in (("root", "ca"), ("tsa", "tsa")):
        (folder / f"{name}.cnf").write_text(CONFIG.format(name=f"made-up {name}"))
        openssl(folder, "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key",
                "-out", f"{name}.csr", "-config", f"{name}.cnf")  # fmt: skip
        signer = ("-signkey", "root.key") if name == "root" else ("-CA", "root.pem", "-CAkey", "root.key")
        number = "7" if name == "root" else "8"
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", *signer, "-days", "30", "-set_serial", number,
                "-out", f"{name}.pem", "-extfile", f"{name}.cnf", "-extensions", part)  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def stamping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Run an authority on this machine; give its address and the folder with its root."""
    folder = authority(tmp_path_factory.mktemp("authority") / "made")

    class Handler(BaseHTTPRequestHandler):
        """Answers what is asked with what OpenSSL says."""

        def do_POST(self) -> None:
            """Stamp."""
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            openssl(folder, "ts", "-reply", "-queryfile", "query", "-out", "reply", "-config", "tsa.cnf",
                    "-section", "stamp", "-signer", "tsa.pem", "-inkey", "tsa.key")  # fmt: skip
            reply = (folder / "reply").read_bytes()
            self.send_response(200 if self.path == "/" else 503)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", folder
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_checkpoint_is_stamped_and_verified(
    sealer: Sealer, stamping: tuple[str, Path], tmp_path: Path
) -> None:
    """The answer is kept once; changed, or of another root or checkpoint, it does not hold."""
    address, folder = stamping
    roots = read_roots((folder / "root.pem").read_bytes(), "root.pem")
    note = sealer.seal()
    with sealer._engine.begin() as connection:
        at = stamp(connection, note, address, roots)
        assert at.year >= 2026
        stamp(connection, note, address, roots)
        ((size, kept, token),) = stamped(connection)
    assert (size, kept, checked(token, note, roots), checked(token, note, [])) == (1, note, at, at)
    strangers = read_roots((authority(tmp_path / "other") / "root.pem").read_bytes(), "other")
    flipped = token[:-30] + bytes([token[-30] ^ 1]) + token[-29:]
    for wrong, of, known in (
        (token, note, strangers),
        (flipped, note, roots),
        (token[:-5], note, roots),
        (b"", note, []),
        (token, note.replace("\n1\n", "\n2\n"), roots),
        (token, note.replace("\n1\n", "\n2\n"), []),
    ):
        with pytest.raises(IntegrityError) as caught:
            checked(wrong, of, known)
        assert caught.value.code == "ledger-timestamp"
    write(sealer._engine, range(20))
    keys = outside_keys(sealer.folder)
    assert verify(sealer._engine, keys, roots=roots).problem is None
    problem = verify(sealer._engine, keys, roots=strangers).problem
    assert problem
    assert (problem.kind, problem.number) == ("timestamp", 1)
    damage(sealer._engine, "update shouxin.ledger_timestamp set token = ''")
    assert verify(sealer._engine, keys).problem


def test_an_authority_that_does_not_answer_is_named(sealer: Sealer, stamping: tuple[str, Path]) -> None:
    """It is closed, refuses, or has no address; and nothing is kept."""
    roots = read_roots((stamping[1] / "root.pem").read_bytes(), "root.pem")
    note = sealer.seal()
    for address in ("http://127.0.0.1:1/", stamping[0] + "closed", "nowhere"):
        with pytest.raises(StoreError) as caught, sealer._engine.begin() as connection:
            stamp(connection, note, address, roots)
        assert caught.value.code == "timestamp-authority"
    with sealer._engine.connect() as connection:
        assert stamped(connection) == []


def test_what_are_no_certificates_is_refused() -> None:
    """An error, not an authority without roots."""
    with pytest.raises(InputError) as caught:
        read_roots(b"nothing", "roots.pem")
    assert caught.value.code == "timestamp-roots"
