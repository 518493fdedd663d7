"""Each page of the console explains itself in two sentences, in every language."""

import re
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from markupsafe import Markup

import shouxin
from shouxin.app.catalogue import LANGUAGES, catalogue
from shouxin.app.help import PAGES, helped, key

SOURCE = Path(shouxin.__file__).parent
FOR_PEOPLE_OUTSIDE = {
    *("app/error.html", "complaint/intake.html", "content/intake.html"),
    "rights/linked.html",
    *("desk/ask.html", "desk/heard.html", "desk/own.html", "desk/receipt.html"),
}
"""Pages that are no part of the console."""


def _templates() -> set[str]:
    pages = (
        path for path in SOURCE.rglob("templates/*.html") if "app/layout.html" in path.read_text("utf-8")
    )
    return {f"{path.parent.parent.name}/{path.name}" for path in pages} - FOR_PEOPLE_OUTSIDE


def test_every_page_of_the_console_has_an_explanation_and_no_explanation_is_without_a_page() -> None:
    """A new page needs one."""
    assert {key(name) for name in _templates()} == set(PAGES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_explanation_is_two_sentences(code: str) -> None:
    """No more than anybody reads, no less than says what to do."""
    for name in PAGES:
        sentences = re.split(r"。|\.(?:\s|$)", catalogue(code).phrases[name].strip())
        assert len([one for one in sentences if one]) == 2, (code, name)


def test_the_explanation_stands_under_the_title(client: TestClient[Litestar]) -> None:
    """Folded where the page has a lead of its own, and in the language of the page."""
    page = client.get("/law/coverage?lang=en").text
    assert page.index("</h1>") < page.index('<details class="page-help"') < page.index("None is left out")
    english = catalogue("en")
    body = Markup("<h1>title</h1><p>text</p>")
    assert "page-help" in helped(english, "ledger/ledger.html", body)
    assert " open>" in helped(english, "ledger/ledger.html", body)
    assert " open>" not in helped(english, "ledger/ledger.html", body + Markup('<p class="lead">'))
    assert helped(english, "app/error.html", body) == body
