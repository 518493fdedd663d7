"""The style sheets, the script of the console and the icon, under names that hold a hash of their content.

A folder is one file: ``static/style`` holds the parts of ``style.css``, joined in the order of their names,
so that each part stays short and a page asks for its style once.
"""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    """A file as it is served: the name with the hash, the media type, the bytes."""

    name: str
    media_type: str
    content: bytes


def address(name: str) -> str:
    """Return the address of a static file; raise ``KeyError`` where there is none of that name."""
    return f"/static/{_assets()[name].name}"


def routes() -> list[HTTPRouteHandler]:
    """Return the handler that serves the static files."""
    return [asset]


@get("/static/{name:str}", include_in_schema=False, sync_to_thread=False, opt={"public": True})
def asset(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    """Serve a static file, or 304 where the reader has it; the name changes with the content."""
    found = next((item for item in _assets().values() if item.name == name), None)
    if found is None:
        raise NotFoundException
    tag = f'"{name}"'
    headers = {"ETag": tag, "Cache-Control": _FOREVER}
    if tag in [known.strip() for known in request.headers.get("if-none-match", "").split(",")]:
        return Response(b"", status_code=304, headers=headers, media_type=found.media_type)
    return Response(found.content, headers=headers, media_type=found.media_type)


@cache
def _assets() -> dict[str, Asset]:
    found = {}
    for path in files("shouxin.app").joinpath("static").iterdir():
        name, content = (
            (f"{path.name}.css", _joined(path)) if path.is_dir() else (path.name, path.read_bytes())
        )
        stem, _, suffix = name.rpartition(".")
        digest = hashlib.sha256(content).hexdigest()[:16]
        found[name] = Asset(f"{stem}.{digest}.{suffix}", _TYPES[suffix], content)
    return found


def _joined(folder: Traversable) -> bytes:
    """Return the parts of a style sheet as one; what narrows and what prints comes last and wins."""
    return b"\n".join(part.read_bytes() for part in sorted(folder.iterdir(), key=lambda part: part.name))
