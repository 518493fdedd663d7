"""The made-up shop as its customers see it: the consent widget, and what their browser asks for."""

from importlib.resources import files
from typing import Any

from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from shouxin.demo.site import SERVICE

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a shop's own page may ask for: scripts of its own, and where they send answers."""

SCRIPTS = ("watch.js", "recommendations.js", "coupons.js")


def routes() -> Router:
    """Return the page at /demo/shop and its scripts."""
    return Router(
        "/demo/shop",
        route_handlers=[shop, script],
        include_in_schema=False,
        opt={"public": True, "headers": {"Content-Security-Policy": POLICY}},
    )


@get(sync_to_thread=False)
def shop(request: Request[Any, Any, Any]) -> Template:
    """Show the shop; before an answer come this page, its style and its two scripts, nothing else."""
    context = {"service": SERVICE, "signal": request.headers.get("sec-gpc") == "1"}
    return Template("demo/shop.html", context=context, headers={"Cache-Control": "no-store"})


@get("/{name:str}", sync_to_thread=False)
def script(name: FromPath[str]) -> Response[bytes]:
    """Serve a script of the shop."""
    if name not in SCRIPTS:
        raise NotFoundException
    content = files("shouxin.demo").joinpath("static", name).read_bytes()
    return Response(
        content, media_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )
