"""The documentation site: whole, without a network, and no link of it leads nowhere."""

import shutil
from pathlib import Path

import pytest
from website.build import ROOT, broken, build
from website.page import Read, from_markdown


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it once."""
    out = tmp_path_factory.mktemp("docs") / "site"
    assert build(out) == []
    return out


def test_every_document_and_every_provision_is_there(site: Path) -> None:
    """Each file of docs/ is a page, and the reference has each instrument and procedure."""
    for path in (ROOT / "docs").glob("*.md"):
        assert (site / f"{path.stem}.html").exists(), path.name
    assert len(list((site / "reference" / "law").glob("*.html"))) == 17
    assert len(list((site / "reference" / "procedures").glob("*.html"))) == 76
    provision = (site / "reference" / "law" / "pipl.html").read_text(encoding="utf-8")
    assert 'id="art_29__cl_1"' in provision
    assert "a fitness app reads the heart rate on a bundled consent" in provision


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """Every style and script of a page lies in the site, and a script only where one searches."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert 'src="http' not in text
        assert 'href="http' not in text.partition("</head>")[0]
        assert ("<script" in text) == (path.name == "search.html"), path.name


def test_a_link_that_leads_nowhere_is_found(site: Path, tmp_path: Path) -> None:
    """A page, and a place of a page, that are not there are both named."""
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    file = copy / "limits.html"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("</main>", '<a href="gone.html">x</a><a href="why.html#gone">y</a></main>'))
    assert list(broken(copy)) == ["limits.html: gone.html", "limits.html: why.html#gone"]


def test_another_folder_is_never_emptied(tmp_path: Path) -> None:
    """A folder that holds something else is left as it is."""
    (tmp_path / "precious").touch()
    with pytest.raises(SystemExit):
        build(tmp_path)
    assert (tmp_path / "precious").exists()


def test_markup_in_a_document_stays_text() -> None:
    """HTML of a document is shown and not obeyed, and headings get the anchors that links count on."""
    page = from_markdown("x.html", "# One\n\n<script>alert(1)</script>\n\n## A `b` c!\n\n## A b c\n", str)
    assert "<script" not in page.body
    assert Read(page.body).anchors == {"one", "a-b-c", "a-b-c-1"}
