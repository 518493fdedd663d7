"""The line to a service that is slow, broken, huge, busy, led astray: each a clear error in time."""

import ssl
import time
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shouxin.connect.person import Held
from shouxin.connect.service import line
from shouxin.connect.service.line import Address, signature
from shouxin.connect.service.store import ServiceStore
from shouxin.errors import InputError, ShouxinError, StoreError
from tests.connect.service.crm import Crm, described

TODAY = date(2026, 11, 22)
ANA = {"email": (Held(value="ana@shop.example"),)}
WITH_ID = {"customer_id": (Held(value="7"),)}


def quick(crm: Crm, **limits: object) -> ServiceStore:
    """Return the store with other limits; its pauses take no time."""
    import msgspec

    found = described()
    assert found.service
    changed = msgspec.structs.replace(found, service=msgspec.structs.replace(found.service, **limits))
    return ServiceStore(changed, crm.address, sleep=lambda _: None)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("slow", "connect-slow"), ("drip", "connect-slow"), ("broken", "service-answer"),
     ("huge", "service-answer"),
     ("redirect", "service-refused"), ("403", "service-refused"), ("later", "service-busy"),
     ("elsewhere", "service-answer"), ("none", "service-answer"), ("short", "connect-lost")],
)  # fmt: skip
def test_a_service_that_misbehaves_is_a_clear_error_in_time(crm: Crm, fault: str, code: str) -> None:
    """Each with its code, the store's name, and no value of the person."""
    store = quick(crm, timeout=0.4, largest=100_000, tries=1)
    crm.faults = [fault]
    begun = time.monotonic()
    with pytest.raises(StoreError) as wrong:
        list(store.read(WITH_ID if fault == "elsewhere" else ANA, TODAY))
    assert wrong.value.code == code
    assert wrong.value.where.startswith("crm")
    assert "ana" not in str(wrong.value)
    assert time.monotonic() - begun < 20  # it ends, however busy the machine is


@pytest.mark.parametrize("faults", [["500", "502"], ["503", "429"], ["cut", "500"]])
def test_what_may_be_sent_again_is(crm: Crm, faults: list[str]) -> None:
    """A look-up is tried three times here, and answers in the end."""
    crm.faults = list(faults)
    assert len(list(quick(crm).read(ANA, TODAY))) == 1
    assert len(crm.asked) == 3
    crm.faults = [*faults, "500"]
    with pytest.raises(StoreError):
        list(quick(crm).read(ANA, TODAY))


def test_what_must_not_be_sent_twice_is_not(crm: Crm) -> None:
    """A change that does not say that it repeats is sent once, unless the service did not take it at all."""
    import msgspec

    found = described()
    assert found.service
    once = msgspec.structs.replace(found.service.correct["customers"], repeats=False)
    store = quick(crm, correct={"customers": once})
    looks = [""]
    crm.faults = [*looks, "500"]
    with pytest.raises(StoreError):
        store.correct(ANA, "customers", None, {"email": "x@shop.example"}, TODAY)
    assert len(crm.changed()) == 1
    crm.faults = [*looks, "429"]
    assert store.correct(ANA, "customers", None, {"email": "x@shop.example"}, TODAY) == 1
    assert len(crm.changed()) == 3


def test_the_service_says_how_long_it_wants_to_be_left_alone(crm: Crm) -> None:
    """Retry-After in seconds or as a moment; words that are neither ask for nothing."""
    assert line._seconds("7") == 7
    assert 50 < line._seconds(format_datetime(datetime.now(UTC) + timedelta(seconds=60))) <= 60
    assert line._seconds("soon") == 0


def test_the_pace_is_kept(crm: Crm) -> None:
    """Ten requests a second: the second waits a tenth of one."""
    waits: list[float] = []
    found = quick(crm, pace=10.0)
    found._line._sleep = waits.append
    list(found.read(ANA | WITH_ID, TODAY))
    assert len(waits) == len(crm.asked) - 1
    assert 0.0 < waits[0] <= 0.1


@pytest.mark.parametrize(
    "url",
    ["http://:s@crm.example/", "ftp://crm.example/", "https://", "https://crm.example:99999/",
     "https://crm.example/?private=yes&other=1", "https://crm.example/?ca=/nowhere.pem", "crm"],
)  # fmt: skip
def test_an_address_without_protection_is_refused(url: str) -> None:
    """Without TLS only on this machine; nothing of the address is quoted, for the secret stands in it."""
    with pytest.raises(InputError) as wrong:
        Address.read(url, "crm")
    assert wrong.value.code == "service-address"
    assert "example" not in str(wrong.value)


def test_private_networks_are_not_reached_by_chance(monkeypatch: pytest.MonkeyPatch, crm: Crm) -> None:
    """A name that leads into one is not connected to unless the setting allows it."""
    asked = crm.address.replace("http://:sesame@127.0.0.1", "https://:sesame@crm.example")
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 0))])
    with pytest.raises(StoreError, match="does not answer"):
        list(ServiceStore(described(), asked, sleep=lambda _: None).read(ANA, TODAY))
    assert not crm.asked


def test_the_authority_signs_over_time_method_target_and_body() -> None:
    """A signature changes with each of them."""
    one = signature("secret", "1", "GET", "/a", None)
    others = {
        signature("secret", "2", "GET", "/a", None),
        signature("secret", "1", "PUT", "/a", None),
        signature("secret", "1", "GET", "/b", None),
        signature("secret", "1", "GET", "/a", b"x"),
        signature("other", "1", "GET", "/a", None),
    }
    assert len(others | {one}) == 6


@pytest.mark.parametrize(
    ("auth", "begins"), [("basic", "Basic OnNlc2FtZQ=="), ("header", "sesame"), ("", "")]
)
def test_the_secret_goes_where_the_description_says(crm: Crm, auth: str, begins: str) -> None:
    """As a password, as it is, or not at all."""
    list(quick(crm, auth=auth).read(ANA, TODAY))
    assert crm.secrets == [begins]


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(crm: Crm, tmp_path: Path) -> None:
    """A certificate of nobody's is refused before the request is sent; the authority can be named."""
    authority = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    server = _served_with(crm, context)
    try:
        asked = f"https://:sesame@localhost:{server.server_port}/v1?private=yes"
        with pytest.raises(ShouxinError, match="does not prove who it is"):
            list(ServiceStore(described(), asked, sleep=lambda _: None).read(ANA, TODAY))
        assert not crm.asked
        assert len(list(ServiceStore(described(), f"{asked}&ca={authority}").read(ANA, TODAY))) == 1
    finally:
        server.shutdown()
        server.server_close()


def _served_with(crm: Crm, context: ssl.SSLContext):  # type: ignore[no-untyped-def]  # noqa: ANN202
    import threading
    from http.server import ThreadingHTTPServer

    from tests.connect.service.crm import _Handler

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing of a client that turned away."""

    server = Quiet(("127.0.0.1", 0), type("Handler", (_Handler,), {"crm": crm}))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
