"""Detection over HTTP: ``POST /api/detect`` for a text, ``/api/detect/file`` for a file; nothing is kept."""

from typing import Annotated

import msgspec
from litestar import Request, Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter

from shouxin.detect.kinds import Kind
from shouxin.duties.problem import problems
from shouxin.duties.shield.service import Detector, Looked
from shouxin.law.base import Shape

_Score = Annotated[float, Parameter(gt=0, le=1, description="how sure a finding is at least")]


class Asked(Shape, frozen=True, kw_only=True):
    """A text to look at, and how sure a finding is at least."""

    text: str
    min_score: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5


def routes(detector: Detector) -> Router:
    """Return the API under /api/detect."""
    return Router(
        "/api/detect",
        route_handlers=[kinds_known, detect, detect_file],
        dependencies={"detector": Provide(lambda: detector, sync_to_thread=False)},
        tags=["detect"],
        opt={"public": True},
    )


@get(
    "/kinds",
    summary="The kinds of personal information",
    operation_id="kinds_known",
    responses=problems(400),
    sync_to_thread=True,
)
def kinds_known(detector: NamedDependency[Detector]) -> dict[str, Kind]:
    """Return every kind with what it is, who issues it and how it is known."""
    return detector.kinds()


@post(
    "/",
    summary="Find personal information in a text",
    operation_id="detect",
    status_code=200,
    responses=problems(400, 413),
    sync_to_thread=True,
)
def detect(data: JSONBody[Asked], detector: NamedDependency[Detector]) -> Looked:
    """Return places and kinds, never values; nothing is kept."""
    return detector.text(data.text, data.min_score)


@post(
    "/file",
    summary="Find personal information in a file",
    operation_id="detect_file",
    status_code=200,
    responses=problems(400, 413),
)
async def detect_file(
    request: Request[None, None, State],
    detector: NamedDependency[Detector],
    name: Annotated[str, Parameter(description="what the file is called; its ending helps to read it")] = "",
    min_score: _Score = 0.5,
) -> Looked:
    """Return what is found in the body, read as a file of this name; nothing is kept."""
    import asyncio

    return await asyncio.to_thread(detector.file, name, await request.body(), min_score)
