"""A document made of its text: its HTML without styles or scripts, and its parts under headings. Pure."""

import re
from collections.abc import Container, Iterable
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_LINK = re.compile(r"(?:https?:.*|#.*)")
_DOCUMENT = re.compile(r"(?:\./)?([a-z0-9-]+)\.md(#.*)?")


class Part(NamedTuple):
    """A part of a document: the anchor of its heading, the heading, and the words below it."""

    anchor: str
    title: str
    text: str


class Document(NamedTuple):
    """A document by the name of its file, with its title, its HTML and its parts; the first has its title."""

    name: str
    title: str
    html: str
    parts: tuple[Part, ...]


def document(name: str, text: str, others: Container[str]) -> Document:
    """Return a document; a link leads to another of the ``others``, to the net, or is plain text."""
    tokens = _MARKDOWN.parse(_COMMENT.sub("", text))
    parts = [Part("", name, "")]
    for index, token in enumerate(tokens):
        token.attrs.pop("style", None)  # a column to the right, which the policy of the pages forbids
        if token.type == "heading_open":
            title = _words([tokens[index + 1]])
            anchor = _anchor(title, {one.anchor for one in parts})
            token.attrSet("id", anchor)
            parts.append(Part(anchor, title, ""))
        elif token.type in ("inline", "fence", "code_block") and tokens[index - 1].type != "heading_open":
            parts[-1] = parts[-1]._replace(text=f"{parts[-1].text}\n{_words([token])}".strip())
        _lead(token.children or (), others)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    html = html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    kept = tuple(parts[1:]) or tuple(parts)
    return Document(name, kept[0].title, html, kept)


def _lead(tokens: Iterable[Token], others: Container[str]) -> None:
    """Let every link lead somewhere in the console or on the net; what leads elsewhere becomes plain text."""
    plain = False
    for token in tokens:
        if token.type == "link_open":
            link = str(token.attrGet("href") or "")
            inside = _DOCUMENT.fullmatch(link)
            if inside and inside[1] in others:
                token.attrSet("href", f"/handbook/{inside[1]}{inside[2] or ''}")
            plain = not (_LINK.fullmatch(link) or (inside and inside[1] in others))
            if plain:
                token.tag, token.attrs = "span", {}
        elif token.type == "link_close" and plain:
            token.tag, plain = "span", False


def _words(tokens: Iterable[Token]) -> str:
    """Return the words of tokens without their marks."""
    found = []
    for token in tokens:
        if token.children:
            found.append(_words(token.children))
        elif token.type in ("softbreak", "hardbreak"):
            found.append(" ")
        else:
            found.append(token.content)
    return "".join(found)


def _anchor(title: str, taken: Container[str]) -> str:
    """Return the anchor of a heading as the site and code hosts make it, with a number where it is taken."""
    plain = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") or "part"
    anchor, number = plain, 0
    while anchor in taken:
        number += 1
        anchor = f"{plain}-{number}"
    return anchor
