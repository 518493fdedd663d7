"""Work by hand over HTTP, on its pages, and at the terminal."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.cli import Terminal
from shouxin.app.server import create_app
from shouxin.duties.days import today
from shouxin.duties.library.service import Library
from shouxin.duties.rights import cli_stores
from shouxin.duties.rights.cli import request
from shouxin.duties.rights.link_token import LASTS, path_for
from shouxin.duties.rights.service import Rights
from shouxin.law.register import register
from tests.duties.rights.made_up import ACTOR
from tests.duties.rights.test_by_hand import PaperOffice, paper
from tests.duties.rights.test_over_http import HOST, TOKEN


@pytest.fixture
def office(migrated: Engine) -> PaperOffice:
    """Give the desk with a cupboard behind it, and one request that waits for it."""
    office = PaperOffice(migrated, paper())
    office.rights.run(office.ready(), today(), ACTOR)
    return office


@pytest.fixture
def client(office: PaperOffice) -> Iterator[TestClient[Litestar]]:
    """Talk to the application in front of the desk."""
    app = create_app(
        Library(register()),
        host_names=(HOST,),
        api_token=TOKEN,
        engine=office.engine,
        cases=office.desk.cases,
        rights=office.rights,
    )
    with TestClient(app, base_url=f"http://{HOST}") as made:
        made.headers["Authorization"] = f"Bearer {TOKEN}"
        yield made


def test_work_by_hand_over_the_api(client: TestClient[Litestar]) -> None:
    """Listed, refused where it does not fit, answered, and the request has ended."""
    (task,) = client.get("/api/requests/by-hand").json()
    assert (task["request"], task["store"], task["desk"]) == (1, "paper", "archive")
    wrong = client.post(
        "/api/requests/1/by-hand", json={"store": "paper", "remark": "x", "deleted": {"cups": 1}}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (400, "rights-by-hand")
    told = {"store": "paper", "remark": "shredded", "deleted": {"letters": 4}}
    assert client.post("/api/requests/1/by-hand", json=told).json()["state"] == "done"
    assert client.get("/api/requests/by-hand").json() == []


def test_work_by_hand_on_its_pages(client: TestClient[Litestar]) -> None:
    """The queue leads to the form; what cannot be taken down comes back with what was typed."""
    assert 'href="/requests/by-hand/1?store=paper"' in client.get("/requests/by-hand").text
    at = "/requests/by-hand/1"
    assert "second cupboard" in client.get(f"{at}?store=paper").text
    typed = {"store": "paper", "kept-0": "2", "remark": "locked <away>"}
    back = client.post(at, data=typed)
    assert back.status_code == 400
    assert "without a reason" in back.text
    assert html.escape("locked <away>") in back.text
    assert 'value="2"' in back.text
    done = client.post(at, data=typed | {"because": "ecommerce-law:art_31"}, follow_redirects=False)
    assert (done.status_code, done.headers["Location"]) == (303, "/requests/1")
    assert client.get(f"{at}?store=paper").status_code == 400


def test_a_link_lets_somebody_without_an_account_answer(
    client: TestClient[Litestar], office: PaperOffice
) -> None:
    """Signed, for this work and some days only; it answers once, and names nobody."""
    made = client.post("/requests/by-hand/1/link", data={"store": "paper"}).text
    found = re.search(r"/by-hand/[\w.-]+", made.partition("<code>")[2])
    assert found
    path = found[0]
    assert office.summoned[0].link.startswith("/by-hand/")
    del client.headers["Authorization"]
    page = client.get(path)
    assert (page.status_code, "second cupboard" in page.text, "Ana" in page.text) == (200, True, False)
    wrong = client.post(path, data={"kept-0": "1", "remark": "locked"})
    assert (wrong.status_code, "without a reason" in wrong.text) == (400, True)
    over = path_for(office.desk.secret, 1, "paper", datetime.now(UTC) - LASTS - timedelta(seconds=1))
    elsewhere = path_for(bytes(31) + b"x", 1, "paper")
    for bad in (path[:-4] + "AAAA", over, elsewhere, "/by-hand/x"):
        refused = client.get(bad)
        assert (refused.status_code, "rights-link" in refused.text) == (400, True)
    assert client.post(path, data={"deleted-0": "4", "remark": "shredded"}).status_code == 200
    assert office.rights.show(1, today()).state == "done"
    assert client.get(path).status_code == 400


def test_work_by_hand_at_the_terminal(
    office: PaperOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Listed, and answered for an erasure and for a copy."""

    @contextmanager
    def opened_here() -> Iterator[Rights]:
        yield office.rights

    monkeypatch.setattr(cli_stores, "open_rights", opened_here)

    def run(*words: str) -> str:
        done = CliRunner().invoke(request, list(words), obj=Terminal(), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    assert "archive" in run("by-hand", "--lang", "en")
    told = ["--store", "paper", "--remark", "shredded"]
    assert run("tell", "1", *told, "--deleted", "letters=4") == "paper: done\n"
    number = office.ask("access")
    office.rights.vouch(number, today(), ACTOR)
    office.rights.plan(number, today(), ACTOR)
    file = tmp_path / "letters.csv"
    file.write_text("from,about\nAna,cups\n")
    assert run("tell", str(number), *told, "--found", f"letters={file}") == "paper: done\n"
