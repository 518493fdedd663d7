"""The law library over HTTP: the same shapes as the command line's ``--json``, under /api/law."""

from dataclasses import dataclass
from typing import Annotated, Literal

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, QueryParameter, RawBody

from shouxin.duties.documents import document
from shouxin.duties.library.model import (
    DiffReport,
    ImportReport,
    InstrumentLine,
    ProvisionView,
    ReadingView,
    SearchHit,
    Version,
)
from shouxin.duties.library.service import Library
from shouxin.duties.problem import problems
from shouxin.law.coverage import Counts, Coverage
from shouxin.law.model import AppCategory, Shape

_Language = Literal["zh", "en", "es"]
_Name = Annotated[str, PathParameter(description="an instrument's id: pipl", pattern="^[^/]+$")]


class LawState(Shape, frozen=True, kw_only=True):
    """Which law files are served, how many instruments they hold, and how far they are executed."""

    law_version: str
    instruments: int
    counts: Counts


@dataclass
class _RawBody(Operation):
    """An operation that takes a file as it is."""

    def __post_init__(self) -> None:
        content = {"application/octet-stream": OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))}
        self.request_body = RequestBody(
            content=content, required=True, description="A statute's text, as a file."
        )


def routes(library: Library) -> Router:
    """Return the API of the law library, under /api/law."""
    return Router(
        "/api/law",
        route_handlers=[
            state,
            instruments,
            instrument,
            provisions,
            search,
            coverage,
            readings,
            app_categories,
            texts,
            import_text,
            diff,
            export,
        ],
        dependencies={"library": Provide(lambda: library, sync_to_thread=False)},
        tags=["law"],
    )


@get(
    "/",
    summary="Version and counts",
    operation_id="law",
    responses=problems(400),
    sync_to_thread=False,
    opt={"public": True},
)
def state(library: NamedDependency[Library]) -> LawState:
    """Return the version of the law files and how many provisions are in each state of execution."""
    return LawState(
        law_version=library.register.version,
        instruments=len(library.register.instruments),
        counts=library.coverage().counts,
    )


@get(
    "/instruments",
    summary="The instruments",
    operation_id="law-instruments",
    responses=problems(400),
    sync_to_thread=False,
    opt={"public": True},
)
def instruments(library: NamedDependency[Library]) -> tuple[InstrumentLine, ...]:
    """Return one line for each instrument, statutes first."""
    return library.instruments()


@get(
    "/instruments/{name:str}",
    summary="One instrument",
    operation_id="law-instrument",
    responses=problems(400, 404),
    sync_to_thread=False,
    opt={"public": True},
)
def instrument(library: NamedDependency[Library], name: _Name) -> InstrumentLine:
    """Return the line of one instrument."""
    return library.instrument(name)


@get(
    "/provisions/{citation:str}",
    summary="The provisions that a citation names",
    operation_id="law-provisions",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt={"public": True},
)
def provisions(
    library: NamedDependency[Library],
    citation: Annotated[
        str, PathParameter(description="pipl:art_29, or pipl for all of it", pattern="^[^/]+$")
    ],
) -> tuple[ProvisionView, ...]:
    """Return a provision, or every provision under a unit, with links, readings and imported texts."""
    return library.show(citation)


@get(
    "/search",
    summary="Search the provisions",
    operation_id="law-search",
    responses=problems(400),
    sync_to_thread=False,
    opt={"public": True},
)
def search(
    library: NamedDependency[Library],
    q: Annotated[str, QueryParameter(description="words, a citation, filters such as mechanism:clock")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=2000, description="at most so many")] = 50,
) -> tuple[SearchHit, ...]:
    """Return the provisions that answer a query, best first."""
    return library.search(q, limit=limit)


@get(
    "/coverage",
    summary="What becomes of every provision",
    operation_id="law-coverage",
    responses=problems(400),
    sync_to_thread=False,
    opt={"public": True},
)
def coverage(library: NamedDependency[Library]) -> Coverage:
    """Return the state of every provision: executed, vocabulary, declaration, not yet."""
    return library.coverage()


@get(
    "/readings",
    summary="Open questions and the answers chosen",
    operation_id="law-readings",
    responses=problems(400, 404),
    sync_to_thread=False,
    opt={"public": True},
)
def readings(
    library: NamedDependency[Library],
    instrument: Annotated[str, QueryParameter(description="only those of this instrument")] = "",
) -> tuple[ReadingView, ...]:
    """Return the readings, of all instruments or of one."""
    return library.readings(instrument)


@get(
    "/app-categories",
    summary="Necessary information by app category",
    operation_id="law-app-categories",
    responses=problems(400),
    sync_to_thread=False,
    opt={"public": True},
)
def app_categories(library: NamedDependency[Library]) -> tuple[AppCategory, ...]:
    """Return the 39 app categories with their necessary information (necessary-pi art. 5)."""
    return library.categories()


@get(
    "/texts",
    summary="The kept statute texts",
    operation_id="law-texts",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt={"public": True},
)
def texts(
    library: NamedDependency[Library],
    instrument: Annotated[str | None, QueryParameter(description="only those of this instrument")] = None,
) -> tuple[Version, ...]:
    """Return the versions of imported texts, newest first."""
    return library.versions(instrument)


@post(
    "/texts",
    summary="Import a statute text",
    operation_id="law-import",
    operation_class=_RawBody,
    responses=problems(400, 401, 403, 413, 503),
    security=[{"token": []}],
    status_code=200,
    sync_to_thread=True,
    opt={"needs": "law.import"},
)
def import_text(
    library: NamedDependency[Library],
    body: RawBody,
    name: Annotated[str, QueryParameter(description="the file's name, kept with the text")] = "upload",
    encoding: Annotated[
        str | None, QueryParameter(description="the file's encoding, where it is not to be found out")
    ] = None,
    dry_run: Annotated[bool, QueryParameter(description="read and report, keep nothing")] = False,
) -> ImportReport:
    """Read a statute text, keep it, and report what of it matched the register."""
    return library.import_file(body, name=name, encoding=encoding, dry_run=dry_run)


@get(
    "/diff",
    summary="Compare two kept texts",
    operation_id="law-diff",
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt={"public": True},
)
def diff(
    library: NamedDependency[Library],
    old: Annotated[int, QueryParameter(ge=1, le=2**63 - 1, description="version number of the older text")],
    new: Annotated[int, QueryParameter(ge=1, le=2**63 - 1, description="version number of the newer text")],
) -> DiffReport:
    """Return what changed between two versions of a text, unit by unit."""
    return library.diff(old, new)


@get(
    "/export/{form:str}/{name:str}",
    summary="One instrument as Akoma Ntoso or DPV",
    operation_id="law-export",
    operation_class=document("application/akn+xml", "application/ld+json"),
    responses=problems(400, 404, 503),
    sync_to_thread=True,
    opt={"public": True},
)
def export(
    library: NamedDependency[Library],
    form: Annotated[Literal["akn", "dpv"], PathParameter(description="akn or dpv")],
    name: _Name,
    language: Annotated[_Language, QueryParameter(description="the language of the words")] = "zh",
) -> Response[str]:
    """Return an instrument in a format of others: Akoma Ntoso XML or DPV JSON-LD."""
    document = library.export(form, name, language)
    headers = {"Content-Disposition": f'attachment; filename="{document.file_name}"'}
    return Response(document.content, media_type=document.media_type, headers=headers)
