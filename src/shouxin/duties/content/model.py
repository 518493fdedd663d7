"""What a content request is made of. Pure."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from shouxin.duties.desk.drafting import Drafts
from shouxin.duties.desk.model import LONGEST, Arrival, Kind, Language, Request
from shouxin.law.base import Shape

KIND = Kind(
    name="content",
    procedure="takedown-request",
    stranger="person",
    office="provider",
    public="/content-request",
    staff="/content-requests",
    heard=("poster",),
)

DISCLOSES = ("identity", "privacy", "other_right")
"""What content can disclose or infringe, in the order of npc-decision:art_8__cl_1."""

MEASURES = ("delete", "stop")
"""What can be asked for: deletion, or other means that stop it (npc-decision:art_8)."""

DRAFTS = Drafts(Path(__file__).parent / "drafts.yaml")
"""What letters to whoever asks begin as."""

_Short = Annotated[str, msgspec.Meta(max_length=500)]
_Place = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"\S")]


class ContentRequest(Shape, frozen=True, kw_only=True):
    """A request as it comes in.

    ``about`` is content or messages; ``location`` the address of the content or what the messages say,
    ``sender`` who sends them; ``discloses`` what right is touched, ``measure`` what is asked for,
    ``text`` the reasons, ``evidence`` where it can be seen.
    """

    about: Literal["content", "messages"] = "content"
    location: _Place
    discloses: Literal["identity", "privacy", "other_right"] = "privacy"
    measure: Literal["delete", "stop"] = "delete"
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST, pattern=r"\S")]
    evidence: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    sender: _Short = ""
    name: _Short = ""
    contact: _Short = ""
    service: Annotated[str, msgspec.Meta(max_length=80)] = ""
    language: Language = "zh"
    request: Request | None = None


def arrival(given: ContentRequest) -> Arrival:
    """Return a request as the desk takes it in."""
    fields = ["location", "measure", "text", "evidence", "sender", "name", "contact"]
    if given.about == "content":
        fields.insert(1, "discloses")
    said = {name: getattr(given, name) for name in fields}
    return Arrival(
        body={name: text for name, text in said.items() if text.strip()},
        step=f"ask_about_{given.about}",
        service=given.service,
        language=given.language,
        request=given.request,
    )
