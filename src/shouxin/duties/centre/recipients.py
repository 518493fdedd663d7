"""Who receives personal information of a service: its parties and SDKs, as anybody may know them."""

import csv
import io
from collections.abc import Iterator, Sequence

from shouxin.duties.centre.model import Receiver
from shouxin.duties.inventory.processing import called
from shouxin.duties.inventory.service import Organisation, Service
from shouxin.duties.notice.model import Notice

SDK = "sdk"
"""The kind of a receiver that is a component in an app; the others are those of parties."""

HEADS = {
    "zh": ("名称", "类型", "目的", "个人信息种类", "联系方式", "国家或地区", "处理规则"),
    "en": ("Name", "Kind", "Purpose", "Categories of personal information", "Contact", "Country", "Notice"),
    "es": ("Nombre", "Tipo", "Finalidad", "Categorías de información personal", "Contacto", "País", "Aviso"),
}
"""What the columns of the file are called, in the order of the fields of ``Receiver``."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def receivers(
    organisation: Organisation | None, notice: Notice | None, service: str, language: str
) -> tuple[Receiver, ...]:
    """Return who receives information of a service; what the inventory does not say, its notice does."""
    own = next((one for one in organisation.services if one.name == service), None) if organisation else None
    found = list(_of_inventory(organisation, own, language)) if organisation and own else []
    if not found and notice:
        found = list(_of_notice(notice, language))
    return tuple(found)


def to_csv(found: Sequence[Receiver], language: str) -> bytes:
    """Return the list as CSV that spreadsheets read as UTF-8; no cell can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADS[language])
    for one in found:
        cells = (str(getattr(one, name)) for name in Receiver.__struct_fields__)
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return ("\ufeff" + text.getvalue()).encode("utf-8", "replace")


def _of_inventory(organisation: Organisation, own: Service, language: str) -> Iterator[Receiver]:
    parties = {one.name: one for one in organisation.parties}
    for activity in own.activities:
        for recipient in activity.recipients or ():
            party = parties.get(recipient.party)
            yield Receiver(
                name=recipient.party,
                kind=party.kind if party else "processor",
                purpose=recipient.purpose or activity.purpose,
                categories=called(recipient.categories, language) if recipient.categories else "",
                contact=party.contact if party else "",
                country=party.country if party else "",
                policy="",
            )
    for sdk in own.sdks or ():
        party = parties.get(sdk.party)
        yield Receiver(
            name=f"{sdk.name} {sdk.version}".strip() + (f" · {sdk.party}" if sdk.party else ""),
            kind=SDK,
            purpose=sdk.purpose,
            categories=called(sdk.categories, language) if sdk.categories else "",
            contact=party.contact if party else "",
            country=party.country if party else "",
            policy=sdk.policy,
        )


def _of_notice(notice: Notice, language: str) -> Iterator[Receiver]:
    for purpose in notice.purposes:
        names = {one.key: one.name.text(language) for one in purpose.categories}
        for one in purpose.recipients:
            why = one.purpose or purpose.purpose
            yield Receiver(
                name=one.name.text(language),
                kind=one.kind,
                purpose=why.text(language) if why else "",
                categories=", ".join(names.get(key, key) for key in one.categories),
                contact=one.contact.text(language) if one.contact else "",
                country="",
                policy="",
            )
