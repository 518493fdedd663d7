"""A draft of a notice from what the organisation recorded of a service, filled as far as that goes. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from shouxin.connect.categories import categories, home, sensitive
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.service import Activity, Organisation, Party, Recipient, Service, one, span
from shouxin.duties.notice import model
from shouxin.duties.notice.complete import Item, asked
from shouxin.duties.notice.model import Contact, Notice, Purpose, Rights, Said

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
TITLE = Said(
    zh="个人信息处理规则", en="What we do with your information", es="Qué hacemos con su información"
)
"""What a notice is called that nobody has given a name."""


class Told(NamedTuple):
    """An item of the law for one place of the notice: where, and the text that stands there, if any does."""

    item: Item
    purpose: str
    recipient: str
    text: Any


class Draft(NamedTuple):
    """A draft, every item that the law asks of it, told or not, and what its author has to know."""

    notice: Notice
    items: tuple[Told, ...]
    remarks: tuple[str, ...] = ()

    @property
    def untold(self) -> tuple[Told, ...]:
        """Return the items that a person still has to write."""
        return tuple(item for item in self.items if not item.text)


def draft(organisation: Organisation, name: str, decider: Decider, facts: Mapping[str, Any]) -> Draft:
    """Return the draft of a service's notice; raise ``InputError`` (service-unknown).

    ``facts`` are known of the service. Texts of the inventory stand under ``zh``: a person translates them.
    """
    service: Service = one("service", name, organisation.services)
    keys = _keys(activity.name for activity in service.activities)
    officer = organisation.officer
    notice = Notice(
        service=service.name,
        title=TITLE,
        processor=Contact(name=Said(zh=organisation.name), contact=_said(officer.contact)),
        officer=Contact(name=Said(zh=officer.name), contact=_said(officer.contact)) if officer.name else None,
        purposes=tuple(
            _purpose(keys[activity.name], activity, organisation.parties)
            for activity in service.activities[: model.MOST]
        ),
        rights=Rights(way=_said(service.pages.rights)),
        complaint=_said(service.pages.complaint),
    )
    items = tuple(Told(*spot) for spot in asked(notice, decider, facts))
    return Draft(notice, items, tuple(_doubts(service, keys)))


def remarks(found: Draft) -> str:
    """Return the head of the draft's file: each item with its provision, and what is still to be written."""
    lines = [
        "drafted from the inventory; texts stand under zh as they were recorded: read and translate them",
        "a purpose is found by the guard where its key is the name of the activity",
        *found.remarks,
        *map(_line, found.items),
    ]
    return "".join(f"# {line}\n" for line in lines)


def _doubts(service: Service, keys: Mapping[str, str]) -> Iterator[str]:
    """Yield what the draft does not have from the inventory, and what it leaves out."""
    left = len(service.activities) - model.MOST
    if left > 0:
        yield f"{left} activities are LEFT OUT: a notice tells of {model.MOST} purposes at most"
    for activity in service.activities[: model.MOST]:
        if not activity.basis:
            yield f"{keys[activity.name]}: no basis is recorded, so consent is ASSUMED"


def _line(told: Told) -> str:
    place = ", ".join(filter(None, (told.purpose, told.recipient, told.item.item)))
    return f"{told.item.provision}: {place}: {'from the inventory' if told.text else 'STILL TO BE WRITTEN'}"


def _purpose(key: str, activity: Activity, parties: tuple[Party, ...]) -> Purpose:
    known = activity.categories or ()
    recipients = activity.recipients or ()
    keys = _keys(recipient.party for recipient in recipients)
    delicate = sensitive(known) is True or activity.facts.get("data.sensitive") is True
    return Purpose(
        key=key,
        purpose=_said(activity.purpose),
        categories=tuple(model.Category(key=name, name=_category(name)) for name in dict.fromkeys(known)),
        keeping=_keeping(activity),
        basis=activity.basis or ("consent",),
        sensitive=model.Sensitive(necessity=_said(activity.necessity.sensitive_why)) if delicate else None,
        recipients=tuple(
            _recipient(keys[each.party], each, one("party", each.party, parties)) for each in recipients
        ),
        automated=_said(activity.automated.about)
        if activity.automated and activity.automated.decides
        else None,
    )


def _recipient(key: str, recipient: Recipient, party: Party) -> model.Recipient:
    return model.Recipient(
        key=key,
        name=Said(zh=party.name),
        kind="entrusted" if party.kind == "entrusted" else "processor",
        abroad=party.abroad is True,
        contact=_said(party.contact),
        purpose=_said(recipient.purpose),
        categories=recipient.categories,
    )


def _category(key: str) -> Said:
    label = categories()[home(key)].label
    return Said(zh=label.zh, en=label.en, es=label.text("es"))


def _keeping(activity: Activity) -> Said | None:
    if activity.retention is None:
        return None
    time, since = activity.retention.time, activity.retention.since.strip()
    texts = {code: span(time, code) + (f" ({since})" if since else "") for code in ("zh", "en", "es")}
    return Said(**texts)


def _said(text: str) -> Said | None:
    return Said(zh=text.strip()) if text.strip() else None


def _keys(names: Iterable[str]) -> dict[str, str]:
    """Return a key for each name: itself where it can be one, else what is left of it, each once."""
    known: dict[str, str] = {}
    for number, name in enumerate(dict.fromkeys(names), 1):
        plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:70]
        key = name if _KEY.fullmatch(name) else plain or f"item-{number}"
        known[name] = key if key not in known.values() else f"{key}-{number}"
    return known
