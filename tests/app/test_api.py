"""The law library over HTTP: each route, in the shapes of the command line."""

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.duties.library.model import (
    DiffReport,
    ImportReport,
    InstrumentLine,
    ProvisionView,
    ReadingView,
    SearchHit,
    Version,
)
from shouxin.duties.library.service import Library
from shouxin.law.coverage import Coverage
from shouxin.law.model import AppCategory
from shouxin.law.register import register
from tests.app.made_up import TOKEN, FakeTexts, served

Client = TestClient[Litestar]
BEARER = {"Authorization": f"Bearer {TOKEN}"}
FILE = "中华人民共和国个人信息保护法\n\n第一条 这一条专为测试而写。\n\n第二条 这一条也是。\n"


def test_the_state_of_the_law_is_told_in_one_answer(client: Client) -> None:
    """GET /api/law gives the version and the counts."""
    answer = client.get("/api/law").json()
    assert answer["law_version"] == register().version
    assert answer["instruments"] == len(register().instruments)
    assert answer["counts"]["total"] == len(register().entries)


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/api/law/instruments", tuple[InstrumentLine, ...]),
        ("/api/law/instruments/pipl", InstrumentLine),
        ("/api/law/provisions/pipl:art_29", tuple[ProvisionView, ...]),
        ("/api/law/provisions/pipl", tuple[ProvisionView, ...]),
        ("/api/law/search?q=consent&limit=3", tuple[SearchHit, ...]),
        ("/api/law/coverage", Coverage),
        ("/api/law/readings", tuple[ReadingView, ...]),
        ("/api/law/readings?instrument=pipl", tuple[ReadingView, ...]),
        ("/api/law/app-categories", tuple[AppCategory, ...]),
        ("/api/law/texts", tuple[Version, ...]),
        ("/api/law/texts?instrument=pipl", tuple[Version, ...]),
        ("/api/law/diff?old=1&new=2", DiffReport),
    ],
)
def test_each_answer_has_exactly_the_shape_of_the_command_line(
    client: Client, path: str, shape: type
) -> None:
    """The body converts strictly into the struct that ``--json`` writes, and back to the same bytes."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    value: object = msgspec.json.decode(answer.content, type=shape)
    assert value
    assert msgspec.json.encode(value) == answer.content


def test_the_api_answers_what_the_library_answers(client: Client) -> None:
    """Nothing is added or lost between the service and the wire."""
    library = Library(register(), FakeTexts())
    assert client.get("/api/law/search?q=consent&limit=7").content == msgspec.json.encode(
        library.search("consent", limit=7)
    )
    assert client.get("/api/law/provisions/pipl:art_13").content == msgspec.json.encode(
        library.show("pipl:art_13")
    )


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [("akn", "application/akn+xml", "<"), ("dpv", "application/ld+json", "{")],
)
def test_an_instrument_is_exported_in_the_formats_of_others(
    client: Client, form: str, media_type: str, begins: str
) -> None:
    """Akoma Ntoso comes as XML and DPV as JSON-LD, each with a file name."""
    answer = client.get(f"/api/law/export/{form}/pipl")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["content-disposition"].startswith('attachment; filename="pipl')
    assert answer.text.startswith(begins)


def test_an_imported_file_is_read_matched_and_kept() -> None:
    """POST /api/law/texts takes the raw file and answers the report of the import."""
    texts = FakeTexts()
    with TestClient(served(texts)) as client:
        answer = client.post("/api/law/texts?name=law.txt", content=FILE.encode(), headers=BEARER)
    assert answer.status_code == 200
    report = msgspec.json.decode(answer.content, type=ImportReport)
    assert [item.instrument for item in report.instruments] == ["pipl"]
    assert report.instruments[0].version == 3
    assert texts.saved == ["law.txt"]


def test_a_dry_run_keeps_nothing() -> None:
    """With ``dry_run`` the report comes and the store is not touched."""
    texts = FakeTexts()
    with TestClient(served(texts)) as client:
        path = "/api/law/texts?dry_run=true&encoding=gb18030"
        answer = client.post(path, content=FILE.encode("gb18030"), headers=BEARER)
    assert answer.status_code == 200
    assert answer.json()["instruments"][0]["instrument"] == "pipl"
    assert texts.saved == []


def test_head_answers_like_get_without_a_body(client: Client) -> None:
    """HEAD gives the headers of GET, the length included, and no body; also for an error."""
    for path in ("/api/law", "/law", "/health", "/api/nothing"):
        whole, head = client.get(path), client.head(path)
        assert head.status_code == whole.status_code
        assert head.content == b""
        assert head.headers["content-length"] == whole.headers["content-length"]


def test_the_server_says_that_it_is_well(client: Client) -> None:
    """GET /health is what a watchdog asks."""
    assert client.get("/health").json() == {"status": "ok"}
