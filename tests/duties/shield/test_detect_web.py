"""Detection over HTTP and on its page: found, marked in place, and nothing kept."""

import json
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.server import create_app
from shouxin.duties.library.service import Library
from shouxin.law.register import register

TEXT = "请致电 13800138000 或写信至 zhang@example.com\n"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    """Give a client of an application without a store."""
    app = create_app(Library(register(), None), host_names=["testserver.local"], api_token="t" * 20)
    with TestClient(app) as made:
        yield made


def test_a_text_is_answered_with_places_and_no_values(client: TestClient[Litestar]) -> None:
    """No token is needed: nothing changes."""
    answer = client.post("/api/detect", json={"text": TEXT})
    assert answer.status_code == 200
    found = answer.json()
    assert [(place["type"], TEXT[place["start"] : place["end"]]) for place in found["findings"]] == [
        ("mobile", "13800138000"), ("email", "zhang@example.com"),
    ]  # fmt: skip
    assert found["counts"] == {"mobile": 1, "email": 1}
    assert "13800138000" not in answer.text


def test_a_file_is_read_as_what_it_is_called(client: TestClient[Litestar]) -> None:
    """The body is the file; what cannot be read in it is named."""
    body = json.dumps({"tel": "13800138000"}).encode()
    (place,) = client.post("/api/detect/file", params={"name": "a.json"}, content=body).json()["findings"]
    assert (place["path"], place["file"]) == ("$.tel", "a.json")
    gaps = client.post("/api/detect/file", content=b"\x89PNG").json()["unscanned"]
    assert [gap["code"] for gap in gaps] == ["unknown-kind"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"text": 1}', b'{"text": "x", "min_score": 0}', b"\xff"]
)
def test_what_is_no_question_is_refused(client: TestClient[Litestar], body: bytes) -> None:
    """A broken body is a 400 with a code."""
    answer = client.post("/api/detect", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["code"]


def test_the_kinds_are_told(client: TestClient[Litestar]) -> None:
    """With what each is, in three languages."""
    kinds = client.get("/api/detect/kinds").json()
    assert set(kinds["mobile"]["label"]) == {"zh", "en", "es"}


@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_the_page_marks_the_findings_in_the_text(client: TestClient[Litestar], language: str) -> None:
    """What was pasted comes back with marks, escaped, and is kept nowhere: not even in a cache."""
    assert client.get("/detect", params={"lang": language}).status_code == 200
    words = f"<b>{TEXT}"
    answer = client.post(f"/detect?lang={language}", files={"file": ("", b"")}, data={"text": words})
    assert answer.status_code == 200
    assert "<mark>13800138000<span" in answer.text
    assert "<b>请致电" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_text_file_dropped_on_the_page_is_marked_in_place(
    client: TestClient[Litestar], encoding: str
) -> None:
    """Whatever its encoding; what stands in it is shown as text, and the field stays empty."""
    words = "说明如下，请看清楚：手机13900000001，<b>谢谢</b>\r\n"
    given = {"file": ("letter.txt", words.encode(encoding))}
    page = client.post("/detect?lang=en", files=given, data={"text": ""}).text
    assert "手机<mark>13900000001<span" in page
    assert "&lt;b&gt;谢谢" in page
    assert "></textarea>" in page


def test_a_file_dropped_on_the_page_is_looked_at(client: TestClient[Litestar]) -> None:
    """Its findings stand in a table; what is not read is told in words."""
    table = "姓名,手机\n甲,13800138001\n".encode()
    answer = client.post("/detect?lang=en", files={"file": ("b.csv", table)}, data={"text": ""})
    assert "手机[2]" in answer.text
    picture = client.post("/detect?lang=en", files={"file": ("p.png", b"\x89PNG")}, data={"text": ""})
    assert "of no kind that is read here" in picture.text
