"""Notices over HTTP: whoever reads them needs no permission, whoever publishes one does."""

import datetime
from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, Parameter, QueryParameter

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.days import day, today
from shouxin.duties.notice.complete import Form
from shouxin.duties.notice.model import Said
from shouxin.duties.notice.service import LARGEST, Checked, Notice, Notices, Published, Publisher
from shouxin.duties.problem import problems
from shouxin.law.base import Shape

PUBLIC = {"public": True}


class NoticeVersion(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A published notice: its service, its address, when it came, and when which other took its place.

    ``number`` is that of the publication; the list goes on before it.
    """

    number: int
    service: str
    address: str
    title: Said
    published: datetime.datetime
    superseded: datetime.datetime | None
    successor: str


class NoticeShown(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A published notice with all it says, and the forms of consent that its purposes need."""

    version: NoticeVersion
    notice: Notice
    forms: tuple[Form, ...]


class NoticeTaken(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What the law makes of a notice that was to be published, and whether it is a new version."""

    checked: Checked
    new: bool
    dry_run: bool


def routes(notices: Notices) -> Router:
    """Return the API: /api/notices."""
    return Router(
        "/api/notices",
        route_handlers=[listed, in_force, shown, check, publish],
        dependencies={"notices": Provide(lambda: notices, sync_to_thread=False)},
        request_max_body_size=LARGEST,
        tags=["notice"],
    )


@get(
    summary="What was published",
    operation_id="notices",
    responses=problems(400, 503),
    opt=PUBLIC,
    sync_to_thread=True,
)
def listed(
    notices: NamedDependency[Notices],
    service: Annotated[str, QueryParameter(description="only this service", max_length=80)] = "",
    before: Annotated[
        int | None, QueryParameter(description="only lower publication numbers", ge=1, le=2**63 - 1)
    ] = None,
    limit: Annotated[int, QueryParameter(description="at most so many", ge=1, le=500)] = 200,
) -> tuple[NoticeVersion, ...]:
    """Return what was published, newest first; the list goes on before a publication number."""
    return tuple(_version(one) for one in notices.list(service, limit=limit, before=before))


@get(
    "/in-force",
    name="notice_in_force",
    summary="The notice in force",
    operation_id="notice-in-force",
    responses=problems(400, 404, 503),
    opt=PUBLIC,
    sync_to_thread=True,
)
def in_force(
    notices: NamedDependency[Notices],
    service: Annotated[str, QueryParameter(description="the service", min_length=1, max_length=80)],
) -> NoticeShown:
    """Return the version of a service that people are told now."""
    published, notice = notices.in_force(service)
    return NoticeShown(version=_version(published), notice=notice, forms=published.forms)


@get(
    "/{address:str}",
    summary="A published notice",
    operation_id="notice",
    responses=problems(400, 404, 503),
    opt=PUBLIC,
    sync_to_thread=True,
)
def shown(
    notices: NamedDependency[Notices],
    address: Annotated[
        str, Parameter(description="the SHA-256 of its content, or the first 8 digits or more")
    ],
) -> NoticeShown:
    """Return a version; what it says never changes."""
    published, notice = notices.show(address)
    return NoticeShown(version=_version(published), notice=notice, forms=published.forms)


@post(
    "/check",
    name="notice_check",
    summary="What a notice lacks",
    operation_id="notice-check",
    responses=problems(400, 413),
    opt=PUBLIC,
    status_code=200,
    sync_to_thread=True,
)
def check(
    notices: NamedDependency[Notices],
    data: JSONBody[Notice],
    as_of: Annotated[str, QueryParameter(description="day of the law; today in Beijing")] = "",
) -> Checked:
    """Name what a notice lacks, with the provisions; nothing is kept, and what was recorded is not used."""
    return notices.check(data, day(as_of) if as_of else today())


@post(
    summary="Publish a notice",
    operation_id="notice-publish",
    responses=problems(400, 401, 403, 413, 503),
    opt={"needs": "notice.publish"},
    status_code=200,
    sync_to_thread=True,
)
def publish(
    notices: NamedDependency[Notices],
    principal: NamedDependency[Principal],
    data: JSONBody[Notice],
    reason: Annotated[
        str, QueryParameter(description="why it is published although it lacks something", max_length=2000)
    ] = "",
    dry_run: Annotated[bool, QueryParameter(description="do everything and take it back")] = False,
) -> NoticeTaken:
    """Publish a notice for ever; one that lacks something is refused unless a reason is given."""
    checked, new = notices.publish(data, Publisher(*over_http(principal), reason), today(), dry_run=dry_run)
    return NoticeTaken(checked=checked, new=new, dry_run=dry_run)


def _version(published: Published) -> NoticeVersion:
    """Return what is public of a version: not who published it, nor for what reason."""
    return NoticeVersion(
        number=published.number,
        service=published.service,
        address=published.address,
        title=published.title,
        published=published.published,
        superseded=published.superseded,
        successor=published.successor,
    )
