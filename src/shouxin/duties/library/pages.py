"""The law library as pages: /law, an instrument, a provision, search, coverage, readings, categories."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar, get_args

from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from shouxin.duties.library.model import Link, ProvisionView, SearchHit, UnitText
from shouxin.duties.library.rules import ruled
from shouxin.duties.library.running import Reader
from shouxin.duties.library.service import Library
from shouxin.engine.engines import engines
from shouxin.errors import InputError
from shouxin.law import citation
from shouxin.law.citation import Citation
from shouxin.law.coverage import Covered, covered
from shouxin.law.model import Addressee, Instrument, Mechanism, Modality, Provision, State, Words
from shouxin.law.register import Entry, Register
from shouxin.law.search import FILTERS

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``library``."""

_CHOICES: dict[str, tuple[str, ...]] = {
    "addressee": get_args(Addressee),
    "mechanism": get_args(Mechanism),
    "modality": get_args(Modality),
    "deadline": ("yes", "at_once"),
}
_Thing = TypeVar("_Thing")
_LIMIT = 50
_ALL = 2000


class Row(NamedTuple):
    """A provision in a list: where it stands, what it says, and what becomes of it."""

    provision: Provision
    state: State


class Reference(NamedTuple):
    """A citation as a link: what it names, the summary of a single provision, or how many there are."""

    link: Link
    instrument: str
    eid: str
    summary: Words | None
    provisions: int


class Group(NamedTuple):
    """Provisions that follow each other and share one source text, with that text by language."""

    views: tuple[ProvisionView, ...]
    texts: tuple[tuple[str, tuple[UnitText, ...]], ...]


def routes(library: Library) -> Router:
    """Return the pages of the law library under /law; nothing here is part of the API."""
    reader = cache(lambda: Reader(engines(library.register, library.chosen)))
    return Router(
        "/law",
        route_handlers=[index, search, coverage, readings, app_categories, instrument, provision],
        dependencies={
            "library": Provide(lambda: library, sync_to_thread=False),
            "reader": Provide(reader, sync_to_thread=False),
        },
        include_in_schema=False,
        opt={"public": True},
    )


@get("/", sync_to_thread=False)
def index(library: NamedDependency[Library]) -> Template:
    """Show the list of the instruments by kind, with how far each is executed."""
    kinds = [(kind, list(lines)) for kind, lines in groupby(library.instruments(), lambda line: line.kind)]
    counts = library.coverage().counts
    return _page(
        "index", kinds=kinds, counts=counts, version=library.register.version, choices=_choices(library)
    )


@get("/{name:str}", sync_to_thread=False)
def instrument(library: NamedDependency[Library], name: FromPath[str]) -> Template:
    """Show one instrument: its head data, its articles with their provisions, readings and notes."""
    item = library.register.instrument(name)
    return _page(
        "instrument",
        item=item,
        line=library.instrument(name),
        version=library.register.version,
        articles=_articles(library.register, item, item.provisions),
        notice=_articles(library.register, item, item.issuing_notice),
        readings=library.readings(name),
    )


@get("/{name:str}/{eid:str}", sync_to_thread=True)
def provision(
    library: NamedDependency[Library],
    reader: NamedDependency[Reader],
    name: FromPath[str],
    eid: FromPath[str],
) -> Template:
    """Show one provision, or every provision of a unit, with its source text where it was imported."""
    cited = Citation(library.register.instrument(name).instrument, eid)
    views = library.show(str(cited))
    item = library.register.instrument(name)
    entries = library.register.find(str(cited))
    shared = _shared(views)
    return _page(
        "provision",
        cited=cited,
        item=item,
        groups=[Group(tuple(group), texts) for texts, group in groupby(views, _own_texts)],
        count=len(views),
        references_of={
            view.id: (
                _references(library, view.refers_to),
                _references(library, view.sanctioned_by),
                _by_relation(link for link in view.cited_by if link not in shared),
            )
            for view in views
        },
        ruled_of={str(entry.citation): ruled(library.register, entry, library.answers) for entry in entries},
        running_of={
            view.id: reader.running(entry, view.steps) for view, entry in zip(views, entries, strict=True)
        },
        titles={item.instrument: item.title for item in library.register.instruments},
        shared=_by_relation(iter(shared)),
        readings=_once(reading for view in views for reading in view.readings),
        translation_notes=_once(note for view in views for note in view.translation_notes),
        translations={source.language: source.status for source in item.sources if source.language != "zh"},
        above=_above(eid),
        neighbours=_neighbours(item, eid),
    )


@get("/search", sync_to_thread=False)
def search(
    library: NamedDependency[Library],
    q: FromQuery[str] = "",
    instrument_: Annotated[str, QueryParameter(name="instrument")] = "",
    addressee: FromQuery[str] = "",
    mechanism: FromQuery[str] = "",
    modality: FromQuery[str] = "",
    deadline: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=_ALL)] = _LIMIT,
) -> Template:
    """Show what answers a query; a filter chosen in a field stands above the same one in the text."""
    fields = {
        "instrument": instrument_,
        "addressee": addressee,
        "mechanism": mechanism,
        "modality": modality,
        "deadline": deadline,
    }
    words, filters = _split(q, fields)
    query = " ".join([*words, *(f"{key}:{value}" for key, value in filters.items())])
    hits: tuple[SearchHit, ...] = ()
    problem = None
    if query:
        try:
            hits = library.search(query, limit=_ALL)
        except InputError as error:
            problem = error
    return _page(
        "search",
        status=400 if problem else 200,
        query=query,
        words=" ".join(words),
        filters=filters,
        choices=_choices(library),
        hits=[(hit, library.register.find(hit.id)[0].instrument) for hit in hits[:limit]],
        found=len(hits),
        limit=limit,
        all=_ALL,
        problem=problem,
    )


