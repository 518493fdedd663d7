"""The register in its forms, the flows as a picture, and words for everything in three languages."""

import csv
import io
import json
import warnings
from typing import get_args

import msgspec
import pytest
import yaml
from python_calamine import CalamineWorkbook
from rdflib import RDF, Graph, Namespace

from shouxin.app.catalogue import LANGUAGES, catalogue
from shouxin.duties.inventory import checks, dpv, fields, flows, model, processing, words
from shouxin.duties.inventory.diff import Verb
from shouxin.duties.inventory.exporting import FORMS, exported
from shouxin.duties.inventory.model import Organisation

DPV = Namespace("https://w3id.org/dpv#")
PD = Namespace("https://w3id.org/dpv/pd#")


def evil(shop: Organisation) -> Organisation:
    """Return the shop with a purpose that a spreadsheet would calculate."""
    service = shop.services[0]
    bad = msgspec.structs.replace(service.activities[0], purpose='=HYPERLINK("http://x.example";"y")')
    return msgspec.structs.replace(shop, services=(msgspec.structs.replace(service, activities=(bad,)),))


@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_the_workbook_says_what_the_table_says(shop: Organisation, language: str) -> None:
    """Two sheets, the register and the SDKs, cell for cell; what is long keeps its text."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(exported(shop, "xlsx", language)))
    register, sdks = (book.get_sheet_by_index(number).to_python() for number in (0, 1))
    table = exported(shop, "csv", language).decode().removeprefix("\ufeff")
    assert register == list(csv.reader(io.StringIO(table)))
    assert [row[1] for row in sdks[1:]] == ["far-sdk", "mystery-sdk"]
    assert len(register) == 3


def test_no_cell_is_a_formula(shop: Organisation) -> None:
    """CSV puts a mark before it, the workbook keeps it as text."""
    found = evil(shop)
    (line,) = processing.lines(found, "en")
    table = processing.to_csv([line], processing.Line, "en").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table)))[1][2].startswith("'=")
    book = CalamineWorkbook.from_filelike(io.BytesIO(processing.to_xlsx(found, "en")))
    assert book.get_sheet_by_index(0).to_python()[1][2] == found.services[0].activities[0].purpose


def test_a_line_says_what_is_unknown_and_what_is_none(shop: Organisation) -> None:
    """A field nobody filled in is not an empty cell."""
    orders, recommendations = processing.lines(shop, "en")
    assert orders.categories == "name, phone number, postal address, payment record"
    assert orders.recipients == (
        "Swift Parcels (entrusted party; CN; delivery; name, phone number, postal address)"
    )
    assert orders.retention == "3 years; end of the transaction; ecommerce-law:art_31"
    assert (orders.sensitive, orders.abroad, recommendations.abroad) == ("no", "no", "yes")
    assert recommendations.retention == "not recorded"
    empty = Organisation(
        name="x", services=(model.Service(name="s", activities=(model.Activity(name="a", recipients=()),)),)
    )
    (bare,) = processing.lines(empty, "en")
    assert (bare.recipients, bare.systems, bare.basis) == ("none", "not recorded", "not recorded")
    assert len(list(csv.reader(io.StringIO(processing.to_csv((), processing.Line, "zh").decode())))) == 1


def test_the_register_is_linked_data(shop: Organisation) -> None:
    """Processes, their data, bases, recipients and storage in the terms of DPV, nothing fetched."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own JSON-LD parser
        graph = Graph().parse(data=dpv.write(shop), format="json-ld")
    processes = list(graph.subjects(RDF.type, DPV.Process))
    assert len(processes) == 2
    data = {
        kind
        for one in processes
        for node in graph.objects(one, DPV.hasPersonalData)
        for kind in graph.objects(node, RDF.type)
    }
    assert {PD.Name, PD.TelephoneNumber, PD.MedicalHealth, DPV.SensitivePersonalData} <= data
    bases = {
        kind
        for one in processes
        for node in graph.objects(one, DPV.hasLegalBasis)
        for kind in graph.objects(node, RDF.type)
    }
    assert bases == {DPV.Contract, DPV.Consent}
    recipients = {
        kind
        for one in processes
        for node in graph.objects(one, DPV.hasRecipient)
        for kind in graph.objects(node, RDF.type)
    }
    assert recipients == {DPV.DataProcessor}
    assert (None, DPV.hasStorageCondition, None) in graph
    assert json.loads(dpv.write(Organisation(name="x")))["@graph"][0]["title"] == "x"


def test_the_picture_has_a_place_for_everything(shop: Organisation) -> None:
    """No two boxes overlap, every line begins and ends at a box, and what leads abroad is marked."""
    found = flows.flows(shop)
    drawn = flows.picture(shop, found)
    for number, one in enumerate(drawn.boxes):
        assert one.y >= 0
        assert one.y + one.high <= drawn.high
        for other in drawn.boxes[number + 1 :]:
            assert one.x != other.x or one.y + one.high <= other.y or other.y + other.high <= one.y
    assert len(drawn.lines) == 2 + len(found)
    assert [box.name for box in drawn.boxes if box.abroad] == ["Far Analytics"]
    assert sum(line.abroad for line in drawn.lines) == 1
    empty = flows.picture(Organisation(name="x"), ())
    assert (empty.boxes, empty.lines) == ((), ())


def test_a_very_long_name_stays_in_its_box(shop: Organisation) -> None:
    """It is cut in the picture; the table has all of it."""
    long = msgspec.structs.replace(shop.systems[0], name="n" * 200)
    first = msgspec.structs.replace(shop.services[0].activities[0], systems=("n" * 200,))
    found = msgspec.structs.replace(
        shop, systems=(long,), services=(msgspec.structs.replace(shop.services[0], activities=(first,)),)
    )
    all_flows = flows.flows(found)
    (box,) = [one for one in flows.picture(found, all_flows).boxes if one.kind == "system"]
    assert max(map(len, box.lines)) <= 40
    assert sum(map(len, "".join(box.lines).split())) <= flows.LONGEST
    assert all_flows[0].to == "n" * 200


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_everything_has_its_word(language: str) -> None:
    """Columns, checks, bases, roles, routes, kinds, terms and parts, in each language."""
    label, shown = catalogue(language).labels, words.LABELS[language]
    assert {*processing.Line.__struct_fields__, *processing.SdkLine.__struct_fields__} == set(
        words.COLUMNS[language]
    )
    assert set(label["inventory_check"]) == set(checks.checks())
    assert set(label["platform_role"]) == set(get_args(model.PlatformRole))
    assert set(label["agreement_term"]) == set(fields.TERMS)
    assert set(label["inventory_verb"]) == set(get_args(Verb))
    for prefix, values in (("basis", model.Basis), ("kind", model.PartyKind), ("route", model.Route)):
        assert {f"{prefix}_{one}" for one in get_args(values)} <= shown.keys()
    assert set(words.LABELS["en"]) == set(shown)


def test_every_form_is_written(shop: Organisation) -> None:
    """By its name, for an organisation that holds nothing too."""
    for form in FORMS:
        assert exported(shop, form, "zh")
        assert exported(Organisation(name="x"), form, "es")
    assert yaml.safe_load(exported(shop, "dpv", "zh"))["@graph"]
