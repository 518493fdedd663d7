"""The widget over HTTP: the script and the HTML for everybody, answers from the origins of the service.

No answer to OPTIONS allows anything, so a page elsewhere can send nothing but the plain text that the widget
sends, without cookies and without headers of its own.
"""

import asyncio
import re
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter

from shouxin.duties.widget.service import LARGEST, Built, Widgets, read
from shouxin.errors import InputError, ShouxinError

_FOREVER = "public, max-age=31536000, immutable"
_SOON = "public, max-age=300, must-revalidate"
_EVERYBODY = {"Access-Control-Allow-Origin": "*"}
_HASHED = re.compile(r"^(.+)\.([0-9a-f]{16})\.js$")
_ELSEWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}
Asking = Request[Any, Any, Any]


def routes(widgets: Widgets) -> Router:
    """Return the addresses below /widget."""
    return Router(
        "/widget",
        route_handlers=[served, answers],
        dependencies={"widgets": Provide(lambda: widgets, sync_to_thread=False)},
        include_in_schema=False,
    )


@get("/{name:str}", sync_to_thread=True, opt={"public": True, "headers": _ELSEWHERE})
def served(
    request: Asking,
    widgets: NamedDependency[Widgets],
    name: FromPath[str],
    lang: Annotated[str, QueryParameter(description="language of the HTML", max_length=8)] = "zh",
    action: Annotated[str, QueryParameter(description="where the HTML is sent", max_length=300)] = "",
) -> Response[bytes]:
    """Serve the script under its name or its hash, or the HTML; nothing where no notice is in force."""
    try:
        if name.endswith(".html"):
            code = lang if lang in ("zh", "en", "es") else "zh"
            page = widgets.fragment(name.removesuffix(".html"), code, action or "/privacy/choices")
            return Response(page.encode(), media_type="text/html; charset=utf-8", headers=_EVERYBODY)
    except InputError as error:
        if error.code != "notice-none":
            raise
        raise NotFoundException from None
    hashed = _HASHED.match(name)
    built = _built(widgets, hashed[1]) if hashed else None
    if hashed and built and built.about.path.endswith(f".{hashed[2]}.js"):
        return _script(request, built, forever=True)
    if name.endswith(".js") and (built := _built(widgets, name.removesuffix(".js"))):
        return _script(request, built, forever=False)
    raise NotFoundException


@post(
    "/{service:str}/answers", status_code=200, opt={"public": True, "elsewhere": True, "headers": _ELSEWHERE}
)
async def answers(
    request: Asking, widgets: NamedDependency[Widgets], service: FromPath[str]
) -> Response[bytes]:
    """Take answers down and return their receipt; a refusal is told to the page as well."""
    origin = request.headers.get("origin", "")
    own = str(request.base_url).rstrip("/")
    try:
        body = await request.body()
        if len(body) > LARGEST:
            raise InputError("widget-answers", "these are too many answers", remedy="send at most 64 KiB")
        given = read(body)
        address = request.client.host if request.client else ""
        told: Any = await asyncio.to_thread(widgets.take, service, given, origin, own, address)
        status = 200
    except InputError as error:
        told, status = _problem(error), {"sign-in-slow": 429, "widget-origin": 403}.get(error.code, 400)
    headers = {"Cache-Control": "no-store", "Vary": "Origin"}
    if origin and status != 403:
        headers["Access-Control-Allow-Origin"] = origin
    return Response(
        msgspec.json.encode(told), status_code=status, media_type="application/json", headers=headers
    )


def _problem(error: ShouxinError) -> dict[str, str]:
    return {"code": error.code, "message": error.what, "where": error.where, "remedy": error.remedy}


def _built(widgets: Widgets, service: str) -> Built | None:
    """Return the script of a service; None where no notice is in force."""
    try:
        return widgets.script(service)
    except InputError as error:
        if error.code != "notice-none":
            raise
    return None


def _script(request: Asking, built: Built, *, forever: bool) -> Response[bytes]:
    """Return the script: under its hash it never changes, under its name it does.

    Under the hash of another version there is nothing, so that nothing old is asked.
    """
    tag = f'"{built.about.integrity}"'
    headers = {"Cache-Control": _FOREVER if forever else _SOON, "ETag": tag, **_EVERYBODY}
    kind = "text/javascript; charset=utf-8"
    if tag in [known.strip() for known in request.headers.get("if-none-match", "").split(",")]:
        return Response(b"", status_code=304, headers=headers, media_type=kind)
    return Response(built.content, media_type=kind, headers=headers)
