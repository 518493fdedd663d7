"""The page on which anybody asks for content to be taken down."""

from pathlib import Path

import msgspec
from litestar import Router

from shouxin.duties.content.model import ContentRequest, arrival
from shouxin.duties.desk import intake
from shouxin.duties.desk.service import Desk

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``content``."""

FIELDS = (
    "about",
    "location",
    "discloses",
    "measure",
    "text",
    "evidence",
    "sender",
    "name",
    "contact",
    "service",
)


def routes(desk: Desk) -> tuple[Router, ...]:
    """Return the page /content-request."""
    return intake.routes(
        desk,
        "content/intake.html",
        FIELDS,
        lambda given: arrival(msgspec.convert(given, ContentRequest)),
    )
