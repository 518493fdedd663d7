"""Requests for whoever asks: taken down, verified, planned, approved, carried out, answered, shown."""

import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from shouxin.connect.reach import Place
from shouxin.connect.survey import Part
from shouxin.duties.cases.model import CaseLine, CaseView
from shouxin.duties.cases.model import Given as StepGiven
from shouxin.duties.reaching import Reaching, reaching
from shouxin.duties.rights import (
    by_hand,
    giving,
    heard,
    identity,
    intake,
    kept,
    links,
    listing,
    own,
    planning,
    receipt,
    recommendation,
    running,
    settling,
    telling,
)
from shouxin.duties.rights.courier import Courier
from shouxin.duties.rights.desk import Desk, source
from shouxin.duties.rights.document import unset
from shouxin.duties.rights.explaining import Explanation, explained
from shouxin.duties.rights.giving import Given
from shouxin.duties.rights.kinds import kind, kinds
from shouxin.duties.rights.model import (
    Asked,
    Change,
    Channel,
    HandTask,
    Line,
    Method,
    Obstacle,
    Plan,
    Receipt,
    Request,
    Restriction,
    Surveyed,
    Task,
)
from shouxin.duties.rights.own import Viewed
from shouxin.duties.rights.reading import facts_of
from shouxin.duties.rights.stores import Stores, lost
from shouxin.errors import StoreError
from shouxin.law.base import Words
from shouxin.store import restrictions
from shouxin.store.ledger import Entry, append
from shouxin.store.ledger.entry import Actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from shouxin.connect.survey import Problem
    from shouxin.duties.inventory.service import Inventory

__all__ = [
    "Asked",
    "Desk",
    "Given",
    "Obstacle",
    "Request",
    "Rights",
    "Stores",
    "Surveyed",
    "Task",
    "facts_of",
]


