"""The first hour: what is done is read from the system, and an address that is looked at is kept nowhere."""

import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine, NullPool, create_engine, text

from shouxin.app.server import create_app
from shouxin.duties.library.service import Library
from shouxin.duties.welcome import service
from shouxin.duties.welcome.model import PROVISIONS, STEPS, Seen, progress
from shouxin.duties.welcome.pages import ways
from shouxin.duties.welcome.service import safe
from shouxin.errors import InputError
from shouxin.law.register import register
from tests.app.made_up import TOKEN

SYSTEM = {"Authorization": f"Bearer {TOKEN}"}


def test_nothing_is_done_before_anything_is_there() -> None:
    """An empty system begins with the description, and each further fact finishes its own step alone."""
    assert (progress(Seen()).done, progress(Seen()).next) == (0, "describe")
    whole = Seen(("shop",), 1, 1, 1, 1, 0, 1, 0, 1, 1, 1)
    assert (progress(whole).done, progress(whole).next) == (len(STEPS), None)
    for name, without in (
        ("describe", {"activities": 0}),
        ("connect", {"reached": 0}),
        ("posture", {"shown": 0}),
        ("notice", {"lacking": 1}),
        ("widget", {"answered": 0}),
        ("request", {"finished": 0}),
    ):
        found = progress(Seen(**(whole._asdict() | without)))
        assert (found.next, found.done) == (name, len(STEPS) - 1)


def test_each_step_has_its_reason_in_the_law() -> None:
    """Every provision is one of the register, and every step leads somewhere."""
    known = register()
    for name in STEPS:
        for citation in PROVISIONS[name]:
            assert known.find(citation), citation
    assert ways("shop", widget=True).keys() == set(STEPS)


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////etc/passwd",
        "files:///etc",
        "http://127.0.0.1/",
        "postgresql://db/shop?passfile=/etc/shadow",
        "postgresql://db/shop?service=x",
        "mysql://db/shop?read_default_file=/etc/mysql.cnf",
        "",
        "\0",
    ],
)
def test_only_database_servers_are_looked_at(address: str) -> None:
    """No file of this machine, no other protocol, no option that reads a file."""
    with pytest.raises(InputError) as caught:
        safe(address)
    assert caught.value.code == "database-url-unreadable"


def test_a_database_is_described_and_its_account_judged(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft names the tables with their categories; an owner has more rights than are needed."""
    with create_engine(database_url, poolclass=NullPool).begin() as connection:
        connection.execute(text("create table customer (id int primary key, phone text)"))
        connection.execute(
            text("insert into customer select n, '154' || 10000000 + n from generate_series(1, 9) n")
        )
    monkeypatch.setattr(service, "_SCHEMES", {"postgresql": {"host", "passfile"}})
    found = service.look(database_url)
    assert [one.table for one in found.found.tables] == ["customer"]
    assert found.personal == 1
    assert found.draft.startswith("# A draft")
    assert [one.what for one in found.problems if "anything" in one.what or "owns tables" in one.what]


def test_the_page_shows_how_far_one_has_come(migrated: Engine) -> None:
    """Empty at first; after a description the first step is done and the next one is the database."""
    app = create_app(Library(register()), host_names=("testserver.local",), api_token=TOKEN, engine=migrated)
    with TestClient(app) as client:
        page = client.get("/welcome?lang=en", headers=SYSTEM).text
        assert "0 of 6 steps done" in page
        body = {
            "name": "Made-up Tea",
            "services": [{"name": "shop", "activities": [{"name": "orders"}]}],
        }
        put = client.put("/api/inventory", json=body, headers=SYSTEM)
        assert put.status_code == 200, put.text
        page = client.get("/welcome?lang=en", headers=SYSTEM).text
        assert "1 of 6 steps done" in page
        assert 'href="/notices/write?service=shop"' in page
        secret = "a-secret-of-the-database"
        answer = client.post(
            "/welcome/database?lang=en",
            data={"address": f"postgresql://who:{secret}@127.0.0.1:1/none"},
            headers=SYSTEM,
        )
        assert answer.status_code == 400
        assert "database-unreachable" in answer.text
        assert secret not in answer.text
    with migrated.connect() as connection:
        assert connection.scalar(text("select count(*) from shouxin.ledger_entry where what::text like :s"),
                                 {"s": f"%{secret}%"}) == 0  # fmt: skip
