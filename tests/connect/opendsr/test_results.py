"""What a party gives of a person: read whole or not at all, and never from anywhere else."""

import io
import uuid
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.connect.opendsr.results import tables_of
from shouxin.connect.opendsr.store import OpenDsrStore
from shouxin.connect.person import Held
from shouxin.connect.stores import opened
from shouxin.errors import StoreError
from tests.connect.opendsr.party import Party, described, served

TODAY = date(2026, 11, 22)
ANA = {"email": (Held(value="ana@shop.example"),)}
ROWS = [{"mail": "2026-1", "opened": True}]
LARGEST = 10_000


def zipped(**files: bytes) -> bytes:
    """Return a ZIP; two underscores stand for the dot of a name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "."), content)
    return made.getvalue()


COPY = msgspec.json.encode(
    {"format": "shouxin-copy/1", "tables": [{"store": "crm", "table": "mails", "rows": ROWS}]}
)


@pytest.mark.parametrize(
    ("body", "tables"),
    [
        (msgspec.json.encode(ROWS), {"results": ROWS}),
        (msgspec.json.encode(ROWS[0]), {"results": ROWS}),
        (msgspec.json.encode({"mails": ROWS, "clicks": []}), {"mails": ROWS, "clicks": []}),
        (b'{"a": 1}\n\n{"a": 2}\n', {"results": [{"a": 1}, {"a": 2}]}),
        (b"mail,opened\r\n2026-1,yes\r\n", {"results": [{"mail": "2026-1", "opened": "yes"}]}),
        (b"", {"results": []}),
        (COPY, {"crm.mails": ROWS}),
        (zipped(mails__csv=b"a\n1\n", clicks__json=b"[]"), {"mails": [{"a": "1"}], "clicks": []}),
        (zipped(data__json=COPY, index__html=b"<p>", copy__pdf=b"%PDF"), {"crm.mails": ROWS}),
        (msgspec.json.encode({"../../etc/x": ROWS}), {"_.._etc_x": ROWS}),
    ],
)
def test_the_usual_forms_are_read(body: bytes, tables: dict[str, Any]) -> None:
    """A list, an object, tables by name, lines, CSV, a ZIP, another Shouxin's copy; names can name files."""
    assert tables_of(body, "mailer", LARGEST) == tables


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"[1, 2]", "no list of objects"),
        (b'{"a": 1}{', "neither JSON"),
        (b"a,a\n1,2", "neither JSON nor CSV"),
        (b"[" * 5000, "neither JSON"),
        (b'{"format": "shouxin-copy/1", "tables": 1}', "no copy"),
        (zipped(letter__exe=b"MZ"), "of a kind"),
        (zipped(a__json=b"[" + b" " * 200_000 + b"]"), "far more"),
        (b"PK\x03\x04nothing", "cannot be read"),
    ],
)
def test_what_cannot_be_read_whole_does_not_count(body: bytes, says: str) -> None:
    """Not a part of it either."""
    with pytest.raises(StoreError, match=says) as wrong:
        tables_of(body, "mailer", LARGEST)
    assert wrong.value.code == "opendsr-results"


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail))
def test_any_bytes_are_tables_or_a_clear_error(body: bytes) -> None:
    """Nothing else comes out of whatever a party sends."""
    try:
        found = tables_of(body, "mailer", LARGEST)
    except StoreError as wrong:
        assert wrong.code == "opendsr-results"
    else:
        assert all(isinstance(row, dict) for rows in found.values() for row in rows)


@pytest.fixture(scope="module")
def party(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Party]:
    """Serve a party that gives copies."""
    folder: Path = tmp_path_factory.mktemp("party")
    with served(Party(), folder) as made:
        made.types = ["access", "portability"]
        made.results["/v1/results/7"] = msgspec.json.encode(ROWS)
        yield made


def asked(party: Party, want: Any = "access") -> tuple[OpenDsrStore, str]:
    """Hand a request over; return the store and how to ask after it."""
    store = opened(described(), party.address)
    assert isinstance(store, OpenDsrStore)
    party.state = "pending"
    return store, store.hand_over(ANA, TODAY, str(uuid.uuid4()), want).reference


@pytest.mark.parametrize("want", ["access", "portability"])
def test_the_results_of_a_completed_request_are_fetched(party: Party, want: str) -> None:
    """With the party's own key and once they are named; before, nothing is fetched."""
    store, reference = asked(party, want)
    assert store.ask(ANA, TODAY, reference).found is None
    party.state, party.results_url = "completed", "results/7"
    party.results_url = "/v1/results/7"
    progress = store.ask(ANA, TODAY, reference)
    assert (progress.done, progress.found) == (True, {"results": ROWS})
    assert party.fetched[-1] == "Bearer sesame"
    assert [one["subject_request_type"] for one in party.requests.values()][-1] == want


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://other.example/results/7",
        "http://localhost/v1/results/7",
        "https://[",
        {"at": "/v1/results/7"},
        ["/v1/results/7"] * 21,
    ],
)
def test_results_from_elsewhere_do_not_count(party: Party, url: Any) -> None:
    """Not named, another host, no TLS, no address: an error, and nothing is fetched."""
    store, reference = asked(party)
    party.state, party.results_url = "completed", url
    before = len(party.fetched)
    with pytest.raises(StoreError) as wrong:
        store.ask(ANA, TODAY, reference)
    assert (wrong.value.code, len(party.fetched)) == ("opendsr-results", before)


def test_results_that_are_too_large_do_not_count(party: Party) -> None:
    """The bound of the map is held while they come."""
    found = described()
    assert found.hand_off
    small = msgspec.structs.replace(found, hand_off=msgspec.structs.replace(found.hand_off, largest=2000))
    store = opened(small, party.address)
    assert isinstance(store, OpenDsrStore)
    party.state = "pending"
    reference = store.hand_over(ANA, TODAY, str(uuid.uuid4()), "access").reference
    party.results["/v1/large"] = b"[" + b" " * 5000 + b"]"
    party.state, party.results_url = "completed", "/v1/large"
    with pytest.raises(StoreError, match="too large"):
        store.ask(ANA, TODAY, reference)
