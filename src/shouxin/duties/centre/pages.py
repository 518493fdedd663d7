"""The pages of the centre that anybody may read: what a service does, who receives, complaints."""

import secrets
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from shouxin.duties.centre import pages_own, pages_sign
from shouxin.duties.centre.model import Look, Receiver, look
from shouxin.duties.centre.recipients import receivers, to_csv
from shouxin.duties.centre.service import Centre
from shouxin.duties.centre.shown import Asking, Visit, again, looked, page, problem, spoken, visit
from shouxin.duties.days import today
from shouxin.duties.desk.model import Arrival
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.errors import InputError, ShouxinError
from shouxin.store.ledger import Actor
from shouxin.store.refusals import REFUSALS

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``centre``."""

BODY_LIMIT = 128 * 1024
"""The largest form that is read, in bytes."""

COMPLAINT_FIELDS = ("subject", "text", "contact")
LANGUAGES = ("zh", "en", "es")
_Address = Annotated[str, QueryParameter(max_length=100)]
Read = Callable[[dict[str, str]], Arrival]
"""What makes of a form's words a complaint; raises ``msgspec.ValidationError``."""


def routes(centre: Centre, read: Read) -> tuple[Router, ...]:
    """Return the pages below /centre; ``read`` makes a complaint of a form."""

    def service_of(request: Request[Any, Any, Any], service: FromPath[str]) -> Visit:
        return visit(request, centre, service)

    def wrong(request: Asking, error: Exception) -> Response[Any]:
        request.scope["state"].setdefault("centre", centre)  # a guard may refuse before there is a visit
        return problem(request, error)

    handlers: dict[type[Exception], Any] = dict.fromkeys((ShouxinError, *REFUSALS), wrong)
    shared: dict[str, Any] = {
        "include_in_schema": False,
        "request_max_body_size": BODY_LIMIT,
        "opt": {"public": True},
        "exception_handlers": handlers,
    }
    own = Router(
        "/centre/{service:str}",
        route_handlers=[
            *(start, notice, changes, version, recipients, recipients_file, complaint, complain, looks),
            *pages_sign.HANDLERS,
            *pages_own.HANDLERS,
        ],
        dependencies={
            "made": Provide(service_of, sync_to_thread=True),
            "form": Provide(sent_form),
            "read": Provide(lambda: read, sync_to_thread=False),
        },
        **shared,
    )
    every = Router(
        "/centre",
        route_handlers=[index],
        dependencies={"centre": Provide(lambda: centre, sync_to_thread=False)},
        **shared,
    )
    return every, own


@get(sync_to_thread=True)
def index(request: Asking, centre: NamedDependency[Centre]) -> Response[Any]:
    """Show the services that have a centre; where there is one only, lead to it."""
    names = centre.services()
    if not names:
        raise InputError("centre-unknown", "no service is described here yet", remedy="come again later")
    made = visit(request, centre, names[0])
    if len(names) == 1:
        return again(made.home)
    return page(request, made, "index", names=names)


@get(sync_to_thread=True)
def start(request: Asking, made: NamedDependency[Visit]) -> Template:
    """Show in five plain lines what the service does with people's information, and the ways on."""
    return page(request, made, "start", receivers_in=_receivers(made))


@get("/notice", sync_to_thread=True)
def notice(request: Asking, made: NamedDependency[Visit]) -> Template:
    """Show the notice in force, first in short."""
    published, found = made.centre.offices.notices.in_force(made.shown.name)
    return _notice(request, made, published, found)


@get("/notice/{address:str}", sync_to_thread=True)
def version(request: Asking, made: NamedDependency[Visit], address: FromPath[str]) -> Template:
    """Show one version at its permanent address."""
    published, found = made.centre.offices.notices.show(address)
    if published.service != made.shown.name:
        raise InputError("notice-unknown", "this version is of another service", remedy="see all versions")
    return _notice(request, made, published, found)


