"""Reading pages as a crawler does: their links, their forms, and what no page may hold."""

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import NamedTuple, Protocol
from urllib.parse import urldefrag, urljoin, urlsplit

from litestar import Litestar
from litestar.routes import HTTPRoute

from shouxin.app.reasons import needless
from shouxin.law.register import register

MARK = "xss7f"
"""The name of an element, and the end of a handler's name, that only stored text could bring into a page."""

PLACES = {
    "name": "pipl", "eid": "art_29", "citation": "pipl:art_29", "provision": "pipl:art_29", "form": "akn",
    "address": "0" * 64, "decision": "0" * 32,
}  # fmt: skip
_RUNS = re.compile(r"\s*(javascript|data|vbscript):", re.IGNORECASE)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)


class Answer(Protocol):
    """What a client gets."""

    status_code: int

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers."""

    @property
    def text(self) -> str:
        """Return the body."""


class Door(NamedTuple):
    """A handler: its method, its address with and without places, the permission it needs ("" is public)."""

    method: str
    pattern: str
    path: str
    needs: str
    page: bool


class Field(NamedTuple):
    """A field of a form: its name, its kind, what it holds, and its choices."""

    name: str
    kind: str
    value: str
    choices: tuple[str, ...] = ()


class Sent(NamedTuple):
    """A form that is sent: where to, and its fields."""

    action: str
    fields: tuple[Field, ...]


def doors(app: Litestar) -> Iterator[Door]:
    """Yield every handler of the application; those that have numbers in their address get ``1``."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            path = re.sub(r"{(\w+):(\w+)}", _place, route.path)
            pattern = re.sub(r"{(\w+):\w+}", r"{\1}", route.path)
            page = not pattern.startswith(("/api", "/static", "/health"))
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                yield Door(str(method), pattern, path, str(handler.opt.get("needs", "")), page)


def _place(found: re.Match[str]) -> str:
    return "1" if found[2] == "int" else PLACES.get(found[1], "nothing")


def pattern_of(app: Litestar, path: str) -> str:
    """Return the pattern of the route that answers a path; "" where there is none."""
    fitting = []
    for route in app.routes:
        places = re.sub(r"{\w+:path}", ".+", re.sub(r"{\w+:int}", r"\\d+", route.path))
        if re.fullmatch(re.sub(r"{\w+:\w+}", "[^/]+", places), path):
            fitting.append(re.sub(r"{(\w+):\w+}", r"{\1}", route.path))
    return min(fitting, key=lambda pattern: pattern.count("{"), default="")


