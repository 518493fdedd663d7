"""The guard in Flask: a decorator of views, and denials as 403 with the provisions."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, Unpack

from flask import Flask, Response

from shouxin.sdk.denied import MEDIA_TYPE, DeniedError
from shouxin.sdk.guard import About, Guard

P = ParamSpec("P")
R = TypeVar("R")


def install(app: Flask) -> None:
    """Let an application answer denials, wherever they are raised, with problem+json."""
    app.register_error_handler(DeniedError, _answer)


def needs(
    guard: Guard, act: str, activity: str, *, person: Callable[[], str], **about: Unpack[About]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator of views, async ones too; ``person`` finds the reference in the current request."""

    def found(*_given: Any, **_named: Any) -> str:
        return person()

    return guard.needs(act, activity, person=found, **about)


def _answer(error: DeniedError) -> Response:
    return Response(error.body, status=error.status, content_type=MEDIA_TYPE)
