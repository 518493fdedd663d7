"""Giving a notice, and taking the step of the procedure that says so; in the caller's transaction."""

from datetime import date
from typing import TYPE_CHECKING, Any

from shouxin.duties.cases.model import Given
from shouxin.duties.cases.service import Cases
from shouxin.duties.incident import procedure, stored
from shouxin.duties.incident.model import Draft
from shouxin.errors import InputError
from shouxin.store.ledger import Actor, append

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


def issue(
    connection: "Connection",
    cases: Cases,
    row: "Row[Any]",
    made: Draft,
    reference: str,
    today: date,
    actor: Actor,
) -> None:
    """Write a notice down; an authority is told with it, people when it is sent. Errors as the service's."""
    if made.party == "individual" and stored.to_people(connection, row.number):
        raise InputError(
            "incident-issued",
            f"the notice of incident {row.number} to individuals is fixed already",
            remedy="send it; what else is to be said goes another way, so that nobody is told twice",
        )
    _open_now(connection, cases, row, made, today)
    if made.lacking:
        raise InputError(
            "incident-notice-incomplete",
            f"the notice lacks: {', '.join(made.lacking)}",
            where=", ".join(dict.fromkeys(one for item in made.items for one in item.provisions)),
            remedy="complete the account, then issue it",
        )
    if made.party == "individual":
        if not row.exercise and not stored.listed(connection, row.number):
            raise InputError(
                "incident-nobody",
                f"nobody is on record whom incident {row.number} touches",
                remedy="give the list of people first: `shouxin incident people`",
            )
    elif not reference:
        raise InputError(
            "incident-reference",
            "nothing says how the authority was told",
            where="reference",
            remedy="give a reference: the letter's number, the receipt of the portal",
        )
    number = stored.issue(connection, row.number, made.party, made.texts, reference, actor.who)
    if made.party != "individual":
        _step(connection, cases, row, number, made.texts, made.step, today, actor)
    what = {"incident": row.number, "notice": number, "party": made.party, "exercise": row.exercise}
    digest = stored.digest(made.texts).hex()
    append(connection, [actor.did("incident.notice", **what, sha256=digest)])


def notice_to_people(connection: "Connection", number: int) -> "Row[Any]":
    """Return the notice to individuals; raise ``InputError`` (incident-not-issued)."""
    found = stored.to_people(connection, number)
    if found is None:
        raise InputError(
            "incident-not-issued",
            f"incident {number} has no notice to individuals yet",
            remedy="look at its draft, then issue it",
        )
    return found


def told(
    connection: "Connection", cases: Cases, row: "Row[Any]", notice: "Row[Any]", today: date, actor: Actor
) -> None:
    """Take the step of individuals told, unless it was taken before."""
    step, _ = procedure.notice_to(procedure.machine(cases), "individual")
    its = procedure.cases_of(cases, connection, row.number, exercise=row.exercise)
    case = its.show(stored.case_of(connection, row.number), today)
    if any(one.step == step.name for one in case.next):
        _step(connection, cases, row, notice.number, notice.texts, step.name, today, actor)
        append(connection, [actor.did("incident.all_told", incident=row.number, notice=notice.number)])


def _open_now(connection: "Connection", cases: Cases, row: "Row[Any]", made: Draft, today: date) -> None:
    its = procedure.cases_of(cases, connection, row.number, exercise=row.exercise)
    steps = [one.step for one in its.show(stored.case_of(connection, row.number), today).next]
    if made.step not in steps:
        raise InputError(
            "incident-not-now",
            f'the procedure has not come to "{made.step}" yet, or is past it',
            remedy=f"steps that can be taken now: {', '.join(steps) or 'none'}",
        )


def _step(
    connection: "Connection",
    cases: Cases,
    row: "Row[Any]",
    number: int,
    texts: dict[str, str],
    step: str,
    today: date,
    actor: Actor,
) -> None:
    """Take a step whose records are all in the notice."""
    its = procedure.cases_of(cases, connection, row.number, exercise=row.exercise)
    needed = next(one for one in procedure.machine(cases).steps if one.name == step).records
    reference = f"incident {row.number}, notice {number}, sha256 {stored.digest(texts).hex()}"
    records = {one.name: reference for one in needed}
    given = Given(step=step, by=procedure.OURS, on=today, records=records)
    its.move(stored.case_of(connection, row.number), given, today, actor)
