"""What the pages of requests read of their forms."""

from typing import Any

import msgspec

from shouxin.duties.forms import Form
from shouxin.duties.rights.model import Asked, Channel
from shouxin.duties.rights.reading import changes_of, pairs_of
from shouxin.errors import InputError

_FACT = "fact:"


def asked(form: Form) -> Asked:
    """Return what a form asks for; raise ``InputError`` (rights-asked, rights-word)."""
    plain: dict[str, Any] = {name: form[name].strip() for name in ("service", "person", "right")}
    plain["destination"] = form["destination"].strip()
    plain["for_deceased"] = form["for_deceased"] == "yes"
    plain["identities"] = pairs_of(_lines(form["identities"]), "identities")
    plain["records"] = pairs_of(_lines(form["records"]), "records")
    plain["purposes"] = _lines(form["purposes"])
    plain["changes"] = changes_of(pairs_of(_lines(form["changes"]), "changes"))
    try:
        return msgspec.convert(plain, Asked)
    except msgspec.ValidationError as wrong:
        raise InputError(
            "rights-asked", f"this cannot be asked: {wrong}"[:200], remedy="fill in what is missing"
        ) from None


def words(form: Form, name: str) -> str:
    """Return a text that is needed; raise ``InputError`` (rights-words)."""
    text = form[name].strip()
    if not 0 < len(text) <= 2000:
        raise InputError(
            "rights-words", f'the field "{name}" is empty or too long', remedy="write a sentence or two"
        )
    return text


def channel(form: Form) -> Channel:
    """Return the channel by which a code goes out."""
    return "sms" if form["how"] == "sms" else "email"


def facts(form: Form) -> dict[str, bool]:
    """Return the facts that were answered; what was not is left open."""
    return {
        name.removeprefix(_FACT): form[name] == "true"
        for name in form.names
        if name.startswith(_FACT) and form[name] in ("true", "false")
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
