"""An instrument as JSON-LD in the terms of the W3C Data Privacy Vocabulary (DPV 2).

The instrument is a ``dpv:Law`` whose provisions are its rules: ``dpv:Obligation``,
``dpv:Prohibition``, ``dpv:Permission``, ``dpv:Right`` or plain ``dpv:Rule``. Where DPV has a word for
the addressee it stands as ``dpv:hasEntity``. Everything else keeps its name in the
namespace of the register, so that ``read`` gives the instrument back whole.
"""

import json
from typing import Any

import msgspec

from shouxin.errors import InputError
from shouxin.law import citation
from shouxin.law.model import Instrument, Provision

NAMESPACE = "urn:shouxin:law:"
_TERMS = "urn:shouxin:law-terms#"
_RULE = {
    "obligation": "dpv:Obligation",
    "prohibition": "dpv:Prohibition",
    "permission": "dpv:Permission",
    "power": "dpv:Permission",
    "right": "dpv:Right",
}
_ENTITY = {
    "processor": "dpv:DataController",
    "entrusted_party": "dpv:DataProcessor",
    "joint_processor": "dpv:JointDataControllers",
    "individual": "dpv:DataSubject",
    "authority": "dpv:Authority",
    "state_organ": "dpv:GovernmentalOrganisation",
    "industry_association": "dpv:IndustryConsortium",
}
_CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "@vocab": _TERMS,
    "dpv": "https://w3id.org/dpv#",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "title": {"@id": "dcterms:title", "@container": "@language"},
    "summary": {"@id": "skos:definition", "@container": "@language"},
    "effective": {"@id": "dcterms:valid", "@type": "xsd:date"},
    "issued": {"@id": "dcterms:issued", "@type": "xsd:date"},
    "rules": {"@id": "dpv:hasRule"},
    "entity": {"@id": "dpv:hasEntity", "@type": "@id"},
    "isPartOf": {"@id": "dcterms:isPartOf", "@type": "@id"},
    "references": {"@id": "dcterms:references", "@type": "@id"},
    "sanctionedBy": {"@type": "@id"},
    "register": {"@type": "@json"},
}


def write(instrument: Instrument) -> str:
    """Return ``instrument`` as a JSON-LD document with its context inside (nothing to fetch)."""
    home = instrument.instrument
    head = msgspec.to_builtins(instrument)
    rules = [_rule(provision, home) for provision in instrument.everything]
    for part in ("provisions", "issuing_notice"):
        head.pop(part, None)
    document: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": NAMESPACE + home,
        "@type": "dpv:Law",
        "title": _by_language(head["title"]),
        "effective": head["effective"],
        "register": head,
        "rules": rules,
    }
    if instrument.adopted:
        document["issued"] = head["adopted"]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read(text: str) -> Instrument:
    """Return the instrument that ``write`` wrote into ``text``; raise ``InputError`` (dpv-unreadable)."""
    try:
        document = json.loads(text)
        whole = dict(document["register"])
        parts: dict[str, list[Any]] = {"provisions": [], "issuing_notice": []}
        for rule in document["rules"]:
            provision = rule["register"]
            notice = str(provision["id"]).startswith("notice_")
            parts["issuing_notice" if notice else "provisions"].append(provision)
        return msgspec.convert({**whole, **parts}, Instrument)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(
            "dpv-unreadable",
            f"this is not a law exported as DPV JSON-LD ({type(error).__name__})",
            remedy="export it again with `shouxin law export --format dpv`",
        ) from None


def _rule(provision: Provision, home: str) -> dict[str, Any]:
    plain = msgspec.to_builtins(provision)
    rule: dict[str, Any] = {
        "@id": f"{NAMESPACE}{home}:{provision.id}",
        "@type": _RULE.get(provision.modality, "dpv:Rule"),
        "isPartOf": NAMESPACE + home,
        "summary": _by_language(plain["summary"]),
    }
    if provision.addressee in _ENTITY:
        rule["entity"] = _ENTITY[provision.addressee]
    for name, cited in (("references", provision.refers_to), ("sanctionedBy", provision.sanctioned_by)):
        if cited:
            rule[name] = [NAMESPACE + str(citation.parse(text, home)) for text in cited]
    rule["register"] = plain
    return rule


def _by_language(words: dict[str, str]) -> dict[str, str]:
    return {language: text for language, text in words.items() if text}
