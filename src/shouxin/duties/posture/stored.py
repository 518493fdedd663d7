"""The organisation in the store: loaded in one transaction; evidence is added and withdrawn, not changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from shouxin.duties.posture import tables
from shouxin.duties.posture.model import KeptEvidence, Organisation, Service
from shouxin.duties.posture.service import Judge
from shouxin.engine.control import Evidence
from shouxin.errors import InputError
from shouxin.law.base import Shape
from shouxin.store.ledger import SYSTEM, Actor, append

LAST = 2**63 - 1
"""The highest number that a piece of evidence can have."""

_NAMES = {"on": "made_on", "by": "attested_by"}


class StoredOrganisation:
    """One organisation, its services and evidence, in the store behind ``engine``."""

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
            body, services = _bodies(given)
            before = _plain(connection)
            changes = _changes(before, (body, services))
            known = {item.evidence for item in _evidence(connection)}
            new = [item for item in given.evidence if item not in known]
            if new:
                changes.append(f"evidence: {len(new)} added")
            if dry_run:
                return tuple(changes)
            row = {"id": 1, "body": body}
            connection.execute(
                insert(tables.organisation).values(row).on_conflict_do_update(index_elements=["id"], set_=row)
            )
            connection.execute(tables.service.delete().where(tables.service.c.name.not_in(list(services))))
            for name, content in services.items():
                values = {"name": name, "body": content}
                connection.execute(
                    insert(tables.service)
                    .values(values)
                    .on_conflict_do_update(index_elements=["name"], set_=values)
                )
            _insert(connection, new)
            append(connection, [actor.did("organisation.loaded", changes=len(changes), evidence=len(new))])
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
        body, services = _plain(connection)
        if not body:
            raise InputError(
                "organisation-none",
                "the store holds no organisation",
                remedy="describe it in a file (docs/organisation.md): `shouxin organisation load FILE`",
            )
        counting = [item.evidence for item in _evidence(connection) if not item.withdrawn]
        named = [{"name": name, **content} for name, content in services.items()]
        whole = msgspec.convert({**body, "services": named}, Organisation)
        return msgspec.structs.replace(whole, evidence=tuple(counting))


def _no_evidence(number: int) -> InputError:
    return InputError(
        "evidence-unknown",
        f"there is no evidence {number}",
        remedy="`shouxin evidence list` lists it all",
    )


def _bodies(given: Organisation) -> tuple[dict[str, Any], dict[str, Any]]:
    body: dict[str, Any] = _json(msgspec.structs.replace(given, services=(), evidence=()))
    return body, {service.name: _service(service) for service in given.services}


def _service(service: Service) -> dict[str, Any]:
    plain: dict[str, Any] = _json(service)
    return {key: worth for key, worth in plain.items() if key != "name"}


def _plain(connection: Connection) -> tuple[dict[str, Any], dict[str, Any]]:
    body = connection.execute(select(tables.organisation.c.body)).scalar_one_or_none() or {}
    rows = connection.execute(select(tables.service.c.name, tables.service.c.body).order_by("name"))
    return body, {row.name: row.body for row in rows}


def _changes(
    before: tuple[Mapping[str, Any], Mapping[str, Any]], after: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> list[str]:
    changes = []
    if before[0] != after[0]:
        changes.append("organisation: changed" if before[0] else "organisation: new")
    for name in sorted({*before[1], *after[1]}):
        if before[1].get(name) != after[1].get(name):
            verb = "new" if name not in before[1] else "taken away" if name not in after[1] else "changed"
            changes.append(f'service "{name}": {verb}')
    return changes


def _insert(connection: Connection, evidence: Sequence[Evidence]) -> list[int]:
    if not evidence:
        return []
    rows = [
        {_NAMES.get(name, name): getattr(item, name) for name in item.__struct_fields__} for item in evidence
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


def _json(value: Shape) -> dict[str, Any]:
    """Return a value as the database gives it back, so that the two can be compared."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return plain
