"""Impact assessments in the store: every statement about them, in the caller's transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, exists, func, insert, literal, select

from shouxin.duties.assessment import tables
from shouxin.duties.assessment.model import Content, Scope, VersionLine
from shouxin.duties.passages import Passage
from shouxin.errors import InputError
from shouxin.store.words import matching, text_of

LAST = 2**63 - 1


def hold(connection: Connection, service: str, activity: str) -> None:
    """Let nobody else begin or decide an assessment of an activity until the end of the transaction."""
    name = literal(f"assessment {service} {activity}")
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def add(connection: Connection, service: str, activity: str, supersedes: int | None, case: int) -> int:
    """Add an assessment with its case; return its number."""
    row = {"service": service, "activity": activity, "supersedes": supersedes}
    made = insert(tables.assessment).values(row).returning(tables.assessment.c.number)
    number = int(connection.execute(made).scalar_one())
    connection.execute(insert(tables.of_case).values(assessment=number, case_id=case))
    return number


def find(connection: Connection, number: int) -> Row[Any]:
    """Return an assessment with its case; raise ``InputError`` (assessment-unknown)."""
    table, its = tables.assessment, tables.of_case
    row = None
    if 0 < number <= LAST:
        asked = select(table, its.c.case_id).join(its, its.c.assessment == table.c.number)
        row = connection.execute(asked.where(table.c.number == number)).one_or_none()
    if row is None:
        raise InputError(
            "assessment-unknown",
            f"there is no impact assessment {number}",
            remedy="`shouxin assess list` lists the activities and theirs",
        )
    return row


def newest(connection: Connection, service: str, activity: str) -> Row[Any] | None:
    """Return the newest assessment of an activity with its case, None where there is none."""
    table, its = tables.assessment, tables.of_case
    asked = select(table, its.c.case_id).join(its, its.c.assessment == table.c.number)
    asked = asked.where(table.c.service == service, table.c.activity == activity)
    return connection.execute(asked.order_by(table.c.number.desc()).limit(1)).one_or_none()


def write(
    connection: Connection, number: int, version: int, content: Content, scope: Scope, who: str
) -> None:
    """Write a version."""
    row = {"content": msgspec.to_builtins(content), "scope": msgspec.to_builtins(scope), "who": who}
    connection.execute(insert(tables.version).values(assessment=number, number=version, **row))


def decide(connection: Connection, number: int, version: int, who: str, *, given: bool, reason: str) -> None:
    """Write the decision on a version."""
    row = {"assessment": number, "version": version, "given": given, "reason": reason, "who": who}
    connection.execute(insert(tables.decision).values(row))


def versions(connection: Connection, number: int) -> Sequence[Row[Any]]:
    """Return the versions of an assessment with their decisions, the newest first."""
    table, made = tables.version, tables.decision
    ours = and_(made.c.assessment == table.c.assessment, made.c.version == table.c.number)
    decided = [made.c.given, made.c.reason, made.c.who.label("decided_by"), made.c.at.label("decided_at")]
    asked = select(table, *decided).outerjoin(made, ours).where(table.c.assessment == number)
    return connection.execute(asked.order_by(table.c.number.desc())).all()


def searched(connection: Connection, words: Sequence[str], limit: int) -> list[Passage]:
    """Return the assessments in whose newest version every word stands, the newest first."""
    table, whole = tables.version, tables.assessment
    found, later = text_of(table.c.content), tables.version.alias()
    newest = ~exists().where(later.c.assessment == table.c.assessment, later.c.number > table.c.number)
    asked = (
        select(table.c.assessment, whole.c.service, whole.c.activity, found.label("text"))
        .join(whole, whole.c.number == table.c.assessment)
        .where(matching(found, words), newest)
        .order_by(table.c.assessment.desc())
        .limit(limit)
    )
    return [
        Passage(str(row.assessment), f"{row.service} · {row.activity}", row.text)
        for row in connection.execute(asked)
    ]


def content(row: Row[Any]) -> Content:
    """Return what a version says."""
    return msgspec.convert(row.content, Content)


def scope(row: Row[Any]) -> Scope:
    """Return what a version looked at."""
    return msgspec.convert(row.scope, Scope)


def line(row: Row[Any]) -> VersionLine:
    """Return a version in a list."""
    return VersionLine(
        number=row.number,
        who=row.who,
        at=row.at,
        digest=row.scope["digest"],
        given=row.given,
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
        reason=row.reason or "",
    )
