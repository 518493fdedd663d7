"""The documents in the console: every one, with links that lead somewhere and nothing that a page forbids."""

import re

from shouxin.duties.handbook.document import document
from shouxin.duties.handbook.service import TEXTS, documents, told
from tests.duties.overview.conftest import Bureau, bureau

__all__ = ["bureau"]


def test_every_document_is_there_and_every_link_within_leads_to_a_heading() -> None:
    """As many as in the folder; no style, script or picture; each part can be found and opened."""
    found = documents()
    assert set(found) == {path.stem for path in TEXTS.glob("*.md")} > {"search", "rights"}
    anchors = {name: set(re.findall(r' id="([^"]*)"', one.html)) for name, one in found.items()}
    for name, one in found.items():
        assert not re.search(r"<(?:script|img|style)|\sstyle=|\son\w+=", one.html), name
        for link in re.findall(r'href="([^"]*)"', one.html):
            if link.startswith(("http:", "https:")):
                continue
            where, _, anchor = link.partition("#")
            to = where.removeprefix("/handbook/") if where else name
            assert to in found, (name, link)
            assert not anchor or anchor in anchors[to], (name, link)
    for address, title, _ in told("en"):
        name, _, anchor = address.removeprefix("/handbook/").partition("#")
        assert title
        assert not anchor or anchor in anchors[name]


def test_what_stands_in_a_document_stays_text() -> None:
    """HTML is shown and not run; links out of the handbook become words; headings of one name differ."""
    made = document(
        "a",
        "# A <b>\n\n[x](b.md#y) [z](../src/z.py) [j](javascript:1)\n\n<script>1</script>\n\n"
        "## Same\n\none\n\n## Same\n\n| n |\n|--:|\n| `two` |\n",
        {"a", "b"},
    )
    assert '<a href="/handbook/b#y">x</a> <span>z</span>' in made.html
    assert "<script" not in made.html
    assert "javascript:1)" in made.html
    assert "style=" not in made.html
    assert [(part.anchor, part.text) for part in made.parts][1:] == [("same", "one"), ("same-1", "n\ntwo")]


def test_the_handbook_is_read_by_who_has_an_account(bureau: Bureau) -> None:
    """The list, a document, and an answer for one that there is not; a stranger has to sign in."""
    bureau.person("seat", "approver")
    with bureau.client("seat") as client:
        assert 'href="/handbook/search"' in client.get("/handbook").text
        page = client.get("/handbook/search")
        assert (page.status_code, "One search over everything" in page.text) == (200, True)
        assert client.get("/handbook/nothing").status_code == 404
    with bureau.client("") as client:
        assert client.get("/handbook").status_code in (302, 303, 401)
