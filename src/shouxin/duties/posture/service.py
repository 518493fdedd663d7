"""Every control asked of the organisation and its services, ordered by what needs doing first."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from shouxin.duties.inventory.service import Activity, Inventory, Organisation, Service
from shouxin.engine.control import Controls, Evidence, Judged, Ready, Shown
from shouxin.engine.expression import value
from shouxin.errors import InputError
from shouxin.law.base import Shape, Words
from shouxin.law.mechanism import ControlState
from shouxin.law.register import Register
from shouxin.law.wording import Fact

STATES: tuple[ControlState, ...] = ("not_met", "expired", "unknown", "met", "not_applicable")
"""The states, the most urgent first."""

WANTING: tuple[ControlState, ...] = ("not_met", "expired")
UNMET = "unmet"
"""What asks for the states ``WANTING`` together."""


class Next(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What to do about a control: show an element, renew it, mend it, or answer which facts decide."""

    what: str
    element: str
    text: Words
    accepts: tuple[str, ...]


class PostureItem(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One control asked of the organisation (``service`` empty) or of one service.

    ``due`` is the last day on which it stands without new evidence.
    """

    provision: str
    number: int
    summary: Words
    state: ControlState
    service: str
    responsible: str
    evidence: tuple[Evidence, ...]
    elements: tuple[Shown, ...]
    missing: tuple[str, ...]
    next: tuple[Next, ...]
    due: date | None
    sanctioned_by: tuple[str, ...]
    readings: tuple[str, ...]


class Posture(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The whole state: how many controls in each state, and each of them."""

    organisation: str
    as_of: date
    law_version: str
    counts: dict[str, int]
    items: tuple[PostureItem, ...]

    @property
    def met(self) -> bool:
        """Tell whether everything that applies is met."""
        return all(item.state in ("met", "not_applicable") for item in self.items)


class Judge:
    """The controls of the register, asked of organisations."""

    def __init__(self, register: Register, chosen: Mapping[str, str] | None = None) -> None:
        self.register = register
        self.inventory = Inventory(register, chosen)

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Return the facts of the vocabulary by name."""
        return self.inventory.rules.facts

    @property
    def controls(self) -> Controls:
        """Return the engine."""
        return self.inventory.controls

    def check(self, organisation: Organisation, as_of: date) -> None:
        """Raise ``InputError`` where something in the record of the organisation cannot be used.

        Codes: service-unknown, those of ``Inventory.check`` and of ``Controls.accepts``.
        """
        self.inventory.check(organisation, as_of)
        for evidence in organisation.evidence:
            if evidence.service:
                _known("service", evidence.service, [one.name for one in organisation.services])
            self.controls.accepts(evidence, as_of)

    def applies(
        self, control: Ready, organisation: Organisation, service: Service, activity: Activity
    ) -> bool | None:
        """Tell whether a control is asked of one activity; None where a fact that decides it is unknown."""
        return value(control.applies, self.inventory.known(organisation, service, activity))

    def posture(self, organisation: Organisation, as_of: date) -> Posture:
        """Return where an organisation stands on a day; errors of facts as ``check``.

        Evidence that cannot count on that day is left aside: what was made later, what is about a service
        that is gone or an element that the law no longer has.
        """
        by_service: dict[str, dict[str, list[Evidence]]] = {}
        for evidence in organisation.evidence:
            if self._counts(evidence, as_of):
                found = by_service.setdefault(evidence.service, {})
                found.setdefault(evidence.provision, []).append(evidence)
        items = sorted(self._items(organisation, by_service, as_of), key=_urgency)
        counts = Counter(item.state for item in items)
        return Posture(
            organisation=organisation.name,
            as_of=as_of,
            law_version=self.register.version,
            counts={state: counts[state] for state in STATES},
            items=tuple(items),
        )

    def _counts(self, evidence: Evidence, as_of: date) -> bool:
        try:
            self.controls.accepts(evidence, as_of)
        except InputError:
            return False
        return True

    def _items(
        self,
        organisation: Organisation,
        evidence: Mapping[str, Mapping[str, Sequence[Evidence]]],
        as_of: date,
    ) -> Iterator[PostureItem]:
        whole = self.inventory.known(organisation)
        facts = {one.name: self.inventory.known(organisation, one) for one in organisation.services}
        for item in self.controls.all:
            about = facts if item.control.per == "service" else {"": whole}
            for name, known in about.items():
                given = evidence.get(name, {}).get(item.provision, ())
                judged = self.controls.judge(item, known, given, as_of, organisation.review)
                yield _item(item, judged, name)


def _item(item: Ready, judged: Judged, service: str) -> PostureItem:
    provision = item.entry.provision
    home = item.entry.instrument.instrument
    return PostureItem(
        provision=judged.provision,
        number=judged.number,
        summary=provision.summary,
        state=judged.state,
        service=service,
        responsible=judged.responsible,
        evidence=tuple(one.evidence for one in judged.elements if one.evidence),
        elements=judged.elements,
        missing=judged.missing,
        next=tuple(_next(judged)),
        due=judged.until,
        sanctioned_by=tuple(text if ":" in text else f"{home}:{text}" for text in provision.sanctioned_by),
        readings=judged.readings,
    )


def _next(judged: Judged) -> Iterator[Next]:
    if judged.state in ("met", "not_applicable") or judged.missing:
        return
    verbs = {"not_met": "mend", "expired": "renew", "unknown": "show"}
    for element in judged.elements:
        if element.state in verbs:
            yield Next(
                what=verbs[element.state],
                element=element.element,
                text=element.what,
                accepts=element.accepts,
            )


def _urgency(item: PostureItem) -> tuple[int, bool, bool, date, str, str]:
    """Order by state; what surely applies, what a penalty stands behind, what runs out first."""
    return (
        STATES.index(item.state),
        bool(item.missing),
        not item.sanctioned_by,
        item.due or date.max,
        item.provision,
        item.service,
    )


Group = Callable[[PostureItem], str]

GROUPS: Mapping[str, Group] = {
    "instrument": lambda item: item.provision.partition(":")[0],
    "urgency": lambda item: item.state,
    "responsible": lambda item: item.responsible,
}
"""The ways in which items are grouped for reading."""


def chosen(found: Posture, *, service: str = "", instrument: str = "", state: str = "") -> Posture:
    """Return what filters leave of a posture; an empty filter leaves all.

    Raises ``InputError`` (service-unknown, law-unknown-instrument, state-unknown) for a name that nothing
    bears, so that a slip of the pen never looks like an organisation that meets everything.
    """
    home = GROUPS["instrument"]
    _known("service", service, (item.service for item in found.items))
    _known("instrument", instrument, map(home, found.items))
    _known("state", state, (UNMET, *STATES))
    states = WANTING if state == UNMET else (state,) if state else STATES
    items = (
        item
        for item in found.items
        if service in ("", item.service) and instrument in ("", home(item)) and item.state in states
    )
    return msgspec.structs.replace(found, items=tuple(items))


_UNKNOWN = {"service": "service-unknown", "instrument": "law-unknown-instrument", "state": "state-unknown"}


def _known(kind: str, name: str, names: Iterable[str]) -> None:
    """Raise ``InputError`` unless the name is empty or one of those there are."""
    known = set(names)
    if name and name not in known:
        listed = ", ".join(sorted(filter(None, known)))
        raise InputError(
            _UNKNOWN[kind],
            f'there is no {kind} "{name[:80]}" here',
            remedy=f"those there are: {listed or 'none'}",
        )
