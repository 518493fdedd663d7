"""The page of the gate: one question at a time until the answer stands, all of it in the address."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.catalogue import LANGUAGES, catalogue
from tests.app.made_up_law import DAY, served_law
from tests.app.test_pages import Reader

Client = TestClient[Litestar]
WORDS = catalogue("en")
BEGIN = f"/decide?act=collect&as_of={DAY}"
BANNED = f"{BEGIN}&a.one=true&a.two=false&a.three=false"
PAGES = (
    "/decide",
    BEGIN,
    f"{BEGIN}&assume=more&explain=1",
    f"{BANNED}&explain=1",
    f"{BEGIN}&a.three=true&explain=1",
    f"{BEGIN}&a.two=true&b.count=3&b.kind=blue&explain=1",
    f"{BEGIN}&ask=b.count",
    f"{BEGIN}&ask=b.kind",
    f"{BEGIN}&skip=a.one&skip=b.kind&skip=b.count",
    f"/decide?act=send&as_of={DAY}&ask=b.day",
    f"/decide?act=sleep&as_of={DAY}",
)


class Forms(HTMLParser):
    """Collects the forms of a page: what each would send, by the button that is pressed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hidden: list[tuple[str, str]] = []
        self.buttons: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.fields: dict[str, list[tuple[str, str]]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a form, a hidden field, a button or a field to fill in."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.hidden = []
        elif tag == "input" and values.get("type") == "hidden":
            self.hidden.append((values["name"], values["value"]))
        elif tag == "input":
            self.fields[values["name"]] = self.hidden
        elif tag == "button" and "name" in values:
            self.buttons[values["name"], values["value"]] = self.hidden


@pytest.fixture(scope="module")
def gate() -> Iterator[Client]:
    """Talk to an application over a made-up law, in English."""
    with TestClient(served_law()) as client:
        client.headers["accept-language"] = "en"
        yield client


def show(gate: Client, address: str, status: int = 200) -> str:
    """Return a page."""
    answer = gate.get(address)
    assert answer.status_code == status, address
    return answer.text


def effect(text: str) -> str:
    """Return the effect that a page shows."""
    found = re.search(r'<section class="verdict (\w+)"', text)
    return found[1] if found else ""


def press(text: str, name: str, value: str) -> str:
    """Return the address that a press of a button leads to."""
    hidden = Forms(text).buttons[name, value]
    return "/decide?" + urlencode([*hidden, (name, value)])


def link(text: str, words: str, about: str) -> str:
    """Return the address of a link by its words and the fact it is about."""
    found = re.findall(rf'<a href="([^"]+)">{words}<span class="unseen">: {re.escape(about)}</span>', text)
    assert len(found) == 1, (words, about, found)
    return unescape(found[0])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_state_of_the_page_is_whole_in_every_language(gate: Client, path: str, language: str) -> None:
    """One first heading, no level left out, unique ids, nothing inline, no script."""
    answer = gate.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    read = Reader(answer.text)
    assert f'<html lang="{LANGUAGES[language]}">' in answer.text
    assert read.headings[0] == 1
    assert read.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(read.headings, read.headings[1:], strict=False))
    assert len(read.ids) == len(set(read.ids))
    assert read.inline == []
    assert not read.tags & {"script", "style", "iframe", "object"}


