"""The search page: filters as fields and as text, and what it says when it cannot answer."""

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.catalogue import catalogue
from shouxin.law.register import register
from shouxin.law.search import FILTERS, search
from tests.app.made_up import served

Client = TestClient[Litestar]


def get(client: Client, query: str, status: int = 200) -> str:
    """Return the search page in English."""
    answer = client.get(f"/law/search?{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == status
    return answer.text


def hits(text: str) -> list[str]:
    """Return the addresses of the provisions found, in order."""
    return re.findall(r'<h2><a href="([^"]+)">', text)


def test_a_filter_works_the_same_as_a_field_and_as_text(client: Client) -> None:
    """Both ways give the same provisions, and the field shows the filter that was written."""
    field, text = get(client, "q=report&mechanism=clock"), get(client, "q=report+mechanism:clock")
    assert hits(field) == hits(text) != []
    for page in (field, text):
        assert '<option value="clock" selected>' in page
        assert 'name="q" value="report"' in page
        assert '<code class="cite">report mechanism:clock</code>' in page


def test_a_field_stands_above_the_same_filter_in_the_text(client: Client) -> None:
    """What was chosen last, in the field, counts."""
    assert hits(get(client, "q=mechanism:gate&mechanism=clock")) == hits(get(client, "mechanism=clock"))


def test_the_page_finds_what_the_library_finds(client: Client) -> None:
    """The order is that of the search, at most fifty at first, all of them on request."""
    found = [
        f"/law/{hit.entry.instrument.instrument}/{hit.entry.provision.id}"
        for hit in search(register(), "addressee:processor", limit=2000)
    ]
    first = get(client, "addressee=processor")
    assert hits(first) == found[:50]
    assert f"{len(found)} provisions found" in first
    assert "limit=2000" in first
    assert hits(get(client, "addressee=processor&limit=2000")) == found


def test_every_filter_and_its_values_are_told(client: Client) -> None:
    """The page lists the filters with what they take, and an empty form invites."""
    text = get(client, "")
    assert catalogue("en").phrase("search.invite") in text
    for key in FILTERS:
        assert f'<select id="f-{key}" name="{key}">' in text
    for value in (
        "addressee:processor",
        "mechanism:clock",
        "modality:right",
        "deadline:at_once",
        "instrument:pipl",
    ):
        assert f"<code>{value}</code>" in text


def test_nothing_found_is_said_with_advice_and_the_query_is_kept(client: Client) -> None:
    """A reader who finds nothing is told so, and need not type it again."""
    text = get(client, "q=quetzalcoatl&modality=right")
    assert catalogue("en").phrase("search.none") in text
    assert catalogue("en").phrase("search.none_advice") in text
    assert 'value="quetzalcoatl"' in text
    assert '<option value="right" selected>' in text


@pytest.mark.parametrize("query", ["q=mechanism:clok", "mechanism=clok", "q=deadline:soon", "q=" + "a" * 500])
def test_a_query_that_cannot_be_read_is_explained_in_place(client: Client, query: str) -> None:
    """The form stays, with the library's own message and remedy."""
    text = get(client, query, status=400)
    assert 'role="search"' in text
    assert "<code>search-" in text
    assert hits(text) == []


def test_a_length_of_time_as_a_filter_stays_chosen(client: Client) -> None:
    """``deadline:15workingdays`` is no option of the field until somebody asks for it."""
    text = get(client, "q=deadline:15workingdays")
    assert '<option value="15workingdays" selected>' in text
    assert hits(text)


def test_searching_needs_no_store() -> None:
    """The register alone answers."""
    with TestClient(served()) as client:
        assert client.get("/law/search?q=同意").status_code == 200
