"""The widget for whoever asks: the script of a service, its HTML without script, and answers taken down."""

import base64
import hashlib
import urllib.parse
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import yaml
from jinja2 import Environment

from shouxin.duties.access.service import Patience, Slowing
from shouxin.duties.centre.service import ServiceKeys
from shouxin.duties.consent.kept import Recorded, Report, Teller
from shouxin.duties.consent.model import Given, How
from shouxin.duties.consent.service import Consents
from shouxin.duties.consent.views import request_name
from shouxin.duties.inventory.service import organisation_within
from shouxin.duties.notice.service import Notices
from shouxin.duties.widget.model import (
    ANONYMOUS,
    LANGUAGES,
    SUBJECT,
    Answers,
    Ask,
    Choice,
    Integrity,
    Line,
    Receipt,
    asks,
    origin_allowed,
)
from shouxin.errors import InputError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import Engine

STRANGER = Teller("public", "api")
"""Who answers through the widget: nobody is signed in here."""

BROWSER = Patience(30, 60)
"""How often one browser may send answers within an hour before it waits."""

ADDRESS = Patience(600, 600)
"""The same for an address, behind which a mobile network may have thousands of people."""

LARGEST = 64 * 1024
"""The most bytes of answers that are read."""

_TAGS = {"zh": "zh-CN", "en": "en", "es": "es"}


class Built(NamedTuple):
    """The script of a service under one version of its notice."""

    content: bytes
    about: Integrity


class Placed(NamedTuple):
    """What a service puts on its pages: the line with the hash in force, the one without, and its origins."""

    about: Integrity
    line: str
    newest: str
    origins: tuple[str, ...]


class Widgets:
    """The widgets of all services whose notices and consents are in one store; ``keys`` vouch for people."""

    def __init__(
        self, notices: Notices, consents: Consents, engine: "Engine | None", keys: ServiceKeys
    ) -> None:
        self._notices = notices
        self._consents = consents
        self._engine = engine
        self._keys = keys
        self._built: dict[str, Built] = {}

    def script(self, service: str) -> Built:
        """Return the script of a service under its notice in force; raise ``InputError`` (notice-none)."""
        published, _ = self._notices.in_force(service)
        if published.address not in self._built:
            if len(self._built) > 100:
                self._built.clear()
            self._built[published.address] = self._build(service)
        return self._built[published.address]

    def places(self, server: str) -> tuple[Placed, ...]:
        """Return what each service with a notice in force puts on its pages, ``server`` being this one."""
        found = []
        for name in self._notices.services():
            try:
                about, origins = self.script(name).about, self.origins(name)
            except InputError:
                continue  # its notice is not in force yet, or the inventory knows no such service
            line = snippet(about, server, pinned=True)
            found.append(Placed(about, line, snippet(about, server, pinned=False), origins))
        return tuple(found)

    def fragment(self, service: str, language: str, action: str) -> str:
        """Return the same questions as HTML for pages without script, sent to ``action`` of the service.

        Raises ``InputError`` (notice-none).
        """
        notice, asked = self._asked(service)
        source = files("shouxin.duties.widget").joinpath("templates/fragment.html").read_text("utf-8")
        page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
        return page.render(
            words=words()[language],
            code=language,
            tag=_TAGS[language],
            service=service,
            notice=notice,
            action=action,
            asks=asked,
        )

    def origins(self, service: str) -> tuple[str, ...]:
        """Return where a service is served from; errors as ``take``."""
        with self._store().connect() as connection:
            known = organisation_within(connection).services
        for one in known:
            if one.name == service:
                return one.origins
        raise InputError(
            "service-unknown",
            f'there is no service "{service[:80]}" here',
            remedy="`shouxin inventory show` lists them",
        )

    def take(self, service: str, given: Answers, origin: str, own: str, address: str) -> Receipt:
        """Take answers down that came from a page at ``origin``; ``own`` is the origin of this server.

        Raises ``InputError``: widget-origin, centre-token and its kin, widget-notice, sign-in-slow,
        organisation-none, service-unknown. What is wrong with one answer stands in its line.
        """
        if not origin_allowed(origin, own, self.origins(service)):
            raise InputError(
                "widget-origin",
                "answers of this service are not taken from this page",
                where="header Origin",
                remedy="name the origin of the page in the inventory, field `origins` of the service",
            )
        person = self._person(service, given.subject)
        whose = hashlib.sha256(person.encode()).hexdigest()
        Slowing(self._store(), BROWSER, ADDRESS).attempt(f"widget {service} {whose}", f"widget {address}")
        if self._consents.in_force(service).address != given.notice:
            raise InputError(
                "widget-notice",
                "the notice changed while it was shown",
                where=given.notice[:12],
                remedy="load the page again and look at the new version",
            )
        reports = [Report(_given(person, given, one), STRANGER) for one in given.choices]
        outcomes = self._consents.record(reports)
        lines = [_line(one, outcome) for one, outcome in zip(given.choices, outcomes, strict=True)]
        return Receipt(service=service, notice=given.notice, answers=tuple(lines))

    def _person(self, service: str, subject: str) -> str:
        """Return the reference of who answers; a number of the widget never names anybody else."""
        if SUBJECT.match(subject):
            return ANONYMOUS + subject
        return self._keys.vouched(service, subject, "widget").sub

    def _asked(self, service: str) -> tuple[str, tuple[Ask, ...]]:
        published, notice = self._notices.in_force(service)
        return published.address, asks(notice, self._consents.in_force(service), words())

    def _build(self, service: str) -> Built:
        address, asked = self._asked(service)
        place = urllib.parse.quote(service, safe="")
        config = {
            "service": service,
            "notice": address,
            "answers": f"{place}/answers",
            "centre": f"../centre/{place}",
            "full": f"../notices/{address}",
            "tags": _TAGS,
            "asks": asked,
            "words": {code: _spoken(one, service) for code, one in words().items()},
            "style": _style(),
        }
        content = program() + b"(" + _safe(msgspec.json.encode(config)) + b");\n"
        digest = hashlib.sha384(content).digest()
        about = Integrity(
            service=service,
            notice=address,
            path=f"/widget/{place}.{digest.hex()[:16]}.js",
            integrity=f"sha384-{base64.b64encode(digest).decode()}",
            size=len(content),
            packed=len(zlib.compress(content, 9)),
        )
        return Built(content, about)

    def _store(self) -> "Engine":
        if self._engine is None:
            raise StoreError(
                "store-missing",
                "there is no store that could hold consents",
                remedy="start one with `shouxin serve`",
            )
        return self._engine


