"""Calculations as a page: the list, the form, the answer, and refusals, all from the address."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app.server import create_app
from shouxin.duties.library.service import Library
from shouxin.law.register import register

Client = TestClient[Litestar]
ARTICLE = "judicial-interpretation-2019-15:art_4"
ASKED = f"/calculate?id={ARTICLE}"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Talk to the application over the installed law."""
    app = create_app(Library(register()), host_names=("testserver.local",), api_token=None)
    with TestClient(app) as open_client:
        yield open_client


def test_without_an_id_it_lists_what_can_be_calculated(client: Client) -> None:
    """Every provision has a link, and so has an article as a whole."""
    text = client.get("/calculate?lang=en").text
    for name in (ARTICLE, f"{ARTICLE}__item_4", "pipl:art_66", "pipl:art_66__para_1__cl_1"):
        assert f'href="/calculate?id={quote(name)}"' in text
    assert '<a href="/calculate" aria-current="page">Calculate</a>' in text


def test_with_an_id_it_asks_for_every_fact(client: Client) -> None:
    """A number is a text, an open term a choice with what the text says to weigh."""
    text = client.get(f"{ASKED}&lang=en").text
    assert 'name="track" value="" type="text"' in text
    assert '<select id="fact-major_loss" name="major_loss" aria-describedby="weigh-major_loss">' in text
    assert "The text says to weigh: the text names no criterion" in text
    assert 'name="breach"' not in text
    assert 'id="answer"' not in text


def test_counts_below_each_figure_reach_it_together(client: Client) -> None:
    """300/500 + 2000/5000 = 1 is reached by the rule, and the sum is written out."""
    text = client.get(f"{ASKED}&track=300&accommodation=2000&lang=en").text
    assert '<h2 id="answer">Reached</h2>' in text
    assert "Decided: by the rule" in text
    assert "300 ÷ 500" in text
    assert "2000 ÷ 5000" in text
    assert "= 1</span>" in text
    assert 'href="/law/judicial-interpretation-2019-15/art_4__item_4"' in text
    assert 'name="track" value="300"' in text


@pytest.mark.parametrize(("breach", "answer"), [("pipl:art_29", "Reached"), ("none", "Not reached")])
def test_sanctions_follow_from_what_was_breached(client: Client, breach: str, answer: str) -> None:
    """A fine stands in a table with its range; where nothing was breached nothing follows."""
    text = client.get(f"/calculate?id=pipl:art_66__para_2__cl_1&breach={breach}&serious=true"
                      "&provincial_department=true&turnover=1000000&lang=en").text  # fmt: skip
    assert f'<h2 id="answer">{answer}</h2>' in text
    assert ("<td>fine" in text) is (answer == "Reached")


@pytest.mark.parametrize(
    ("language", "choice", "bearer"),
    [
        ("zh", "危害国家安全犯罪", "直接负责的主管人员和其他直接责任人员"),
        ("en", "crime against national security", "each manager and other person directly responsible"),
        (
            "es",
            "delito contra la seguridad nacional",
            "cada directivo y demás persona directamente responsable",
        ),
    ],
)
def test_choices_and_who_bears_a_sanction_are_in_the_reader_s_language(
    client: Client, language: str, choice: str, bearer: str
) -> None:
    """No code of the law files stands where a reader chooses or reads what follows."""
    form = client.get(f"/calculate?id=judicial-interpretation-2019-15:art_5__item_1&lang={language}").text
    assert f'<option value="national_security">{choice}</option>' in form
    made = client.get(f"/calculate?id=pipl:art_66__para_1__cl_3&breach=pipl:art_29&lang={language}").text
    assert f"<td>{bearer}</td>" in made


def test_what_is_open_says_what_is_missing(client: Client) -> None:
    """A few records decide nothing, and the open terms are left to a person."""
    text = client.get(f"{ASKED}&track=3&lang=en").text
    assert '<h2 id="answer">Open</h2>' in text
    assert "Still to give" in text


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (f"{ASKED}&track=many", "fact-type"),
        (f"{ASKED}&trick=3", "fact-unknown"),
        (f"{ASKED}&track=3&track=4", "act-word"),
        (f"{ASKED}&track=3&as_of=2001-01-01", "calculator-not-in-force"),
        (f"{ASKED}&track=%3Cscript%3E", "fact-type"),
        ("/calculate?id=pipl:art_999", "law-unknown-provision"),
        ("/calculate?id=%3Cscript%3E", "law-unknown-instrument"),
        ("/calculate?id=pipl:art_1", "calculator-unknown"),
    ],
)
def test_a_refusal_is_a_notice_with_its_code(client: Client, address: str, code: str) -> None:
    """What cannot be read is said on the page, and nothing of it is markup."""
    answer = client.get(address)
    assert answer.status_code == 400
    assert f"<code>{code}</code>" in answer.text
    assert "Traceback" not in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "达到"), ("en", "Reached"), ("es", "Alcanzado")], ids=["zh", "en", "es"]
)
def test_it_speaks_every_language(client: Client, language: str, words: str) -> None:
    """The same address answers in Chinese, English and Spanish."""
    text = client.get(f"{ASKED}&track=500&lang={language}").text
    assert f'<h2 id="answer">{words}</h2>' in text


def test_every_form_can_be_shown(client: Client) -> None:
    """Each provision of the list has a form, facts of several acts with a remark."""
    for name in ("judicial-interpretation-2019-15:art_16", "pipl", "pipl:art_68", "ecommerce-law:art_51"):
        assert client.get(f"/calculate?id={name}").status_code == 200
    assert "shouxin calculate" in client.get("/calculate?id=judicial-interpretation-2019-15:art_16").text
