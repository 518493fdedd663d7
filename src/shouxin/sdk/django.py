"""The guard in Django: a decorator of views, and denials as 403 with the provisions."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, Unpack

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from shouxin.sdk.denied import MEDIA_TYPE, DeniedError
from shouxin.sdk.guard import About, Guard

P = ParamSpec("P")
R = TypeVar("R")


class DenialMiddleware(MiddlewareMixin):  # type: ignore[misc]
    """Answers denials, wherever a view raises them, with problem+json; put it into ``MIDDLEWARE``."""

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the answer to a denial, None for every other error."""
        if not isinstance(error, DeniedError):
            return None
        return HttpResponse(error.body, status=error.status, content_type=MEDIA_TYPE)


def needs(
    guard: Guard, act: str, activity: str, *, person: Callable[[HttpRequest], str], **about: Unpack[About]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator of views, async ones too; ``person`` finds the reference in the request."""

    def found(request: HttpRequest, *_given: Any, **_named: Any) -> str:
        return person(request)

    return guard.needs(act, activity, person=found, **about)
