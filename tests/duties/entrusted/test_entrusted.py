"""Requests of controllers: our own client hands them over to our own server, and holds us to every word."""

import ssl
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.app.server import create_app
from shouxin.connect import mapfile
from shouxin.connect.opendsr.signing import Signer
from shouxin.connect.opendsr.store import OpenDsrStore
from shouxin.connect.person import Held
from shouxin.connect.service.line import Answer, Line
from shouxin.connect.service.template import Request
from shouxin.connect.stores import opened
from shouxin.duties.days import today
from shouxin.duties.entrusted.calls import TRIES, Caller
from shouxin.duties.entrusted.model import Terms
from shouxin.duties.entrusted.service import Entrusted
from shouxin.duties.entrusted.worker import Teller
from shouxin.duties.library.service import Library
from shouxin.errors import InputError
from shouxin.law.register import register
from tests.connect.opendsr.party import Authority, Party, served
from tests.duties.rights.made_up import ACTOR, FACTS, Office

MAP = """
store: us
make: opendsr
hand_off: {party: Us Ltd, name: OpenDSR, identities: {email: email, customer_id: controller_customer_id}}
"""
ANA = {"email": (Held(value="ana@shop.example"),), "customer_id": (Held(value="7"),)}
TERMS = Terms({"system": "shop"}, {"customer_id": "controller_customer_id", "email": "email"})
HEADERS = {"Authorization": "Bearer t"}


class World(NamedTuple):
    """The office that is entrusted, what controllers handed over, a client, and the controller's side."""

    office: Office
    entrusted: Entrusted
    client: TestClient[Any]
    store: OpenDsrStore


def keyed(folder: Path, authority: Authority, domain: str = "us.example") -> tuple[Path, Path]:
    """Write a certificate of a domain and its key; return where."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate, held = folder / f"{domain}.pem", folder / f"{domain}.key"
    certificate.write_bytes(authority.issued(domain, key))
    form = serialization.PrivateFormat.PKCS8
    held.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return certificate, held


@pytest.fixture
def world(migrated: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Give the two sides; what the controller sends reaches the application without a network."""
    authority = Authority()
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    office = Office(migrated)
    entrusted = Entrusted(office.rights, Signer.read("us.example", *keyed(tmp_path, authority)), TERMS)
    app = create_app(
        Library(register()),
        host_names=("us.example",),
        api_token="t",
        rights=office.rights,
        entrusted=entrusted,
    )
    with TestClient(app, base_url="https://us.example") as client:

        def once(self: Line, at: Any, request: Request) -> tuple[Answer, float]:
            target = at.path + (f"?{at.query}" if at.query else "")
            headers = {**request.headers, **self._credentials(request, target)}
            got = client.request(request.method, target, content=request.body, headers=headers)
            told = {name.lower(): value for name, value in got.headers.items()}
            return Answer(got.status_code, got.content, told), 0.0

        monkeypatch.setattr(Line, "_once", once)
        found = mapfile.read(MAP.encode(), where="us.yaml")
        store = opened(found, f"https://:t@us.example/opendsr/v1?private=yes&ca={trusted}")
        assert isinstance(store, OpenDsrStore)
        yield World(office, entrusted, client, store)


def number(world: World) -> int:
    """Return the newest request that was handed over."""
    return world.entrusted.list(today())[0].request


def handed(**more: Any) -> bytes:
    """Return a request on the wire."""
    identity = {"identity_type": "email", "identity_value": "ana@shop.example", "identity_format": "raw"}
    told = {
        "subject_request_id": str(uuid.uuid4()),
        "subject_request_type": "erasure",
        "submitted_time": "2026-11-22T03:00:00Z",
        "subject_identities": [identity],
    }
    return msgspec.json.encode(told | more)