def test_the_page_begins_with_acts_that_rules_are_about(gate: Client) -> None:
    """Acts, profiles and a day to choose; the first profile is proposed in the open."""
    text = show(gate, "/decide")
    assert set(re.findall(r'<option value="(\w+)"[^>]*>', text)) == {
        "collect",
        "send",
        "sleep",
        "plain",
        "more",
    }
    assert '<option value="plain" selected>' in text
    assert re.search(r'name="as_of" type="date" value="\d{4}-\d\d-\d\d"', text)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"a.one": "true", "a.two": "false", "a.three": "false", "b.kind": "blue"}, "prohibited"),
        ({"a.one": "true", "a.two": "false", "a.three": "true", "b.kind": "blue"}, "permitted"),
        ({"a.one": "false", "b.kind": "red", "b.count": "10"}, "permitted"),
        ({"a.one": "false", "b.kind": "red", "b.count": "11"}, "prohibited"),
    ],
)
def test_answering_leads_to_an_answer_that_stands(
    gate: Client, answers: dict[str, str], expected: str
) -> None:
    """Each answer is one press or one field; the last question is followed by none."""
    address, asked = BEGIN, []
    while effect(text := show(gate, address)) == "undetermined":
        forms = Forms(text)
        named = {name for name, _ in forms.buttons if name != "skip"} | (set(forms.fields) - {"as_of"})
        (fact,) = named
        assert fact not in asked
        asked.append(fact)
        if fact in forms.fields:
            address = "/decide?" + urlencode([*forms.fields[fact], (fact, answers[fact])])
        else:
            address = press(text, fact, answers[fact])
    assert effect(text) == expected
    assert 'class="question"' not in text
    assert asked


def test_a_ban_is_cited_with_a_link_and_its_words(gate: Client) -> None:
    """Effect in words, an icon, the provision and its summary, and the duty beside it."""
    text = show(gate, f"{BANNED}&b.kind=red&b.count=11")
    assert effect(text) == "prohibited"
    assert WORDS.label("effect", "prohibited") in text
    assert '<svg class="icon"' in text
    links = Reader(text).links
    assert {"/law/old/art_1", "/law/old/art_3", "/law/old/art_4"} <= set(links)
    assert "write-down" in text
    assert "/law/readings?instrument=old#old.how-many" in links


def test_not_knowing_moves_on_and_is_no_answer(gate: Client) -> None:
    """The next question is another one; in the end every open one is named and can be answered."""
    address, asked = BEGIN, []
    while 'class="question"' in (text := show(gate, address)):
        (fact,) = {value for name, value in Forms(text).buttons if name == "skip"}
        asked.append(fact)
        address = press(text, "skip", fact)
        assert (fact, "true") not in parse_qsl(urlsplit(address).query)
    assert len(asked) == len(set(asked)) > 1
    assert effect(text) == "undetermined"
    assert WORDS.phrases["decide.open_means"] in text
    again = show(gate, link(text, "Answer it", asked[0]))
    assert f"<code>{asked[0]}</code>" in again
    assert ("skip", asked[0]) in Forms(again).buttons


def test_a_fact_can_be_taken_back(gate: Client) -> None:
    """The page without it is the page before it."""
    text = show(gate, BANNED)
    back = show(gate, link(text, "Take back", "a.two"))
    assert effect(back) == "undetermined"
    assert back == show(gate, f"{BEGIN}&a.one=true&a.three=false")


def test_an_assumption_is_named_with_its_reason_and_contradicted_in_one_click(gate: Client) -> None:
    """The opposite becomes a fact; an assumption that is a number is asked about instead."""
    text = show(gate, f"{BEGIN}&assume=more&a.one=true&a.three=false")
    assert effect(text) == "prohibited"
    assert "nothing was said of it" in text
    otherwise = show(gate, link(text, "It is otherwise", "a.two"))
    assert "a.two=true" in link(otherwise, "Take back", "a.one")
    assert effect(otherwise) == "permitted"
    asked = show(gate, link(otherwise, "It is otherwise", "b.count"))
    assert "b.count" in Forms(asked).fields


def test_a_copied_address_gives_the_same_page(gate: Client) -> None:
    """Also for another reader, at another time; the day is part of every link."""
    address = press(show(gate, BEGIN), "skip", "a.one")
    with TestClient(served_law()) as other:
        assert other.get(address, headers={"Accept-Language": "en"}).text == show(gate, address)
    today = show(gate, "/decide?act=collect")
    assert all("as_of" in dict(pairs) for pairs in Forms(today).buttons.values())


