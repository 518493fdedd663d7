"""A notice of a made-up shop that holds everything the law asks for."""

from typing import Any

import msgspec

from shouxin.duties.notice.model import Notice


def said(text: str) -> dict[str, str]:
    """Return a text in Chinese and English."""
    return {"zh": f"{text}（中文）", "en": text}


def category(key: str) -> dict[str, Any]:
    """Return a category of a made-up name."""
    return {"key": key, "name": said(key)}


CLINIC = {
    "key": "clinic",
    "name": said("a clinic"),
    "contact": said("clinic.example"),
    "purpose": said("advice"),
    "method": said("by interface"),
    "categories": ["heart"],
}
ABROAD = {**CLINIC, "key": "lab", "abroad": True, "rights": said("write to lab.example")}
PURPOSES: tuple[dict[str, Any], ...] = (
    {
        "key": "orders",
        "purpose": said("to deliver what was ordered"),
        "method": said("kept and printed"),
        "categories": [category("name"), category("address")],
        "keeping": said("three years"),
        "basis": ["contract"],
        "refusal": said("nothing can be delivered"),
    },
    {
        "key": "tips",
        "purpose": said("to suggest things"),
        "method": said("compared by machine"),
        "categories": [category("views")],
        "keeping": said("six months"),
        "refusal": said("there are no suggestions"),
    },
    {
        "key": "health",
        "purpose": said("to watch the heart"),
        "method": said("measured by the watch"),
        "categories": [category("heart")],
        "keeping": said("a month"),
        "sensitive": {"necessity": said("no watch without it"), "effect": said("it shows illness")},
        "recipients": [CLINIC, ABROAD],
        "refusal": said("the watch shows the time only"),
    },
    {
        "key": "news",
        "purpose": said("to tell about offers"),
        "method": said("sent"),
        "categories": [category("mail")],
        "keeping": said("until refused"),
        "channels": ["mobile_phone", "personal_email"],
        "refusal": said("no offers come"),
    },
)
WHOLE: dict[str, Any] = {
    "service": "shop",
    "title": said("What we do with your information"),
    "processor": {"name": said("Example Shop"), "contact": said("privacy.shop.example")},
    "purposes": PURPOSES,
    "rights": {"way": said("in the settings"), "steps": said("one, two"), "query": said("in the settings")},
}


def notice(**changes: Any) -> Notice:
    """Return the notice with some fields changed."""
    return msgspec.convert({**WHOLE, **changes}, Notice)


def with_purpose(at: int, **changes: Any) -> Notice:
    """Return the notice with one purpose changed; a field that is None is left out."""
    changed = {key: worth for key, worth in {**PURPOSES[at], **changes}.items() if worth is not None}
    return notice(purposes=(*PURPOSES[:at], changed, *PURPOSES[at + 1 :]))


def with_recipient(at: int, **changes: Any) -> Notice:
    """Return the notice with one recipient of the watch changed; None leaves a field out."""
    known = PURPOSES[2]["recipients"]
    changed = {key: worth for key, worth in {**known[at], **changes}.items() if worth is not None}
    return with_purpose(2, recipients=[*known[:at], changed, *known[at + 1 :]])