def test_an_erasure_goes_the_way_of_every_request(world: World) -> None:
    """Pending until an operator approved it, completed when its plan has run; handed over twice it is one."""
    office, key = world.office, str(uuid.uuid4())
    begun = world.store.begin(ANA, today(), key)
    with pytest.raises(Exception, match="refuses"):
        world.store.hand_over(ANA, today(), key, "access")
    assert len(world.entrusted.list(today())) == 1
    request = number(world)
    shown = office.rights.show(request, today())
    assert (shown.right, shown.verified_by, shown.service) == ("deletion", "session", "shop")
    assert not world.store.ask(ANA, today(), begun.reference).done
    plan = office.rights.plan(request, today(), ACTOR)
    office.rights.approve(request, plan.digest, "as the controller asks", FACTS, today(), ACTOR)
    further = world.store.ask(ANA, today(), begun.reference)
    assert "in_progress" in further.reference
    office.rights.run(request, today(), ACTOR)
    assert world.store.ask(ANA, today(), further.reference).done
    assert office.left("8") == 1


def test_a_copy_is_laid_out_for_its_controller(world: World) -> None:
    """Released, fetched and read by the other side, kept sealed, gone when its time is over."""
    begun = world.store.hand_over(ANA, today(), str(uuid.uuid4()), "access")
    assert world.client.get("/entrusted", headers=HEADERS).status_code == 200
    request = number(world)
    world.office.rights.plan(request, today(), ACTOR)
    assert "/release" in world.client.get("/entrusted", headers=HEADERS).text
    released = world.client.post(f"/entrusted/{request}/release", headers=HEADERS, follow_redirects=False)
    assert released.status_code == 303
    found = world.store.ask(ANA, today(), begun.reference).found
    assert found
    assert {row["name"] for row in found["shop.rows"]} == {"Ana", "an order"}
    with world.office.engine.begin() as connection:
        sealed = connection.execute(text("select results from shouxin.entrusted_request")).scalar_one()
        assert bytes(sealed)[:2] != b"PK"
        connection.execute(text("update shouxin.entrusted_request set results_until = now()"))
    key = world.entrusted.list(today())[0].id
    assert world.client.get(f"/opendsr/v1/results/{key}", headers=HEADERS).status_code == 404
    Teller(world.entrusted, lambda _: None).look()
    with world.office.engine.begin() as connection:
        assert connection.execute(text("select results from shouxin.entrusted_request")).scalar_one() is None


def test_what_cannot_be_taken_is_refused_in_their_form(world: World) -> None:
    """400 with the error object of the specification; nothing is opened."""
    hashed = {"identity_type": "email", "identity_value": "0a", "identity_format": "sha256"}
    for body in (
        b"{",
        b"[]",
        handed(subject_request_id="7"),
        handed(subject_request_id=str(uuid.uuid1())),
        handed(subject_request_type="rectification"),
        handed(subject_identities=[]),
        handed(subject_identities=[hashed]),
        handed(status_callback_urls=["http://controller.example/"]),
        handed(submitted_time="yesterday"),
    ):
        answer = world.client.post("/opendsr/requests", content=body, headers=HEADERS)
        assert answer.status_code == 400
        assert answer.json()["error"]["errors"][0]["reason"] == "opendsr-request"
    assert world.entrusted.list(today()) == []


def test_one_number_is_one_request_and_no_other_controllers(world: World) -> None:
    """Something else under it is refused; another key sees nothing; a stranger is not let in."""
    key = str(uuid.uuid4())
    path = "/opendsr/v1/opendsr_requests"
    body = handed(subject_request_id=key)
    first = world.client.post(path, content=body, headers=HEADERS)
    assert (first.status_code, first.json()["controller_id"]) == (201, "system")
    assert world.client.post(path, content=body, headers=HEADERS).json() == first.json()
    other = handed(subject_request_id=key, subject_request_type="access")
    assert world.client.post(path, content=other, headers=HEADERS).status_code == 400
    stranger = world.client.get(f"{path}/{key}", follow_redirects=False)
    assert stranger.headers["location"].startswith("/sign-in")
    assert world.client.post(path, content=body).status_code == 401
    with pytest.raises(InputError) as nobody:
        world.entrusted.status("another key", key, today())
    assert nobody.value.code == "opendsr-controller"
    world.entrusted.terms = TERMS._replace(controllers={"another key": "shop", **TERMS.controllers})
    with pytest.raises(InputError) as theirs:
        world.entrusted.status("another key", key, today())
    assert theirs.value.code == "opendsr-unknown"