class Page(HTMLParser):
    """What a page holds, read as leniently as a browser reads it.

    A file that is ``taken`` away, such as the report of a pack, brings its own style.
    """

    def __init__(self, text: str, *, taken: bool = False) -> None:
        super().__init__()
        self._taken = taken
        self.language, self.title, self.headings = "", "", 0
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.forms: list[Sent] = []
        self.wrong: list[str] = []
        self.words: list[str] = []
        self.questions: list[tuple[str, dict[str, str]]] = []
        self.behind: dict[str, list[str]] = {}
        self._line = ""
        self._form: tuple[str, list[Field]] | None = None
        self._select: tuple[str, list[str], str] | None = None
        self._text: tuple[str, list[str]] | None = None
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        found = {name: value or "" for name, value in attrs}
        self._judge(tag, found)
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "html":
            self.language = found.get("lang", "")
        self.headings += tag == "h1"
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
            if self._line:
                self.behind[self._line].append(found["href"])
        if found.get("class") == "asked-for":
            self._line = found["id"]
            self.behind[self._line] = []
        if tag in ("input", "select", "textarea") and self._form and self._form[0] and "main" in self._open:
            self.questions.append((self._form[0], found))
        if tag == "link" and found.get("rel") in ("stylesheet", "icon"):
            self.loaded.append(found["href"])
        if tag in ("script", "img") and "src" in found:
            self.loaded.append(found["src"])
        if tag == "form":
            self._form = (found.get("action", "") if found.get("method") == "post" else "", [])
        self._of_form(tag, found)

    def handle_endtag(self, tag: str) -> None:
        """Finish a form, a list of choices, a text."""
        while tag in self._open and self._open.pop() != tag:
            pass
        if tag == "small":
            self._line = ""
        if tag == "form" and self._form:
            if self._form[0]:
                self.forms.append(Sent(self._form[0], tuple(self._form[1])))
            self._form = None
        if tag == "select" and self._select and self._form:
            name, choices, chosen = self._select
            value = chosen or next((one for one in choices if one), "")
            self._form[1].append(Field(name, "select", value, tuple(choices)))
            self._select = None
        if tag == "textarea" and self._text and self._form:
            self._form[1].append(Field(self._text[0], "textarea", "".join(self._text[1])))
            self._text = None

    def handle_data(self, data: str) -> None:
        """Keep the words of the page."""
        within = self._open[-1] if self._open else ""
        if within == "title":
            self.title += data
        if within == "textarea" and self._text:
            self._text[1].append(data)
        self.words.append(data)

    def unexplained(self) -> list[str]:
        """Return what is wrong with the reasons of the page's fields, and with what they cite."""
        wrong = []
        for action, found in self.questions:
            lines = [one for one in found.get("aria-describedby", "").split() if one in self.behind]
            if not lines and not needless(found):
                wrong.append(f"{action}: {found['name']} has no reason")
        for link in (link for links in self.behind.values() for link in links):
            if not register().find(link.removeprefix("/law/").replace("/", ":")):
                wrong.append(f"{link} is not in the register")
        return wrong

    def _judge(self, tag: str, found: Mapping[str, str]) -> None:
        """Say what a page of ours never holds, whoever wrote what is stored."""
        if MARK in tag or any(MARK in name for name in found):
            self.wrong.append(f"stored markup came alive: <{tag} {' '.join(found)}>")
        if tag == "button" and not self._form and not found.keys() & {"form", "hidden", "popovertarget"}:
            self.wrong.append(f"a button that does nothing without a script: {found}")
        if (tag == "style" and not self._taken) or (tag == "script" and "src" not in found):
            self.wrong.append(f"<{tag}> within the page")
        for name, value in found.items():
            if name.startswith("on") or name == "style":
                self.wrong.append(f"<{tag} {name}>")
            if name in ("href", "src", "action") and _RUNS.match(value):
                self.wrong.append(f"<{tag} {name}={value[:40]}>")

    def _of_form(self, tag: str, found: Mapping[str, str]) -> None:
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "option" and self._select:
            self._select[1].append(found.get("value", ""))
            if "selected" in found:
                self._select = (self._select[0], self._select[1], found.get("value", ""))
        if self._form is None or not name:
            return
        if tag == "select":
            self._select = (name, [], "")
        elif tag == "textarea":
            self._text = (name, [])
        elif tag == "button" or (tag == "input" and kind == "submit"):
            self._form[1].append(Field(name, "button", found.get("value", "")))
        elif tag == "input":
            kept = kind if "checked" in found or kind not in ("radio", "checkbox") else f"un{kind}"
            self._form[1].append(Field(name, kept, found.get("value", "")))


def pages(
    app: Litestar, ask: Callable[[str], Answer], each: int, beyond: tuple[str, ...]
) -> Iterator[tuple[str, Page]]:
    """Yield the pages that links lead to from the fixed addresses, at most ``each`` of a route.

    ``beyond`` are the beginnings of addresses that are not visited.
    """
    waiting = [route.path for route in app.routes if "{" not in route.path]
    seen: dict[str, set[str]] = {}
    while waiting:
        path = waiting.pop(0)
        pattern = pattern_of(app, path.partition("?")[0])
        known = seen.setdefault(pattern, set())
        if not pattern or pattern.startswith(beyond) or path in known or len(known) >= each:
            continue
        known.add(path)
        answer = ask(path)
        if answer.status_code in (302, 303, 307):
            waiting.append(inside(path, answer.headers.get("location", "")))
        if answer.headers.get("content-type", "").startswith("text/html") and answer.status_code == 200:
            taken = answer.headers.get("content-disposition", "").startswith("attachment")
            page = Page(answer.text, taken=taken)
            yield path, page
            links = (inside(path.partition("?")[0], link) for link in page.links)
            waiting += [link for link in links if "lang=" not in link]


def inside(base: str, link: str) -> str:
    """Return where a link of a page leads within the site, without its fragment; "" where it leads out."""
    whole = urlsplit(urldefrag(urljoin(f"http://localhost{base}", link)).url)
    if whole.netloc != "localhost" or whole.scheme != "http":
        return ""
    return whole.path + (f"?{whole.query}" if whole.query else "")
