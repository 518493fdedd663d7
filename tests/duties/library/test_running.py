"""A provision's page shows everything that makes it run, with its examples; the API holds the same."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.server import create_app
from shouxin.duties.clauses import worded
from shouxin.duties.library.service import Library
from shouxin.engine.expression import Compare
from shouxin.law.base import Words
from shouxin.law.mechanism import LocalFact
from shouxin.law.register import register

Client = TestClient[Litestar]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Talk to the application over the installed law."""
    app = create_app(Library(register()), host_names=("testserver.local",), api_token=None)
    with TestClient(app) as open_client:
        yield open_client


def shown(client: Client, place: str, language: str = "en") -> str:
    """Return what a reader sees of a provision's page, its spaces as one."""
    text = client.get(f"/law/{place}?lang={language}").text
    text = re.sub(r"<[^>]*>", " ", text[text.index("<main") :])
    return " ".join(unescape(text).split())


def test_a_clock_says_its_length_its_start_and_how_it_is_counted(client: Client) -> None:
    """Working days, the first day left out, what extends and pauses it, its examples and the way to count."""
    text = shown(client, "cybersecurity-review/art_11__cl_1")
    assert "within 30 working days, counted from:" in text
    assert "weekends and holidays do not count, make-up days do" in text
    assert "the day it begins is not counted" in text
    assert "Can be extended by Article 11, clause 2" in text
    assert "Can be paused by Article 15, clause 2" in text
    assert "3 June 2025 → 15 July 2025" in text
    page = client.get("/law/cybersecurity-review/art_11__cl_1?lang=en").text
    assert 'href="/due?id=cybersecurity-review%3Aart_11__cl_1"' in page


def test_a_clock_without_a_figure_has_the_word_of_the_text(client: Client) -> None:
    """And says that the organisation may set a length of its own."""
    text = shown(client, "pipl/art_45__para_2")
    assert "promptly" in text
    assert "an organisation may set its own" in text


def test_a_clock_under_another_reading_is_set_apart(client: Client) -> None:
    """The complaint clock stands under two readings; the others are folded away, with no way to count."""
    page = client.get("/law/miit-24/art_12__cl_4?lang=en").text
    assert "3 more only under another reading" in page
    assert page.count('href="/due?id=') == 1


def test_a_control_says_where_it_applies_what_shows_it_and_who_sees_to_it(client: Client) -> None:
    """With the kinds of evidence, what the system looks at itself, the review, and a case with its twin."""
    text = shown(client, "miit-24/art_12__cl_2")
    assert "Applies where all of these:" in text
    assert "the system looks for itself" in text
    assert "the organisation’s own review period applies" in text
    assert "Responsible customer service" in text
    assert "The same case, but:" in text
    assert "Comes out: not met" in text


def test_a_calculator_says_its_formula_in_words_and_what_follows(client: Client) -> None:
    """The condition, the proportional sum, the bearer with the range, and a case with its twin."""
    text = shown(client, "judicial-interpretation-2019-15/art_4__item_4")
    assert re.search(r"÷ 500 \+ .*÷ 5,000 .*≥ 1", text)
    fined = shown(client, "pipl/art_66__para_1__cl_3")
    assert "a provision was breached that names this one as its sanction" in fined
    assert "each manager and other person directly responsible: fine" in fined
    assert "The same case, but: Breached:" in fined
    assert "1 more only under another reading" in fined


def test_a_figure_that_another_fact_is_shows_that_fact() -> None:
    """A count that is compared with what another number comes to names that number, not its code."""
    facts = {
        name: LocalFact(name=name, type="int", label=Words(zh=name, en=name))
        for name in ("losses", "several")
    }
    assert worded(Compare("losses", ">=", "$several"), facts).values == (facts["several"],)
    assert worded(Compare("losses", ">=", 3), facts).values == (3,)


def test_counts_of_several_acts_say_towards_what_they_are_added(client: Client) -> None:
    """Each act of an example is shown with its own facts."""
    text = shown(client, "judicial-interpretation-2019-15/art_16__cl_1")
    assert "Counts of several acts are added up for" in text
    assert "Act 1:" in text
    assert "Act 2:" in text


def test_a_record_says_how_long_it_is_kept_and_what_it_holds(client: Client) -> None:
    """Three years from the day it was made, with the example that shows the day."""
    text = shown(client, "ecommerce-law/art_31__cl_2")
    assert "for at least 3 years, counted from:" in text
    assert "made on 3 June 2025 → keep until 3 June 2028" in text
    assert "It must hold" in shown(client, "pipl/art_21__para_1")


def test_the_steps_that_rest_on_a_provision_lead_to_their_procedure(client: Client) -> None:
    """By its order or by its clock."""
    page = client.get("/law/pipl/art_45__para_2?lang=en").text
    assert '<a href="/procedures/rights-request">' in page
    assert "(moves its time limit)" in page
    assert client.get("/procedures/rights-request").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_no_provision_hides_what_makes_it_run(client: Client, language: str) -> None:
    """Every provision with a mechanism of data shows it in each language, and no code of the law files."""
    headings = {
        "zh": ("期限", "应当持续符合的状态", "标准与后果", "记录"),
        "en": ("Time limit", "State to be in", "Threshold and consequences", "Records"),
        "es": ("Plazo", "Estado exigido", "Umbral y consecuencias", "Registros"),
    }[language]
    for item in register().instruments[:: 1 if language == "zh" else 4]:
        for article in dict.fromkeys(p.id.partition("__")[0] for p in item.provisions):
            answer = client.get(f"/law/{item.instrument}/{article}?lang={language}")
            assert answer.status_code == 200, article
            provisions = [entry.provision for entry in register().find(f"{item.instrument}:{article}")]
            for kind, heading in zip(("clock", "control", "calculator", "record"), headings, strict=True):
                held = sum(bool(getattr(provision, kind)) for provision in provisions)
                assert answer.text.count(f'class="sub">{heading}</h') == held, (article, kind)


def test_the_api_holds_what_makes_a_provision_run() -> None:
    """As the law files have it, with the steps of procedures that rest on it."""
    views = {view.id: view for view in Library(register()).show("miit-24:art_12")}
    answer = views["miit-24:art_12__cl_4"]
    assert len(answer.clock) == 4
    assert ("user-complaint", "orders") in {(step.procedure, step.how) for step in answer.steps}
    (asked,) = Library(register()).show("pipl:art_45__para_2")
    assert {(step.procedure, step.how) for step in asked.steps} >= {("rights-request", "clock")}
    assert views["miit-24:art_12__cl_2"].control[0].responsible == "customer_service"
    entry = register().find("pipl:art_29__cl_1")[0]
    assert Library(register()).show("pipl:art_29__cl_1")[0].gate == entry.provision.gate != ()
