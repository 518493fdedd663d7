"""Rules and examples on the pages of the provisions they stand at, in words."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.catalogue import catalogue
from shouxin.duties.clauses import Clause, clause
from shouxin.law.wording import Fact
from tests.app.made_up_law import made_up_register, served_law

Client = TestClient[Litestar]
FACTS: dict[str, Fact] = {fact.name: fact for fact in made_up_register().books.vocabulary.facts}
TAGS = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def gate() -> Iterator[Client]:
    """Talk to an application over a made-up law, in English."""
    with TestClient(served_law()) as client:
        client.headers["accept-language"] = "en"
        yield client


def words(gate: Client, path: str) -> str:
    """Return the words of a page, white space made even."""
    answer = gate.get(path)
    assert answer.status_code == 200
    return " ".join(unescape(TAGS.sub(" ", answer.text)).split())


def test_a_rule_is_shown_with_its_acts_conditions_and_exceptions(gate: Client) -> None:
    """Effect, acts, when, require, and the exception as a link."""
    text = words(gate, "/law/old/art_1")
    assert re.search(r"Prohibits .*Acts collect When a\.one Requires a\.two Unless Article.2", text)
    assert '<a href="/law/old/art_2">' in gate.get("/law/old/art_1").text


def test_nested_conditions_read_as_lists(gate: Client) -> None:
    """AND, OR, NOT, IN and comparisons in words, a duty by its name."""
    text = words(gate, "/law/old/art_4")
    assert "Attaches a duty write-down" in text
    parts = ("all of these:", "not: a.three", "any of these:", "b.kind: one of red or blue")
    places = [text.index(part) for part in (*parts, "b.count: less than 3")]
    assert places == sorted(places)


def test_a_rule_under_another_reading_is_set_apart(gate: Client) -> None:
    """The reading, its answer, and that the other rule stands only under the other answer."""
    text = words(gate, "/law/old/art_3")
    assert text.index("More than ten.") < text.index("1 rule stands only under another reading")
    assert text.index("1 rule stands only under another reading") < text.index("More than five.")


def test_a_permit_shows_its_note(gate: Client) -> None:
    """What the law's editors remark stands with the rule."""
    text = words(gate, "/law/old/art_2")
    assert "Permits" in text
    assert "every act of the instrument's scope" in text
    assert "only at night" in text


def test_examples_stand_in_pairs_and_can_be_tried(gate: Client) -> None:
    """A case with its twin: facts, what comes out, and a link to the gate that gives the same."""
    page = gate.get("/law/old/art_1").text
    text = words(gate, "/law/old/art_1")
    assert "a gatherer with one and without two Act: collect a.one: yes a.three: no" in text
    assert "The same case, but: a.two: yes" in text
    assert "Comes out: Prohibited ; Article 1 takes effect" in text
    assert "Article 1 does not take effect" in text
    tried = [unescape(address) for address in re.findall(r'class="try" href="([^"]+)"', page)]
    found = [re.findall(r'class="verdict (\w+)"', gate.get(address).text) for address in tried]
    assert found == [["prohibited"], ["undetermined"]]


def test_an_example_with_a_birth_date_is_shown_and_not_linked(gate: Client) -> None:
    """A private fact stands on the page of the law, never in an address."""
    page = gate.get("/law/old/art_1").text
    assert "a person who was born late" in page
    assert "p.born=" not in page


def test_a_provision_without_rules_shows_none(client: Client) -> None:
    """Neither a heading nor an empty list."""
    assert catalogue("en").phrases["rule.title"] not in words(client, "/law/pipl/art_1?lang=en").split()
    client.cookies.clear()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a.one", ["fact"]),
        ("NOT a.one", ["lacks"]),
        ("NOT (a.one AND a.two)", ["not_all", "fact", "fact"]),
        ("NOT (a.one OR a.two)", ["none", "fact", "fact"]),
        ("b.count < 3", ["lt"]),
        ("NOT b.count < 3", ["ge"]),
        ("NOT b.count <= 3", ["gt"]),
        ("b.kind <> 'red'", ["ne"]),
        ("NOT b.kind <> 'red'", ["eq"]),
        ("NOT b.kind IN ('red', 'blue')", ["not_among"]),
        ("TRUE", ["all"]),
        ("NOT TRUE", ["not_all"]),
    ],
)
def test_a_condition_becomes_clauses_of_the_same_meaning(text: str, kinds: list[str]) -> None:
    """A NOT goes into the word beside it and is never lost."""
    assert [item.kind for item in walk(clause(text, FACTS))] == kinds


def walk(item: Clause) -> Iterator[Clause]:
    """Yield a clause and everything in it."""
    yield item
    for part in item.items:
        yield from walk(part)
