"""An assessment as a form: its fields, and the content that a sent form says. Pure."""

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from shouxin.duties.assessment.model import Conclusion, Content, Level
from shouxin.duties.forms import Form
from shouxin.errors import InputError

WEIGHED = ("lawful", "proper", "necessary")
SAFEGUARDS = ("safeguards_lawful", "safeguards_effective", "safeguards_fitting")
LEVELS = get_args(Level)
CONCLUSIONS = get_args(Conclusion)
_RISK = ("what", "likelihood", "gravity", "measures", "left")
_TEXTS = ("effect", "processing_record", "conclusion", "conditions")
_WORDS = {True: "yes", False: "no", None: ""}
_SPARE = 2
"""Empty rows for further risks."""


def values(content: Content) -> dict[str, str]:
    """Return what the fields of the form hold."""
    held = {name: getattr(content, name) for name in _TEXTS}
    for name in (*WEIGHED, *SAFEGUARDS):
        one = getattr(content, name)
        held |= {name: _WORDS[one.yes], f"{name}-why": one.why}
    for at, risk in enumerate(content.risks):
        held |= {f"risk-{at}-{part}": getattr(risk, part) for part in _RISK}
    return held | {"rows": str(len(content.risks) + _SPARE)}


def sent(form: Form) -> dict[str, str]:
    """Return what a sent form holds, by the names of its fields."""
    rows = min(form.number_or_none("rows") or 0, 100)
    names = [*_TEXTS, *(one + tail for one in (*WEIGHED, *SAFEGUARDS) for tail in ("", "-why"))]
    names += [f"risk-{at}-{part}" for at in range(rows) for part in _RISK]
    return {name: form[name].strip() for name in names} | {"rows": str(rows)}


def content(held: Mapping[str, str]) -> Content:
    """Return the content that the fields say; raise ``InputError`` (form-field)."""
    plain: dict[str, Any] = {name: held[name] for name in _TEXTS}
    for name in (*WEIGHED, *SAFEGUARDS):
        plain[name] = {"yes": {"yes": True, "no": False}.get(held[name]), "why": held[f"{name}-why"]}
    risks = [{part: held[f"risk-{at}-{part}"] for part in _RISK} for at in range(int(held["rows"]))]
    plain["risks"] = [one for one in risks if one["what"] or one["measures"]]
    try:
        return msgspec.convert(plain, Content)
    except msgspec.ValidationError as error:
        said = str(error)
        raise InputError(
            "form-field", f"a field cannot be used: {said[:1].lower()}{said[1:200]}", remedy="fill it in"
        ) from None
