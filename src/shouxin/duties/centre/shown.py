"""What the pages of the centre share: the visit, cookies and headers, a page, the page of a problem."""

import hmac
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from litestar import Request, Response
from litestar.response import Redirect, Template

from shouxin.duties.centre.model import INSTANT, Look, Seat, Whose, look
from shouxin.duties.centre.service import Centre, Shown
from shouxin.duties.days import BEIJING
from shouxin.duties.forms import Form
from shouxin.errors import InputError, ShouxinError
from shouxin.law import citation
from shouxin.store.refusals import REFUSALS, refusal

COOKIE, LOOK = "centre", "centre_look"
"""The cookies: of a session at the centre, and of how the pages are to look, which names nobody."""

FIELD = "form_token"
_YEAR = 365 * 24 * 60 * 60
_VARY = "Accept-Language, Cookie"
_KEPT = "centre-visit"
_PUBLIC = "public, max-age=300"
Asking = Request[Any, Any, Any]

STATUS: Mapping[str, int] = {
    "centre-unknown": 404,
    "centre-foreign": 404,
    "centre-sign-in": 401,
    "centre-form": 403,
    "centre-token-used": 403,
    "centre-token-expired": 403,
    "centre-token-elsewhere": 403,
    "consent-moved-on": 409,
    "form-elsewhere": 403,
    "notice-none": 404,
    "notice-unknown": 404,
    "sign-in-slow": 429,
}
"""The status of a problem's page where it is not 400."""

OWN_WORDS = (
    *(
        "centre-unknown",
        "centre-foreign",
        "centre-sign-in",
        "centre-form",
        "centre-token",
        "centre-token-used",
    ),
    *("centre-token-expired", "centre-token-elsewhere", "centre-code", "centre-address", "centre-codes-none"),
    *(
        "centre-child",
        "centre-written",
        "centre-field",
        "centre-now",
        "consent-moved-on",
        "consent-not-given",
    ),
    *(
        "consent-not-guardian",
        "rights-identity",
        "rights-store",
        "rights-asked",
        "rights-by-hand",
        "rights-recommendation",
    ),
    *("form-elsewhere", "step-facts", "rights-passphrase"),
    *("sign-in-slow", "notice-none", "notice-unknown", "desk-field", "rights-automated"),
)
"""The codes for which the pages have words for people; for any other they have one sentence for all."""


class Visit(NamedTuple):
    """A request to the centre of a service: which one, what it shows, and who sits there if anybody."""

    centre: Centre
    shown: Shown
    seat: Seat | None

    @property
    def home(self) -> str:
        """Return the address of the first page."""
        return f"/centre/{quote(self.shown.name, safe='')}"

    @property
    def member(self) -> Seat:
        """Return who sits there; raise ``InputError`` (centre-sign-in) where nobody does."""
        if self.seat is None:
            raise InputError(
                "centre-sign-in",
                "this page is for somebody who is signed in",
                remedy="sign in, and come again",
            )
        return self.seat

    @property
    def whose(self) -> Whose:
        """Return whose information it is about; errors as ``member`` and ``Centre.whose``."""
        return self.centre.whose(self.member)


def visit(request: Asking, centre: Centre, service: str) -> Visit:
    """Return the visit of a request; raise ``InputError`` (centre-unknown)."""
    made = Visit(centre, centre.show(service), centre.seat(service, request.cookies.get(COOKIE, "")))
    request.scope["state"][_KEPT] = made
    if origins := centre.frames(service):
        request.scope["state"]["frames"] = " ".join(origins)
    return made


def page(request: Asking, made: Visit, name: str, status: int = 200, **context: Any) -> Template:
    """Return a page; one that anybody sees alike may be kept for a while, one of a person never."""
    own = made.seat is not None or status != 200 or request.method != "GET"
    headers = {
        "Cache-Control": "no-store" if own or "lang" in request.query_params else _PUBLIC,
        "Vary": _VARY,
    }
    shared = {
        "visit": made,
        "home": made.home,
        "seat": made.seat,
        "seen": _look(request),
        "title_of": made.centre.offices.register.instrument,
        "cited": citation.parse,
        "local": lambda moment: moment.astimezone(BEIJING),
        "query": urlencode,
        "problem": None,
        "nonce": secrets.token_hex(16),
        "instant": INSTANT,
        "at": str(request.url.path) if request.method == "GET" else made.home,
        "form_field": FIELD,
    }
    return Template(f"centre/{name}.html", context={**shared, **context}, status_code=status, headers=headers)


def again(address: str, *, cookie: str = "") -> Response[Any]:
    """Lead on to another page by GET."""
    headers = {"Cache-Control": "no-store", "Vary": _VARY}
    if cookie:
        headers["Set-Cookie"] = cookie
    return Redirect(address, status_code=303, headers=headers)


def session(request: Asking, made: Visit, token: str) -> str:
    """Return the ``Set-Cookie`` value that keeps a session, or with "" takes it away.

    No script reads it, and it comes to the centre only. Where another site may frame the centre, the browser
    has to bring it there too; it is then kept apart for each site that does.
    """
    over_https = request.scope["scheme"] == "https"
    framed = bool(made.centre.frames(made.shown.name)) and over_https
    site = "None; Secure; Partitioned" if framed else "Lax; Secure" if over_https else "Lax"
    gone = "" if token else " Max-Age=0;"
    return f"{COOKIE}={token}; Path=/centre;{gone} HttpOnly; SameSite={site}"


def looked(choice: Look) -> str:
    """Return the ``Set-Cookie`` value that remembers how the pages are to look."""
    words = ".".join(name for name in choice._fields if getattr(choice, name)) or "plain"
    return f"{LOOK}={words}; Path=/centre; Max-Age={_YEAR}; HttpOnly; SameSite=Lax"


def problem(request: Asking, error: Exception) -> Response[Any]:
    """Return the page of something that went wrong: what it was and what to do, in words for people."""
    if isinstance(error, REFUSALS):
        error = refusal(error)
    assert isinstance(error, ShouxinError)
    made = request.scope["state"].get(_KEPT)
    status = STATUS.get(error.code, 400 if isinstance(error, InputError) else 503)
    if error.code == "centre-sign-in" and made and request.method == "GET":
        return again(f"{made.home}/sign-in")
    known = error.code in OWN_WORDS
    word = error.code.replace("-", "_") if known else "other"
    context = {"error": error, "word": word, "provision": error.where if ":art_" in error.where else ""}
    if made is None:
        made = _nowhere(request)
    return page(request, made, "problem", status, **context)


def spoken(form: Form) -> str:
    """Return the language of the page that a form stood on."""
    return form["language"] if form["language"] in ("zh", "en", "es") else "zh"


def checked(made: Visit, form: Form) -> Seat:
    """Return who sits there, where the form is theirs; raise ``InputError`` (centre-sign-in, centre-form)."""
    seat = made.member
    if not hmac.compare_digest(seat.form_token.encode(), form[FIELD].encode("utf-8", "replace")):
        raise InputError(
            "centre-form",
            "the form does not belong to this sign-in",
            remedy="open the page again, and send the form from there",
        )
    return seat


def _look(request: Asking) -> Look:
    return look(request.query_params.get("look", "") or request.cookies.get(LOOK, ""))


def _nowhere(request: Asking) -> Visit:
    """Return a visit to no service, for the page that says so."""
    centre: Centre = request.scope["state"]["centre"]
    return Visit(centre, Shown("", None, None, None, None), None)
