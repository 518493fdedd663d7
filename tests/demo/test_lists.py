"""The lists of the console over the demo: figures lead to what they count, and files hold what is listed."""

import csv
import io
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from litestar.testing import TestClient

from shouxin.duties.filters.model import PLACES
from tests.demo.whole import Demo, demo

ROW = re.compile(r"\sdata-row[>\s]")
COUNTS = {"give": re.compile(r'data-give="(\d+)"'), "refuse": re.compile(r'data-refuse="(\d+)"'),
          "withdraw": re.compile(r'data-withdraw="(\d+)"')}  # fmt: skip
WEEK = re.compile(r'<tr><th scope="row"><a href="(/(?:consents|denials)\?[^"]+)">(.*?)</tr>', re.DOTALL)
LISTED = ("/cases", "/calendar", "/requests", "/complaints", "/content-requests", "/incidents", "/denials")


class Reader:
    """A privacy officer at the demo's console, reading in English without JavaScript."""

    def __init__(self, made: Demo, client: "TestClient") -> None:  # type: ignore[type-arg]
        self._sends = made.signed_in("privacy_officer") | {"Accept": "text/html", "Accept-Language": "en"}
        self._client = client

    def page(self, address: str) -> str:
        """Return a page."""
        answer = self._client.get(address, headers=self._sends)
        assert answer.status_code == 200, address
        return answer.text

    def pages(self, address: str) -> Iterator[str]:
        """Yield a list page by page, by its link to the next."""
        at: str | None = address
        while at:
            text = self.page(at)
            yield text
            found = re.search(r'<a[^>]*rel="next"[^>]*href="([^"]+)"|<a href="([^"]+)"[^>]*rel="next"', text)
            at = urljoin(at, (found[1] or found[2]).replace("&amp;", "&")) if found else None

    def rows(self, address: str) -> int:
        """Return how many rows a list has on all its pages."""
        return sum(len(ROW.findall(text)) for text in self.pages(address))

    def taken(self, name: str, query: str) -> list[list[str]]:
        """Return the rows of a list that leaves with a filter, without columns."""
        sent = {"filter": query, "language": "en", "format": "csv"}
        answer = self._client.post(f"/exports/{name}", data=sent, headers=self._sends)
        assert answer.status_code == 200, answer.text[:500]
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0][0].startswith("# ") == bool(query)
        return rows[2:] if query else rows[1:]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """Give somebody who reads the demo."""
    with demo() as made, TestClient(made.app) as client:
        yield Reader(made, client)


def test_every_figure_of_the_start_page_leads_to_what_it_counts(reader: Reader) -> None:
    """Each link is followed, through all pages of its list, and as many rows are there as the figure says."""
    home = reader.page("/")
    cards = re.findall(r'<li class="card[^"]*"><a href="([^"]+)"><span class="card-figure">([\d,]+)<', home)
    bars = re.findall(r'<td class="figure"[^>]*><a href="([^"]+)">([\d,]+)<', home)
    assert len(cards) == 5
    assert len(bars) > 20
    seen = set()
    for address, figure in cards + bars:
        address = address.replace("&amp;", "&")
        assert reader.rows(address) == int(figure.replace(",", "")), address
        seen.add(urlsplit(address).path)
    assert seen == {"/calendar", "/work", "/posture", "/denials", "/cases", "/requests"}


def test_the_notices_list_the_draft_that_is_kept(reader: Reader) -> None:
    """Who may publish sees who began it, and goes on with it; a stranger sees what was published alone."""
    link = re.search(r'href="(/notices/write\?kept=\d+)"', page := reader.page("/notices"))
    assert link
    assert "begun by privacy_officer" in page
    assert "How we handle personal information (third)" in reader.page(link[1])
    assert "kept=" not in reader._client.get("/notices", headers={"Host": "localhost"}).text


def test_every_week_of_the_start_page_leads_to_what_was_counted_in_it(reader: Reader) -> None:
    """Answers of all services by their kind, and acts that the guard refused."""
    home, counted = reader.page("/"), dict.fromkeys(("/consents", "/denials"), 0)
    lines = list(WEEK.finditer(home))
    assert len(lines) == 24
    for line in lines:
        address = line[1].replace("&amp;", "&")
        figures = [int(one.replace(",", "")) for one in re.findall(r'<td class="figure">([\d,]+)<', line[2])]
        text = "".join(reader.pages(address))
        if address.startswith("/denials"):
            found = [len(ROW.findall(text))]
        else:
            found = [sum(map(int, pattern.findall(text))) for pattern in COUNTS.values()]
        assert found == figures, address
        counted[urlsplit(address).path] += sum(figures)
    assert all(counted.values())


@pytest.mark.parametrize(
    ("place", "query"),
    [
        ("/cases", "state=open"),
        ("/cases", "procedure=user-complaint"),
        ("/calendar", ""),
        ("/calendar", "urgency=soon"),
        ("/calendar", "within=14+days"),
        ("/requests", "state=open"),
        ("/requests", "state=open&age=31-"),
        ("/requests", "late=true"),
        ("/requests", "right=access"),
        ("/complaints", "state=open"),
        ("/complaints", "state=all"),
        ("/content-requests", "state=all"),
        ("/incidents", ""),
        ("/incidents", "state=open&kind=leak"),
        ("/denials", ""),
        ("/denials", "service=shop"),
        ("/ledger", "kind=decision"),
        ("/ledger", "kind=case.&outcome=done"),
    ],
)
def test_a_filtered_list_leaves_as_it_is_shown(reader: Reader, place: str, query: str) -> None:
    """The file has one row for each row of the list, pages and all."""
    listed = PLACES[place].export
    shown = query or ("state=" if place == "/requests" else "")
    rows = reader.taken(listed, query)
    if place == "/ledger":
        pattern = re.compile(r'<tr><th scope="row"><a href="/ledger/\d+">')
        assert sum(len(pattern.findall(text)) for text in reader.pages(f"{place}?{shown}")) == len(rows) > 0
    else:
        assert reader.rows(f"{place}?{shown}") == len(rows)


def test_every_list_shows_what_is_kept_and_offers_its_file(reader: Reader) -> None:
    """A filter is named where it stands, and applied where it is kept; the file goes out beside it."""
    sends = reader._sends
    for place in LISTED:
        page = reader.page(place)
        assert f'action="/exports/{PLACES[place].export}"' in page, place
    for place, query in (
        ("/requests", "state=ended"), ("/complaints", "state=ended"), ("/incidents", "state=open"),
        ("/denials", "service=shop"), ("/ledger", "kind=decision"), ("/consents", "service=shop"),
        ("/notices", "service=shop"), ("/approvals", "state=asked"), ("/cases", "state=open"),
        ("/calendar", "urgency=soon"), ("/posture", "state=unmet"), ("/content-requests", "state=ended"),
    ):  # fmt: skip
        sent = {"place": place, "name": f"kept {place[1:]}", "query": query}
        answer = reader._client.post("/filters", data=sent, headers=sends, follow_redirects=False)
        assert (answer.status_code, answer.headers.get("location")) == (303, f"{place}?{query}"), place
        page = reader.page(f"{place}?{query}")
        assert f'<a href="{place}?{query}" aria-current="true">kept {place[1:]}</a>' in page, place
        assert "state=" not in place
