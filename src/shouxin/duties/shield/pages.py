"""The page where a text is pasted or a file dropped and the findings are marked in place; nothing is kept."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Template

from shouxin.detect.kinds import kinds
from shouxin.duties.shield.service import Detector, Looked, legible, marked

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``shield``."""

_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_SHOWN = 2000


class Form(msgspec.Struct):
    """What the page sends."""

    text: str = ""
    file: UploadFile | None = None


def routes(detector: Detector) -> Router:
    """Return the page at /detect; it is no part of the API."""
    return Router(
        "/detect",
        route_handlers=[asked, looked],
        dependencies={"detector": Provide(lambda: detector, sync_to_thread=False)},
        include_in_schema=False,
        opt={"public": True},
    )


@get("/", sync_to_thread=False)
def asked() -> Template:
    """Show the form."""
    return _page("", None, "")


@post("/", status_code=200)
async def looked(
    data: Annotated[Form, Body(media_type=RequestEncodingType.MULTI_PART)],
    detector: NamedDependency[Detector],
) -> Template:
    """Show what was found in the text, or in the file where one is given."""
    import asyncio

    content = await data.file.read() if data.file else b""
    if data.file and content:
        name = Path(data.file.filename or "").name
        found = await asyncio.to_thread(detector.file, name, content)
        return _page("", found, name, legible(name, content))
    text = data.text.replace("\r\n", "\n")
    return _page(text, await asyncio.to_thread(detector.text, text), "")


def _page(text: str, found: Looked | None, name: str, read: str = "") -> Template:
    context: dict[str, Any] = {
        "kinds": kinds(),
        "text": text,
        "found": found,
        "name": name,
        "marked": list(marked(text or read, found.findings)) if found and (text or read) else [],
        "shown": found.findings[:_SHOWN] if found else (),
    }
    return Template("shield/detect.html", context=context, headers=_HEADERS)
