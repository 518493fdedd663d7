"""Receipts of ISO/IEC TS 27560: linked data in terms that the Data Privacy Vocabulary has."""

import datetime
import json

import msgspec
import pytest
import rdflib

from shouxin.duties.consent.receipt import RECEIPT, receipt
from tests.duties.consent.test_facts import GIVEN

DPV = "https://w3id.org/dpv#"
TERMS = frozenset(
    {
        "ConsentGiven",
        "ConsentNotice",
        "ConsentReceipt",
        "ConsentRecord",
        "ConsentRefused",
        "ConsentWithdrawn",
        "DataController",
        "DataSubject",
        "ExplicitlyExpressedConsent",
        "ExpressedConsent",
        "GuardianOfDataSubject",
        "PersonalData",
        "Process",
        "Purpose",
        "Recipient",
        "UntilTimeDuration",
        "WithdrawConsent",
        "hasConsentControl",
        "hasConsentStatus",
        "hasContact",
        "hasDataController",
        "hasDataSubject",
        "hasDuration",
        "hasIndicationMethod",
        "hasJurisdiction",
        "hasLegalBasis",
        "hasName",
        "hasNotice",
        "hasPersonalData",
        "hasProcess",
        "hasPurpose",
        "hasRecipient",
        "isIndicatedAtTime",
        "isIndicatedBy",
    }
)
"""Terms of DPV 2 that receipts use."""

JSON_LD = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
"""rdflib itself uses what it deprecates."""

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
SHOP = {"dpv:hasName": "店", "dpv:hasContact": "shop.example"}


def written() -> rdflib.Graph:
    """Return the graph of a receipt of three answers, read as JSON-LD."""
    end = msgspec.structs.replace(GIVEN, number=2, action="withdraw", guardian=7, until=NOON.date())
    no = msgspec.structs.replace(GIVEN, number=3, action="refuse", kinds=frozenset())
    made = receipt("u-1", [GIVEN, end, no], NOON, {GIVEN.notice: SHOP}, {1: {"entry": 5, "digest": "a"}})
    return rdflib.Graph().parse(data=json.dumps(made), format="json-ld")


@JSON_LD
def test_every_term_of_a_receipt_is_one_of_the_vocabulary_and_all_are_used() -> None:
    """A term that does not exist would mean nothing to who reads it."""
    used = {
        str(part).removeprefix(DPV) for triple in written() for part in triple if str(part).startswith(DPV)
    }
    assert used == TERMS


@JSON_LD
def test_a_receipt_says_what_the_profile_makes_mandatory_of_each_answer() -> None:
    """Subject, notice, purpose, data, controller, how to withdraw, status and time."""
    graph = written()
    records = list(graph.subjects(rdflib.RDF.type, rdflib.URIRef(DPV + "ConsentRecord")))
    assert len(records) == 3
    for one in records:
        of_record = ("hasDataSubject", "hasNotice", "hasProcess", "hasConsentStatus", "isIndicatedAtTime")
        assert all(graph.value(one, rdflib.URIRef(DPV + name)) for name in of_record)
        process = graph.value(one, rdflib.URIRef(DPV + "hasProcess"))
        of_process = ("hasPurpose", "hasPersonalData", "hasDataController", "hasConsentControl")
        assert all(graph.value(process, rdflib.URIRef(DPV + name)) for name in of_process)
    conforms = rdflib.URIRef("http://purl.org/dc/terms/conformsTo")
    assert [str(one) for one in graph.objects(None, conforms)] == [RECEIPT]


@JSON_LD
def test_a_receipt_names_the_ledger_s_entry_of_an_answer() -> None:
    """With it, whoever holds the receipt can ask for the proof of inclusion."""
    proof = rdflib.URIRef("urn:shouxin:consent-terms#proof")
    (found,) = written().objects(None, proof)
    assert json.loads(str(found)) == {"entry": 5, "digest": "a"}
