"""Are we in the state the law demands, and what shows it: met, not met, unknown, expired, not applicable.

A control applies where its condition holds; it is met where fresh evidence of an accepted kind shows every
element. Nothing is taken for granted: without evidence the state is unknown, which is not met.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, NamedTuple

import msgspec

from shouxin.engine import parser
from shouxin.engine.calendar import DAY
from shouxin.engine.clock import add_months
from shouxin.engine.expression import TRUE, Expression, names, reduced, value
from shouxin.engine.readings import Readings
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError
from shouxin.law.base import Shape, Words
from shouxin.law.mechanism import Control, ControlState, Element, EvidenceKind, Span
from shouxin.law.register import Entry

Remark = Annotated[str, msgspec.Meta(max_length=2000)]
"""A sentence or a reference: where a document lies, never the document."""


class Evidence(Shape, frozen=True, kw_only=True):
    """Something that shows an element of a control, or (``shown`` false) that it is not there.

    ``reference`` says where it is (an address, a file's name, a ticket), ``by`` the named person behind
    it; ``until`` the last day it counts, where one is set. ``service`` is empty for the organisation.
    """

    provision: str
    element: str
    kind: EvidenceKind
    on: date
    shown: bool = True
    reference: Remark = ""
    by: Remark = ""
    until: date | None = None
    service: str = ""
    note: Remark = ""


class Shown(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One element of a control, its state, and the evidence that decides it."""

    element: str
    what: Words
    state: ControlState
    accepts: tuple[EvidenceKind, ...]
    evidence: Evidence | None
    until: date | None


class Judged(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The state of one control, what it rests on, and until when it lasts.

    ``missing`` are the facts that decide whether it applies. ``until`` is the last day on which the state
    holds without new evidence.
    """

    provision: str
    number: int
    state: ControlState
    responsible: str
    elements: tuple[Shown, ...]
    missing: tuple[str, ...]
    until: date | None
    readings: tuple[str, ...]


class Ready(NamedTuple):
    """One control, its condition parsed; ``number`` counts those of one provision from 1."""

    provision: str
    entry: Entry
    control: Control
    number: int
    applies: Expression

    def element(self, name: str) -> Element:
        """Return an element by name; raise ``InputError`` (evidence-element)."""
        for element in self.control.elements:
            if element.name == name:
                return element
        known = ", ".join(element.name for element in self.control.elements)
        raise InputError(
            "evidence-element",
            f'{self.provision} has no element "{name[:80]}"',
            remedy=f"its elements are: {known}",
        )


class Controls:
    """Every control of the register under the readings chosen."""

    def __init__(self, rules: RuleBase, readings: Readings) -> None:
        self._types = {name: fact.kind for name, fact in rules.facts.items() if fact.type != "set"}
        self.all: tuple[Ready, ...] = tuple(
            Ready(str(entry.citation), entry, control, number, self._parsed(entry, control))
            for entry in rules.register.entries
            for number, control in enumerate(entry.provision.control, start=1)
            if readings.stand(entry.instrument.instrument, control.readings, str(entry.citation))
        )
        self._at: dict[str, list[Ready]] = {}
        for item in self.all:
            self._at.setdefault(item.provision, []).append(item)

    def _parsed(self, entry: Entry, control: Control) -> Expression:
        where = f"{entry.citation}, applies"
        return parser.parse(control.applies, self._types, where=where) if control.applies else TRUE

    def at(self, provision: str) -> list[Ready]:
        """Return the controls of one provision; raise ``InputError`` (control-unknown)."""
        found = self._at.get(provision, [])
        if not found:
            raise InputError(
                "control-unknown",
                f'there is no control at "{provision[:80]}"',
                remedy="`shouxin posture` lists them",
            )
        return found

    def accepts(self, evidence: Evidence, as_of: date) -> Ready:
        """Return the control that a piece of evidence is for; raise ``InputError`` where it cannot count.

        Codes: control-unknown, evidence-element, evidence-kind, evidence-person, evidence-date,
        evidence-service.
        """
        at = self.at(evidence.provision)
        home = next((item for item in at if evidence.element in _named(item)), at[0])
        element = home.element(evidence.element)
        if evidence.kind not in element.evidence:
            raise InputError(
                "evidence-kind",
                f'"{element.name}" of {home.provision} is not shown by the kind "{evidence.kind}"',
                remedy=f"it takes: {', '.join(element.evidence)}",
            )
        if evidence.kind == "attestation" and not evidence.by.strip():
            raise InputError(
                "evidence-person",
                f'an attestation of "{element.name}" ({home.provision}) names nobody',
                remedy="name the person who attests it",
            )
        if evidence.on > as_of or (evidence.until and evidence.until < evidence.on):
            raise InputError(
                "evidence-date",
                f"the evidence is of {evidence.on}, which lies in the future or after its own end",
                remedy="give the day on which it was made",
            )
        if bool(evidence.service) != (home.control.per == "service"):
            raise InputError(
                "evidence-service",
                f"{home.provision} is asked of {_whom(home)}",
                remedy="name the service, or name none",
            )
        return home

    def judge(
        self,
        item: Ready,
        facts: Mapping[str, object],
        evidence: Iterable[Evidence],
        as_of: date,
        review: Span | None = None,
    ) -> Judged:
        """Return the state of one control on a day.

        ``facts`` are those of the organisation and the service together; ``evidence`` only what was given
        for them. ``review`` is how long the organisation lets a proof count where neither the law nor the
        proof itself says so; None is for good.
        """
        home = item.entry.instrument
        in_force = home.effective <= as_of and (home.repealed is None or as_of < home.repealed)
        applies = value(item.applies, facts) if in_force else False
        given = [piece for piece in evidence if piece.provision == item.provision and piece.on <= as_of]
        elements = tuple(
            _shown(element, [piece for piece in given if piece.element == element.name], as_of, item, review)
            for element in item.control.elements
        )
        state: ControlState = "not_applicable"
        missing: tuple[str, ...] = ()
        if applies is None:
            state = "unknown"
            missing = tuple(sorted(names(reduced(item.applies, facts))))
        elif applies:
            state = _worst(element.state for element in elements)
        ends = [element.until for element in elements if element.until]
        prefix = home.instrument
        return Judged(
            provision=item.provision,
            number=item.number,
            state=state,
            responsible=item.control.responsible,
            elements=elements,
            missing=missing,
            until=min(ends, default=None) if state == "met" else None,
            readings=tuple(name if ":" in name else f"{prefix}:{name}" for name in item.control.readings),
        )


def _whom(item: Ready) -> str:
    return "each service" if item.control.per == "service" else "the organisation"


def _named(item: Ready) -> Iterator[str]:
    return (element.name for element in item.control.elements)


def _worst(states: Iterable[ControlState]) -> ControlState:
    found = set(states)
    order: Sequence[ControlState] = ("not_met", "unknown", "expired")
    return next((state for state in order if state in found), "met")


def _shown(
    element: Element, evidence: list[Evidence], as_of: date, item: Ready, review: Span | None
) -> Shown:
    """Return the state of one element: the latest evidence decides, and on one day the one that denies."""
    latest = max(evidence, key=lambda piece: (piece.on, not piece.shown), default=None)
    until = None
    state: ControlState = "unknown"
    if latest is not None:
        spans = [span for span in (item.control.valid, review) if span][:1]
        ends = [latest.until, *(last_day(latest.on, span) for span in spans)]
        until = min((day for day in ends if day), default=None)
        state = "not_met" if not latest.shown else "expired" if until and until < as_of else "met"
    return Shown(
        element=element.name,
        what=element.what,
        state=state,
        accepts=element.evidence,
        evidence=latest,
        until=until if state == "met" else None,
    )


def last_day(made: date, span: Span) -> date:
    """Return the last day on which something made on ``made`` counts for ``span``.

    Raises ``InputError`` (clock-too-long) beyond the years that a date can have.
    """
    if span.unit == "days":
        try:
            return made + span.length * DAY
        except OverflowError:
            raise InputError(
                "clock-too-long", "the date lies outside the calendar", remedy="give less time"
            ) from None
    return add_months(made, span.length * (12 if span.unit == "years" else 1))
