"""The pages of the law library, as they come over the wire: complete without a script."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.catalogue import LANGUAGES, catalogue, spoken
from shouxin.law.register import register
from tests.app.made_up import BODIES

Client = TestClient[Litestar]
FIXED = (
    "/law",
    "/law/search",
    "/law/search?q=consent",
    "/law/coverage",
    "/law/readings",
    "/law/app-categories",
)
SAMPLE = register().entries[::40]


class Reader(HTMLParser):
    """Collects what the tests ask a page about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.inline: list[str] = []
        self.tags: set[str] = set()
        self.foreign: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a tag."""
        values = dict(attrs)
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href" and value]
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        other = self.foreign or (values.get("lang") and tag != "html") or tag == "code"
        if other and tag not in ("meta", "link", "input", "br", "rect"):
            self.foreign.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave a passage in another language where its element ends."""
        if self.foreign and self.foreign[-1] == tag:
            self.foreign.pop()

    def handle_data(self, data: str) -> None:
        """Collect the words that are in the page's own language and no code."""
        if not self.foreign:
            self.words.append(data)


def page(client: Client, path: str, language: str = "zh", status: int = 200) -> str:
    """Return a page in a language, without leaving a cookie behind."""
    client.cookies.clear()
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == status, path
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def everything() -> Iterator[str]:
    """Yield the address of every kind of page, with a sample of those that are many."""
    yield from FIXED
    yield from (f"/law/{item.instrument}" for item in register().instruments)
    yield from (f"/law/{entry.instrument.instrument}/{entry.provision.id}" for entry in SAMPLE)
    yield from ("/law/pipl/art_13", "/law/pipl/art_29", "/law/pipl/art_66", "/law/necessary-pi/notice")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", list(everything()))
def test_every_page_is_whole_in_every_language(client: Client, path: str, language: str) -> None:
    """It names its language, has one first heading, no level left out, unique ids, nothing inline."""
    text = page(client, path, language)
    read = Reader(text)
    assert f'<html lang="{LANGUAGES[language]}">' in text
    assert re.search(r"<title>[^<·]+ · ", text)
    assert read.headings[0] == 1
    assert read.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(read.headings, read.headings[1:], strict=False))
    assert len(read.ids) == len(set(read.ids))
    assert read.inline == []
    assert not read.tags & {"script", "style", "iframe", "object"}
    assert {"main", "header", "footer", "nav"} <= read.tags
    assert "#content" in read.links


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry", SAMPLE, ids=lambda entry: str(entry.citation))
def test_a_provision_page_says_what_the_register_says(client: Client, entry: object, language: str) -> None:
    """Summary, addressee, modality, mechanisms with their meaning, citation and the API's address."""
    found = next(item for item in SAMPLE if item is entry)
    provision, words = found.provision, catalogue(language)
    text = page(client, f"/law/{found.instrument.instrument}/{provision.id}", language)
    summary, written = spoken(provision.summary, language)
    assert str(html.escape(summary, quote=False)).replace('"', "&#34;").replace("'", "&#39;") in text
    assert words.label("addressee", provision.addressee) in text
    assert words.label("modality", provision.modality) in text
    for mechanism in provision.mechanism:
        assert words.label("mechanism_means", mechanism) in text
    assert f'<code class="cite">{found.citation}</code>' in text
    assert f'href="/api/law/provisions/{found.citation}"' in text
    if written != language:
        assert f'<p class="summary"><span lang="{LANGUAGES[written]}">' in text


@pytest.mark.parametrize("item", register().instruments, ids=lambda item: item.instrument)
def test_an_instrument_page_has_every_provision_of_it(client: Client, item: object) -> None:
    """Each provision, the issuing notice's included, has its place and its link."""
    found = next(one for one in register().instruments if one is item)
    read = Reader(page(client, f"/law/{found.instrument}"))
    for provision in found.everything:
        assert f"/law/{found.instrument}/{provision.id}" in read.links
    assert len([place for place in read.ids if "__" in place or place.endswith(".self")]) == len(
        found.everything
    )


def test_the_coverage_page_loses_no_id(client: Client) -> None:
    """Every provision of the register is linked from it."""
    links = set(Reader(page(client, "/law/coverage")).links)
    for entry in register().entries:
        assert f"/law/{entry.instrument.instrument}/{entry.provision.id}" in links


def test_the_app_categories_have_their_items_and_anchors(client: Client) -> None:
    """All 39 stand in the table, each with its own anchor and its necessary items."""
    text = page(client, "/law/app-categories", "zh")
    for category in register().books.categories:
        assert f'id="category-{category.number}"' in text
        assert all(item.label.zh in text for item in category.necessary)


