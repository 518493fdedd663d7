"""The register of processing activities as JSON-LD in terms of the W3C Data Privacy Vocabulary (DPV 2)."""

import json
from collections.abc import Iterator
from typing import Any

from shouxin.connect.categories import categories, home
from shouxin.duties.inventory import fields
from shouxin.duties.inventory.model import HOME, Activity, Organisation, Party, Retention, Service

_CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "title": "dcterms:title",
    "about": "dcterms:description",
    "label": {"@id": "skos:prefLabel", "@container": "@language"},
    "country": {"@id": "dcterms:spatial"},
    "cites": {"@id": "dcterms:references", "@type": "@id"},
}
_BASIS = {
    "consent": "dpv:Consent",
    "contract": "dpv:Contract",
    "statutory_duty": "dpv:LegalObligation",
    "public_health_emergency": "dpv:VitalInterest",
    "urgent_protection": "dpv:VitalInterest",
    "news_in_public_interest": "dpv:PublicInterest",
}
_ENTITY = {
    "entrusted": "dpv:DataProcessor",
    "processor": "dpv:ThirdParty",
    "joint": "dpv:JointDataControllers",
    "authority": "dpv:Authority",
}
_LAW = "urn:shouxin:law:"


def write(organisation: Organisation) -> str:
    """Return the register as a JSON-LD document with its context inside; blank nodes name nothing abroad."""
    controller = {"@id": "_:organisation", "@type": "dpv:DataController", "title": organisation.name}
    graph = [
        controller,
        *(_party(number, party) for number, party in enumerate(organisation.parties)),
        *(
            _process(organisation, service, activity)
            for service in organisation.services
            for activity in service.activities
        ),
    ]
    return json.dumps({"@context": _CONTEXT, "@graph": graph}, ensure_ascii=False, indent=2) + "\n"


def _party(number: int, party: Party) -> dict[str, Any]:
    found: dict[str, Any] = {"@id": f"_:party{number}", "@type": _ENTITY[party.kind], "title": party.name}
    return found | ({"country": party.country} if party.country else {})


def _process(organisation: Organisation, service: Service, activity: Activity) -> dict[str, Any]:
    known = fields.of_activity(organisation, activity)
    found: dict[str, Any] = {
        "@type": "dpv:Process",
        "title": f"{service.name} / {activity.name}",
        "dpv:hasDataController": {"@id": "_:organisation"},
    }
    if activity.purpose:
        found["dpv:hasPurpose"] = {"@type": "dpv:Purpose", "about": activity.purpose}
    if activity.categories:
        found["dpv:hasPersonalData"] = list(_data(activity.categories))
    if activity.basis:
        found["dpv:hasLegalBasis"] = [_basis(one) for one in activity.basis]
    if recipients := [
        {"@id": f"_:party{number}"}
        for number, party in enumerate(organisation.parties)
        if party in (fields.parties_of(organisation, activity) or ())
    ]:
        found["dpv:hasRecipient"] = recipients
    if activity.subjects:
        found["dpv:hasDataSubject"] = [
            {"@type": "dpv:DataSubject", "title": one} for one in activity.subjects
        ]
    found |= _conditions(activity.retention, known)
    if known.get("automated.decides"):
        found["dpv:hasProcessingContext"] = {"@id": "dpv:AutomatedDecisionMaking"}
    return found


def _data(keys: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for key in dict.fromkeys(home(key) for key in keys):
        category = categories()[key]
        label = category.label
        kinds = [
            category.dpv or "dpv:PersonalData",
            *(["dpv:SensitivePersonalData"] * bool(category.sensitive)),
        ]
        yield {"@type": kinds, "label": {"zh": label.zh, "en": label.en, "es": label.es}}


def _basis(name: str) -> dict[str, Any]:
    known = _BASIS.get(name)
    return {"@type": known} if known else {"@type": "dpv:LegalBasis", "title": name}


def _conditions(retention: Retention | None, known: dict[str, Any]) -> dict[str, Any]:
    conditions: list[dict[str, Any]] = []
    if retention:
        time = f"P{retention.time.length}{retention.time.unit[0].upper()}"
        kept: dict[str, Any] = {"@type": "dpv:StorageDuration", "about": time}
        if retention.because:
            kept["cites"] = _LAW + retention.because
        conditions.append(kept)
    if known["stored_in_china"]:
        conditions.append({"@type": "dpv:StorageLocation", "country": HOME})
    return {"dpv:hasStorageCondition": conditions} if conditions else {}
