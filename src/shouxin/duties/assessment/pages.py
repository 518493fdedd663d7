"""Pages of impact assessments: what is due, the questionnaire, the decision, the report."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import Parameter, QueryParameter
from litestar.response import Redirect, Template

from shouxin.duties.access.service import Principal
from shouxin.duties.acting import over_http
from shouxin.duties.assessment import forms
from shouxin.duties.assessment.model import Line
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.days import BEIJING, today
from shouxin.duties.forms import Form
from shouxin.duties.forms import form as sent_form
from shouxin.errors import InputError

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of this slice's templates, found by the shell under the prefix ``assessment``."""

BODY_LIMIT = 1024 * 1024
"""The largest form that is read, in bytes."""

_Number = Annotated[int, Parameter(description="number of the assessment")]
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
_READ, _WRITE, _APPROVE = ({"needs": f"assessment.{what}"} for what in ("read", "write", "approve"))


def routes(assessments: Assessments) -> Router:
    """Return the pages below /assessments."""
    return Router(
        "/assessments",
        route_handlers=[index, begun, shown, written, decided, report, compared],
        dependencies={
            "assessments": Provide(lambda: assessments, sync_to_thread=False),
            "form": Provide(sent_form),
        },
        include_in_schema=False,
        request_max_body_size=BODY_LIMIT,
    )


@get("/", sync_to_thread=True, opt=_READ)
def index(assessments: NamedDependency[Assessments]) -> Template:
    """Show which activities need an assessment, why, and how theirs stand."""
    return _index(assessments)


@post("/", sync_to_thread=True, opt=_WRITE)
def begun(
    assessments: NamedDependency[Assessments],
    principal: NamedDependency[Principal],
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Begin an assessment of an activity."""
    try:
        made = assessments.begin(form["service"], form["activity"], today(), over_http(principal))
    except InputError as problem:
        return _index(assessments, problem)
    return _to(made.number)


@get("/{number:int}", sync_to_thread=True, opt=_READ)
def shown(
    assessments: NamedDependency[Assessments],
    number: _Number,
    version: Annotated[int | None, QueryParameter()] = None,
) -> Template:
    """Show an assessment: the questionnaire, what has to be looked at, versions and decisions."""
    return _assessment(assessments, number, version=version)


@post("/{number:int}", sync_to_thread=True, opt=_WRITE)
def written(
    assessments: NamedDependency[Assessments],
    principal: NamedDependency[Principal],
    number: _Number,
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Write a new version with what the form says."""
    held = forms.sent(form)
    try:
        content, base = forms.content(held), form.number("base")
        assessments.write(number, content, base, today(), over_http(principal))
    except InputError as problem:
        return _assessment(assessments, number, held=held, problem=problem)
    return _to(number)


@post("/{number:int}/decision", sync_to_thread=True, opt=_APPROVE)
def decided(
    assessments: NamedDependency[Assessments],
    principal: NamedDependency[Principal],
    number: _Number,
    form: NamedDependency[Form],
) -> Template | Redirect:
    """Approve a version, or give it back."""
    try:
        version, give = form.number("version"), form["do"] == "give"
        actor = over_http(principal)
        assessments.decide(number, version, principal, form["reason"], today(), actor, give=give)
    except InputError as problem:
        return _assessment(assessments, number, problem=problem)
    return _to(number)


@get("/{number:int}/report", sync_to_thread=True, opt=_READ)
def report(
    assessments: NamedDependency[Assessments],
    number: _Number,
    version: Annotated[int | None, QueryParameter()] = None,
) -> Template:
    """Show the report as it is kept and printed: the content of art. 56 in its order."""
    found = assessments.show(number, today(), version)
    return _page("report", found=found, weighed=forms.WEIGHED, safeguards=forms.SAFEGUARDS)


@get("/compare", sync_to_thread=True, opt=_READ)
def compared(
    assessments: NamedDependency[Assessments],
    one: Annotated[int, QueryParameter()],
    one_version: Annotated[int, QueryParameter()],
    other: Annotated[int, QueryParameter()],
    other_version: Annotated[int, QueryParameter()],
) -> Template:
    """Show two versions beside each other, field by field."""
    places = ((one, one_version), (other, other_version))
    return _page("compare", places=places, found=assessments.compare(*places, today()))


def _to(number: int) -> Redirect:
    return Redirect(f"/assessments/{number}", status_code=303)


def _index(assessments: Assessments, problem: InputError | None = None) -> Template:
    found: tuple[Line, ...] = ()
    missing = problem
    try:
        found = assessments.list(today())
    except InputError as error:
        if error.code != "organisation-none":
            raise
        missing = error
    return _page("index", 400 if problem else 200, found=found, problem=missing)


def _assessment(
    assessments: Assessments,
    number: int,
    *,
    version: int | None = None,
    held: Mapping[str, str] | None = None,
    problem: InputError | None = None,
) -> Template:
    found = assessments.show(number, today(), version)
    return _page(
        "assessment",
        400 if problem else 200,
        found=found,
        held=held or forms.values(found.content),
        problem=problem,
        weighed=forms.WEIGHED,
        safeguards=forms.SAFEGUARDS,
        levels=forms.LEVELS,
        conclusions=forms.CONCLUSIONS,
    )


def _page(name: str, status: int = 200, **context: Any) -> Template:
    shared = {"local": lambda moment: moment.astimezone(BEIJING)}
    return Template(
        f"assessment/{name}.html", context={**shared, **context}, status_code=status, headers=_HEADERS
    )
