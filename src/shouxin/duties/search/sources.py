"""What is searched, kind by kind: through the service of each duty, which knows its own texts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlencode

from shouxin.duties.access.service import Access
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.cases.model import CaseLine
from shouxin.duties.cases.service import Cases
from shouxin.duties.days import today
from shouxin.duties.desk.service import Desk
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inventory.service import Inventory, Organisation
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.duties.notice.service import Notices
from shouxin.duties.passages import Passage
from shouxin.duties.retention.service import Retention
from shouxin.duties.rights.service import Rights
from shouxin.duties.search.acts import from_ledger
from shouxin.duties.search.model import Asked, Hit, pieces
from shouxin.duties.search.service import Source
from shouxin.errors import InputError

Told = Callable[[str], Iterable[tuple[str, str, str]]]
"""In a language, what the shell itself tells of: address, title and text of each."""


class Places(NamedTuple):
    """The duties that are searched; what is None is not there."""

    library: Library
    pages: Told
    settings: Told
    guide: Told
    inventory: Inventory | None = None
    notices: Notices | None = None
    cases: Cases | None = None
    rights: Rights | None = None
    desks: Sequence[Desk] = ()
    incidents: Incidents | None = None
    assessments: Assessments | None = None
    retention: Retention | None = None
    ledger: Ledger | None = None
    access: Access | None = None


def sources(places: Places) -> list[Source]:
    """Return the sources of what is there."""
    found = [
        Source("provision", "", lambda asked, limit: _provisions(places.library, asked, limit)),
        Source("reading", "", lambda asked, limit: _readings(places.library, asked, limit)),
        Source("page", "", lambda asked, limit: _told(places.pages, asked, limit)),
        Source("guide", "account.own", lambda asked, limit: _told(places.guide, asked, limit)),
        Source("setting", "settings.read", lambda asked, limit: _told(places.settings, asked, limit)),
    ]
    if (inventory := places.inventory) is not None:
        found.append(
            Source("inventory", "inventory.read", lambda asked, limit: _inventory(inventory, asked, limit))
        )
    return [*found, *_written(places), *_running(places)]


def _written(places: Places) -> Iterator[Source]:
    """Yield the sources whose texts the store finds by its indexes."""
    if (notices := places.notices) is not None:
        yield Source("notice", "", _passages(notices.searched, "/notices/{}"))
    if (incidents := places.incidents) is not None:
        yield Source("incident", "incident.read", _passages(incidents.searched, "/incidents/{}"))
    if (assessments := places.assessments) is not None:
        yield Source("assessment", "assessment.read", _passages(assessments.searched, "/assessments/{}"))
    if (access := places.access) is not None:
        yield Source("approval", "approval.read", _passages(access.approvals.searched, "/approvals"))
        yield Source("operator", "operator.read", lambda asked, limit: _operators(access, asked, limit))


def _running(places: Places) -> Iterator[Source]:
    """Yield the sources of what is numbered and has no text of its own."""
    if (cases := places.cases) is not None:
        yield Source("procedure", "", lambda asked, limit: _procedures(cases, asked, limit))
        yield Source("case", "case.read", lambda asked, limit: _cases(cases, asked, limit))
    if (rights := places.rights) is not None:
        yield Source(
            "request", "rights.read", lambda asked, limit: _requests(rights, places.inventory, asked, limit)
        )
    for desk in places.desks:
        yield Source(desk.kind.name, f"{desk.kind.name}.read", _matters(desk, places.inventory))
    if (retention := places.retention) is not None:
        yield Source("retention", "retention.read", lambda asked, _: _runs(retention, asked))
    if (ledger := places.ledger) is not None:
        yield Source("ledger", "ledger.read", lambda asked, limit: from_ledger(ledger, asked, limit))


def _hit(asked: Asked, address: str, title: str, text: str) -> Hit:
    return Hit(address=address, title=title, pieces=pieces(text, asked.words))


def _provisions(library: Library, asked: Asked, limit: int) -> list[Hit]:
    try:
        found = library.search(asked.text, limit=limit)
    except InputError:  # a filter of the law search whose value cannot occur
        return []
    return [
        _hit(asked, f"/law/{one.id.replace(':', '/', 1)}", one.id, one.summary.text(asked.language))
        for one in found
    ]


def _readings(library: Library, asked: Asked, limit: int) -> list[Hit]:
    found = (
        _hit(
            asked,
            f"/law/readings?instrument={one.instrument}",
            one.id,
            one.reading.question.text(asked.language),
        )
        for one in library.readings()
        if asked.within(f"{one.id} {one.reading.question.zh} {one.reading.question.en}")
    )
    return list(islice(found, limit))


def _told(told: Told, asked: Asked, limit: int) -> list[Hit]:
    found = (
        _hit(asked, address, title, text)
        for address, title, text in told(asked.language)
        if asked.within(f"{title} {text}")
    )
    return list(islice(found, limit))


def _inventory(inventory: Inventory, asked: Asked, limit: int) -> list[Hit]:
    try:
        organisation = inventory.store.organisation()
    except InputError:
        return []
    found = (
        _hit(asked, address, title, text)
        for address, title, text in _parts(organisation)
        if asked.within(f"{title} {text}")
    )
    return list(islice(found, limit))


def _parts(organisation: Organisation) -> Iterator[tuple[str, str, str]]:
    """Yield the address, the name and the text of every part of the inventory."""
    for service in organisation.services:
        here = f"/inventory/service?{urlencode({'name': service.name})}"
        yield here, service.name, service.about
        for activity in service.activities:
            told = (activity.purpose, *activity.subjects, *(activity.categories or ()))
            asked = urlencode({"service": service.name, "name": activity.name})
            yield f"/inventory/activity?{asked}", f"{service.name} · {activity.name}", "\n".join(told)
        for sdk in service.sdks or ():
            yield here, f"{service.name} · {sdk.name}", "\n".join((sdk.party, sdk.purpose, *sdk.permissions))
    for party in organisation.parties:
        address = f"/inventory/party?{urlencode({'name': party.name})}"
        yield address, party.name, "\n".join((party.scope, party.country, party.route_reference))
    for system in organisation.systems:
        tables = (
            f"{found.store}.{table.table} {table.comment}"
            for found in system.datasets
            for table in found.tables
        )
        yield "/inventory/flows", system.name, "\n".join((system.about, system.country, *tables))


def _passages(
    search: Callable[[Sequence[str], int], list[Passage]], address: str
) -> Callable[[Asked, int], list[Hit]]:
    """Return a source over passages; where no text holds the words, a number is that of the thing itself."""

    def find(asked: Asked, limit: int) -> list[Hit]:
        return [
            _hit(asked, address.format(one.key), _named(one, address), one.text)
            for one in search(asked.words, limit)
        ]

    return find


def _named(one: Passage, address: str) -> str:
    return one.title if address.startswith("/notices") else f"{one.key} · {one.title}"


def _operators(access: Access, asked: Asked, limit: int) -> list[Hit]:
    found = (
        Hit(address="/operators", title=one.name, pieces=pieces(roles, asked.words))
        for one in access.operators.all()
        if asked.within(f"{one.name} {(roles := ', '.join(role.role for role in one.roles))}")
    )
    return list(islice(found, limit))


def _procedures(cases: Cases, asked: Asked, limit: int) -> list[Hit]:
    found = (
        _hit(
            asked,
            f"/procedures/{one.procedure}",
            one.title.text(asked.language),
            one.about.text(asked.language),
        )
        for one in cases.procedures.all()
        if asked.within(f"{one.procedure} {one.title.zh} {one.title.en} {one.about.zh} {one.about.en}")
    )
    return list(islice(found, limit))


def _cases(cases: Cases, asked: Asked, limit: int) -> list[Hit]:
    """Return the case of a number, or the newest of the procedures that are called so."""
    if asked.number is not None:
        try:
            lines: list[CaseLine] = [cases.show(asked.number, today())]
        except InputError:
            return []
    else:
        named = [
            one.procedure
            for one in cases.procedures.all()
            if asked.within(f"{one.procedure} {one.title.zh} {one.title.en}")
        ]
        lines = [line for name in named for line in cases.list(procedure=name, limit=limit)]
    return [
        _hit(
            asked,
            f"/cases/{line.id}",
            f"{line.id} · {line.title.text(asked.language)}",
            line.label.text(asked.language),
        )
        for line in lines[:limit]
    ]


def _services(inventory: Inventory | None, asked: Asked) -> list[str]:
    """Return the services of the inventory that are called so."""
    try:
        found = inventory.store.organisation().services if inventory else ()
    except InputError:
        return []
    return [one.name for one in found if asked.within(one.name)]


def _requests(rights: Rights, inventory: Inventory | None, asked: Asked, limit: int) -> list[Hit]:
    """Return the request of a number, or the newest of a service or right that is called so."""
    if asked.number is not None:
        try:
            one = rights.show(asked.number, today())
        except InputError:
            return []
        found = [(one.number, one.service, one.right)]
    else:
        named = [right for right in rights.rights() if asked.within(right)]
        found = rights.newest(_services(inventory, asked), named, limit)
    return [
        _hit(asked, f"/requests/{number}", f"{number} · {right}", service) for number, service, right in found
    ]


def _matters(desk: Desk, inventory: Inventory | None) -> Callable[[Asked, int], list[Hit]]:
    """Return a source of matters: by number, or the newest of a service; letters stay sealed."""

    def find(asked: Asked, limit: int) -> list[Hit]:
        if asked.number is not None:
            try:
                found = [(asked.number, desk.show(asked.number, today())[0].service)]
            except InputError:
                return []
        else:
            found = desk.newest(_services(inventory, asked), limit)
        return [_hit(asked, f"{desk.kind.staff}/{number}", str(number), service) for number, service in found]

    return find


def _runs(retention: Retention, asked: Asked) -> list[Hit]:
    if asked.number is None:
        return []
    try:
        run = retention.show(asked.number)
    except InputError:
        return []
    return [Hit(address=f"/retention/runs/{run.number}", title=f"{run.number} · {run.as_of}")]