@get("/changes", sync_to_thread=True)
def changes(
    request: Asking, made: NamedDependency[Visit], old: _Address = "", new: _Address = ""
) -> Template:
    """Show what changed from a version to another, and for what consent is asked again."""
    notices = made.centre.offices.notices
    found = notices.compare(old, new, today())
    sides = (notices.show(old), notices.show(new))
    names = {one.key: one.purpose for _, notice in sides for one in notice.purposes}
    return page(request, made, "changes", found=found, sides=sides, names=names)


@get("/recipients", sync_to_thread=True)
def recipients(request: Asking, made: NamedDependency[Visit]) -> Template:
    """Show who receives information of the service."""
    return page(request, made, "recipients", receivers_in=_receivers(made))


@get("/recipients.csv", sync_to_thread=True)
def recipients_file(
    made: NamedDependency[Visit], lang: Annotated[str, QueryParameter(max_length=16)] = "zh"
) -> Response[bytes]:
    """Give the list of receivers as a file, in a language."""
    language = lang if lang in LANGUAGES else "zh"
    headers = {
        "Content-Disposition": 'attachment; filename="recipients.csv"',
        "Cache-Control": "public, max-age=300",
        "Vary": "Cookie",
    }
    return Response(
        to_csv(_receivers(made)(language), language), media_type="text/csv; charset=utf-8", headers=headers
    )


@get("/complaint", sync_to_thread=True)
def complaint(request: Asking, made: NamedDependency[Visit]) -> Template:
    """Show the form of a complaint: what it is about and what happened; nothing else is needed."""
    return _complaint(request, made, {})


@post("/complaint", sync_to_thread=True, status_code=200)
def complain(
    request: Asking, made: NamedDependency[Visit], form: NamedDependency[Form], read: NamedDependency[Read]
) -> Template:
    """Take a complaint in and show its number and word; what cannot be used comes back in its form."""
    given = {name: form[name] for name in COMPLAINT_FIELDS if form[name].strip()}
    desk = made.centre.offices.complaints
    try:
        more = {"service": made.shown.name, "language": spoken(form), "request": form["request"]}
        arrival = read({**given, **more})
        address = request.client.host if request.client else ""
        receipt = desk.take_in(arrival, today(), Actor("public", "console"), address)
    except msgspec.ValidationError:
        wrong = InputError("desk-field", "a field is missing or too long", remedy="fill it in again")
        return _complaint(request, made, given, wrong)
    except InputError as error:
        return _complaint(request, made, given, error)
    return page(request, made, "complained", receipt=receipt)


@get("/look", sync_to_thread=False)
def looks(made: NamedDependency[Visit], choice: _Address = "", back: _Address = "") -> Response[Any]:
    """Remember how the pages are to look, and lead back."""
    wanted: Look = look(choice)
    to = back if back.startswith("/") and not back.startswith("//") and "\\" not in back else ""
    return again(f"{made.home}{to}", cookie=looked(wanted))


def _notice(request: Asking, made: Visit, published: Any, found: Any) -> Template:
    forms = {one.key: [form for form in published.forms if form.purpose == one.key] for one in found.purposes}
    history = made.centre.offices.notices.list(made.shown.name, limit=None)
    return page(request, made, "notice", published=published, notice=found, forms=forms, history=history)


def _complaint(
    request: Asking, made: Visit, given: dict[str, str], problem: InputError | None = None
) -> Template:
    desk = made.centre.offices.complaints
    facts = desk.machine.data.facts
    subjects = {name: words for fact in facts for name, words in fact.value_labels.items()}
    return page(
        request,
        made,
        "complaint",
        400 if problem else 200,
        problem=problem,
        given=defaultdict(str, given),
        offered=desk.offered("subject"),
        subjects=subjects,
        request_name=secrets.token_hex(16),
    )


def _receivers(made: Visit) -> Callable[[str], tuple[Receiver, ...]]:
    """Return what lists the receivers in a language, for the page to ask in its own."""
    shown = made.shown
    return lambda language: receivers(shown.organisation, shown.notice, shown.name, language)
