"""What a complaint is made of. Pure."""

from pathlib import Path
from typing import Annotated

import msgspec

from shouxin.duties.desk.drafting import Drafts
from shouxin.duties.desk.model import LONGEST, Arrival, Kind, Language, Request
from shouxin.law.base import Shape

KIND = Kind(
    name="complaint",
    procedure="user-complaint",
    stranger="complainant",
    office="operator",
    public="/complaint",
    staff="/complaints",
)

DRAFTS = Drafts(Path(__file__).parent / "drafts.yaml")
"""What letters to a complainant begin as."""

_Short = Annotated[str, msgspec.Meta(max_length=500)]


class Complaint(Shape, frozen=True, kw_only=True):
    """A complaint as it comes in: what it is about and what happened; everything else may be left out.

    ``service`` is the service it is about as the inventory names it; ``contact`` says how to reach the
    complainant, ``account`` what the service calls them.
    """

    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST, pattern=r"\S")]
    service: Annotated[str, msgspec.Meta(max_length=80)] = ""
    name: _Short = ""
    contact: _Short = ""
    account: _Short = ""
    language: Language = "zh"
    request: Request | None = None


def arrival(given: Complaint) -> Arrival:
    """Return a complaint as the desk takes it in."""
    said = {name: getattr(given, name) for name in ("text", "name", "contact", "account")}
    return Arrival(
        body={name: text for name, text in said.items() if text.strip()},
        facts={"subject": given.subject},
        service=given.service,
        language=given.language,
        request=given.request,
    )
