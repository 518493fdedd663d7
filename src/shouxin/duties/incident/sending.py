"""Handing a notice out, batch by batch: marked before, confirmed after, so that a kill loses nobody.

A batch is fixed in one transaction before it leaves and confirmed in another after the gateway took it. What
was fixed and not confirmed goes out again under the same key, which the gateway knows as one batch.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from shouxin.duties.incident.gateway import Addressee, Batch, Gateway
from shouxin.errors import InputError
from shouxin.store.ledger import Actor, Entry, append
from shouxin.store.people import People

BATCH = 1000
"""People of one batch."""

_ENROL = text(
    "insert into shouxin.incident_delivery (notice, person, state) "
    "select :notice, p.person, 'waiting' from shouxin.incident_person p where p.incident = :incident "
    "on conflict do nothing"
)
_LEFT = text("select min(batch) from shouxin.incident_delivery where notice = :notice and state = 'sending'")
_FIX = text(
    """
    update shouxin.incident_delivery d set state = 'sending', moved_at = now(),
        batch = (select coalesce(max(batch), 0) + 1 from shouxin.incident_delivery where notice = :notice)
    from (select person from shouxin.incident_delivery where notice = :notice and state = 'waiting'
          order by person limit :most) as next
    where d.notice = :notice and d.person = next.person returning d.batch
    """
)
_OF_BATCH = text(
    "select person from shouxin.incident_delivery "
    "where notice = :notice and batch = :batch and state = 'sending' order by person"
)
_SETTLE = text(
    "update shouxin.incident_delivery set state = :state, moved_at = now() "
    "where notice = :notice and batch = :batch and state = 'sending' and person = any(:people)"
)
_COMMITMENTS = text("select id, commitment from shouxin.person where id = any(:people) order by id")


class Sending:
    """One notice of a service on its way to the people of an incident."""

    def __init__(
        self, engine: Engine, people: People, ids: tuple[int, int], service: str, texts: dict[str, str]
    ) -> None:
        self._engine = engine
        self._people = people
        self._incident, self._notice = ids
        self._service = service
        self._texts = texts

    def run(self, gateway: Gateway, most: int, actor: Actor) -> int:
        """Hand out batches until nobody waits or ``most`` people were told; return how many were.

        Raises ``InputError`` (incident-sending) while another does it, and what the gateway raises.
        """
        told = 0
        with self._alone():
            with self._engine.begin() as connection:
                connection.execute(_ENROL, {"notice": self._notice, "incident": self._incident})
            while told < most:
                with self._engine.begin() as connection:
                    batch = self._next(connection)
                    if batch is None:
                        break
                    ids = self._members(connection, batch)
                    known = self._people.references(connection, self._service, ids)
                key = f"notice-{self._notice}-{batch:06d}"
                addressees = tuple(Addressee(key=f"{key}-{one}", person=known[one]) for one in known)
                refused: Sequence[str] = ()
                if addressees:
                    refused = gateway.take(
                        Batch(key=key, service=self._service, texts=self._texts, people=addressees)
                    )
                not_told = {one for one in known if f"{key}-{one}" in set(refused)}
                with self._engine.begin() as connection:
                    self._settle(
                        connection, batch, {"refused": not_told, "gone": set(ids) - set(known)}, actor
                    )
                told += len(known) - len(not_told)
        return told

    def _next(self, connection: Connection) -> int | None:
        """Return a batch that was left unconfirmed, or fix a new one; None where nobody waits."""
        left = connection.scalar(_LEFT, {"notice": self._notice})
        if left is not None:
            return int(left)
        fixed = connection.execute(_FIX, {"notice": self._notice, "most": BATCH}).scalars().first()
        return None if fixed is None else int(fixed)

    def _members(self, connection: Connection, batch: int) -> list[int]:
        return list(connection.execute(_OF_BATCH, {"notice": self._notice, "batch": batch}).scalars())

    def _settle(self, connection: Connection, batch: int, others: dict[str, set[int]], actor: Actor) -> None:
        """Confirm a batch, with an entry of the ledger for everybody who was told."""
        place = {"notice": self._notice, "batch": batch}
        sent = set(self._members(connection, batch)) - set().union(*others.values())
        for state, people in {**others, "sent": sent}.items():
            connection.execute(_SETTLE, {**place, "state": state, "people": sorted(people)})
        what = {"incident": self._incident, "notice": self._notice}
        rows = connection.execute(_COMMITMENTS, {"people": sorted(sent)})
        entries = [
            Entry(kind="incident.told", who=actor.who, origin=actor.origin, what=what, whose=bytes(one[1]))
            for one in rows
        ]
        append(connection, entries)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the notice for one sender; a sender that dies lets go of it."""
        name = {"name": f"incident notice {self._notice}"}
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(text("select pg_try_advisory_lock(hashtext(:name))"), name):
                raise InputError(
                    "incident-sending",
                    f"notice {self._notice} is being sent by somebody else",
                    remedy="wait until they are done, then look how far it has got",
                )
            try:
                yield
            finally:
                connection.execute(text("select pg_advisory_unlock(hashtext(:name))"), name)
