"""Evidence in the store, beside the inventory: added and withdrawn, not changed."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError

from shouxin.duties.inventory.service import Author, Organisation, organisation_within, put_within
from shouxin.duties.posture import tables
from shouxin.duties.posture.model import KeptEvidence
from shouxin.duties.posture.service import Judge
from shouxin.engine.control import Evidence
from shouxin.errors import InputError
from shouxin.store.clock import stamped
from shouxin.store.ledger import SYSTEM, Actor, append

LAST = 2**63 - 1
"""The highest number that a piece of evidence can have."""

_NAMES = {"on": "made_on", "by": "attested_by"}


class StoredOrganisation:
    """The inventory and its evidence, in the store behind ``engine``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def organisation(self) -> Organisation:
        """Return the organisation with all evidence that counts; raise ``InputError`` (organisation-none)."""
        with self._engine.connect() as connection:
            return self._organisation(connection)

    def all_evidence(self) -> tuple[KeptEvidence, ...]:
        """Return all evidence in the order in which it was added."""
        with self._engine.connect() as connection:
            return _evidence(connection)

    def load(
        self,
        judge: Judge,
        given: Organisation,
        as_of: date,
        actor: Actor = SYSTEM,
        *,
        dry_run: bool = False,
    ) -> tuple[str, ...]:
        """Put an organisation in place of what is there, and add the evidence that is new.

        Returns in words what changes; errors as ``Judge.check``, and nothing is changed then.
        """
        judge.check(given, as_of)
        with self._engine.begin() as connection:
            changes = [
                str(change) for change in put_within(connection, given, Author(*actor), dry_run=dry_run)
            ]
            known = {item.evidence for item in _evidence(connection)}
            new = [item for item in given.evidence if item not in known]
            if new:
                changes.append(f"evidence: {len(new)} added")
            if not dry_run:
                first = {"first": min(_insert(connection, new))} if new else {}
                told = {"changes": len(changes), "evidence": len(new), **first}
                append(connection, [actor.did("organisation.loaded", **told)])
        return tuple(changes)

    def add(
        self, judge: Judge, evidence: Sequence[Evidence], as_of: date, actor: Actor = SYSTEM
    ) -> list[int]:
        """Add evidence, all of it or none; return its numbers. Errors as ``Judge.check``."""
        with self._engine.begin() as connection:
            whole = msgspec.structs.replace(self._organisation(connection), evidence=tuple(evidence))
            judge.check(whole, as_of)
            numbers = _insert(connection, evidence)
            if numbers:
                told = {"evidence": numbers[0], "count": len(numbers)}
                append(connection, [actor.did("evidence.added", **told)])
            return numbers

    def withdraw(self, number: int, why: str, actor: Actor = SYSTEM) -> None:
        """Withdraw a piece of evidence; raise ``InputError`` (evidence-unknown, evidence-withdrawn)."""
        if not why.strip():
            raise InputError("evidence-withdrawn", "no reason is given", remedy="say why it no longer counts")
        if number > LAST:
            raise _no_evidence(number)
        try:
            with self._engine.begin() as connection:
                connection.execute(tables.withdrawal.insert().values(evidence_id=number, why=why))
                append(connection, [actor.did("evidence.withdrawn", evidence=number)])
        except IntegrityError as error:
            if "evidence_withdrawal_pkey" not in str(error.orig):
                raise _no_evidence(number) from None
            raise InputError(
                "evidence-withdrawn",
                f"evidence {number} is withdrawn already",
                remedy="`shouxin evidence list` lists it all",
            ) from None

    def _organisation(self, connection: Connection) -> Organisation:
        counting = [item.evidence for item in _evidence(connection) if not item.withdrawn]
        return msgspec.structs.replace(organisation_within(connection), evidence=tuple(counting))


def _no_evidence(number: int) -> InputError:
    return InputError(
        "evidence-unknown",
        f"there is no evidence {number}",
        remedy="`shouxin evidence list` lists it all",
    )


def _insert(connection: Connection, evidence: Sequence[Evidence]) -> list[int]:
    if not evidence:
        return []
    rows = [
        {_NAMES.get(name, name): getattr(item, name) for name in item.__struct_fields__}
        | stamped(connection, "recorded_at")
        for item in evidence
    ]
    made = connection.execute(
        tables.evidence.insert().returning(tables.evidence.c.id, sort_by_parameter_order=True), rows
    )
    return list(made.scalars())


def _evidence(connection: Connection) -> tuple[KeptEvidence, ...]:
    joined = tables.evidence.outerjoin(tables.withdrawal)
    rows = connection.execute(
        select(tables.evidence, tables.withdrawal.c.why).select_from(joined).order_by(tables.evidence.c.id)
    )
    fields = Evidence.__struct_fields__
    return tuple(
        KeptEvidence(
            number=row.id,
            evidence=Evidence(**{name: getattr(row, _NAMES.get(name, name)) for name in fields}),
            withdrawn=row.why or "",
        )
        for row in rows
    )
