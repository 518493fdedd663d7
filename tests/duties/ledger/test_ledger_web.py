"""The ledger over HTTP and as a page: entries, proofs to take away, the verification."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.app.server import create_app
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.errors import InputError
from shouxin.law.register import register
from shouxin.store.ledger import standalone
from tests.store.ledger.conftest import WRAPPER, damage, entry, write

Client = TestClient[Litestar]
TOKEN = {"Authorization": "Bearer made-up"}
TARGET = "whose <b>"


@pytest.fixture
def ledger(migrated: Engine, tmp_path: Path) -> Ledger:
    """Give a ledger of 61 entries, all signed, and the 62nd, which is not."""
    made = Ledger(migrated, tmp_path / "ledger", lambda: WRAPPER)
    made.checkpoint()
    write(migrated, range(1, 61))
    made.checkpoint()
    with migrated.begin() as connection:
        from shouxin.store.ledger import append

        append(connection, [entry(61, kind="read", who=TARGET, whose=b"\xab" * 32, outcome="refused")])
    return made


@pytest.fixture
def client(ledger: Ledger) -> Iterator[Client]:
    """Talk to the application over this ledger."""
    app = create_app(
        Library(register()), host_names=("testserver.local",), api_token="made-up", ledger=ledger
    )
    with TestClient(app) as open_client:
        open_client.headers.update(TOKEN)
        yield open_client


def test_the_state_and_the_entries_are_answered(client: Client) -> None:
    """Newest first; by kind, by what lies below a kind, by who, by whose, by time, before a number."""
    state = client.get("/api/ledger").json()
    assert (state["size"], state["signed"], state["hash"]) == (62, 61, "sha256")
    asked = "/api/ledger/entries"
    assert [item["number"] for item in client.get(asked, params={"limit": 2}).json()] == [61, 60]
    for params, numbers in (
        ({"kind": "read"}, [61]),
        ({"kind": "ledger."}, [0]),
        ({"kind": "ledger"}, []),
        ({"kind": "%"}, []),
        ({"who": TARGET}, [61]),
        ({"whose": "ab" * 32}, [61]),
        ({"whose": "cd"}, []),
        ({"before": 2}, [1, 0]),
        ({"before": 2**70}, list(range(61, 11, -1))),
        ({"since": "2999-01-01T00:00:00Z"}, []),
        ({"until": "2020-01-01T00:00:00Z"}, []),
    ):
        assert [item["number"] for item in client.get(asked, params=params).json()] == numbers, params
    one = client.get("/api/ledger/entries/61").json()
    assert (one["whose"], one["outcome"], one["what"]) == ("ab" * 32, "refused", {"n": 61})


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/ledger/entries/62", 404, "ledger-number"),
        ("/api/ledger/entries/99999999999999999999", 404, "ledger-number"),
        ("/api/ledger/entries/62/proof", 404, "ledger-number"),
        ("/api/ledger/entries/61/proof", 409, "ledger-unsigned"),
        ("/api/ledger/entries?whose=xyz", 400, "ledger-whose"),
        ("/api/ledger/entries?limit=0", 400, "http-parameter"),
        ("/api/ledger/entries?since=yesterday", 400, "http-parameter"),
    ],
)
def test_what_is_not_there_is_said(client: Client, address: str, status: int, code: str) -> None:
    """With the status and the code."""
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_proof_is_taken_away_and_holds(client: Client) -> None:
    """As JSON, and from the page as an archive with the program that checks it."""
    keys = client.get("/ledger/public-keys").text.splitlines()
    assert [key["public"] for key in client.get("/api/ledger/keys").json()] == keys
    shown = standalone.check(client.get("/api/ledger/entries/7/proof").json(), keys)
    assert shown["entry"]["what"] == {"n": 7}
    answer = client.get("/ledger/7/proof.zip")
    assert "attachment" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert set(archive.namelist()) == {"proof.json", "verify.py"}
        assert standalone.check(json.loads(archive.read("proof.json")), keys) == shown


def test_checkpoints_and_verification_need_the_token(client: Client, migrated: Engine) -> None:
    """The verification names the first entry that is wrong, in the API and on the page."""
    for address in ("/api/ledger/checkpoints", "/api/ledger/verification"):
        assert client.post(address, headers={"Authorization": "Bearer wrong"}).status_code == 401
    note = client.post("/api/ledger/checkpoints", headers=TOKEN).json()["note"]
    assert note.split("\n")[1] == "62"
    assert "Nothing was read back" in client.get("/ledger/verify?lang=en").text
    assert client.get("/api/ledger/verification").json()["code"] == "ledger-reading"
    report = _verified(client)
    assert (report["problem"], report["signed"]) == (None, 62)
    assert "All 62 entries" in _read_back(client)
    damage(migrated, "update shouxin.ledger_entry set why = 'other' where number = 5")
    report = _verified(client)
    assert (report["problem"]["kind"], report["problem"]["number"]) == ("entry-changed", 5)
    page = _read_back(client)
    assert 'role="alert"' in page
    assert "entry 5" in page


def _verified(client: Client) -> dict[str, Any]:
    """Return the report of a verification that the API was asked for, once it is over."""
    begun = client.post("/api/ledger/verification", headers=TOKEN)
    at = begun.headers["location"]
    assert (begun.status_code, begun.json()["address"]) == (202, at)
    while (found := client.get(at).json())["ended"] is None:
        assert found["report"] is None
    assert client.get("/api/ledger/verification").json() == found
    assert found["sound"] == (found["report"]["problem"] is None)
    report: dict[str, Any] = found["report"]
    return report


def test_one_verification_runs_at_a_time_and_one_that_was_lost_is_over(
    ledger: Ledger, migrated: Engine
) -> None:
    """Whoever begins meanwhile gets the one that runs; one whose process is gone is over."""
    number, new = ledger.begin_reading()
    assert (new, ledger.begin_reading()) == (True, (number, False))
    ledger.move_reading(number, 20, 62)
    running = ledger.reading(number)
    assert (running.done, running.ended, running.sound) == (20, None, None)
    with migrated.begin() as connection:
        connection.execute(text("update shouxin.ledger_reading set seen = seen - interval '3 minutes'"))
    lost = ledger.reading(number)
    assert lost.ended
    assert "begin again" in lost.problem
    again, new = ledger.begin_reading()
    assert (new, again > number) == (True, True)
    ledger.end_reading(again, ledger.verify())
    done = ledger.reading(again)
    assert (done.sound, done.done, done.problem) == (True, done.size, "")
    for unknown in (0, again + 1, 2**70):
        with pytest.raises(InputError) as refused:
            ledger.reading(unknown)
        assert refused.value.code == "ledger-reading"


def _read_back(client: Client) -> str:
    """Return the page of a verification once it is over: until then it asks the browser to come again."""
    assert client.post("/ledger/verify", follow_redirects=False).status_code == 303
    while "refresh" in (answer := client.get("/ledger/verify?lang=en")).headers:
        assert "<progress" in answer.text
    return answer.text


def test_an_entry_shows_its_fields_and_the_way_to_the_signed_root(client: Client) -> None:
    """Drawn and in a table; each hash of the way is made of the two below it, up to the root."""
    page = client.get("/ledger/7?lang=en").text
    root = client.get("/api/ledger/entries/7/proof").json()["checkpoint"].split("\n")[2]
    found = client.get("/ledger/7/path.json").json()
    assert base64.b64decode(root).hex() in page
    assert page.count("<text ") == 1 + 2 * len(found["entry"]["path"])
    assert all(base64.b64decode(one).hex()[:16] in page for one in found["entry"]["path"])
    assert "No checkpoint covers this entry yet" in client.get("/ledger/61?lang=en").text
    assert client.get("/ledger/62").status_code == 404


def test_one_checkpoint_is_shown_to_begin_another(client: Client) -> None:
    """And one that does not exist, or stands the wrong way round, is an answer and no error."""
    client.post("/api/ledger/checkpoints")
    page = client.get("/ledger/checkpoints?lang=en").text
    assert 'href="/ledger/checkpoints/61"' in page
    assert client.get("/ledger/checkpoints/61").text.split("\n")[1] == "61"
    page = client.get("/ledger/checkpoints?older=1&newer=62&lang=en").text
    assert "The older checkpoint begins the newer" in page
    for older, newer, code in ((62, 1, "ledger-order"), (2, 62, "ledger-checkpoint")):
        assert code in client.get(f"/ledger/checkpoints?older={older}&newer={newer}").text
    assert client.get("/ledger/checkpoints/3").status_code == 404


def test_the_program_that_checks_proofs_is_taken_away(client: Client) -> None:
    """It is the one of the archives, and compiles alone."""
    compile(client.get("/ledger/verifier").content, "verify.py", "exec")


def test_entries_are_filtered_by_their_outcome(client: Client) -> None:
    """Those that were refused, and the kinds that there are to choose from."""
    page = client.get("/ledger?outcome=refused&lang=en").text
    assert page.count('scope="row"') == 1
    assert '<option value="read">' in page


def test_the_page_shows_entries_and_what_is_signed(client: Client) -> None:
    """Fifty a page, older ones behind a link; what people wrote is text and no markup."""
    page = client.get("/ledger?lang=en").text
    assert "whose &lt;b&gt;" in page
    assert page.count("/proof.zip") == 49
    assert "before=12" in page
    older = client.get("/ledger?before=12&lang=en").text
    assert older.count("/proof.zip") == 12
    assert ">Older entries<" in page
    assert ">Older entries<" not in older
    assert "no such entry" in client.get("/ledger?kind=nothing&lang=en").text
    assert client.get("/ledger?since=yesterday").status_code == 400
    assert client.get("/ledger?since=9999-12-31&until=9999-12-31&lang=en").status_code == 200


def test_without_a_store_nothing_breaks() -> None:
    """A server without a store answers that there is none."""
    app = create_app(Library(register()), host_names=("testserver.local",), api_token="made-up")
    with TestClient(app) as bare:
        bare.headers.update(TOKEN)
        for address in (
            "/api/ledger",
            "/api/ledger/entries",
            "/api/ledger/keys",
            "/ledger",
            "/ledger/verify",
        ):
            assert bare.get(address).status_code == 503
