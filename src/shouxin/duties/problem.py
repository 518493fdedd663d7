"""What the API of every slice says when it cannot answer: one shape, documented with each route."""

from collections.abc import Mapping

from litestar.openapi.datastructures import ResponseSpec

from shouxin.law.model import Shape


class Problem(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An error: its stable code, what is wrong, where, what to do about it, and the HTTP status."""

    code: str
    message: str
    where: str = ""
    remedy: str = ""
    status: int


_WHAT = {
    400: "The input cannot be used, or the host is not one of the server's.",
    401: "The token is missing, wrong, revoked or over.",
    403: "The key or the operator lacks the permission that this needs, or nothing is changed over HTTP.",
    404: "There is nothing of that name.",
    409: "It has moved on since it was looked at, or no checkpoint covers the entry yet.",
    413: "The body is larger than 32 MiB, or than 2 MiB of a notice.",
    415: "The body is said to be something else than JSON.",
    429: "There were too many attempts; the message says how long to wait.",
    503: "The store cannot be reached.",
}


def problems(*statuses: int) -> Mapping[int, ResponseSpec]:
    """Return the documentation of the errors that a route may answer with, for ``responses=``."""
    return {
        status: ResponseSpec(Problem, description=_WHAT[status], generate_examples=False)
        for status in statuses
    }


def refusals(*statuses: int) -> dict[str, object]:
    """Return what an operation of the document may answer besides, by status."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": _WHAT[status], "content": content} for status in statuses}
