"""An instrument as Akoma Ntoso 3.0 XML (OASIS LegalDocML 1.0).

The body has the articles, paragraphs and items under the eIds of the register. Where an imported
text is given its words stand there (``status="verbatim"`` is left to the publisher of the text, so
nothing is claimed); without one the body holds the register's own summaries, marked
``status="editorial"``. Everything else the register knows travels in ``proprietary`` metadata, so
that ``read`` gives the instrument back whole.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec

from shouxin.errors import InputError
from shouxin.law.model import Instrument

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OWN = "urn:shouxin:law-terms"
_LANGUAGE = {"zh": "zho", "en": "eng", "es": "spa"}
_LONGEST = 64 * 1024 * 1024


class TextUnit(Protocol):
    """A unit of imported text, in document order: an eId, its printed number, heading and own words."""

    @property
    def eid(self) -> str:
        """Akoma Ntoso eId."""

    @property
    def number(self) -> str:
        """Number as printed."""

    @property
    def heading(self) -> str:
        """Heading, or empty."""

    @property
    def text(self) -> str:
        """Own words, without those of the units below."""


class _Summary(msgspec.Struct, frozen=True):
    """A unit of the body made from the register where no text was imported."""

    eid: str
    number: str
    heading: str
    text: str


def write(instrument: Instrument, *, language: str = "zh", units: Sequence[TextUnit] = ()) -> str:
    """Return ``instrument`` as an Akoma Ntoso document in ``language`` ("zh", "en" or "es").

    ``units`` is the imported text, in document order; without it the summaries stand in the body.
    """
    ET.register_namespace("", AKN)
    ET.register_namespace("sx", OWN)
    root = _element("akomaNtoso")
    act = _child(root, "act", name=instrument.kind, contains="originalVersion")
    _meta(_child(act, "meta"), instrument, language)
    preface = _child(_child(act, "preface"), "longTitle")
    _child(_child(preface, "p"), "docTitle").text = instrument.title.text(language)
    body = _child(act, "body")
    _fill(body, units or _summaries(instrument, language), editorial=not units)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def read(text: str) -> Instrument:
    """Return the instrument that ``write`` wrote into ``text``; raise ``InputError`` (akn-unreadable)."""
    if len(text) > _LONGEST or "<!DOCTYPE" in text[:4096] or "<!ENTITY" in text:
        raise _unreadable("too long, or with a document type that an export never has")
    try:
        # No document type reaches the parser (refused above), so no entity can expand.
        found = ET.fromstring(text).find(f".//{{{AKN}}}proprietary/{{{OWN}}}instrument")  # noqa: S314
        if found is None:
            raise _unreadable("without the register's metadata")
        return msgspec.convert(_plain(found), Instrument)
    except (ET.ParseError, msgspec.ValidationError, ValueError) as error:
        raise _unreadable(f"{type(error).__name__}") from None


def _unreadable(why: str) -> InputError:
    return InputError(
        "akn-unreadable",
        f"this is not a law exported as Akoma Ntoso ({why})",
        remedy="export it again with `shouxin law export --format akn`",
    )


def _meta(meta: ET.Element, instrument: Instrument, language: str) -> None:
    code, day = _LANGUAGE[language], instrument.effective.isoformat()
    work = f"/akn/cn/act/{instrument.effective.year}/{instrument.instrument}"
    identification = _child(meta, "identification", source="#shouxin")
    for name, uri in (
        ("FRBRWork", work),
        ("FRBRExpression", f"{work}/{code}@{day}"),
        ("FRBRManifestation", f"{work}/{code}@{day}.xml"),
    ):
        level = _child(identification, name)
        _child(level, "FRBRthis", value=uri)
        _child(level, "FRBRuri", value=uri)
        _child(level, "FRBRdate", date=day, name="effective")
        _child(level, "FRBRauthor", href="#issuer" if name == "FRBRWork" else "#shouxin")
        if name == "FRBRWork":
            _child(level, "FRBRcountry", value="cn")
            _child(level, "FRBRnumber", value=instrument.number or instrument.instrument)
        if name == "FRBRExpression":
            _child(level, "FRBRlanguage", language=code)
    lifecycle = _child(meta, "lifecycle", source="#shouxin")
    events = (
        ("generation", instrument.adopted or instrument.promulgated or instrument.effective),
        ("amendment", instrument.effective),
        ("repeal", instrument.repealed),
    )
    for number, (kind, date) in enumerate(events, start=1):
        if date and (kind != "amendment" or date != events[0][1]):
            _child(lifecycle, "eventRef", eId=f"e_{number}", date=date.isoformat(), source="#ro1", type=kind)
    references = _child(meta, "references", source="#shouxin")
    _child(references, "original", eId="ro1", href=work, showAs=instrument.title.text(language))
    _child(
        references, "TLCOrganization", eId="shouxin", href="/ontology/organization/shouxin", showAs="Shouxin"
    )
    issuers = ", ".join(instrument.issued_by)
    _child(references, "TLCOrganization", eId="issuer", href="/ontology/organization/issuer", showAs=issuers)
    proprietary = _child(meta, "proprietary", source="#shouxin")
    _tree(proprietary, "instrument", msgspec.to_builtins(instrument))


def _fill(body: ET.Element, units: Iterable[TextUnit], *, editorial: bool) -> None:
    """Put the units below one another as their eIds say; a parent's own words become its intro."""
    made: dict[str, ET.Element] = {}
    chapter = body
    for unit in units:
        kind = _tag(unit.eid)
        parent = made.get(unit.eid.rpartition("__")[0])
        if parent is None:
            parent = chapter if kind not in ("chapter", "part") else body
        element = _child(parent, kind, eId=unit.eid)
        if editorial:
            element.set("status", "editorial")
        made[unit.eid] = element
        if kind in ("chapter", "part", "section") and "art" not in unit.eid and kind != "point":
            chapter = element
        if unit.number:
            _child(element, "num").text = unit.number
        if unit.heading:
            _child(element, "heading").text = unit.heading
        if unit.text:
            _child(_child(element, "intro"), "p").text = unit.text
    _close(body)


