"""A page of the site: made from Markdown or from HTML, with its headings, links and words."""

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
Resolve = Callable[[str], str]
"""What makes of a link in a document the link in the site."""


class Heading(NamedTuple):
    """A heading: how deep it is, its anchor, its words."""

    depth: int
    anchor: str
    words: str


class Page(NamedTuple):
    """A page: where it stands in the site, its title, what it holds, and its headings."""

    path: str
    title: str
    body: str
    headings: tuple[Heading, ...] = ()
    about: str = ""


def from_markdown(path: str, text: str, resolve: Resolve) -> Page:
    """Return the page of a document; its first heading is the title."""
    tokens = _MARKDOWN.parse(_COMMENT.sub("", text))
    headings: list[Heading] = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            words = _words(tokens[index + 1])
            anchor = _anchor(words, {one.anchor for one in headings})
            token.attrSet("id", anchor)
            headings.append(Heading(int(token.tag[1]), anchor, words))
        for part in token.children or ():
            if part.type == "link_open":
                part.attrSet("href", resolve(str(part.attrGet("href") or "")))
    body = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    body = body.replace("<table>", '<div class="wide" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    body = body.replace("<pre>", '<pre tabindex="0">')  # what scrolls is reached with the keyboard
    title = headings[0].words if headings else path
    return Page(path, title, body, tuple(headings))


def from_parts(path: str, title: str, lead: str, parts: list[tuple[str, str, str]]) -> Page:
    """Return a page of parts, each an anchor, its heading and its HTML."""
    made = [f"<h1>{escape(title)}</h1>\n<p>{escape(lead)}</p>"] if lead else [f"<h1>{escape(title)}</h1>"]
    headings = [Heading(1, "", title)]
    for anchor, words, html in parts:
        made.append(f'<h2 id="{escape(anchor)}">{escape(words)}</h2>\n{html}')
        headings.append(Heading(2, anchor, words))
    return Page(path, title, "\n".join(made), tuple(headings), lead)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table; its cells are HTML."""
    first = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    lines = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="wide" tabindex="0"><table><thead><tr>{first}</tr></thead>'
        f"<tbody>\n{lines}\n</tbody></table></div>"
    )


class Read(HTMLParser):
    """What a finished page holds: its anchors, its links, its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self._within = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an anchor or a link."""
        found = dict(attrs)
        self._within += tag == "main"
        if name := found.get("id"):
            self.anchors.add(name)
        self.links += [link for name in ("href", "src") if (link := found.get(name))]

    def handle_endtag(self, tag: str) -> None:
        """Notice the end of what a page is about."""
        self._within -= tag == "main"

    def handle_data(self, data: str) -> None:
        """Keep the words of what the page is about."""
        if self._within:
            self.words.append(data)


def _words(token: Token) -> str:
    return "".join(part.content for part in token.children or () if part.type in ("text", "code_inline"))


def _anchor(words: str, taken: set[str]) -> str:
    """Return the anchor of a heading as GitHub makes it."""
    anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
    number = next(n for n in range(len(taken) + 1) if (f"{anchor}-{n}" if n else anchor) not in taken)
    return f"{anchor}-{number}" if number else anchor