def test_the_explanation_shows_rules_facts_and_exceptions(gate: Client) -> None:
    """Why a ban stands, and why one that an exception defeats does not."""
    assert "Exceptions tried" not in show(gate, BANNED)
    text = show(gate, f"{BANNED}&explain=1")
    assert WORDS.label("outcome", "takes_effect") in text
    assert WORDS.label("origin", "given") in text
    assert WORDS.label("exception", "false") in text
    defeated = show(gate, f"{BEGIN}&a.one=true&a.two=false&a.three=true&explain=1")
    assert WORDS.label("outcome", "defeated") in defeated
    assert WORDS.label("exception", "true") in defeated


def test_a_birth_date_never_stays_in_an_address(gate: Client) -> None:
    """It is refused with the facts that can be given instead, and no link of the page repeats it."""
    text = show(gate, "/decide?act=send&p.born=1990-01-02&a.one=true", 400)
    assert "fact-private" in text
    assert "p.child" in text
    own = [address for address in Reader(text).links if not address.startswith("?")]
    assert not [address for address in own if "1990-01-02" in address]
    assert "1990-01-02" not in "".join(Reader(text).words)
    asleep = show(gate, f"/decide?act=sleep&as_of={DAY}")
    assert WORDS.phrases["decide.private"] in asleep
    assert "p.born" not in Forms(asleep).fields


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("act=colect", "act-unknown"),
        ("act=collect&assume=nobody", "profile-unknown"),
        ("act=collect&as_of=soon", "day-unreadable"),
        ("act=collect&as_of=2014-12-31", "date-before-law"),
        ("act=sleep&as_of=2019-12-31", "act-unregulated"),
        ("act=collect&a.oen=true", "fact-unknown"),
        ("act=collect&utm=1", "fact-unknown"),
        ("act=collect&a.one=perhaps", "fact-type"),
        ("act=collect&b.count=1.5", "fact-type"),
        ("act=collect&b.count=--5", "fact-type"),
        ("act=collect&b.count=" + "9" * 5000, "fact-type"),
        ("act=collect&b.kind=pink", "fact-type"),
        ("act=collect&a.one=true&a.one=false", "act-word"),
        ("act=send&p.child=true&p.old=true", "fact-contradiction"),
    ],
)
def test_a_bad_address_says_what_is_wrong_and_keeps_the_rest(gate: Client, query: str, code: str) -> None:
    """400 with the code, a form to go on, and every good fact with its way back."""
    text = show(gate, f"/decide?{query}&a.two=true", 400)
    assert f"<code>{code}</code>" in text
    assert link(text, "Take back", "a.two")
    assert "as_of" in Forms(text).fields


def test_a_contradiction_is_mended_by_taking_one_back(gate: Client) -> None:
    """Both facts stand on the page of the error, each with its link."""
    text = show(gate, "/decide?act=send&p.child=true&p.old=true", 400)
    assert effect(show(gate, link(text, "Take back", "p.old"))) == "prohibited"


def test_the_navigation_names_the_page(gate: Client) -> None:
    """Every slice names its own entries."""
    links = re.findall(r'<nav class="main-nav".*?</nav>', show(gate, "/decide"), flags=re.DOTALL)[0]
    assert '<a href="/decide" aria-current="page">' in links
    assert '<a href="/law/readings">' in links


NAMES = st.sampled_from(
    [
        "act",
        "assume",
        "as_of",
        "skip",
        "ask",
        "explain",
        "lang",
        "a.one",
        "b.count",
        "b.kind",
        "b.day",
        "p.born",
    ]
)
VALUES = st.sampled_from(
    ["collect", "send", "plain", DAY, "true", "false", "3", "red", "a.one", "p.born", "1"]
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pairs=st.lists(st.tuples(NAMES | st.text(max_size=8), VALUES | st.text(max_size=8)), max_size=8),
    rest=st.binary(max_size=20),
)
def test_any_query_string_gets_a_page(gate: Client, pairs: list[tuple[str, str]], rest: bytes) -> None:
    """P10: an answer or a clear error; and whatever the page links to itself is in order."""
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs) + "&" + quote(rest)
    answer = gate.get(f"/decide?{query}")
    assert answer.status_code in {200, 400}
    own = [unescape(item) for item in Reader(answer.text).links if item.startswith("/decide?")]
    for address in own[:3]:
        assert gate.get(address).status_code in {200, 400}
