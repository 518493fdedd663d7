"""One search finds what each duty keeps, for whom it is open, and never a person."""

import logging
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine, Text, literal, select

from shouxin.app.help import told
from shouxin.app.server import create_app
from shouxin.app.settings import described
from shouxin.duties.access.service import Access, Ask, Principal
from shouxin.duties.cases.service import Cases
from shouxin.duties.handbook import service as handbook
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.duties.search.model import pieces
from shouxin.duties.search.service import Search
from shouxin.duties.search.sources import Places, sources
from shouxin.errors import InputError
from shouxin.law.register import register
from shouxin.store.words import matching
from tests.duties.incident.conftest import DAY, incidents, keeper, people, report

__all__ = ["incidents", "keeper", "people"]

OFFICER = Principal(id="operator:1", kind="operator", roles=frozenset({"privacy_officer"}))
APPROVER = Principal(id="operator:2", kind="operator", roles=frozenset({"approver"}))
MOBILE = "13800138000"


@pytest.fixture
def everything(incidents: Incidents, migrated: Engine) -> Search:
    """Give a search over a store with an inventory, an incident with its case, and an approval."""
    incidents.record(report(), DAY)
    access = Access(migrated, bytes(32))
    access.approvals.ask(
        OFFICER, "console", Ask(operation="export", scope="订单 2026", purpose="年度审计", people=9)
    )
    law = register()
    cases: Cases = incidents._whole[0]
    return Search(
        sources(
            Places(
                library=Library(law),
                pages=told,
                settings=described,
                guide=handbook.told,
                inventory=Inventory(law, {}, migrated),
                cases=cases,
                incidents=incidents,
                ledger=Ledger(migrated),
                access=access,
            )
        )
    )


def _kinds(search: Search, words: str, reader: Principal | None = OFFICER) -> dict[str, list[str]]:
    found = search.find(words, "en", reader)
    return {group.kind: [hit.address for hit in group.hits] for group in found.groups}


@pytest.mark.parametrize(
    ("words", "kind", "address"),
    [
        ("grams extensions", "guide", "/handbook/search#how-it-is-found"),
        ("单独同意", "provision", "/law/pipl/art_25"),
        ("存储桶 权限", "incident", "/incidents/1"),
        ("BUCKET", "incident", "/incidents/1"),
        ("年度审计", "approval", "/approvals"),
        ("shop", "inventory", "/inventory/service?name=shop"),
        ("impact", "procedure", "/procedures/impact-assessment"),
        ("incident.recorded", "ledger", "/ledger/2"),
        ("1", "ledger", "/ledger/1"),
        ("#1", "case", "/cases/1"),
        ("checkpoint signature", "page", "/ledger/checkpoints"),
    ],
)
def test_each_kind_is_found_by_its_words(everything: Search, words: str, kind: str, address: str) -> None:
    """Chinese within a text, any case, numbers, names and operations."""
    assert address in _kinds(everything, words)[kind]


def test_what_a_reader_may_not_see_is_not_looked_at(everything: Search) -> None:
    """A stranger finds the law and the pages; a role finds what its permissions open."""
    assert set(_kinds(everything, "incident", None)) <= {"provision", "reading", "procedure", "page"}
    assert "incident" in _kinds(everything, "bucket", APPROVER)
    assert "ledger" not in _kinds(everything, "1", APPROVER)
    assert "ledger" in _kinds(everything, "1")
    key = Principal(id="key:1", kind="key", scopes=frozenset({"settings.read"}))
    assert "/settings" in _kinds(everything, "port", key)["setting"]
    assert "incident" not in _kinds(everything, "bucket", key)


@pytest.mark.parametrize("words", [MOBILE, f"tel {MOBILE}", "11010519491231002X", "a.b@shop.example", "张伟"])
def test_a_person_is_not_looked_for(everything: Search, words: str) -> None:
    """Neither is what was asked for repeated in the error."""
    with pytest.raises(InputError) as refused:
        everything.find(words, "zh", OFFICER)
    assert refused.value.code == "search-personal"
    assert words not in f"{refused.value}{refused.value.remedy}"


@pytest.mark.parametrize(
    ("words", "code"), [("  ", "search-empty"), ("x" * 201, "search-too-long"), ("a", "search-short")]
)
def test_a_query_that_cannot_be_asked_says_so(everything: Search, words: str, code: str) -> None:
    """Nothing, too much, and a single letter."""
    with pytest.raises(InputError) as refused:
        everything.find(words, "zh", OFFICER)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text_", "words", "found"),
    [
        ("存储桶权限配置错误", ["权限"], True),
        ("存储桶权限配置错误", ["桶"], True),
        ("存储桶权限配置错误", ["配权"], False),
        ("Évaluation d’impact", ["evaluation", "IMPACT"], True),
        ("ＦＵＬＬ width", ["full"], True),
        ("100% of %_ signs", ["%_"], True),
        ("a b c", ["abc"], False),
        ("", ["aa"], False),
    ],
)
def test_the_store_finds_words_as_they_are_read(
    migrated: Engine, text_: str, words: list[str], found: bool
) -> None:
    """In any script, case, width and accent; signs of patterns are signs; order within a word counts."""
    with migrated.connect() as connection:
        assert connection.execute(select(matching(literal(text_, Text), words))).scalar_one() is found


def test_the_place_of_the_words_is_marked() -> None:
    """The text around the first, each word marked, and dots where there is more."""
    shown = pieces(f"{'前' * 100}权限配置{'后' * 300}", ["权限"])
    assert [piece.text for piece in shown if piece.hit] == ["权限"]
    assert (shown[0].text, shown[-1].text) == ("…", "…")
    assert pieces("nothing", ["权限"])[0].text == "nothing"


@pytest.fixture
def client() -> Iterator[TestClient[Litestar]]:
    """Talk to an application without a store: the law and the pages are there to be found."""
    app = create_app(Library(register()), host_names=("testserver.local",), api_token="made-up")
    with TestClient(app) as open_client:
        open_client.headers.update({"Authorization": "Bearer made-up", "Accept-Language": "en"})
        yield open_client


def test_the_page_and_the_api_answer_alike(
    client: TestClient[Litestar], caplog: pytest.LogCaptureFixture
) -> None:
    """By form and by JSON; a person is led to the search that asks for a reason, and stands in no log."""
    caplog.set_level(logging.DEBUG)
    page = client.post("/search", data={"q": "单独同意", "language": "en"})
    assert 'href="/law/pipl/art_25"' in page.text
    assert "<mark>" in client.post("/search", data={"q": "separate", "language": "en"}).text
    answer = client.post("/api/v1/search", json={"words": "separate consent", "language": "en"}).json()
    assert answer["groups"][0]["kind"] == "provision"
    refused = client.post("/search", data={"q": MOBILE})
    assert refused.status_code == 400
    assert "is looked for with a reason" in refused.text
    assert client.post("/api/v1/search", json={"words": MOBILE}).json()["code"] == "search-personal"
    assert MOBILE not in caplog.text
    assert "Nothing was found" in client.post("/search", data={"q": "qqzzxx"}).text
    assert client.get("/search").status_code == 200
