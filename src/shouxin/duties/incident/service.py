"""Incidents for whoever works on them: on record, amended, moved on, and told to whom they concern."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from shouxin.duties.calculate.service import Reckoner
from shouxin.duties.cases.model import CaseView, Given
from shouxin.duties.cases.service import Cases
from shouxin.duties.incident import lists, procedure
from shouxin.duties.incident.checking import checked
from shouxin.duties.incident.listing import ALL, Sought
from shouxin.duties.incident.model import (
    Account,
    Draft,
    Figures,
    IncidentLine,
    IncidentView,
    Listed,
    Party,
    Report,
    Search,
    Searched,
    Sent,
)
from shouxin.duties.incident.risk import classes, risk
from shouxin.duties.inventory.service import Organisation, facts_within, one, organisation_within
from shouxin.engine.calculated import Asked
from shouxin.engine.procedure import Machine
from shouxin.errors import InputError, StoreError
from shouxin.law.mechanism import LocalFact
from shouxin.law.register import Register
from shouxin.law.wording import Fact
from shouxin.store.ledger.entry import SYSTEM, Actor, Entry

if TYPE_CHECKING:
    import builtins

    from sqlalchemy import Connection, Engine, Row

    from shouxin.duties.incident.gateway import Gateway
    from shouxin.duties.passages import Passage
    from shouxin.duties.rights.service import Stores
    from shouxin.store.people import People

AT_ONCE = 50_000
"""People who are told in one call over HTTP; the next call goes on."""


class Incidents:
    """The incidents of one store; without a store what is asked of it is an error."""

    def __init__(
        self,
        register: Register,
        cases: Cases | None = None,
        engine: "Engine | None" = None,
        people: "People | None" = None,
        gateway: str = "",
        stores: "Stores | None" = None,
    ) -> None:
        self._stores = stores
        self.register = register
        self.gateway = gateway
        self.reckoner = Reckoner(register, shared=cases.keeper.engines if cases else None)
        self._kept = (cases, engine, people) if cases and engine and people else None

    @property
    def cases(self) -> Cases:
        """Return the cases that incidents run in; raise ``StoreError`` (store-missing)."""
        if self._kept is None:
            raise StoreError("store-missing", "there is no store", remedy="start `shouxin serve`")
        return self._kept[0]

    def record(self, report: Report, today: date, actor: Actor = SYSTEM) -> IncidentView:
        """Put an incident on record, and begin its procedure with the clocks that run.

        Raises ``InputError``: service-unknown, those of ``checking.checked``, incident-before-law,
        fact-unknown, fact-type.
        """
        from shouxin.duties.incident import stored

        account = report.account
        with self._begun() as (connection, cases):
            organisation = _organisation(connection)
            if organisation:
                one("service", report.service, organisation.services)
            account = checked(account, organisation, today)
            risk(self.reckoner, account)
            procedure.in_force(self.machine(), self.register, account.known_on)
            number = stored.add(connection, report.service, exercise=report.exercise)
            stored.write(connection, number, 1, account, actor.who)
            its = procedure.cases_of(cases, connection, number, exercise=report.exercise)
            known = facts_within(connection, report.service)
            opened = procedure.opened(its, account, known, f"incident {number}", today, actor)
            if not report.exercise:
                stored.tie(connection, number, opened)
            what = {"incident": number, "exercise": report.exercise}
            _append(connection, actor, "incident.recorded", **what)
        return self.show(number, today)

    def amend(
        self, number: int, account: Account, base: int, today: date, actor: Actor = SYSTEM
    ) -> IncidentView:
        """Write a new version of the account over version ``base``.

        Raises ``InputError``: incident-unknown, incident-moved, incident-known-on, as ``record``.
        """
        from shouxin.duties.incident import stored

        with self._begun() as (connection, _):
            stored.find(connection, number, lock=True)
            newest = stored.versions(connection, number)[0]
            if newest.number != base:
                raise InputError(
                    "incident-moved",
                    f"the account of incident {number} is at version {newest.number}, not {base}",
                    remedy="read it again, and change that",
                )
            before = stored.account(newest)
            days = (before.happened_on, before.known_on)
            if (account.happened_on, account.known_on) != days:
                raise InputError(
                    "incident-known-on",
                    f"the clocks of incident {number} run from {days[0]} and {days[1]}",
                    where="happened_on, known_on",
                    remedy="close this incident with an account of why, and put a new one on record",
                )
            account = checked(account, _organisation(connection), today)
            risk(self.reckoner, account)
            if account != before:
                stored.write(connection, number, base + 1, account, actor.who)
                _append(connection, actor, "incident.amended", incident=number, version=base + 1)
        return self.show(number, today)

    def take(self, number: int, given: Given, today: date, actor: Actor = SYSTEM) -> IncidentView:
        """Take a step of the procedure; errors as ``Cases.move``, and incident-unknown."""
        from shouxin.duties.incident import stored

        with self._begun() as (connection, cases):
            row = stored.find(connection, number, lock=True)
            its = procedure.cases_of(cases, connection, number, exercise=row.exercise)
            its.move(stored.case_of(connection, number), given, today, actor)
            if not given.dry_run:
                what = {"incident": number, "step": given.step, "exercise": row.exercise}
                _append(connection, actor, "incident.step", **what)
        return self.show(number, today)

    def add_people(self, number: int, file: BinaryIO, actor: Actor = SYSTEM) -> Listed:
        """Take down whom an incident touches, from a list of the service's own references.

        People who are on record already stay so; a list is taken down some thousand at a time, so that it
        can be given again after a break. Raises ``InputError``: incident-unknown, incident-list.
        """
        return self._take_down(number, lists.chunks(file), actor)

    def find_people(self, number: int, search: Search, actor: Actor = SYSTEM) -> Searched:
        """Find whom an incident touches through a store, and unless it is a dry run take them down.

        The search and its reason stand in the ledger first, without what was searched for. Raises
        ``InputError``: incident-unknown, and those of ``searching.searched``.
        """
        from shouxin.duties.incident import searching, stored

        with self._begun() as (connection, _):
            stored.find(connection, number)
        with searching.searched(self._stores, search) as affected:
            records, people, untold = dict(affected.records()), affected.count(), affected.left()
            what = {
                "incident": number,
                "store": search.store,
                "identity": search.identity,
                "tables": [one.table for one in search.rows],
                "people": people,
                "untold": untold,
                "taken": not search.dry_run,
            }
            with self._begun() as (connection, _):
                entry = actor.did("incident.searched", **what)
                _enter(connection, msgspec.structs.replace(entry, why=search.reason))
            taken = None if search.dry_run else self._take_down(number, searching.chunks(affected), actor)
        return Searched(records=records, people=people, untold=untold, taken=taken)

    def stores(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the stores that are mapped, each with the identities it knows."""
        return tuple(
            (one.store, tuple(sorted({x.identity for table in one.tables for x in table.identities})))
            for one in (self._stores.maps() if self._stores else ())
        )

    def _take_down(self, number: int, people: "Iterator[list[str]]", actor: Actor) -> Listed:
        from shouxin.duties.incident import stored

        lines = new = 0
        with self._begun() as (connection, _):
            service = stored.find(connection, number).service
        for references in people:
            with self._begun() as (connection, _):
                found = self._people.make(connection, service, references)
                added = stored.affected(connection, number, [one.id for one in found])
                if added:
                    _append(connection, actor, "incident.people", incident=number, people=added)
            lines, new = lines + len(references), new + added
        with self._begun() as (connection, _):
            return Listed(lines=lines, new=new, listed=stored.listed(connection, number))

    def draft(self, number: int, party: Party) -> Draft:
        """Return the notice to a party as it follows from the account; raise incident-unknown."""
        from shouxin.duties.incident import stored

        with self._begun() as (connection, _):
            row = stored.find(connection, number)
            return self._draft(connection, row, party)

    def issue(
        self, number: int, party: Party, today: date, actor: Actor = SYSTEM, reference: str = ""
    ) -> IncidentView:
        """Give an authority the notice, with how it was given, or fix the notice that people will get.

        Raises ``InputError``: incident-unknown, incident-not-now, incident-notice-incomplete,
        incident-reference, incident-nobody, incident-issued, and those of ``Cases.move``.
        """
        from shouxin.duties.incident import issuing

        with self._begun() as (connection, cases):
            from shouxin.duties.incident import stored

            row = stored.find(connection, number, lock=True)
            made = self._draft(connection, row, party)
            issuing.issue(connection, cases, row, made, reference.strip(), today, actor)
        return self.show(number, today)

    def send(
        self, number: int, gateway: "Gateway", today: date, actor: Actor = SYSTEM, most: int = AT_ONCE
    ) -> Sent:
        """Tell the people of an incident who were not told yet; of an exercise nobody.

        When all were handed to the gateway the step of the procedure is taken. Raises ``InputError``:
        incident-unknown, incident-not-issued, incident-sending; and what the gateway raises.
        """
        from shouxin.duties.incident import issuing, stored
        from shouxin.duties.incident.sending import Sending

        with self._begun() as (connection, _):
            row = stored.find(connection, number)
            notice = issuing.notice_to_people(connection, number)
        told = 0
        if not row.exercise:
            sending = Sending(self._engine, self._people, (number, notice.number), row.service, notice.texts)
            told = sending.run(gateway, most, actor)
        with self._begun() as (connection, cases):
            stored.find(connection, number, lock=True)
            delivery = stored.delivery(connection, notice.number)
            finished = not delivery.waiting and not delivery.sending
            if finished:
                issuing.told(connection, cases, row, notice, today, actor)
        return Sent(handed_out=told, delivery=delivery, finished=finished)

    def show(self, number: int, today: date) -> IncidentView:
        """Return an incident with everything that is known of it; raise incident-unknown."""
        from shouxin.duties.incident import shown, stored

        with self._begun() as (connection, cases):
            row = stored.find(connection, number)
            case = self._case(connection, cases, row, today)
            return shown.whole(connection, row, case, self.reckoner, self.machine())

    def list(
        self, today: date, *, limit: int = 100, before: int | None = None, sought: Sought = ALL
    ) -> tuple[IncidentLine, ...]:
        """Return incidents, the newest first."""
        from shouxin.duties.incident import shown, stored

        with self._begun() as (connection, cases):
            ended = {one.name for one in self.machine().data.states if one.final}
            limit = max(1, min(limit, 1000))
            numbers = stored.numbers(connection, limit, before, sought, ended)
            rows = [stored.find(connection, one) for one in numbers]
            return tuple(
                shown.line(connection, row, self._case(connection, cases, row, today)) for row in rows
            )

    def searched(self, words: Sequence[str], limit: int) -> "builtins.list[Passage]":
        """Return the incidents in whose newest account every word stands, the newest first."""
        from shouxin.duties.incident import stored

        with self._engine.connect() as connection:
            return stored.searched(connection, words, limit)

    def figures(self, since: date, until: date) -> Figures:
        """Return the incidents put on record between two days in numbers; exercises are counted apart."""
        from shouxin.duties.incident import shown, stored

        with self._begun() as (connection, _):
            finals = {one.name for one in self.machine().data.states if one.final}
            return shown.figures(stored.figures(connection, since, until), finals, since, until)

    def facts(self) -> Mapping[str, Fact]:
        """Return the facts of the vocabulary, in whose types a step's words are read."""
        return self._whole[0].keeper.engines.rules.facts

    def fact(self, name: str) -> LocalFact | Fact:
        """Return a fact that a step asks for, as the law files declare it."""
        own = self.machine().facts.own
        return own[name] if name in own else self.facts()[name]

    def machine(self) -> Machine:
        """Return the procedure."""
        return procedure.machine(self._whole[0])

    def asked(self) -> tuple[Asked, ...]:
        """Return the facts that the thresholds ask for."""
        return self.reckoner.asks(classes().question).facts

    def services(self) -> tuple[str, ...]:
        """Return the services of the inventory."""
        with self._begun() as (connection, _):
            found = _organisation(connection)
        return tuple(one.name for one in found.services) if found else ()

    def _draft(self, connection: "Connection", row: "Row[object]", party: Party) -> Draft:
        from shouxin.duties.incident import drafting, stored

        step, items = procedure.notice_to(self.machine(), party)
        account = stored.account(stored.versions(connection, row.number)[0])
        organisation = _organisation(connection)
        name = organisation.name if organisation else row.service
        return drafting.draft(party, step, items, account, name, row.service)

    def _case(self, connection: "Connection", cases: Cases, row: "Row[object]", today: date) -> CaseView:
        from shouxin.duties.incident import stored

        its = procedure.cases_of(cases, connection, row.number, exercise=row.exercise)
        return its.show(stored.case_of(connection, row.number), today)

    @property
    def _engine(self) -> "Engine":
        return self._whole[1]

    @property
    def _people(self) -> "People":
        return self._whole[2]

    @property
    def _whole(self) -> "tuple[Cases, Engine, People]":
        if self._kept is None:
            raise StoreError(
                "store-missing",
                "there is no store that could hold incidents",
                remedy="start one with `shouxin serve`",
            )
        return self._kept

    @contextmanager
    def _begun(self) -> "Iterator[tuple[Connection, Cases]]":
        """Give a transaction, and the cases."""
        cases, engine, _ = self._whole
        with engine.begin() as connection:
            yield connection, cases


def read(text: bytes, shape: type[Report] | type[Account], *, where: str) -> Report | Account:
    """Return a report or an account from YAML or JSON; raise ``InputError`` (incident-unreadable)."""
    from shouxin.errors import LawError
    from shouxin.law.yamltext import parse

    try:
        plain, _ = parse(text.decode("utf-8"), where=where)
        return msgspec.convert(plain, shape)
    except LawError as error:
        what, place = error.what, error.where
    except (UnicodeDecodeError, msgspec.ValidationError, ValueError, RecursionError) as error:
        what, place = (str(error).splitlines() or ["it is no such file"])[0][:200], where
    raise InputError(
        "incident-unreadable", f"this is no account: {what}", where=place, remedy="see docs/incidents.md"
    ) from None


def _organisation(connection: "Connection") -> Organisation | None:
    try:
        return organisation_within(connection)
    except InputError as error:
        if error.code != "organisation-none":
            raise
        return None


def _append(connection: "Connection", actor: Actor, kind: str, **what: object) -> None:
    _enter(connection, actor.did(kind, **what))


def _enter(connection: "Connection", entry: Entry) -> None:
    from shouxin.store.ledger import append

    append(connection, [entry])