def _close(element: ET.Element) -> None:
    """Turn the intro of every unit that has no unit below it into its content, as the schema wants."""
    for child in element:
        _close(child)
    names = [_local(child) for child in element]
    below = [name for name in names if name not in ("num", "heading", "intro", "p")]
    if _local(element) in ("body", "intro", "p", "num", "heading") or below:
        return
    for child in element:
        if _local(child) == "intro":
            child.tag = f"{{{AKN}}}content"
    if "intro" not in names:
        _child(_child(element, "content"), "p")


_TAGS = {
    "chp": "chapter", "part": "part", "sec": "section", "art": "article", "para": "paragraph",
    "item": "point", "point": "point", "cl": "clause", "intro": "paragraph", "notice": "section",
}  # fmt: skip


def _tag(eid: str) -> str:
    """Return the Akoma Ntoso element for a unit, from the last part of its eId."""
    return _TAGS.get(eid.rpartition("__")[2].partition("_")[0], "hcontainer")


def _summaries(instrument: Instrument, language: str) -> list[_Summary]:
    """Return units with the register's summaries, and the units around them that have none."""
    made: dict[str, _Summary] = {}
    for provision in instrument.everything:
        parts = provision.id.split("__")
        for count in range(1, len(parts)):
            eid = "__".join(parts[:count])
            made.setdefault(eid, _Summary(eid, parts[count - 1], "", ""))
        made[provision.id] = _Summary(provision.id, parts[-1], "", provision.summary.text(language))
    return list(made.values())


def _tree(parent: ET.Element, name: str, value: Any) -> None:
    """Write plain data as elements of our own namespace; lists hold ``item`` elements."""
    element = ET.SubElement(parent, f"{{{OWN}}}{name}")
    if isinstance(value, dict):
        if not value:
            element.set("type", "empty")
        for key, item in value.items():
            _tree(element, key, item)
    elif isinstance(value, list | tuple):
        element.set("type", "list")
        for item in value:
            _tree(element, "item", item)
    elif isinstance(value, bool):
        element.set("type", "boolean")
        element.text = "true" if value else "false"
    elif isinstance(value, int):
        element.set("type", "integer")
        element.text = str(value)
    elif value is None:
        element.set("type", "null")
    else:
        element.text = str(value)


def _plain(element: ET.Element) -> Any:
    """Return the plain data that ``_tree`` wrote."""
    kind = element.get("type")
    if kind == "list":
        return [_plain(item) for item in element]
    if kind == "null":
        return None
    if kind == "empty":
        return {}
    if kind == "boolean":
        return element.text == "true"
    if kind == "integer":
        return int(element.text or "")
    if len(element):
        return {_local(item): _plain(item) for item in element}
    return element.text or ""


def _element(name: str, /, **attributes: str) -> ET.Element:
    return ET.Element(f"{{{AKN}}}{name}", attributes)


def _child(parent: ET.Element, name: str, /, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{AKN}}}{name}", attributes)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
