"""The guard in FastAPI: a dependency, and denials as 403 with the provisions."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Unpack

from fastapi import Depends, FastAPI, Request, Response

from shouxin.duties.guard.model import Ruling
from shouxin.sdk.denied import MEDIA_TYPE, DeniedError
from shouxin.sdk.guard import About, Guard


def install(app: FastAPI) -> None:
    """Let an application answer denials, wherever they are raised, with problem+json."""
    app.add_exception_handler(DeniedError, _answer)


def needs(
    guard: Guard, act: str, activity: str, *, person: Callable[..., Any], **about: Unpack[About]
) -> Callable[..., Awaitable[Ruling]]:
    """Return a dependency that gives the permit; the route runs only where there is one.

    ``person`` is a dependency that gives the person's reference.
    """

    async def needed(reference: Annotated[Any, Depends(person)]) -> Ruling:
        return await guard.arequire(str(reference), act, activity, **about)

    return needed


async def _answer(_request: Request, error: Exception) -> Response:
    assert isinstance(error, DeniedError)
    return Response(error.body, status_code=error.status, media_type=MEDIA_TYPE)
