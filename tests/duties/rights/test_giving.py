"""Copies: readable, usable, encrypted, flat in memory; sent on; and what is settled without a plan."""

import csv
import http.server
import io
import json
import ssl
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import text

from shouxin.connect.survey import Row
from shouxin.duties.days import today
from shouxin.duties.rights import bundle
from shouxin.duties.rights.courier import Courier
from shouxin.duties.rights.giving import passphrase
from shouxin.duties.rights.service import Rights
from shouxin.errors import InputError, StoreError
from tests.duties.rights.made_up import ACTOR, Office, mapped
from tests.duties.rights.zipped import opened

PASSWORD = "kept-apart-from-copy"
TRANSFER = {"request.portability_conditions": True}


def given(office: Office, right: str = "access") -> dict[str, str]:
    """Ask for a copy, be verified, and return its files."""
    number = office.ask(right)
    office.rights.vouch(number, today(), ACTOR)
    with office.rights.give(number, PASSWORD, "en", {}, today(), ACTOR) as made:
        return opened(made.file.read(), PASSWORD)


def test_a_copy_holds_everything_of_the_person_and_nothing_of_others(office: Office) -> None:
    """As a page, as JSON and as a table each, with the meaning of every field in three languages."""
    files = given(office)
    assert sorted(files) == [
        "copy.pdf",
        "data.json",
        "index.html",
        "news.rows.csv",
        "schema.json",
        "shop.rows.csv",
    ]
    assert "ana@shop.example" in files["index.html"]
    assert "bo@shop.example" not in "".join(files.values())
    data = json.loads(files["data.json"])
    assert [(one["table"], len(one["rows"])) for one in data["tables"]] == [("rows", 2), ("rows", 1)]
    (shop, _) = json.loads(files["schema.json"])["tables"]
    labels = {one["column"]: [kind["label"] for kind in one["categories"]] for one in shop["columns"]}
    assert set(labels["email"][0]) == {"zh", "en", "es"}
    rows = list(csv.DictReader(io.StringIO(files["shop.rows.csv"])))
    assert [row["name"] for row in rows] == ["Ana", "an order"]


def test_giving_a_copy_ends_the_case_and_stands_in_the_ledger(office: Office) -> None:
    """With the digest of what was given; another copy may be made of it, written down again."""
    number = office.ask("copy")
    office.rights.vouch(number, today(), ACTOR)
    for _ in range(2):
        with office.rights.give(number, PASSWORD, "zh", {}, today(), ACTOR) as made:
            assert made.size == len(made.file.read())
    assert office.rights.show(number, today()).state == "done"
    with office.engine.connect() as connection:
        asked = "select count(*) from shouxin.ledger_entry where kind = 'request.given'"
        assert connection.execute(text(asked)).scalar_one() == 2


def test_nothing_is_given_to_whom_nobody_verified(office: Office) -> None:
    """Nor under a word that is guessed."""
    number = office.ask("access")
    with pytest.raises(InputError, match="verified"), _give(office, number, PASSWORD):
        pass
    office.rights.vouch(number, today(), ACTOR)
    with pytest.raises(InputError, match="too short"), _give(office, number, "password"):
        pass
    assert office.rights.show(number, today()).state == "verified"


def _give(office: Office, number: int, password: str) -> Any:
    return office.rights.give(number, password, "en", {}, today(), ACTOR)


def test_no_cell_is_taken_for_a_formula_and_no_text_for_markup() -> None:
    """Whatever stands in the stores."""
    row = Row("rows", "own", {"name": "=1+1", "note": "<script>", "many": -3, "none": None})
    chunks = bundle.packed(bundle.collected("shop", [row]), [mapped("shop")], ABOUT, None)
    files = opened(b"".join(chunks))
    (cells,) = csv.DictReader(io.StringIO(files["shop.rows.csv"]))
    assert cells == {"name": "'=1+1", "note": "<script>", "many": "-3", "none": ""}
    assert "<script>" not in files["index.html"]
    assert json.loads(files["data.json"])["tables"][0]["rows"] == [dict(row.values)]


