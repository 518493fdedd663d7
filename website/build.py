"""Putting the site together: which documents are pages, how they are found, and that links lead somewhere."""

import json
import posixpath
import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path

from shouxin.law.register import register
from website import reference
from website.page import Page, Read, from_markdown

ROOT = Path(__file__).resolve().parent.parent
LOOK = Path(__file__).with_name("look")

GUIDE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Begin", ("docs/why.md", "docs/first-hour.md", "docs/demo.md", "README.md")),
    (
        "How to",
        (
            "docs/organisation.md",
            "docs/dataset-map.md",
            "docs/stores.md",
            "docs/notices.md",
            "docs/consent.md",
            "docs/guard.md",
            "docs/guard-sql.md",
            "docs/rights.md",
            "docs/retention.md",
            "docs/complaints.md",
            "docs/incidents.md",
            "docs/assessments.md",
            "docs/access.md",
            "docs/ledger.md",
            "docs/detection.md",
            "docs/de-identification.md",
            "docs/statute-texts.md",
        ),
    ),
    (
        "Reference",
        (
            "docs/cli.md",
            "docs/settings.md",
            "docs/errors.md",
            "docs/api.md",
            "docs/law-format.md",
            "docs/conditions.md",
        ),
    ),
    (
        "About",
        (
            "docs/architecture.md",
            "docs/security-model.md",
            "docs/limits.md",
            "docs/glossary.md",
            "docs/dependencies.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "CHANGELOG.md",
        ),
    ),
)
"""The documents in the order in which they are read; every other one in docs/ comes behind the how-to."""

MADE = (
    ("reference/api.html", "API in full"),
    ("reference/facts.html", "Facts"),
    ("reference/law.html", "The law, provision by provision"),
    ("reference/readings.html", "Readings"),
    ("reference/procedures.html", "Procedures"),
)
"""The generated pages that the navigation names."""

_OUTSIDE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)")
_INDEXED = 20_000
"""Characters of a page that the search knows, besides its headings."""


class Site:
    """The pages so far, and what was pointed to and is no page yet."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pages: dict[str, Page] = {}
        self.wanted: dict[str, Path] = {}
        listed = {name for _, names in GUIDE for name in names}
        more = sorted(f"docs/{path.name}" for path in (root / "docs").glob("*.md"))
        self.guide = [
            (title, [*names, *(one for one in more if one not in listed and title == "How to")])
            for title, names in GUIDE
        ]

    def take(self, name: str) -> Page:
        """Read a document into the site."""
        path = _page_of(name)
        page = from_markdown(
            path,
            (self.root / name).read_text(encoding="utf-8"),
            lambda link: self._resolved(name, path, link),
        )
        self.pages[path] = page
        return page

    def _resolved(self, name: str, page: str, link: str) -> str:
        """Return where a link of a document leads in the site; files become pages of their own."""
        if _OUTSIDE.match(link) or link.startswith("#"):
            return link
        target, _, anchor = link.partition("#")
        place = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
        file = self.root / place
        if not file.is_file():
            return link  # broken, and found to be so by ``broken``
        to = _page_of(place)
        self.wanted.setdefault(to, file)
        return posixpath.relpath(to, posixpath.dirname(page) or ".") + (f"#{anchor}" if anchor else "")


def build(out: Path, root: Path = ROOT) -> list[str]:
    """Write the site into a folder, which is emptied first; return every link that leads nowhere."""
    site = Site(root)
    for _, names in site.guide:
        for name in names:
            site.take(name)
    while left := [path for path in site.wanted if path not in site.pages]:
        for path in left:
            file = site.wanted[path]
            if file.suffix == ".md":
                site.take(file.relative_to(root).as_posix())
            else:
                site.pages[path] = reference.source(path, file)
    for page in reference.pages(register()):
        site.pages[page.path] = page
    start = site.pages["why.html"]
    site.pages["index.html"] = start._replace(path="index.html")
    site.pages["search.html"] = Page("search.html", "Search", (LOOK / "search.html").read_text("utf-8"))
    if out.exists():
        if any(out.iterdir()) and not (out / "search-index.js").exists():
            raise SystemExit(f"{out} holds something else: name another folder with --out")
        shutil.rmtree(out)
    for page in site.pages.values():
        file = out / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_framed(page, site), encoding="utf-8")
    for name in ("style.css", "search.js"):
        shutil.copyfile(LOOK / name, out / name)
    (out / "search-index.js").write_text(f"const INDEX = {_index(site, out)};\n", encoding="utf-8")
    return list(broken(out))


def broken(out: Path) -> Iterator[str]:
    """Yield every link within a site that leads to no page, or to no place of its page."""
    read = {
        path.relative_to(out).as_posix(): Read(path.read_text(encoding="utf-8"))
        for path in out.rglob("*.html")
    }
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    for name, page in sorted(read.items()):
        for link in page.links:
            if _OUTSIDE.match(link):
                continue
            target, _, anchor = link.partition("#")
            place = posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) if target else name
            if place not in files or (anchor and place in read and anchor not in read[place].anchors):
                yield f"{name}: {link}"


def _page_of(name: str) -> str:
    """Return where a file of the repository stands in the site: documents at the top, others in folders."""
    if name == "README.md":
        return "readme.html"
    stem = name.removeprefix("docs/")
    return stem.removesuffix(".md").lower() + ".html" if name.endswith(".md") else f"files/{name}.html"


def _framed(page: Page, site: Site) -> str:
    """Return a page with everything around it."""
    up = "../" * page.path.count("/")
    parts = []
    for title, names in site.guide:
        links = [(_page_of(name), site.pages[_page_of(name)].title) for name in names]
        links += MADE if title == "Reference" else ()
        lines = "".join(_entry(up, path, words, page.path) for path, words in links)
        opened = " open" if page.path in dict(links) else ""
        parts.append(f"<details{opened}><summary>{title}</summary><ul>{lines}</ul></details>")
    within = [one for one in page.headings if one.depth == 2 and one.anchor]
    contents = "".join(f'<li><a href="#{escape(one.anchor)}">{escape(one.words)}</a></li>' for one in within)
    filled = {
        "title": escape(page.title),
        "up": up,
        "navigation": "".join(parts),
        "contents": f'<nav class="contents" aria-label="On this page"><ul>{contents}</ul></nav>'
        if 2 < len(within) <= 60
        else "",
        "body": page.body,
    }
    text = (LOOK / "page.html").read_text(encoding="utf-8")
    return re.sub(r"{{ (\w+) }}", lambda found: filled[found[1]], text)


def _entry(up: str, path: str, words: str, here: str) -> str:
    current = ' aria-current="page"' if path == here else ""
    return f'<li><a href="{up}{path}"{current}>{escape(words)}</a></li>'


def _index(site: Site, out: Path) -> str:
    """Return what the search looks through: for each page its address, title, headings and first words."""
    lines = []
    for page in site.pages.values():
        if page.path in ("index.html", "search.html") or page.path.startswith("files/"):
            continue
        words = " ".join(" ".join(Read((out / page.path).read_text(encoding="utf-8")).words).split())
        heads = [[one.anchor, one.words] for one in page.headings if one.depth > 1]
        lines.append([page.path, page.title, heads, words[:_INDEXED]])
    return json.dumps(lines, ensure_ascii=False, separators=(",", ":"))
