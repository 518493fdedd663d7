"""Every field says why it is asked for: in every template, and in what is written of it."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from markupsafe import Markup

import shouxin
from shouxin.app.catalogue import LANGUAGES, catalogue
from shouxin.app.reasons import attributes, form_of, line, needless, reason, reasoned, reasons
from shouxin.law.register import register
from tests.crawl import Page

SOURCE = Path(shouxin.__file__).parent
NO_PAGES = {"widget/fragment.html", "app/layout.html", "centre/base.html"}
"""What is no page of its own: it has no fields but those of the search."""


FILLED = "…"
"""Stands for what a template fills in."""


class Asked(NamedTuple):
    """A field as a template writes it: where, the name of its form, its own name."""

    template: str
    form: str
    name: str


def _templates() -> dict[str, str]:
    paths = SOURCE.rglob("templates/*.html")
    return {f"{path.parent.parent.name}/{path.name}": path.read_text("utf-8") for path in paths}


def _asked() -> list[Asked]:
    """Return the fields that are to have a reason, but those whose name begins with what is filled in."""
    found: list[Asked] = []
    for template, text in _templates().items():
        plain = re.sub(r"{%.*?%}", " ", re.sub(r"{{.*?}}", FILLED, text, flags=re.DOTALL), flags=re.DOTALL)
        form = form_of({"method": "post"})
        for tag in re.finditer(r"<(/?)(form|input|select|textarea)\b([^>]*)>", plain):
            held = attributes(tag[3])
            if tag[2] == "form":
                form = form_of({"method": "post"} if tag[1] else {"action": "", **held})
            elif not tag[1] and not form.asks and not needless(held) and not held["name"].startswith(FILLED):
                found.append(Asked(template, form.name, held["name"]))
    return [one for one in found if one.template not in NO_PAGES]


def _pages_with(template: str) -> list[str]:
    """Return the pages in which a template is written: itself, or those that take it in."""
    texts = _templates()
    if re.search(r"{% extends", texts[template]):
        return [template]
    return [name for name, text in texts.items() if re.search(rf'{{% (import|include) "{template}"', text)]


def test_every_field_of_every_template_has_a_reason() -> None:
    """A new field needs one; of a macro's fields, where a page with the macro has forms."""
    wrong = []
    for one in _asked():
        explained = [bool(reason(page, one.form, one.name)) for page in _pages_with(one.template)]
        whole = any(explained) if "macros" in one.template else all(explained)
        if not (explained and whole):
            wrong.append(one)
    assert wrong == []


def test_every_reason_is_used_and_rests_on_provisions_that_exist() -> None:
    """Nothing is cited that the register does not have, and no reason is left over."""
    known = reasons()
    used = {name for fields in known.fields.values() for name in fields.values()}
    assert used == set(known.reasons)
    for provisions in known.reasons.values():
        for provision in provisions:
            assert register().find(provision), provision


def test_every_page_that_has_reasons_exists() -> None:
    """A page that is gone takes its reasons along."""
    assert set(reasons().fields) <= set(_templates())


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_reason_is_a_short_sentence_with_its_provision(code: str) -> None:
    """Or with the honest word that no provision asks for the field."""
    language = catalogue(code)
    for name, provisions in reasons().reasons.items():
        said = line(language, name)
        assert len(language.label("reason", name)) <= 115, name
        assert said.count("<a href=") == len(provisions)
        if name != "step":
            assert (language.label("reason_kind", "none") in said) == (not provisions), name


def test_a_field_names_the_line_that_says_why() -> None:
    """Beside what describes it already; neighbours of one reason share a line, and searches have none."""
    body = Markup(
        '<form action="/requests" method="post"><div><label for="right">a</label><select id="right"'
        ' name="right"></select></div><div><input name="service"></div><div><input name="identities"'
        ' aria-describedby="hint"><p id="hint">b</p></div></form>'
        '<form action="/requests"><input name="right"></form>'
    )
    page = str(reasoned(catalogue("en"), "rights/index.html", body))
    assert '<select id="right" name="right" aria-describedby="why-1">' in page
    assert '<input name="service" aria-describedby="why-1">' in page
    assert 'aria-describedby="hint why-2"' in page
    assert re.search(r'id="hint">b</p><small class="asked-for" id="why-2">.*?</small></div>', page)
    assert page.count("asked-for") == 2
    assert page.endswith('<form action="/requests"><input name="right"></form>')
    assert Page(f"<main>{page}</main>").unexplained() == []
    assert Page(f"<main>{body}</main>").unexplained() == [
        "/requests: right has no reason",
        "/requests: service has no reason",
        "/requests: identities has no reason",
    ]


def test_a_step_takes_the_provisions_of_its_form() -> None:
    """The procedure knows what asks for the step."""
    body = Markup(
        '<form action="/complaints/1/step" method="post" data-law="miit-24:art_12__cl_4">'
        '<p><textarea name="text-answer">&lt;div&gt;</textarea></p></form>'
    )
    page = str(reasoned(catalogue("en"), "desk/matter.html", body))
    assert '</p><small class="asked-for" id="why-1">' in page
    assert 'href="/law/miit-24/art_12__cl_4" title="miit-24:art_12__cl_4">MIIT Order 24' in page
    assert reasoned(catalogue("en"), "law/index.html", body) == body


def test_a_form_of_the_console_shows_its_reasons(client: TestClient[Litestar]) -> None:
    """In the language of the page, with a link into the law."""
    page = client.get("/detect?lang=es").text
    assert 'href="/law/pipl/art_51__item_2" title="pipl:art_51__item_2">PIPL' in page
    assert Page(page).unexplained() == []
