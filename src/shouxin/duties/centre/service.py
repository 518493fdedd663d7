"""The centre for whoever asks: what a service says in public, who signs in to it, whom they may act for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from shouxin.duties.access.service import Patience, Slowing
from shouxin.duties.centre import codes, seats
from shouxin.duties.centre.keys import ServiceKeys
from shouxin.duties.centre.model import CODE_LASTS, Child, Claims, Known, Seat, Whose, origins
from shouxin.duties.consent import guardians
from shouxin.duties.consent.service import Consents, Teller
from shouxin.duties.consent.views import Guardianship
from shouxin.duties.days import today
from shouxin.duties.desk.service import Desk
from shouxin.duties.inventory.service import Organisation, Service, organisation_within
from shouxin.duties.notice.model import Notice
from shouxin.duties.notice.service import Notices, Published
from shouxin.duties.rights.own import send
from shouxin.duties.rights.service import Rights
from shouxin.errors import InputError, ShouxinError
from shouxin.law.register import Register
from shouxin.store.ledger import Entry, append
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["Centre", "Offices", "ServiceKeys", "Shown"]

_ASKING = Patience(5, 600)
"""Codes that one address may have sent before each waits longer than the last."""

_GUESSING = Patience(20, 600)
"""Tokens from one place that are no good before the next waits."""

_BRINGING = Patience(30, 600)
"""Requests of one person within an hour before the next waits."""


class Offices(NamedTuple):
    """The services of other duties that the centre speaks for."""

    notices: Notices
    consents: Consents
    rights: Rights
    complaints: Desk
    register: Register


class Shown(NamedTuple):
    """A service as the centre shows it: what the inventory and the notice in force say of it."""

    name: str
    organisation: Organisation | None
    service: Service | None
    published: Published | None
    notice: Notice | None


class Centre:
    """The centres of all services in one store.

    ``subjects`` says for each service by which identity of the dataset maps its accounts are called,
    ``frames`` which origins may frame its pages, separated by spaces.
    """

    def __init__(
        self,
        engine: "Engine",
        people: People,
        secret: bytes,
        offices: Offices,
        subjects: Mapping[str, str] | None = None,
        frames: Mapping[str, str] | None = None,
    ) -> None:
        self._engine = engine
        self._people = people
        self._secret = secret
        self._slowing = Slowing(engine, _ASKING)
        self._guessing = Slowing(engine, _GUESSING, _GUESSING)
        self._bringing = Slowing(engine, _BRINGING, _BRINGING)
        self.offices = offices
        self.subjects = subjects or {}
        self._frames = {name: origins(text) for name, text in (frames or {}).items()}
        self.keys = ServiceKeys(engine, secret)

    def frames(self, service: str) -> tuple[str, ...]:
        """Return the origins that may frame the centre of a service."""
        return self._frames.get(service, ())

    def show(self, service: str) -> Shown:
        """Return a service of the inventory, or one with a notice; raise ``InputError`` (centre-unknown)."""
        organisation = None
        with self._engine.connect() as connection:
            try:
                organisation = organisation_within(connection)
            except InputError as error:
                if error.code != "organisation-none":
                    raise
        own = (
            next((one for one in organisation.services if one.name == service), None)
            if organisation
            else None
        )
        published: Published | None = None
        notice: Notice | None = None
        try:
            published, notice = self.offices.notices.in_force(service)
        except InputError as error:
            if error.code != "notice-none":
                raise
        if own is None and published is None:
            raise InputError(
                "centre-unknown",
                "there is no service of that name here",
                remedy="follow the link in the service itself, or look at /centre",
            )
        return Shown(service, organisation, own, published, notice)

    def services(self) -> tuple[str, ...]:
        """Return the services that have a centre."""
        with self._engine.connect() as connection:
            try:
                names = [one.name for one in organisation_within(connection).services]
            except InputError:
                names = []
        return tuple(dict.fromkeys([*names, *self.offices.notices.services()]))

    # Signing in

    def enter(self, service: str, token: str, before: str, visitor: str = "") -> str:
        """Begin a session for whom a signed token of the service vouches; return the session's token.

        Tokens that are no good are counted for where they come from, and after many nothing more is told of
        them. Raises ``InputError``: centre-unknown, centre-token, centre-token-elsewhere,
        centre-token-expired, centre-token-used, guardian-unfit, sign-in-slow.
        """
        self.show(service)
        try:
            claims = self.keys.vouched(service, token, "centre")
        except InputError:
            self._guessing.attempt(f"centre token {service} {visitor}", f"centre token {visitor}")
            raise
        known = Known(reference=claims.sub, identities=self._identities(service, claims), name=claims.name)
        with self._engine.begin() as connection:
            self.keys.use(connection, claims)
            if claims.child:
                self._link(connection, service, claims)
            made = seats.begin(
                connection, self._people, service, known, "session", before, under_14=claims.under_14
            )
            self._note(connection, service, known, "session")
        return made

    def ask_code(self, service: str, address: str, visitor: str) -> codes.Ticket:
        """Write down that somebody wants a code; the answer is the same whoever the address belongs to.

        Raises ``InputError``: centre-codes-none where there is no such way, centre-address, sign-in-slow.
        """
        self.show(service)
        if service not in self.subjects:
            raise InputError(
                "centre-codes-none",
                "one cannot sign in here by a code",
                remedy="sign in to the service, and open its privacy centre from there",
            )
        said = address.strip()
        if not 5 <= len(said) <= 200 or not said.isprintable():
            raise InputError(
                "centre-address",
                "this is no e-mail address and no phone number",
                remedy="write the one that the service knows of you",
            )
        self._slowing.attempt(f"centre {service} {said}", f"centre {visitor}")
        with self._engine.begin() as connection:
            return codes.ask(connection, service, said)

    def send_code(self, ticket: codes.Ticket) -> None:
        """Look the address up and send the code, after the answer was given; what fails shows nowhere."""
        rights, subject = self.offices.rights, self.subjects[ticket.service]
        try:
            identities = rights.known_at(ticket.address, subject, today())
            if identities is None:
                return
            known = Known(reference=identities[subject], identities=identities)
            with self._engine.begin() as connection:
                code = codes.settle(connection, self._people, ticket, known, self._secret)
            send(rights.desk, ticket.address, code, int(CODE_LASTS.total_seconds()) // 60)
        except ShouxinError:
            return

    def enter_code(self, service: str, ticket: str, code: str, before: str) -> str:
        """Begin a session for who knows the code; raise ``InputError`` (centre-code)."""
        with self._engine.begin() as connection:
            codes.tried(connection, service, ticket)
        with self._engine.begin() as connection:
            known = codes.enter(connection, self._people, service, ticket, code, self._secret)
            made = seats.begin(connection, self._people, service, known, "code", before)
            self._note(connection, service, known, "code")
        return made

    def bring(self, seat: Seat, right: str) -> None:
        """Count a request that somebody is about to make; raise ``InputError`` (sign-in-slow) after many."""
        name = f"centre request {seat.service} {seat.person}"
        self._bringing.attempt(f"{name} {right}", name)

    def seat(self, service: str, token: str) -> Seat | None:
        """Return who holds a session at the centre of a service."""
        if not token:
            return None
        with self._engine.begin() as connection:
            return seats.find(connection, self._people, service, token)

    def leave(self, token: str) -> None:
        """End a session."""
        with self._engine.begin() as connection:
            seats.end(connection, token)

    # Acting for oneself and for a child

    def children(self, seat: Seat) -> tuple[Child, ...]:
        """Return the children under 14 for whom who sits here answers."""
        with self._engine.begin() as connection:
            found = guardians.children(connection, self._people, seat.service, seat.known.reference)
            names = self._people.references(connection, seat.service, [one.child for one in found])
        return tuple(Child(one.child, names[one.child], one.until) for one in found if one.child in names)

    def act_for(self, seat: Seat, child: int | None) -> None:
        """Act for a child from now on, or for oneself; raise ``InputError`` (centre-foreign)."""
        if child is not None and not any(one.person == child for one in self.children(seat)):
            raise _no_guardian()
        with self._engine.begin() as connection:
            seats.act_for(connection, seat, child)

    def whose(self, seat: Seat) -> Whose:
        """Return whose information it is about; raise ``InputError`` (centre-foreign) for a child no more."""
        service, known = seat.service, seat.known
        if seat.child is not None:
            child = next((one for one in self.children(seat) if one.person == seat.child), None)
            if child is None:
                raise _no_guardian()
            identities = {self.subjects[service]: child.reference} if service in self.subjects else {}
            return Whose(service, child.person, child.reference, identities, seat.method, known.reference)
        with self._engine.begin() as connection:
            alone = seat.under_14 or guardians.guarded(connection, self._people, service, known.reference)
        return Whose(service, seat.person, known.reference, known.identities, seat.method, alone=alone)

    def _identities(self, service: str, claims: Claims) -> dict[str, str]:
        own = {self.subjects[service]: claims.sub} if service in self.subjects else {}
        return {**claims.identities, **own}

    def _link(self, connection: "Connection", service: str, claims: Claims) -> None:
        """Put the guardian on record whom the service verified, unless they are already."""
        assert claims.child_until
        held = guardians.children(connection, self._people, service, claims.sub)
        references = self._people.references(connection, service, [one.child for one in held])
        if claims.child in references.values():
            return
        asked = Guardianship(
            service=service,
            child=claims.child,
            guardian=claims.sub,
            verified_by="signed token of the service",
            until=claims.child_until,
        )
        _, entries = guardians.link(connection, self._people, asked, Teller("public", "console"))
        append(connection, entries)

    def _note(self, connection: "Connection", service: str, known: Known, method: str) -> None:
        person = self._people.find(connection, service, [known.reference])[0]
        what = {"service": service, "by": method}
        whose = person.commitment if person else b""
        append(
            connection, [Entry(kind="centre.entered", who="public", origin="console", what=what, whose=whose)]
        )


def _no_guardian() -> InputError:
    return InputError(
        "centre-foreign",
        "you are not on record as a guardian of this person",
        remedy="ask the service to verify you as a parent or guardian",
    )