@get("/coverage", sync_to_thread=False)
def coverage(library: NamedDependency[Library]) -> Template:
    """Show what becomes of every provision, instrument by instrument; no id is left out."""
    answer = library.coverage()
    rows = []
    for line in library.instruments():
        item = library.register.instrument(line.id)
        rows.append(
            (
                line,
                _states(library.register, item, item.provisions),
                _states(library.register, item, item.issuing_notice),
            )
        )
    return _page("coverage", counts=answer.counts, version=answer.law_version, rows=rows)


@get("/readings", sync_to_thread=False)
def readings(
    library: NamedDependency[Library],
    instrument_: Annotated[str, QueryParameter(name="instrument")] = "",
) -> Template:
    """Show the open questions of the text with the answers chosen, of all instruments or of one."""
    groups = [
        (library.register.instrument(name), list(views))
        for name, views in groupby(library.readings(), lambda view: view.instrument)
    ]
    chosen = library.register.instrument(instrument_) if instrument_ else None
    return _page("readings", groups=groups, chosen=chosen, version=library.register.version)


@get("/app-categories", sync_to_thread=False)
def app_categories(library: NamedDependency[Library]) -> Template:
    """Show the 39 app categories with the information necessary for each (necessary-pi art. 5)."""
    return _page("app_categories", categories=library.categories())


def _page(name: str, *, status: int = 200, **context: Any) -> Template:
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
    return Template(f"library/{name}.html", context=context, status_code=status, headers=headers)


def _articles(
    register: Register, item: Instrument, provisions: Sequence[Provision]
) -> list[tuple[str, list[Row]]]:
    """Return the outermost units in order, each with its provisions."""
    rows = (Row(provision, covered(register, Entry(item, provision)).state) for provision in provisions)
    return [
        (eid, list(group)) for eid, group in groupby(rows, lambda row: citation.article(row.provision.id))
    ]


def _states(
    register: Register, item: Instrument, provisions: Sequence[Provision]
) -> list[tuple[State, list[tuple[str, Covered]]]]:
    """Return the states that occur, each with its provisions as pairs of eId and coverage."""
    found = [(provision.id, covered(register, Entry(item, provision))) for provision in provisions]
    grouped = [(state, [pair for pair in found if pair[1].state == state]) for state in get_args(State)]
    return [(state, pairs) for state, pairs in grouped if pairs]


def _references(library: Library, links: Sequence[Link]) -> list[Reference]:
    found = []
    for link in links:
        cited = citation.parse(link.citation)
        entries = library.register.find(link.citation) if link.inside else ()
        summary = entries[0].provision.summary if len(entries) == 1 else None
        found.append(Reference(link, cited.instrument, cited.eid, summary, len(entries)))
    return found


def _by_relation(links: Iterator[Link]) -> list[tuple[str, list[Reference]]]:
    """Return the links of provisions that cite this one: first those it sanctions, then the others."""
    every = list(links)
    grouped = []
    for relation in ("sanctioned_by", "refers_to"):
        chosen = [
            Reference(link, *citation.parse(link.citation), None, 1)
            for link in every
            if link.relation == relation
        ]
        if chosen:
            grouped.append((relation, chosen))
    return grouped


def _shared(views: Sequence[ProvisionView]) -> list[Link]:
    """Return the links that cite every one of several provisions, because they cite the unit."""
    first, *others = views
    return [link for link in first.cited_by if others and all(link in view.cited_by for view in others)]


def _once(things: Iterator[_Thing]) -> list[_Thing]:
    """Return what several provisions have in common a single time, in the order it first comes."""
    return list(dict.fromkeys(things))


def _own_texts(view: ProvisionView) -> tuple[tuple[str, tuple[UnitText, ...]], ...]:
    """Return the source text of a provision's own unit by language: Chinese first, then translations."""
    unit = view.eid.partition("__cl_")[0]
    order = {"zh": 0, "en": 1, "es": 2}
    own = sorted((text for text in view.texts if text.eid == unit), key=lambda text: order[text.language])
    return tuple((language, tuple(texts)) for language, texts in groupby(own, lambda text: text.language))


def _above(eid: str) -> list[str]:
    """Return the units around ``eid``, the outermost first."""
    parts = eid.split("__")
    return ["__".join(parts[:count]) for count in range(1, len(parts))]


def _neighbours(item: Instrument, eid: str) -> tuple[str, str]:
    """Return the outermost units before and after the one ``eid`` stands in, "" at either end."""
    units = list(dict.fromkeys(citation.article(provision.id) for provision in item.everything))
    at = units.index(citation.article(eid))
    return (units[at - 1] if at else "", units[at + 1] if at + 1 < len(units) else "")


def _choices(library: Library) -> dict[str, tuple[str, ...] | list[Instrument]]:
    return {"instrument": list(library.register.instruments), **_CHOICES}


def _split(text: str, fields: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the words of a query and its filters, those of the fields before those of the text."""
    words, filters = [], {}
    for token in text.split():
        key, colon, value = token.partition(":")
        if colon and value and key in FILTERS:
            filters[key] = value
        else:
            words.append(token)
    filters.update({key: value for key, value in fields.items() if value})
    return words, {key: filters[key] for key in FILTERS if key in filters}
