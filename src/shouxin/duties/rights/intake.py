"""A request comes in: checked, sealed, and a case opened for it, all in one transaction."""

import secrets
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import msgspec

from shouxin.duties.cases.model import Given
from shouxin.duties.inventory.service import facts_within
from shouxin.duties.rights import kept
from shouxin.duties.rights.desk import CONTENT, Desk
from shouxin.duties.rights.kinds import Kind, Work, kind
from shouxin.duties.rights.model import Asked, Content
from shouxin.engine.expression import names
from shouxin.errors import InputError
from shouxin.law.procedure import Step
from shouxin.store.ledger.entry import Actor

_FINDS: frozenset[Work] = frozenset({"give", "hand_over", "correct", "erase"})
"""The works that look for the person in the stores."""


def ask(desk: Desk, asked: Asked, today: date, actor: Actor) -> int:
    """Take a request down and return its number; one that was reported under its name already stays one.

    Raises ``InputError``: rights-kind, rights-identity, rights-asked, rights-repeated, those of
    ``Cases.open``.
    """
    right = kind(asked.right)
    _check(desk, asked, right)
    name = asked.request or secrets.token_hex(16)
    with desk.begin() as connection:
        kept.once(connection, asked.service, name)
        if (known := kept.named(connection, asked.service, name)) is not None:
            return _repeated(known, asked)
        person = desk.people.make(connection, asked.service, [asked.person])[0]
        content = Content(
            person=asked.person,
            identities=asked.identities,
            destination=asked.destination,
            changes=asked.changes,
            purposes=asked.purposes,
        )
        around = facts_within(connection, asked.service)
        given = _given(desk, asked, right, around, today)
        opened = desk.cases.within(connection).open(right.procedure, given, today, actor)
        assert opened.case
        values = {
            "case_id": opened.case.id,
            "service": asked.service,
            "person": person.id,
            "commitment": person.commitment,
            "right": asked.right,
            "name": name,
            "content": desk.people.seal(connection, person.id, msgspec.json.encode(content), CONTENT),
        }
        row = kept.held(connection, kept.add(connection, values))
        what = {"right": asked.right, "case": row.case, "service": asked.service}
        desk.note(connection, actor, row, "request.asked", what)
        return row.number


def _check(desk: Desk, asked: Asked, right: Kind) -> None:
    work = right.own.work
    identities = {
        one.identity for found in desk.stores.maps() for table in found.tables for one in table.identities
    }
    strange = sorted(set(asked.identities) - identities)
    if work in _FINDS and (strange or not asked.identities):
        what = f'no map knows the identity "{strange[0][:60]}"' if strange else "no identity is given"
        raise InputError(
            "rights-identity",
            what,
            where="identities",
            remedy=f"say how the stores know the person, by: {', '.join(sorted(identities)) or 'nothing'}",
        )
    lacks = {
        "correct": not asked.changes and "which columns are to be changed (changes)",
        "hand_over": not _is_web(asked.destination)
        and "the https address of the processor that is to receive it (destination)",
        "withdraw": not asked.purposes and "which purposes consent is withdrawn for (purposes)",
    }
    if lack := lacks.get(work):
        raise InputError(
            "rights-asked",
            f"the request does not say {lack}",
            where=asked.right,
            remedy="add it, and ask again",
        )
    if asked.for_deceased and not right.shared.for_deceased:
        raise InputError(
            "rights-asked",
            "relatives of a deceased person have no such right",
            where=asked.right,
            remedy="leave for_deceased out, or ask for access, a copy, correction or deletion",
        )


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username


def _given(desk: Desk, asked: Asked, right: Kind, around: dict[str, Any], today: date) -> Given:
    """Return the step that opens the case, with the facts and records that the law wants of it."""
    machine = desk.cases.procedures.machine(right.procedure)
    name = right.shared.for_deceased if asked.for_deceased else right.own.asks
    step: Step = next(one for one in machine.steps if one.name == name)
    own = {**right.own.facts, **asked.facts}
    if right.shared.for_deceased:
        own["for_deceased"] = asked.for_deceased
    read = names(machine.condition(name))
    facts = {name: around[name] for name in read if name in around} | own
    needed = [one.name for one in step.records if not one.optional]
    said = {"destination": asked.destination} if asked.destination else {}
    said |= {needed[0]: ", ".join(("as asked", *asked.purposes))[:2000]} if needed else {}
    records = {one: text for one, text in (said | asked.records).items() if one in {*needed, *asked.records}}
    return Given(step=name, by=step.by[0], on=today, facts=facts, records=records)


def _repeated(known: kept.Kept, asked: Asked) -> int:
    if known.right != asked.right:
        raise InputError(
            "rights-repeated",
            f"request {known.number} was reported under this name, and asks for something else",
            where="request",
            remedy="give every request a name of its own",
        )
    return known.number
