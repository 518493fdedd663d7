"""The register of processing activities: one line an activity, in words of the reader's language."""

from collections.abc import Callable, Iterable, Sequence

from shouxin.connect.categories import categories, home
from shouxin.duties import sheets
from shouxin.duties.inventory import fields, words
from shouxin.duties.inventory.model import Activity, Organisation, Recipient, Sdk, Service
from shouxin.duties.sheets import Sheet
from shouxin.law.base import Shape
from shouxin.law.mechanism import Span


class Line(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One line of the register; every cell is text."""

    service: str
    activity: str
    purpose: str
    subjects: str
    categories: str
    sensitive: str
    basis: str
    necessity: str
    recipients: str
    systems: str
    abroad: str
    retention: str
    automated: str
    assessment: str


class SdkLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One line of the list of SDKs and third parties."""

    service: str
    name: str
    version: str
    party: str
    contact: str
    country: str
    purpose: str
    categories: str
    permissions: str
    policy: str


def lines(organisation: Organisation, language: str) -> tuple[Line, ...]:
    """Return the register in the order of the services."""
    return tuple(
        line(organisation, service, activity, language)
        for service in organisation.services
        for activity in service.activities
    )


def sdk_lines(organisation: Organisation, language: str) -> tuple[SdkLine, ...]:
    """Return the list of SDKs in the order of the services."""
    parties = {party.name: party for party in organisation.parties}

    def sdk_line(service: Service, sdk: Sdk) -> SdkLine:
        party = parties.get(sdk.party)
        return SdkLine(
            service=service.name,
            name=sdk.name,
            version=sdk.version,
            party=sdk.party,
            contact=party.contact if party else "",
            country=party.country if party else "",
            purpose=sdk.purpose,
            categories=called(sdk.categories, language),
            permissions=_joined(sdk.permissions, language),
            policy=sdk.policy,
        )

    return tuple(sdk_line(service, sdk) for service in organisation.services for sdk in service.sdks or ())


def called(keys: Sequence[str] | None, language: str) -> str:
    """Return what categories are called, each once; that they are unknown, or none."""
    if keys is None:
        return words.LABELS[language]["unknown"]
    labels = (categories()[home(key)].label.text(language) for key in keys)
    return _joined(dict.fromkeys(labels), language) or words.LABELS[language]["none"]


def category(key: str, language: str) -> str:
    """Return what one category is called, "" for what is none."""
    found = categories().get(key)
    return found.label.text(language) if found else ""


def to_csv(found: Sequence[Line] | Sequence[SdkLine], shape: type[Line | SdkLine], language: str) -> bytes:
    """Return lines as CSV."""
    return sheets.to_csv(Sheet("", head(shape, language), map(cells, found)))


def to_xlsx(organisation: Organisation, language: str) -> bytes:
    """Return a workbook with the register and the list of SDKs."""
    label = words.LABELS[language]
    return sheets.to_xlsx(
        [
            Sheet(label["register"], head(Line, language), map(cells, lines(organisation, language))),
            Sheet(label["sdks"], head(SdkLine, language), map(cells, sdk_lines(organisation, language))),
        ]
    )


def head(shape: type[Line | SdkLine], language: str) -> list[str]:
    """Return what the columns are called."""
    return [words.COLUMNS[language][name] for name in shape.__struct_fields__]


def cells(line: Line | SdkLine) -> list[str]:
    """Return the cells of a line in the order of its columns."""
    return [getattr(line, name) for name in line.__struct_fields__]


def line(organisation: Organisation, service: Service, activity: Activity, language: str) -> Line:
    """Return the line of one activity."""
    label = words.LABELS[language]
    known = fields.of_activity(organisation, activity)
    automated = known.get("automated.decides")
    return Line(
        service=service.name,
        activity=activity.name,
        purpose=activity.purpose,
        subjects=_joined(activity.subjects, language),
        categories=called(activity.categories, language),
        sensitive=_answer(activity.facts.get("data.sensitive", known["sensitive"]), language),
        basis=_each(activity.basis, lambda one: label[f"basis_{one}"], language),
        necessity=_parts(activity.necessity.why, activity.necessity.sensitive_why),
        recipients=_each(activity.recipients, lambda one: _recipient(organisation, one, language), language),
        systems=_each(activity.systems, str, language),
        abroad=_answer(known["abroad"], language),
        retention=_retention(activity, language),
        automated=_parts(
            _answer(automated, language), activity.automated.about if activity.automated else ""
        ),
        assessment=_parts(str(activity.assessed_on or ""), activity.reference),
    )


def _recipient(organisation: Organisation, recipient: Recipient, language: str) -> str:
    label = words.LABELS[language]
    party = next((one for one in organisation.parties if one.name == recipient.party), None)
    about = _parts(
        label[f"kind_{party.kind}"] if party else "",
        party.country if party else "",
        label[f"route_{party.route}"] if party and party.route else "",
        recipient.purpose,
        called(recipient.categories, language) if recipient.categories else "",
    )
    return f"{recipient.party} ({about})" if about else recipient.party


def _retention(activity: Activity, language: str) -> str:
    if activity.retention is None:
        return words.LABELS[language]["unknown"]
    found = activity.retention
    return _parts(span(found.time, language), found.since, found.because)


def span(time: Span, language: str) -> str:
    """Return a length of time in words."""
    return words.LABELS[language][time.unit if time.kind == "calendar" else "working_days"].format(
        n=time.length
    )


def _answer(worth: bool | None, language: str) -> str:
    return words.LABELS[language]["unknown" if worth is None else "yes" if worth else "no"]


def _each(found: Sequence[object] | None, say: Callable[..., str], language: str) -> str:
    if found is None:
        return words.LABELS[language]["unknown"]
    return "\n".join(say(one) for one in found) or words.LABELS[language]["none"]


def _joined(found: Iterable[str], language: str) -> str:
    return words.LABELS[language]["join"].join(found)


def _parts(*found: str) -> str:
    return "; ".join(filter(None, found))