def test_only_what_was_not_begun_is_cancelled(world: World) -> None:
    """The case is withdrawn and the status says so; what was approved stays."""
    key, other = str(uuid.uuid4()), str(uuid.uuid4())
    path = f"/opendsr/v1/opendsr_requests/{key}"
    world.store.begin(ANA, today(), key)
    assert world.client.delete(path, headers=HEADERS).status_code == 202
    assert world.client.get(path, headers=HEADERS).json()["request_status"] == "cancelled"
    assert world.office.rights.show(number(world), today()).state == "withdrawn"
    world.store.begin(ANA, today(), other)
    request = number(world)
    plan = world.office.rights.plan(request, today(), ACTOR)
    world.office.rights.approve(request, plan.digest, "yes", FACTS, today(), ACTOR)
    answer = world.client.delete(f"/opendsr/v1/opendsr_requests/{other}", headers=HEADERS)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (409, "opendsr-state")


def test_nothing_runs_by_itself_but_what_the_settings_name(world: World, tmp_path: Path) -> None:
    """An erasure waits; named it is carried out, and the controller called, signed, until it answers."""
    with served(Party(), tmp_path) as controller:
        port = controller.address.rpartition("/v1")[0].rpartition(":")[2]
        trusted = controller.address.rpartition("ca=")[2]
        callback = f"https://localhost:{port}/callbacks"
        body = handed(status_callback_urls=[callback, "https://127.0.0.1:1/nobody"])
        world.client.post("/opendsr/requests", content=body, headers=HEADERS)
        caller = Caller(allow_private=True, context=ssl.create_default_context(cafile=trusted))
        teller = Teller(world.entrusted, lambda _: None, caller)
        teller.look()
        assert (world.entrusted.list(today())[0].state, controller.posts) == ("pending", 0)
        world.entrusted.terms = TERMS._replace(unattended=("erasure",))
        teller.look()
        line = world.entrusted.list(today())[0]
        assert (line.state, line.left, controller.posts) == ("completed", 1, 1)
        (told,) = controller.requests.values()
        assert (told["request_status"], told["status_callback_url"]) == ("completed", callback)
        for _ in range(TRIES + 1):
            with world.office.engine.begin() as connection:
                connection.execute(
                    text("update shouxin.entrusted_request set call_at = now() where call_at is not null")
                )
            teller.look()
        with world.office.engine.begin() as connection:
            row = connection.execute(text("select calls, call_at from shouxin.entrusted_request")).one()
        assert tuple(row) == (TRIES, None)
        assert (controller.posts, bool(world.entrusted.list(today())[0].problem)) == (1, True)
    assert world.office.left("7") == 1


def test_who_has_no_certificate_takes_nothing(world: World, tmp_path: Path) -> None:
    """Without one every address says so; one that does not fit is refused at the start."""
    world.entrusted._signer = None
    for path in ("/opendsr/v1/discovery", "/opendsr/v1/cert.pem"):
        assert world.client.get(path).json()["error"]["errors"][0]["reason"] == "opendsr-off"
    authority = Authority()
    certificate, key = keyed(tmp_path, authority)
    other, other_key = keyed(tmp_path, authority, "other.example")
    for cert, held in (
        (other, other_key),
        (certificate, other_key),
        (tmp_path / "none.pem", key),
        (key, key),
    ):
        with pytest.raises(InputError) as unfit:
            Signer.read("us.example", cert, held)
        assert unfit.value.code == "opendsr-own-key"