def test_imported_text_stands_beside_the_summary_chinese_first(client: Client) -> None:
    """Both kept languages are shown in their order and language, the translation with its standing."""
    text = page(client, "/law/pipl/art_29", "en")
    zh, en = (html.escape(BODIES[code].split("\n")[0]) for code in ("zh", "en"))
    assert text.count(zh) == 1
    assert text.index(zh) < text.index(en)
    assert '<blockquote lang="zh-CN">' in text
    assert catalogue("en").label("source_status", "unknown") in text
    assert catalogue("en").phrase("provision.from_text", number="Article 29") in text
    assert BODIES["zh"][:8] not in page(client, "/law/pipl/art_30", "en")


def test_a_deadline_and_a_figure_are_put_into_words(client: Client) -> None:
    """The page says how a limit is counted and whether a bound includes its figure."""
    entries = [entry for entry in register().entries if entry.provision.deadline]
    working = next(
        entry for entry in entries if entry.provision.deadline and entry.provision.deadline.kind == "working"
    )
    text = page(client, f"/law/{working.instrument.instrument}/{working.provision.id}", "en")
    assert f"{working.provision.deadline.length} working days, counted from:" in text  # type: ignore[union-attr]
    fine = page(client, "/law/pipl/art_66__para_2__cl_1", "zh")
    assert "不超过 50,000,000 元（含本数）" in fine
    assert "不满 14 周岁（不含本数）" in page(client, "/law/pipl/art_31__para_1", "zh")
    assert "1\u202f000\u202f000" in page(client, "/law/cybersecurity-review/art_7", "es")


def test_articles_lead_to_their_neighbours(client: Client) -> None:
    """Previous and next are the articles around, also from a clause within one."""
    for path in ("/law/pipl/art_29", "/law/pipl/art_29__cl_1"):
        links = Reader(page(client, path)).links
        assert {"/law/pipl/art_28", "/law/pipl/art_30"} <= set(links)
    assert 'rel="prev"' not in page(client, "/law/pipl/art_1")
    assert 'rel="next"' not in page(client, "/law/pipl/art_74")


def test_the_chinese_page_has_no_english_phrase_of_ours(client: Client) -> None:
    """Whatever a page says itself is in its own language; other languages are marked where they stand."""
    english = catalogue("en")
    labels = {
        word
        for group, words in english.labels.items()
        if group not in ("month", "unit")
        for word in words.values()
    }
    phrases = {text for text in [*english.phrases.values(), *labels] if "{" not in text and len(text) > 5}
    own = {*catalogue("zh").phrases.values()}
    for path in everything():
        words = {text.strip() for text in Reader(page(client, path, "zh")).words}
        assert words & phrases - own - {"Shouxin"} == set(), path


def test_no_link_of_a_page_leads_nowhere(client: Client) -> None:
    """Every internal link of a sample of pages answers, and every anchor exists where it points."""
    seen: dict[str, str] = {}
    for path in (
        "/law",
        "/law/npc-decision",
        "/law/pipl/art_13",
        "/law/pipl/art_66__para_1__cl_1",
        "/law/search?q=同意",
        "/law/readings",
    ):
        for link in Reader(page(client, path)).links:
            target = urlsplit(urljoin(f"http://testserver.local{path}", link))
            assert target.netloc == "testserver.local", link
            address = target.path + (f"?{target.query}" if target.query else "")
            if address not in seen:
                answer = client.get(address)
                assert answer.status_code == 200, (path, link)
                seen[address] = answer.text
            if target.fragment:
                assert f'id="{target.fragment}"' in seen[address], (path, link)
    assert len(seen) > 100


def test_the_first_page_is_the_law(client: Client) -> None:
    """/ leads to /law."""
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/law"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/nothing", "/law/nothing", "/law/pipl/art_999", "/law/pipl/art_1/x"])
def test_an_error_page_keeps_the_layout_and_names_the_code(client: Client, path: str, language: str) -> None:
    """404 comes as a page with a heading in the reader's language, the code and what to do."""
    text = page(client, path, language, status=404)
    assert catalogue(language).label("status", "s404") in text
    assert re.search(r"<code>[a-z-]*(unknown|not-found)[a-z-]*</code>", text)
    assert catalogue(language).phrase("error.remedy") in text


def test_markup_in_an_address_stays_text(client: Client) -> None:
    """What a reader sends is shown escaped, in a page and in an error."""
    nasty = "<script>alert(1)</script>"
    for path in (f"/law/search?q={nasty}", "/law/%3Cscript%3Ealert(1)%3C", f"/law?x={nasty}"):
        assert "<script" not in client.get(path).text
