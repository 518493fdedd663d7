"""The lists that can leave: what reading each needs, its columns, and its rows."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from shouxin.duties.assessment.service import Assessments
from shouxin.duties.cases.service import Cases
from shouxin.duties.consent.service import Consents
from shouxin.duties.days import BEIJING, over, today
from shouxin.duties.desk.service import Desk
from shouxin.duties.guard.denied import Asked as DeniedAsked
from shouxin.duties.guard.denied import Denials
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inventory import processing
from shouxin.duties.inventory.relations import relations
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.ledger.model import Filters
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.rights.service import Rights

MOST = 20_000
"""Rows of one list that leave at most: the newest, or those that are due first."""

_AT_ONCE = 1000
_MONTH = timedelta(days=29)
Row = Sequence[Any]


class Wanted(NamedTuple):
    """What is asked for: the language of the words, the days where a list has days, whose as well."""

    language: str
    since: date
    until: date
    people: bool = False


class Listed(NamedTuple):
    """A list: the permission to read it, its columns, its rows; ``days`` where it is of a time.

    ``whose`` is the column of commitments, which is there only where it is asked for.
    """

    needs: str
    columns: tuple[str, ...]
    rows: Callable[[Wanted], Iterator[Row]]
    days: bool = False
    whose: str = ""


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


def lists(kept: Kept) -> dict[str, Listed]:
    """Return the lists of what is there, by their names."""
    found: dict[str, Listed] = {}
    if inventory := kept.inventory:
        register, parties = processing.Line.__struct_fields__, (*_PARTY, "missing")
        found["inventory"] = Listed("inventory.read", register, lambda asked: _register(inventory, asked))
        found["parties"] = Listed("inventory.read", parties, lambda _: _parties(inventory))
    if consents := kept.consents:
        found["consents"] = Listed("statistics.read", _CONSENT, lambda asked: _consents(consents, asked))
    if cases := kept.cases:
        found["cases"] = Listed("case.read", _CASE, lambda asked: _cases(cases, asked))
        found["deadlines"] = Listed("case.read", _DEADLINE, lambda asked: _deadlines(cases, asked))
    if rights := kept.rights:
        found["requests"] = Listed("rights.read", _REQUEST, lambda asked: _requests(rights, asked))
    for desk in kept.desks:
        found[desk.kind.name] = Listed(f"{desk.kind.name}.read", _MATTER, _matters(desk))
    if incidents := kept.incidents:
        found["incidents"] = Listed("incident.read", _INCIDENT, lambda asked: _incidents(incidents, asked))
    if assessments := kept.assessments:
        found["assessments"] = Listed("assessment.read", _ASSESSMENT, lambda _: _assessments(assessments))
    if ledger := kept.ledger:
        rows = _entries(ledger)
        found["ledger"] = Listed("ledger.read", _ENTRY, rows, days=True, whose="whose")
    if denials := kept.denials:
        found["denials"] = Listed("decision.read", _DENIAL, _denied(denials), days=True)
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
    for service in consents.services():
        for one in consents.statistics(service, asked.since, asked.until).now:
            yield service, one.purpose, one.channel, one.status, one.count, one.ask_again


def _cases(cases: Cases, asked: Wanted) -> Iterator[Row]:
    before, many = None, 0
    while many < MOST and (found := cases.list(before=before, limit=_AT_ONCE)):
        for one in found:
            state = one.label.text(asked.language)
            yield one.id, one.procedure, state, _moment(one.opened_at), _day(one.next_due), _late(one.late)
        before, many = found[-1].id, many + len(found)


def _deadlines(cases: Cases, asked: Wanted) -> Iterator[Row]:
    for one in cases.due(today()):
        title = one.title.text(asked.language) if one.title else ""
        yield one.case or "", title, one.provision, _day(one.began), _day(one.due), one.days_left, one.state


def _requests(rights: Rights, asked: Wanted) -> Iterator[Row]:
    for one in rights.list(today(), state="", limit=_AT_ONCE):
        head = (one.number, one.case, one.service, one.right, _moment(one.made_at))
        yield *head, one.label.text(asked.language), _day(one.next_due), _left(one.days_left), _late(one.late)


def _matters(desk: Desk) -> Callable[[Wanted], Iterator[Row]]:
    def rows(asked: Wanted) -> Iterator[Row]:
        for one in desk.queue(today(), ended=None):
            head = (one.number, one.case, one.service, one.subject, one.label.text(asked.language))
            yield *head, _moment(one.received), _day(one.due), _left(one.days_left), _late(one.late)

    return rows


def _incidents(incidents: Incidents, asked: Wanted) -> Iterator[Row]:
    for one in incidents.list(today(), limit=_AT_ONCE):
        head = (one.number, one.service, _late(one.exercise), "; ".join(one.kinds), _day(one.known_on))
        people = "" if one.people is None else one.people
        yield *head, people, one.label.text(asked.language), _day(one.next_due), _late(one.late)


def _assessments(assessments: Assessments) -> Iterator[Row]:
    for one in assessments.list(today()):
        causes = "; ".join(cause.provision for cause in one.causes)
        number = "" if one.number is None else one.number
        yield one.service, one.activity, one.standing, causes, number, _day(one.approved_on)


def _entries(ledger: Ledger) -> Callable[[Wanted], Iterator[Row]]:
    def rows(asked: Wanted) -> Iterator[Row]:
        since, before, many = datetime.combine(asked.since, time(), BEIJING), None, 0
        until = over(asked.until)
        while many < MOST:
            found = ledger.entries(Filters(since=since, until=until, before=before, limit=_AT_ONCE))
            if not found:
                return
            for one in found:
                head = (one.number, _moment(one.at), one.kind, one.who, one.origin, one.why, one.outcome)
                yield (*head, one.whose) if asked.people else head
            before, many = found[-1].number, many + len(found)

    return rows


def _denied(denials: Denials) -> Callable[[Wanted], Iterator[Row]]:
    def rows(asked: Wanted) -> Iterator[Row]:
        before, many = None, 0
        while many < MOST and (
            found := denials.list(DeniedAsked(asked.since, asked.until, before=before), _AT_ONCE)
        ):
            for one in found:
                head = (one.entry, _moment(one.at), one.decision, one.act, one.service, one.activity)
                yield *head, one.effect, "; ".join(one.provisions), "; ".join(one.missing)
            before, many = found[-1].entry, many + len(found)

    return rows


def _day(day: date | None) -> str:
    return str(day or "")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def _left(days: int | None) -> Any:
    return "" if days is None else days


def _late(late: bool) -> str:
    return "yes" if late else "no"
