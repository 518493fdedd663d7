"""The page on which anybody brings a complaint."""

from pathlib import Path

import msgspec
from litestar import Router

from shouxin.duties.complaint.model import Complaint, arrival
from shouxin.duties.desk import intake
from shouxin.duties.desk.service import Desk

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``complaint``."""

FIELDS = ("subject", "text", "service", "name", "contact", "account")


def routes(desk: Desk) -> tuple[Router, ...]:
    """Return the page /complaint."""
    return intake.routes(
        desk,
        "complaint/intake.html",
        FIELDS,
        lambda given: arrival(msgspec.convert(given, Complaint)),
        {"subject": "user_information"},
    )
