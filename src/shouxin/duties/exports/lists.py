"""The lists that can leave: what reading each needs, its columns, and its rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from shouxin.duties.access.service import Principal
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.cases.service import Cases
from shouxin.duties.consent.model import EVERY
from shouxin.duties.consent.service import Consents
from shouxin.duties.days import BEIJING, day, over, spanned, start_of, today
from shouxin.duties.desk.service import Desk
from shouxin.duties.due.service import length
from shouxin.duties.guard.denied import Asked as DeniedAsked
from shouxin.duties.guard.denied import Denials
from shouxin.duties.incident.listing import each, sought
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inventory import processing
from shouxin.duties.inventory.relations import relations
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.ledger.model import Filters
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.rights.service import Rights

AT_ONCE = 1000
"""Rows that are read at once."""

_MONTH = timedelta(days=29)
Row = Sequence[Any]


class Wanted(NamedTuple):
    """What is asked for: the language of the words, the filter of the list, whose as well.

    ``filters`` are parameters of the list's own address. ``before`` is the number of an entry that the
    ledger had not yet when the list was begun, ``by`` who takes the list away.
    """

    language: str
    filters: Mapping[str, str] = MappingProxyType({})
    people: bool = False
    before: int | None = None
    by: Principal | None = None

    def of(self, name: str) -> str:
        """Return a parameter of the filter, "" where it is not given."""
        return self.filters.get(name, "")

    def day(self, name: str) -> date | None:
        """Return a day of the filter, None where there is none; raise ``InputError`` (day-unreadable)."""
        return day(self.filters[name]) if self.filters.get(name) else None


class Listed(NamedTuple):
    """A list: the permission to read it, its columns, its rows.

    ``place`` is the address of the list in the console, whose filters it takes.
    ``whose`` is the column of commitments, which is there only where it is asked for; ``fixed`` then keeps
    the list from growing while ``people`` counts of how many people it is. ``days`` where it is of a time.
    """

    needs: str
    columns: tuple[str, ...]
    rows: Callable[[Wanted], Iterator[Row]]
    place: str = ""
    days: bool = False
    whose: str = ""
    fixed: Callable[[Wanted], Wanted] = lambda asked: asked
    people: Callable[[Wanted], int] = lambda _: 0


class Kept(NamedTuple):
    """The duties whose lists can leave; what is None is not there."""

    inventory: Inventory | None = None
    consents: Consents | None = None
    cases: Cases | None = None
    rights: Rights | None = None
    desks: Sequence[Desk] = ()
    incidents: Incidents | None = None
    assessments: Assessments | None = None
    ledger: Ledger | None = None
    denials: Denials | None = None


def month() -> tuple[date, date]:
    """Return the days that are taken where none are given: the last thirty."""
    return today() - _MONTH, today()


def fixed(filters: Mapping[str, str]) -> dict[str, str]:
    """Return a filter with the days of a period in its place; raise ``InputError`` (day-unreadable)."""
    found = dict(filters)
    if period := found.pop("period", ""):
        found["since"], found["until"] = spanned(period, "", "")
    return found


def lists(kept: Kept) -> dict[str, Listed]:
    """Return the lists of what is there, by their names."""
    found: dict[str, Listed] = {}
    if inventory := kept.inventory:
        register, parties = processing.Line.__struct_fields__, (*_PARTY, "missing")
        found["inventory"] = Listed("inventory.read", register, lambda asked: _register(inventory, asked))
        found["parties"] = Listed("inventory.read", parties, lambda _: _parties(inventory))
    if consents := kept.consents:
        rows = partial(_consents, consents)
        found["consents"] = Listed("statistics.read", _CONSENT, rows, "/consents")
    if cases := kept.cases:
        found["cases"] = Listed("case.read", _CASE, partial(_cases, cases), "/cases")
        found["deadlines"] = Listed("case.read", _DEADLINE, partial(_deadlines, cases), "/calendar")
    if rights := kept.rights:
        found["requests"] = Listed("rights.read", _REQUEST, partial(_requests, rights), "/requests")
    for desk in kept.desks:
        needs, place = f"{desk.kind.name}.read", desk.kind.staff
        found[desk.kind.name] = Listed(needs, _MATTER, partial(_matters, desk), place)
    if incidents := kept.incidents:
        rows = partial(_incidents, incidents)
        found["incidents"] = Listed("incident.read", _INCIDENT, rows, "/incidents")
    if assessments := kept.assessments:
        found["assessments"] = Listed("assessment.read", _ASSESSMENT, lambda _: _assessments(assessments))
    if ledger := kept.ledger:
        found["ledger"] = Listed(
            "ledger.read",
            _ENTRY,
            partial(_entries, ledger),
            "/ledger",
            days=True,
            whose="whose",
            fixed=lambda asked: asked._replace(before=ledger.size()),
            people=lambda asked: ledger.people(_of_ledger(asked, asked.before)),
        )
    if denials := kept.denials:
        rows = partial(_denied, denials)
        found["denials"] = Listed("decision.read", _DENIAL, rows, "/denials", days=True)
    return found


_PARTY = ("party", "kind", "country", "scope", "agreement", "until", "receives", "last", "next")
_CONSENT = ("service", "purpose", "channel", "status", "count", "ask_again")
_CASE = ("case", "procedure", "state", "opened", "next_due", "late")
_DEADLINE = ("case", "procedure", "provision", "began", "due", "days_left", "state")
_REQUEST = ("request", "case", "service", "right", "made", "state", "next_due", "days_left", "late")
_MATTER = ("matter", "case", "service", "subject", "state", "received", "due", "days_left", "late")
_INCIDENT = ("incident", "service", "exercise", "kinds", "known", "people", "state", "next_due", "late")
_ASSESSMENT = ("service", "activity", "standing", "provisions", "number", "approved")
_ENTRY = ("entry", "at", "operation", "who", "origin", "reason", "outcome")
_DENIAL = ("entry", "at", "decision", "act", "service", "activity", "effect", "provisions", "missing")


def _register(inventory: Inventory, asked: Wanted) -> Iterator[Row]:
    found = processing.lines(inventory.store.organisation(), asked.language)
    return (processing.cells(line) for line in found)


def _parties(inventory: Inventory) -> Iterator[Row]:
    organisation = inventory.store.organisation()
    found = relations(organisation, inventory.findings(organisation, today()), today())
    for line in found.parties:
        party = line.party
        until = party.contract.until if party.contract else None
        about = (party.name, party.kind, party.country, party.scope, line.agreement, _day(until))
        missing = "; ".join(f"{item.check} {' '.join(item.provisions)}" for item in line.missing)
        yield *about, line.receives, _day(line.last), _day(line.next), missing


def _consents(consents: Consents, asked: Wanted) -> Iterator[Row]:
    first, last = month()
    for one in consents.statistics(asked.of("service") or EVERY, first, last).now:
        yield one.service, one.purpose, one.channel, one.status, one.count, one.ask_again


def _cases(cases: Cases, asked: Wanted) -> Iterator[Row]:
    before = None
    late = asked.of("late") == "true"
    while found := cases.list(
        procedure=asked.of("procedure"), state=asked.of("state"), late=late, before=before, limit=AT_ONCE
    ):
        for one in found:
            state = one.label.text(asked.language)
            yield one.id, one.procedure, state, moment(one.opened_at), _day(one.next_due), _late(one.late)
        before = found[-1].id


def _deadlines(cases: Cases, asked: Wanted) -> Iterator[Row]:
    after, on = None, today()
    within = length(asked.of("within")) if asked.of("within") else None
    while found := cases.due(
        on,
        within=within,
        procedure=asked.of("procedure"),
        near=asked.of("urgency"),
        after=after,
        limit=AT_ONCE,
    ):
        for one in found:
            title = one.title.text(asked.language) if one.title else ""
            about = (one.case or "", title, one.provision, _day(one.began), _day(one.due))
            yield *about, one.days_left, one.state
        after = found[-1].id


def _requests(rights: Rights, asked: Wanted) -> Iterator[Row]:
    for one in rights.each(
        today(),
        state=asked.of("state"),
        late=asked.of("late") == "true",
        age=asked.of("age"),
        service=asked.of("service"),
        right=asked.of("right"),
    ):
        head = (one.number, one.case, one.service, one.right, moment(one.made_at))
        yield *head, one.label.text(asked.language), _day(one.next_due), _left(one.days_left), _late(one.late)


def _matters(desk: Desk, asked: Wanted) -> Iterator[Row]:
    ended = {"open": False, "ended": True}.get(asked.of("state"))
    for one in desk.each(today(), ended=ended, subject=asked.of("subject"), service=asked.of("service")):
        head = (one.number, one.case, one.service, one.subject, one.label.text(asked.language))
        yield *head, moment(one.received), _day(one.due), _left(one.days_left), _late(one.late)


def _incidents(incidents: Incidents, asked: Wanted) -> Iterator[Row]:
    wanted = sought(asked.of("state"), asked.of("kind"), asked.of("service"))
    for one in each(incidents, today(), wanted):
        head = (one.number, one.service, _late(one.exercise), "; ".join(one.kinds), _day(one.known_on))
        people = "" if one.people is None else one.people
        yield *head, people, one.label.text(asked.language), _day(one.next_due), _late(one.late)


def _assessments(assessments: Assessments) -> Iterator[Row]:
    for one in assessments.list(today()):
        causes = "; ".join(cause.provision for cause in one.causes)
        number = "" if one.number is None else one.number
        yield one.service, one.activity, one.standing, causes, number, _day(one.approved_on)


def _of_ledger(asked: Wanted, before: int | None) -> Filters:
    since, until = asked.day("since"), asked.day("until")
    return Filters(
        kind=asked.of("kind"),
        who=asked.of("who"),
        outcome=asked.of("outcome"),
        since=start_of(since) if since else None,
        until=over(until) if until else None,
        before=before,
        limit=AT_ONCE,
    )


def _entries(ledger: Ledger, asked: Wanted) -> Iterator[Row]:
    before = asked.before
    while found := ledger.entries(_of_ledger(asked, before)):
        for one in found:
            head = (one.number, moment(one.at), one.kind, one.who, one.origin, one.why, one.outcome)
            yield (*head, one.whose) if asked.people else head
        before = found[-1].number


def _denied(denials: Denials, asked: Wanted) -> Iterator[Row]:
    last = asked.day("until") or today()
    first = asked.day("since") or last - min(_MONTH, last - date.min)
    wanted = DeniedAsked(
        first, last, asked.of("service"), asked.of("activity"), asked.of("provision"), before=None
    )
    while found := denials.list(wanted, AT_ONCE):
        for one in found:
            head = (one.entry, moment(one.at), one.decision, one.act, one.service, one.activity)
            yield *head, one.effect, "; ".join(one.provisions), "; ".join(one.missing)
        wanted = wanted._replace(before=found[-1].entry)


def _day(day: date | None) -> str:
    return str(day or "")


def moment(at: datetime) -> str:
    """Return a moment as a cell holds it, in Beijing."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def _left(days: int | None) -> Any:
    return "" if days is None else days


def _late(late: bool) -> str:
    return "yes" if late else "no"
