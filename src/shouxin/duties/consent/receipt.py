"""Consent records and receipts of ISO/IEC TS 27560 as JSON-LD, by the DPV's profile of it. Pure."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from shouxin.duties.consent.model import Transaction

RECEIPT = "https://w3id.org/dpv/schema/dpv-27560#receipt-record"
"""The profile that a receipt follows."""

_CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "shouxin": "urn:shouxin:consent-terms#",
    "dct:created": {"@type": "xsd:dateTime"},
    "dct:conformsTo": {"@type": "@id"},
    "dpv:isIndicatedAtTime": {"@type": "xsd:dateTime"},
    "shouxin:proof": {"@type": "@json"},
}
_STATUS = {"give": "dpv:ConsentGiven", "refuse": "dpv:ConsentRefused", "withdraw": "dpv:ConsentWithdrawn"}
ACTION_OF_STATUS = {status: action for action, status in _STATUS.items()}
"""What a person did, by the status that a record of it has."""

_EXPRESSED = frozenset({"separate", "written"})


def receipt(
    subject: str,
    transactions: Sequence[Transaction],
    made: datetime.datetime,
    controllers: Mapping[str, Mapping[str, Any]],
    proofs: Mapping[int, Any],
) -> dict[str, Any]:
    """Return a receipt with a record of each answer.

    ``subject`` is the identifier of the person; ``controllers`` are by the address of the notice, ``proofs``
    of the ledger by the number of the answer.
    """
    records = [
        record(subject, one, controllers.get(one.notice, {}), proofs.get(one.number)) for one in transactions
    ]
    return {
        "@context": _CONTEXT,
        "@type": "dpv:ConsentReceipt",
        "@id": f"urn:shouxin:receipt:{'-'.join(str(one.number) for one in transactions[-1:])}",
        "dct:conformsTo": RECEIPT,
        "dct:created": made.isoformat(),
        "dct:hasPart": records,
    }


def record(
    subject: str, one: Transaction, controller: Mapping[str, Any], proof: object = None
) -> dict[str, Any]:
    """Return the record of one answer."""
    written: dict[str, Any] = {
        "@type": "dpv:ConsentRecord",
        "@id": f"urn:shouxin:consent:{one.number}",
        "dct:identifier": str(one.number),
        "dpv:hasDataSubject": {"@type": "dpv:DataSubject", "dct:identifier": subject},
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice",
            "@id": f"urn:sha256:{one.notice}",
            "dct:language": one.how.language or "zh",
        },
        "dpv:hasProcess": _process(one, controller),
        "dpv:hasConsentStatus": {"@id": _STATUS[one.action]},
        "dpv:isIndicatedAtTime": one.at.isoformat(),
        "dpv:hasIndicationMethod": one.how.gesture,
        "dpv:isIndicatedBy": {"@type": "dpv:GuardianOfDataSubject" if one.guardian else "dpv:DataSubject"},
    }
    if one.until:
        written["dpv:hasDuration"] = {"@type": "dpv:UntilTimeDuration", "rdf:value": one.until.isoformat()}
    if one.channel:
        written["shouxin:channel"] = one.channel
    if one.kinds:
        written["shouxin:kinds"] = sorted(one.kinds)
    if one.evidence:
        written["shouxin:evidence"] = one.evidence
    if proof is not None:
        written["shouxin:proof"] = proof
    return written


def _process(one: Transaction, controller: Mapping[str, Any]) -> dict[str, Any]:
    explicit = one.kinds & _EXPRESSED
    basis = "dpv:ExplicitlyExpressedConsent" if explicit else "dpv:ExpressedConsent"
    process: dict[str, Any] = {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {"@type": "dpv:Purpose", "dct:identifier": one.purpose},
        "dpv:hasLegalBasis": {"@id": basis},
        "dpv:hasPersonalData": _parts("dpv:PersonalData", one.categories),
        "dpv:hasConsentControl": {"@id": "dpv:WithdrawConsent"},
        "dpv:hasJurisdiction": "CN",
    }
    if one.recipients:
        process["dpv:hasRecipient"] = _parts("dpv:Recipient", one.recipients)
    if controller:
        process["dpv:hasDataController"] = {"@type": "dpv:DataController", **controller}
    return process


def _parts(kind: str, keys: frozenset[str]) -> list[dict[str, str]]:
    return [{"@type": kind, "dct:identifier": key} for key in sorted(keys)]