def read(body: bytes) -> Answers:
    """Return the answers that a widget sent; raise ``InputError`` (widget-answers)."""
    try:
        return msgspec.json.decode(body, type=Answers)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        what = (str(error).splitlines() or ["it is no JSON"])[0][:200]
        raise InputError(
            "widget-answers", f"these are no answers of a widget: {what}", remedy="see docs/widget.md"
        ) from None


def snippet(about: Integrity, server: str, *, pinned: bool) -> str:
    """Return the line of HTML that puts the widget on a page."""
    if pinned:
        sealed = f'integrity="{about.integrity}" crossorigin="anonymous"'
        return f'<script src="{server}{about.path}" {sealed}></script>'
    place = urllib.parse.quote(about.service, safe="")
    return f'<script src="{server}/widget/{place}.js"></script>'


@cache
def words() -> Mapping[str, dict[str, str]]:
    """Return what the widget says, by language."""
    text = files("shouxin.duties.widget").joinpath("words.yaml").read_text("utf-8")
    found = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), dict[str, dict[str, str]])
    assert tuple(found) == LANGUAGES
    return found


@cache
def program() -> bytes:
    """Return the program without what only its readers need: indentation and remarks of whole lines."""
    source = files("shouxin.duties.widget").joinpath("widget.js").read_text("utf-8")
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")).encode()


def _spoken(one: Mapping[str, str], service: str) -> dict[str, str]:
    """Return what the program says in one language; what only the server says stays here."""
    said = {name: text for name, text in one.items() if not name.startswith("channel")}
    return said | {"intro": said["intro"].format(service=service)}


def _style() -> str:
    return files("shouxin.duties.widget").joinpath("widget.css").read_text("utf-8").replace("\n", "")


def _safe(data: bytes) -> bytes:
    """Return JSON that may stand in a script, even one that somebody puts into a page."""
    return (
        data.replace(b"<", b"\\u003c")
        .replace(b"\xe2\x80\xa8", b"\\u2028")
        .replace(b"\xe2\x80\xa9", b"\\u2029")
    )


def _given(person: str, given: Answers, one: Choice) -> Given:
    return Given(
        person=person,
        action=one.action,
        purpose=one.purpose,
        channel=one.channel,
        notice=given.notice,
        kinds=frozenset({"separate"}) if one.separate else frozenset(),
        how=How(
            gesture=one.gesture,
            place="widget",
            language=given.language,
            asked_with=one.asked_with,
            refusable=True,
        ),
        request=request_name(given.request, one.purpose, one.channel),
    )


def _line(one: Choice, outcome: Recorded | InputError) -> Line:
    if isinstance(outcome, InputError):
        return Line(purpose=one.purpose, channel=one.channel, action=one.action, problem=outcome.code)
    made = outcome.transaction
    return Line(purpose=one.purpose, channel=one.channel, action=one.action, number=made.number, at=made.at)
