"""Requests of controllers: taken once, told of truly and signed, carried out as ours are."""

import builtins
import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from shouxin.connect.opendsr.signing import Signer
from shouxin.duties.cases.model import Given as StepGiven
from shouxin.duties.days import BEIJING
from shouxin.duties.entrusted import kept
from shouxin.duties.entrusted.model import (
    RAW,
    RIGHTS,
    VERSION,
    WANTS,
    Handed,
    Line,
    State,
    Terms,
    read,
    refused,
)
from shouxin.duties.rights.service import Asked, Given, Request, Rights
from shouxin.errors import InputError, StoreError
from shouxin.store.ledger.entry import Actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

KEPT_DAYS = 30
"""Days for which a controller can fetch results."""
LARGEST = 64 << 20
"""Bytes of a result."""
RESULTS = "entrusted/results"
"""What the sealed results are for."""

_SYSTEM = Actor()
_GONE = frozenset({"refused", "withdrawn", "closed"})
_FACTS = {"deletion.due": True, "deletion.technically_hard": False}
"""What the organisation answers for by letting erasures of controllers run by themselves."""
_UNATTENDED = "the settings let requests of controllers of this type run by themselves (opendsr_unattended)"


class Signed(NamedTuple):
    """An answer with the headers that sign it."""

    body: bytes
    headers: Mapping[str, str]