class Rights:
    """The requests at one desk; without one everything raises ``StoreError`` (store-missing)."""

    def __init__(
        self, desk: Desk | None, inventory: "Inventory | None" = None, courier: Courier | None = None
    ) -> None:
        self._desk = desk
        self._inventory = inventory
        self._courier = courier or Courier()

    @property
    def desk(self) -> Desk:
        """Return the services that requests go through; raise ``StoreError`` (store-missing)."""
        if self._desk is None:
            raise StoreError(
                "store-missing", "there is no store that could hold requests", remedy="start `shouxin serve`"
            )
        return self._desk

    def close(self) -> None:
        """Close the stores of the service."""
        if self._desk is not None:
            self._desk.stores.close()

    def ask(self, asked: Asked, today: date, actor: Actor) -> Request:
        """Take a request down; errors as ``intake.ask``."""
        return self.show(intake.ask(self.desk, asked, today, actor), today)

    def vouch(self, number: int, today: date, actor: Actor) -> Request:
        """Take the service's word for who asks; errors as ``identity.vouch``."""
        identity.vouch(self.desk, number, today, actor)
        return self.show(number, today)

    def look_at(self, number: int, how: str, today: date, actor: Actor) -> Request:
        """Write down that documents were looked at; errors as ``identity.look_at``."""
        identity.look_at(self.desk, number, how, today, actor)
        return self.show(number, today)

    def send_code(self, number: int, channel: Channel, today: date, actor: Actor) -> identity.Sent:
        """Send a code; errors as ``identity.send``."""
        return identity.send(self.desk, number, channel, today, actor)

    def enter_code(self, number: int, code: str, today: date, actor: Actor) -> Request:
        """Verify by a code; errors as ``identity.enter``."""
        identity.enter(self.desk, number, code, today, actor)
        return self.show(number, today)

    def plan(self, number: int, today: date, actor: Actor) -> Plan:
        """Make the plan of a request; errors as ``planning.plan``."""
        return planning.plan(self.desk, number, today, actor)

    def approve(
        self, number: int, digest: str, reason: str, facts: Mapping[str, Any], today: date, actor: Actor
    ) -> Plan:
        """Approve a plan as it was seen; errors as ``planning.approve``."""
        return planning.approve(self.desk, number, digest, reason, facts, today, actor)

    def run(self, number: int, today: date, actor: Actor, *, dry_run: bool = False) -> tuple[Task, ...]:
        """Carry a plan out or go on with it; errors as ``running.run``."""
        return running.run(self.desk, number, today, actor, dry_run=dry_run)

    def give(
        self, number: int, password: str, language: str, facts: Mapping[str, Any], today: date, actor: Actor
    ) -> giving.Given:
        """Give an encrypted copy, which the caller closes; errors as ``giving.give``."""
        return giving.give(self.desk, number, password, language, facts, today, actor)

    def hand_over(self, number: int, facts: Mapping[str, Any], today: date, actor: Actor) -> str:
        """Send a copy to the processor that the person named; errors as ``giving.hand_over``."""
        return giving.hand_over(self.desk, number, self._courier, facts, today, actor)

    def shelve(
        self,
        number: int,
        put: "Callable[[Connection, int, Given], None]",
        facts: Mapping[str, Any],
        today: date,
        actor: Actor,
    ) -> None:
        """Have a copy put by for whoever asked on the person's behalf; errors as ``giving.shelve``."""
        giving.shelve(self.desk, number, put, facts, today, actor)

    def refuse(self, number: int, ground: str, reasons: str, today: date, actor: Actor) -> Request:
        """Refuse with reasons; errors as ``settling.refuse``."""
        settling.refuse(self.desk, number, ground, reasons, today, actor)
        return self.show(number, today)

    def settle(
        self, number: int, text: str, facts: Mapping[str, Any], today: date, actor: Actor
    ) -> tuple[CaseView, Explanation | None]:
        """Explain, restrict or withdraw; errors as ``settling.settle``."""
        return settling.settle(self.desk, number, (text, facts), today, actor, self._inventory)

    def step(self, number: int, given: StepGiven, today: date, actor: Actor) -> CaseView:
        """Take any other step of the case; errors as ``Cases.move``."""
        return settling.step(self.desk, number, given, today, actor)

    def list(
        self,
        today: date,
        *,
        state: str = "open",
        late: bool = False,
        age: str = "",
        service: str = "",
        right: str = "",
        after: int | None = None,
        limit: int = 100,
    ) -> list[Line]:
        """Return requests, those first whose last day comes first, from the one ``after`` a number on.

        ``age`` is one of ``listing.bands``. Raises ``InputError``: state-unknown, age-unknown, rights-kind.
        """
        asked = listing.sought(state=state, late=late, age=age, service=service, right=right)
        return listing.soonest(self.desk, asked, today, after, limit)

    def each(
        self, today: date, *, state: str = "", late: bool = False, age: str = "", service: str = "",
        right: str = "",
    ) -> Iterator[Line]:  # fmt: skip
        """Yield every request of a filter, the newest first, a page at a time; errors as ``list``."""
        asked = listing.sought(state=state, late=late, age=age, service=service, right=right)
        return listing.each(self.desk, asked, today)

    def of_cases(self, cases: Mapping[int, CaseLine], today: date) -> builtins.list[Line]:
        """Return the requests among some cases."""
        with self.desk.begin() as connection:
            rows = kept.of_cases(connection, [*cases])
            waits = kept.waiting(connection, [row.number for row in rows])
        return [receipt.line(row, cases[row.case], waits.get(row.number, ((), None)), today) for row in rows]

    def ages(self, today: date) -> dict[int, int]:
        """Return how many requests are open by the days since they came."""
        with self.desk.begin() as connection:
            return kept.ages(connection, listing.finals(self.desk), today)

    def counted(self, today: date) -> tuple[int, int]:
        """Return how many requests there are, and how many of them have ended."""
        still_open = sum(self.ages(today).values())
        with self.desk.begin() as connection:
            total = kept.total(connection)
        return total, total - still_open

    def newest(
        self, services: Sequence[str], rights: Sequence[str], limit: int
    ) -> builtins.list[tuple[int, str, str]]:
        """Return number, service and right of the newest requests of some services or rights."""
        with self.desk.begin() as connection:
            found = kept.newest(connection, services, rights, limit)
        return [(one.number, one.service, one.right) for one in found]

    def show(self, number: int, today: date) -> Request:
        """Return a request with its case and newest plan; raise ``InputError`` (rights-unknown)."""
        with self.desk.begin() as connection:
            found = self.desk.find(connection, number, today, lock=False)
            row = kept.newest_plan(connection, number)
            before = kept.newest_plan(connection, number, back=1)
            restricted = restrictions.of_source(connection, source(number))
        plans = (row.plan if row else None, before.plan if before else None)
        return receipt.whole(found, *plans, receipt.restricted(restricted), today)

    def explanation(self, number: int, today: date) -> Explanation | None:
        """Return what a request has explained, as it stands today; None where nothing is explained.

        Raises ``InputError``: rights-unverified, and as ``explaining.explained``.
        """
        with self.desk.begin() as connection:
            found = self.desk.verified(connection, number, today)
        if found.kind.own.work != "explain":
            return None
        return explained(self.desk, self._inventory, found.row.service, today, found.kind.own.explains)

    def grounds(self, number: int, today: date) -> tuple[str, ...]:
        """Return the grounds on which a request can be refused; raise ``InputError`` (rights-unknown)."""
        with self.desk.begin() as connection:
            return settling.grounds(self.desk, self.desk.find(connection, number, today, lock=False))

    def questions(self, number: int, today: date) -> tuple[tuple[str, Words], ...]:
        """Return the facts that whoever decides a request answers for, each with its question."""
        desk = self.desk
        with desk.begin() as connection:
            found = desk.find(connection, number, today, lock=False)
        own = desk.cases.procedures.machine(found.kind.procedure).facts.own
        known = desk.cases.keeper.engines.rules.facts
        deceased = found.kind.shared.judged_for_deceased if found.case.facts.get("for_deceased") else ()
        return tuple(
            (name, own[name].label if name in own else known[name].question)
            for name in (*found.kind.own.judged, *deceased)
        )

    def receipt(self, number: int, today: date) -> Receipt:
        """Return what the person is given to hold, with proofs; raise ``InputError`` (rights-unknown)."""
        with self.desk.begin() as connection:
            found = self.desk.find(connection, number, today, lock=False)
            row = kept.newest_plan(connection, number)
            return receipt.receipt(connection, found, row.plan if row else None)

    def restricted(self, service: str, person: str, reason: str, actor: Actor) -> tuple[Restriction, ...]:
        """Return what must not be used of a person any more; the reading is written down."""
        desk = self.desk
        with desk.begin() as connection:
            found = desk.people.find(connection, service, [person])[0]
            restricted = restrictions.of_person(connection, found.id) if found else ()
            entry = Entry(
                kind="read",
                who=actor.who,
                origin=actor.origin,
                what={"of": "rights.restricted", "service": service, "found": found is not None},
                whose=found.commitment if found else b"",
                why=reason,
            )
            append(connection, [entry])
        return receipt.restricted(restricted)

    def by_hand(self, today: date) -> "builtins.list[HandTask]":
        """Return what waits to be done by hand, that first which is due first."""
        return by_hand.queue(self.desk, today)

    def to_correct(self, number: int, store: str, today: date, actor: Actor) -> tuple[Change, ...]:
        """Return what is to be corrected by hand; errors as ``by_hand.to_correct``."""
        return by_hand.to_correct(self.desk, number, store, today, actor)

    def tell(self, number: int, told: telling.Told, today: date, actor: Actor) -> Request:
        """Take down what was done or found by hand; errors as ``telling.tell``."""
        telling.tell(self.desk, number, told, today, actor)
        return self.show(number, today)

    def confirm(self, number: int, store: str, today: date, actor: Actor) -> Request:
        """Confirm what somebody else says was done by hand; errors as ``telling.confirm``."""
        telling.confirm(self.desk, number, store, today, actor)
        return self.show(number, today)

    def link(self, number: int, store: str, today: date, actor: Actor) -> str:
        """Return the path of a link for work by hand that waits; errors as ``links.make``."""
        return links.make(self.desk, number, store, today, actor)

    def linked(self, token: str, today: date) -> HandTask:
        """Return the work that a link is for; errors as ``links.read``."""
        return links.read(self.desk, token, today)

    def tell_linked(self, token: str, told: telling.Told, today: date) -> None:
        """Take down what whoever has a link says; errors as ``links.read`` and ``telling.tell``."""
        task = links.read(self.desk, token, today)
        telling.tell(self.desk, task.request, told, today, links.holder(task))

    def to_correct_linked(self, task: HandTask, today: date) -> tuple[Change, ...]:
        """Return what is to be corrected to whoever has a link; errors as ``by_hand.to_correct``."""
        return by_hand.to_correct(self.desk, task.request, task.store, today, links.holder(task))

    def heard(self, call: heard.Call) -> None:
        """Take a callback of an entrusted party; errors as ``heard.heard``."""
        heard.heard(self.desk, call)

    def check(self) -> "tuple[Problem, ...]":
        """Return what of the maps does not fit the stores, and grants that are missing or too many."""
        with self.desk.stores.opened() as (stores, problems):
            lacking = (one for store in stores for one in store.check())
            return (*problems, *lost(self.desk.stores.maps()), *lacking, *unset())

    def reached(self, plan: Plan | None) -> tuple[Reaching, ...]:
        """Return which tables of the stores a person's identities reach, with what a plan counts in each."""
        parts: dict[Place, list[Part]] = {}
        for survey in plan.body.surveys if plan else ():
            for part in survey.parts:
                parts.setdefault((survey.store, part.table), []).append(part)
        return reaching(self.desk.stores.maps(), parts)

    def own(self, service: str, reference: str, today: date) -> tuple[Line, ...]:
        """Return the requests about a person, the newest first."""
        return own.of_person(self.desk, service, reference, today)

    def recommendation_off(self, service: str, reference: str) -> bool:
        """Tell whether a person has recommendation turned off."""
        return recommendation.is_off(self.desk, service, reference)

    def recommendation_on(
        self, service: str, reference: str, notice: str, language: str, actor: Actor
    ) -> None:
        """Turn recommendation on again; errors as ``recommendation.turn_on``."""
        recommendation.turn_on(self.desk, service, reference, notice, language, actor)

    def signed_in(self, number: int, method: Method, today: date, actor: Actor) -> Request:
        """Take down that the person is signed in; errors as ``own.signed_in``."""
        own.signed_in(self.desk, number, method, today, actor)
        return self.show(number, today)

    def known_at(self, address: str, subject: str, today: date) -> dict[str, str] | None:
        """Return how the stores know whose address this is; errors as ``own.known_at``."""
        return own.known_at(self.desk, address, subject, today)

    def view(self, number: int, today: date, actor: Actor) -> tuple[Viewed, ...]:
        """Return what the stores hold of the person; errors as ``own.view``."""
        return own.view(self.desk, number, today, actor)

    def rights(self) -> tuple[str, ...]:
        """Return the names of all rights."""
        return tuple(kinds())

    def known(self, name: str) -> str:
        """Return the name of a right that there is; raise ``InputError`` (rights-kind)."""
        return kind(name).name
