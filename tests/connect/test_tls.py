"""Stores behind TLS: a server that proves who it is, and four ways of one that does not."""

import shutil
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from shouxin.connect import mapfile
from shouxin.connect.affected import TellsPeople, TouchedRows
from shouxin.connect.person import Held
from shouxin.connect.stores import Store, opened
from shouxin.errors import StoreError
from tests.connect.keys.server import redis_server
from tests.connect.mongo.server import DATABASE
from tests.connect.mongo.server import running as mongo_server
from tests.connect.opendsr.party import Authority
from tests.connect.search.server import running as search_server

TODAY = date(2026, 11, 22)
ANA = {"customer_id": (Held(value="7"),)}
MAP = """
store: {store}
tables:
  - table: {table}
    key: [{key}]
    columns: [{{column: {key}, categories: [account]}}, {{column: phone, categories: [phone_number]}}]
    identities: [{{identity: customer_id, column: {key}}}]
"""


class Certificates:
    """Certificates of this machine: a good one, and those that prove nothing; where each lies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority()
        self.trusted = folder / "authority.pem"
        self.trusted.write_bytes(self.authority.certificate.public_bytes(serialization.Encoding.PEM))
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        form = serialization.PrivateFormat.PKCS8
        self.held = folder / "server.key"
        plain = self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        self.held.write_bytes(plain)

    def made(self, kind: str) -> Path:
        """Return the file of a certificate of a kind."""
        whose = Authority() if kind == "of nobody known" else self.authority
        domain = "other.example" if kind == "of another name" else "localhost"
        file = self.folder / f"{kind.replace(' ', '-')}.pem"
        file.write_bytes(whose.issued(domain, self.key, over=kind == "over"))
        return file


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Give certificates."""
    return Certificates(tmp_path_factory.mktemp("tls"))


def _copied(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while piece := one.recv(65536):
            other.sendall(piece)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def before(port: int, certificate: Path, key: Path) -> Iterator[int]:
    """Speak TLS before a server that does not; give the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def served(raw: socket.socket) -> None:
            with (
                suppress(OSError),
                context.wrap_socket(raw, server_side=True) as inner,
                socket.create_connection(("127.0.0.1", port)) as outer,
            ):
                back = threading.Thread(target=_copied, args=(outer, inner), daemon=True)
                back.start()
                _copied(inner, outer)
                back.join()

        def accepted() -> None:
            with suppress(OSError):
                while True:
                    raw, _ = listening.accept()
                    threading.Thread(target=served, args=(raw,), daemon=True).start()

        threading.Thread(target=accepted, daemon=True).start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)


@contextmanager
def redis_store(certificates: Certificates, certificate: Path) -> Iterator[Store]:
    """Give a real Redis that speaks TLS itself."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--tls-port", str(port), "--tls-cert-file", str(certificate), "--tls-auth-clients", "no"]
    options += ("--tls-key-file", str(certificates.held), "--tls-ca-cert-file", str(certificates.trusted))
    found = MAP.format(store="cache", table="'user:{customer_id}'", key="customer_id")
    with redis_server(*options) as server:
        server.client.hset("user:7", mapping={"phone": "16100000001"})
        url = f"rediss://localhost:{port}/0?ssl_ca_certs={certificates.trusted}"
        with opened(mapfile.read(found.encode(), where="x"), url, timeout=5) as store:
            yield store


@contextmanager
def mongo_store(certificates: Certificates, certificate: Path) -> Iterator[Store]:
    """Give a server of documents behind TLS."""
    found = MAP.format(store="documents", table="users", key="_id")
    with mongo_server() as engine, before(engine.port, certificate, certificates.held) as port:
        engine.data["users"].insert_one({"_id": "7", "phone": "16100000001"})
        options = f"tls=true&tlsCAFile={certificates.trusted}&directConnection=true"
        url = f"mongodb://localhost:{port}/{DATABASE}?{options}"
        with opened(mapfile.read(found.encode(), where="x"), url, timeout=2) as store:
            yield store


@contextmanager
def search_store(certificates: Certificates, certificate: Path) -> Iterator[Store]:
    """Give a search cluster behind TLS."""
    found = MAP.format(store="index", table="people", key="id")
    with search_server() as engine:
        keyword = {"type": "keyword"}
        engine.make("people", {"id": keyword, "phone": keyword}).put("1", {"id": "7", "phone": "16100000001"})
        at = urlsplit(engine.url)
        assert at.port
        with before(at.port, certificate, certificates.held) as port:
            url = f"elasticsearch+https://{at.username}:{at.password}@localhost:{port}"
            url += f"?ca_file={certificates.trusted}"
            with opened(mapfile.read(found.encode(), where="x"), url, timeout=5) as store:
                yield store


STORES: Mapping[str, Callable[[Certificates, Path], object]] = {
    "redis": redis_store,
    "mongo": mongo_store,
    "search": search_store,
}


@pytest.mark.parametrize("make", list(STORES))
@pytest.mark.parametrize("kind", ["good", "over", "of another name", "of nobody known"])
def test_only_a_server_that_proves_who_it_is_is_asked(
    certificates: Certificates, make: str, kind: str
) -> None:
    """Trusted and of this name, it answers; else it is refused with one code, and quotes nothing."""
    if make == "redis" and shutil.which("redis-server") is None:
        pytest.skip("no Redis here")
    with STORES[make](certificates, certificates.made(kind)) as store:  # type: ignore[attr-defined]
        if kind == "good":
            assert store.survey(ANA, TODAY).rows == 1
            assert isinstance(store, TellsPeople)
            (table,) = (one.table for one in store._found.tables)  # type: ignore[attr-defined]
            with store.people([TouchedRows(table=table)], "customer_id") as people:
                assert (list(people), people.left(), people.records()["phone_number"]) == (["7"], 0, 1)
            return
        with pytest.raises(StoreError) as unproven:
            store.survey(ANA, TODAY)
        assert unproven.value.code == "connect-unproven"
        assert "localhost" not in str(unproven.value)