ABOUT = {"language": "en", "service": "shop", "right": "access", "day": "2026-01-05"}


def test_memory_does_not_grow_with_the_rows() -> None:
    """Four times as many rows take hardly more of it."""

    def peak(many: int) -> int:
        tracemalloc.start()
        rows = (Row("rows", "own", {"id": one, "note": "n" * 200}) for one in range(many))
        for _ in bundle.packed(bundle.collected("shop", rows), [], ABOUT, PASSWORD):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(20_000) < 1.5 * peak(5_000) + (1 << 20)


def test_a_passphrase_is_long_and_never_the_same() -> None:
    """Drawn by lot from letters that are told apart."""
    assert len({passphrase() for _ in range(100)}) == 100
    assert len(passphrase()) == 23


class _Taker(http.server.BaseHTTPRequestHandler):
    """A processor that takes a copy, or answers as it is told."""

    answers = 201
    got: list[tuple[dict[str, str], bytes]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        """Read what is sent."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.answers)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def taker(tmp_path: Path) -> Iterator[tuple[str, Courier]]:
    """Give the address of another processor, and a courier that trusts its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(kept + pem)
    server = http.server.HTTPServer(("127.0.0.1", 0), _Taker)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "both.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    trusting = ssl.create_default_context(cadata=pem.decode())
    yield f"https://localhost:{server.server_port}/in", Courier(allow_private=True, context=trusting)
    server.shutdown()
    thread.join()
    server.server_close()
    _Taker.got.clear()
    _Taker.answers = 201


def test_a_copy_goes_to_the_processor_that_the_person_named(
    office: Office, taker: tuple[str, Courier]
) -> None:
    """Once, over TLS, with its digest; then the case is done."""
    number = office.ask("transfer", destination=taker[0])
    office.rights.vouch(number, today(), ACTOR)
    rights = Rights(office.desk, courier=taker[1])
    digest = rights.hand_over(number, TRANSFER, today(), ACTOR)
    ((headers, body),) = _Taker.got
    assert headers["Idempotency-Key"] == f"request-{number}"
    assert "data.json" in opened(body)
    assert len(digest) == 64
    assert rights.show(number, today()).state == "done"
    with pytest.raises(InputError, match="ended"):
        rights.hand_over(number, TRANSFER, today(), ACTOR)


def test_what_does_not_arrive_counts_as_not_sent(office: Office, taker: tuple[str, Courier]) -> None:
    """The case stays open, the failure stands in the ledger, and the next try can succeed."""
    number = office.ask("transfer", destination=taker[0])
    office.rights.vouch(number, today(), ACTOR)
    rights = Rights(office.desk, courier=taker[1])
    _Taker.answers = 500
    with pytest.raises(StoreError, match="answers 500"):
        rights.hand_over(number, TRANSFER, today(), ACTOR)
    assert rights.show(number, today()).state == "verified"
    _Taker.answers = 200
    rights.hand_over(number, TRANSFER, today(), ACTOR)


def test_without_the_conditions_of_the_law_nothing_leaves(office: Office, taker: tuple[str, Courier]) -> None:
    """They are asked for before anything is sent."""
    number = office.ask("transfer", destination=taker[0])
    office.rights.vouch(number, today(), ACTOR)
    rights = Rights(office.desk, courier=taker[1])
    for facts in ({}, {"request.portability_conditions": False}):
        with pytest.raises(InputError, match="portability"):
            rights.hand_over(number, facts, today(), ACTOR)
    assert not _Taker.got


@pytest.mark.parametrize(
    "destination", ["", "http://other.example/", "https://me@other.example/", "https://"]
)
def test_a_transfer_needs_an_https_address(office: Office, destination: str) -> None:
    """Before the request is taken down."""
    with pytest.raises(InputError, match="https address"):
        office.ask("transfer", destination=destination)


def test_nothing_is_sent_into_a_private_network(tmp_path: Path) -> None:
    """Whatever the name says."""
    with pytest.raises(StoreError, match="cannot be reached"):
        Courier().carry("https://localhost:1/in", io.BytesIO(), 0, "request-1", "00" * 32)