class Entrusted:
    """The requests of controllers; without a ``signer`` none are taken."""

    def __init__(
        self, rights: Rights | None, signer: Signer | None = None, terms: Terms | None = None
    ) -> None:
        self._rights, self._signer = rights, signer
        self.terms = terms or Terms({}, {})

    @property
    def rights(self) -> Rights:
        """Return the requests that these become; raise ``StoreError`` (store-missing)."""
        if self._rights is None:
            raise StoreError(
                "store-missing", "there is no store that could hold requests", remedy="start `shouxin serve`"
            )
        return self._rights

    @property
    def signer(self) -> Signer:
        """Return who signs; raise ``InputError`` (opendsr-off)."""
        if self._signer is None:
            raise InputError(
                "opendsr-off",
                "no requests are taken here in the form of OpenDSR",
                remedy="set `opendsr_domain`, `opendsr_certificate`, `opendsr_key`, `opendsr_controllers`",
            )
        return self._signer

    def discovery(self) -> Signed:
        """Return what is taken here."""
        pairs = [{"identity_type": one, "identity_format": RAW} for one in self.terms.identities.values()]
        return self._said(
            {
                "api_version": VERSION,
                "supported_identities": pairs,
                "supported_subject_request_types": list(WANTS),
                "processor_certificate": f"https://{self.signer.domain}/opendsr/v1/cert.pem",
            }
        )

    def take(self, controller: str, body: bytes, today: date, actor: Actor) -> Signed:
        """Take a request of a controller; one that was taken already stays one.

        Raises ``InputError``: opendsr-off, opendsr-controller, opendsr-request, and those of ``Rights.ask``.
        """
        service, given = self._service(controller), read(body)
        digest = hashlib.sha256(body).hexdigest()
        desk = self.rights.desk
        with desk.begin() as connection:
            known = kept.find(connection, controller, given.subject_request_id)
        if known is None:
            known = self._taken(controller, service, given, digest, today, actor)
        if known.digest != digest:
            raise refused("another request was handed over under this subject_request_id")
        told = self._head(known, today)
        told["received_time"] = _rfc(known.received_at)
        return self._said(told)

    def status(self, controller: str, key: str, today: date) -> Signed:
        """Return how far a request is; raise ``InputError`` (opendsr-unknown)."""
        return self._said(self._status(self._found(controller, key), today))

    def cancel(self, controller: str, key: str, today: date, actor: Actor) -> Signed:
        """Cancel a request that was not begun; raise ``InputError``: opendsr-unknown, opendsr-state."""
        row = self._found(controller, key)
        if self._state(row, self.rights.show(row.request, today)) not in ("pending", "cancelled"):
            raise InputError(
                "opendsr-state",
                "the request is being carried out or has ended, so it cannot be cancelled",
                remedy="ask for its status",
            )
        if row.state != "cancelled":
            step = StepGiven(step="withdraw", by="individual", on=today)
            self.rights.step(row.request, step, today, actor)
            with self.rights.desk.begin() as connection:
                kept.move(connection, row.number, "cancelled")
        told = {"controller_id": controller, "subject_request_id": key, "api_version": VERSION}
        return self._said({**told, "received_time": _rfc(datetime.now(UTC))})

    def results(self, controller: str, key: str) -> bytes:
        """Return the results of a completed request; raise ``InputError`` (opendsr-unknown)."""
        row = self._found(controller, key)
        over = row.results_until is None or row.results_until <= datetime.now(UTC)
        if row.results is None or over:
            raise _unknown("the request has no results, or not any more")
        desk = self.rights.desk
        with desk.begin() as connection:
            found = desk.find(connection, row.request, datetime.now(BEIJING).date(), lock=False)
            opened = desk.people.unsealed(connection, found.row.person, row.results, RESULTS)
            desk.note(connection, Actor(controller, "api"), found.row, "request.fetched", {"id": key})
            return opened

    def list(self, today: date, limit: int = 200) -> builtins.list[Line]:
        """Return what controllers handed over, the newest first."""
        with self.rights.desk.begin() as connection:
            rows = kept.every(connection, limit)
        return [self._line(row, today) for row in rows]

    def release(self, request: int, facts: Mapping[str, Any], today: date, actor: Actor) -> Line:
        """Make the copy and lay it out for the controller, which ends the case.

        Raises ``InputError``: opendsr-unknown where no controller asked for a copy, opendsr-results where it
        is too large, those of ``Rights.shelve``.
        """
        with self.rights.desk.begin() as connection:
            row = kept.of_request(connection, request)
        if row is None or row.want == "erasure":
            raise _unknown(f"no controller asked for a copy with request {request}")

        def put(connection: "Connection", person: int, made: Given) -> None:
            if made.size > LARGEST:
                raise InputError(
                    "opendsr-results",
                    f"the copy is larger than {LARGEST >> 20} MiB",
                    where=f"request {request}",
                    remedy="give it to the controller another way, and end the case by a step",
                )
            sealed = self.rights.desk.people.seal(connection, person, made.file.read(), RESULTS)
            kept.lay_out(connection, row.number, sealed, sum(made.rows.values()), KEPT_DAYS)

        self.rights.shelve(request, put, facts, today, actor)
        self.look_after(row, today)
        with self.rights.desk.begin() as connection:
            after = kept.of_request(connection, request)
        assert after
        return self._line(after, today)

    def look_after(self, row: kept.Kept, today: date) -> State:
        """Write down the state of a request where it changed, so that its controller is called."""
        with self.rights.desk.begin() as connection:
            row = kept.of_request(connection, row.request) or row
        state = self._state(row, self.rights.show(row.request, today))
        if state != row.state:
            with self.rights.desk.begin() as connection:
                kept.move(connection, row.number, state)
        return state

    def carry(self, row: kept.Kept, today: date) -> None:
        """Go on with a request that needs no operator; a plan with problems waits for one."""
        if row.want not in self.terms.unattended or row.results is not None:
            return
        shown = self.rights.show(row.request, today)
        if shown.final or not shown.readable:
            return
        plan = shown.plan or self.rights.plan(row.request, today, _SYSTEM)
        if plan.problems:
            return
        if row.want == "erasure":
            if not plan.approved_by:
                self.rights.approve(row.request, plan.digest, _UNATTENDED, _FACTS, today, _SYSTEM)
            if not plan.finished and all(task.state == "waiting" for task in plan.tasks):
                self.rights.run(row.request, today, _SYSTEM)
        elif all(task.state != "elsewhere" for task in plan.tasks):
            self.release(row.request, {}, today, _SYSTEM)

    def told(self, row: kept.Kept, url: str, today: date) -> Signed:
        """Return what a controller is called with."""
        return self._said({**self._status(row, today), "status_callback_url": url})

    def _taken(
        self, controller: str, service: str, given: Handed, digest: str, today: date, actor: Actor
    ) -> kept.Kept:
        identities = self._identities(given)
        person = identities.get(self._own("controller_customer_id")) or ":".join(
            next(iter(identities.items()))
        )
        called = hashlib.sha256(f"{controller} {given.subject_request_id}".encode()).hexdigest()
        asked = Asked(
            service=service,
            person=person[:200],
            right=RIGHTS[given.subject_request_type],
            identities=identities,
            request=f"opendsr {called}",
        )
        rights = self.rights
        number = rights.ask(asked, today, actor).number
        if not rights.show(number, today).readable:
            rights.vouch(number, today, actor)
        with rights.desk.begin() as connection:
            values = {
                "controller": controller,
                "id": given.subject_request_id,
                "request": number,
                "want": given.subject_request_type,
                "digest": digest,
                "callbacks": list(dict.fromkeys(given.status_callback_urls)),
            }
            kept.add(connection, values)
            row = kept.find(connection, controller, given.subject_request_id)
            found = rights.desk.find(connection, number, today, lock=False)
            what = {"id": given.subject_request_id, "want": given.subject_request_type}
            rights.desk.note(connection, actor, found.row, "request.handed_in", what)
        assert row
        return row

    def _identities(self, given: Handed) -> dict[str, str]:
        """Return the identities by our names; what cannot be looked up, such as a hash, is refused."""
        found: dict[str, str] = {}
        for one in given.subject_identities:
            name = self._own(one.identity_type)
            if not name or one.identity_format != RAW:
                raise refused("an identity is of a type or format that is not taken here")
            if found.setdefault(name, one.identity_value) != one.identity_value:
                raise refused("two identities of one type are given; hand over a request for each")
        return found

    def _own(self, kind: str) -> str:
        return next((name for name, of in self.terms.identities.items() if of == kind), "")

    def _service(self, controller: str) -> str:
        _ = self.signer
        service = self.terms.controllers.get(controller)
        if service is None:
            raise InputError(
                "opendsr-controller",
                "this key is not that of a controller",
                remedy="name the key and its service in `opendsr_controllers`",
            )
        return service

    def _found(self, controller: str, key: str) -> kept.Kept:
        self._service(controller)
        with self.rights.desk.begin() as connection:
            row = kept.find(connection, controller, key)
        if row is None:
            raise _unknown("there is no request of this controller under that subject_request_id")
        return row

    def _state(self, row: kept.Kept, shown: Request) -> State:
        plan = shown.plan
        if row.results_until is not None or (row.want == "erasure" and plan and plan.finished):
            return "completed"
        if row.state == "cancelled" or shown.state in _GONE:
            return "cancelled"
        begun = plan and (plan.approved_by if row.want == "erasure" else True)
        return "in_progress" if begun else "pending"

    def _status(self, row: kept.Kept, today: date) -> dict[str, Any]:
        state = self._state(row, self.rights.show(row.request, today))
        told = self._head(row, today) | {"request_status": state, "api_version": VERSION}
        if row.results is not None:
            told["results_url"] = f"https://{self.signer.domain}/opendsr/v1/results/{row.id}"
            told["results_count"] = row.results_count
        return told

    def _head(self, row: kept.Kept, today: date) -> dict[str, Any]:
        due = self.rights.show(row.request, today).next_due
        ends = row.received_at + timedelta(days=self.terms.days)
        if due:
            ends = datetime(due.year, due.month, due.day, 23, 59, 59, tzinfo=BEIJING)
        return {
            "controller_id": row.controller,
            "expected_completion_time": _rfc(ends),
            "subject_request_id": row.id,
        }

    def _line(self, row: kept.Kept, today: date) -> Line:
        return Line(
            request=row.request,
            controller=row.controller,
            id=row.id,
            want=row.want,
            state=self._state(row, self.rights.show(row.request, today)),
            received_at=row.received_at,
            results_until=row.results_until if row.results is not None else None,
            left=len(row.to_call),
            problem=row.problem,
        )

    def _said(self, told: Mapping[str, Any]) -> Signed:
        body = msgspec.json.encode(told)
        return Signed(body, self.signer.headers(body))


def _rfc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _unknown(what: str) -> InputError:
    return InputError("opendsr-unknown", what, remedy="see /entrusted, or ask for the status of the request")
