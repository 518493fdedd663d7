"""Four eyes: one asks for an export, copy or destruction in bulk, another decides, each use is counted.

Order 24 art. 13(3) wants a review before and measures against leaks; art. 13(6) wants who, when, where and
what written down. How many people make a bulk, the law does not say: the organisation sets it.
"""

import builtins
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from shouxin.duties.access import tables
from shouxin.duties.access.diary import note
from shouxin.duties.access.model import (
    OPERATIONS,
    Approval,
    Ask,
    Limit,
    Operation,
    Origin,
    Principal,
)
from shouxin.duties.passages import Passage
from shouxin.errors import InputError
from shouxin.store.words import matching

_LAST = 2**63 - 1
_ASK = "ask for one with `shouxin approve ask` or at /approvals, and let another person decide"


class Approvals:
    """The approvals and limits in the store behind ``engine``; ``by`` is who acts, from ``origin``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, by: Principal, origin: Origin, asked: Ask) -> Approval:
        """Ask for an approval; it never covers more than the organisation's limit.

        Raises ``InputError``: permission-missing, approval-limit.
        """
        by.require("approval.ask")
        with self._engine.begin() as connection:
            limit = _limit(connection, asked.operation)
            for name, wanted, most in (
                ("people", asked.people, limit.people),
                ("people a day", asked.per_day, limit.per_day),
            ):
                if wanted is not None and most is not None and wanted > most:
                    raise InputError(
                        "approval-limit",
                        f"{wanted:,} {name} are more than the {most:,} that one approval may cover",
                        remedy="ask for less, or let a privacy officer change the limit",
                    )
            values = {
                "operation": asked.operation,
                "scope": asked.scope,
                "purpose": asked.purpose,
                "people": asked.people,
                "per_day": asked.per_day or limit.per_day,
                "asked_by": by.id,
            }
            number = connection.scalar(
                tables.approval.insert().values(values).returning(tables.approval.c.id)
            )
            what = {"approval": number, "operation": asked.operation, "people": asked.people}
            note(connection, "approval.asked", by, origin, what=what)
            return _one(connection, int(number or 0))

    def decide(
        self,
        by: Principal,
        origin: Origin,
        number: int,
        *,
        give: bool,
        reason: str,
        measures: str = "",
        until: datetime | None = None,
    ) -> Approval:
        """Give or refuse an approval: a person, never the one who asked, with reasons; given, with measures.

        Raises ``InputError``: permission-missing, approval-unknown, approval-own, approval-decided,
        approval-reason, approval-measures, approval-until.
        """
        by.require("approval.decide")
        _check_words(give=give, reason=reason, measures=measures, until=until)
        with self._engine.begin() as connection:
            row = _held(connection, number)
            if by.kind != "operator" or row.asked_by == by.id:
                raise InputError(
                    "approval-own",
                    f"approval {number} must be decided by another person than the one who asked",
                    remedy="let a second person with the permission approval.decide look at it",
                )
            values = {
                "state": "given" if give else "refused",
                "decided_by": by.id,
                "decided_at": func.now(),
                "reason": reason.strip(),
                "measures": measures.strip() if give else "",
                "until": until if give else None,
            }
            return self._moved(connection, by, origin, row, values)

    def withdraw(self, by: Principal, origin: Origin, number: int) -> Approval:
        """Withdraw what one asked for oneself; raise ``InputError`` (approval-unknown, approval-decided)."""
        with self._engine.begin() as connection:
            row = _held(connection, number)
            if row.asked_by != by.id:
                raise _unknown(number)
            return self._moved(connection, by, origin, row, {"state": "withdrawn", "decided_at": func.now()})

    def one(self, number: int) -> Approval:
        """Return an approval; raise ``InputError`` (approval-unknown)."""
        with self._engine.connect() as connection:
            return _one(connection, number)

    def all(
        self, state: str = "", limit: int = 200, *, operation: str = "", before: int | None = None
    ) -> tuple[Approval, ...]:
        """Return approvals, the newest first: of a state, an operation, older than one, where named."""
        asked, table = _select().order_by(tables.approval.c.id.desc()).limit(limit), tables.approval.c
        for column, wanted in ((table.state, state), (table.operation, operation)):
            if wanted:
                asked = asked.where(column == wanted)
        if before is not None:
            asked = asked.where(table.id < before)
        with self._engine.connect() as connection:
            return tuple(_shown(row) for row in connection.execute(asked))

    def searched(self, words: Sequence[str], limit: int) -> builtins.list[Passage]:
        """Return the approvals in whose scope or purpose every word stands, the newest first."""
        table = tables.approval
        text = table.c.scope.op("||")(literal_column("E'\\n'")).op("||")(table.c.purpose)
        asked = select(table.c.id, table.c.operation, text.label("text")).where(matching(text, words))
        with self._engine.connect() as connection:
            found = connection.execute(asked.order_by(table.c.id.desc()).limit(limit))
            return [Passage(str(row.id), row.operation, row.text) for row in found]

    def spend(
        self,
        connection: Connection,
        by: Principal,
        origin: Origin,
        operation: Operation,
        people: int,
        *,
        number: int | None,
        place: str,
        matter: str,
    ) -> None:
        """Let an operation pass in the caller's transaction, counted against its approval.

        Fewer people than the organisation's ``bulk_from`` need no approval. Raises ``InputError``:
        approval-needed, approval-unknown, approval-not-given, approval-over, approval-spent.
        """
        if number is None:
            bulk_from = _limit(connection, operation).bulk_from
            if bulk_from is not None and people < bulk_from:
                return
            raise InputError(
                "approval-needed",
                f"this {operation} touches {people:,} people and needs the approval of a second person",
                remedy=_ASK,
            )
        _held(connection, number, decided=True)
        approval = _one(connection, number)
        _check_use(approval, by, operation, people)
        connection.execute(
            tables.use.insert().values(
                approval_id=number, people=people, who=by.id, place=place, matter=matter
            )
        )
        what = {"approval": number, "operation": operation, "people": people}
        note(connection, "approval.used", by, origin, what=what, why=f"approval:{number}")

    def limits(self) -> tuple[Limit, ...]:
        """Return what the organisation set for each operation."""
        with self._engine.connect() as connection:
            return tuple(_limit(connection, operation) for operation in OPERATIONS)

    def set_limit(self, by: Principal, origin: Origin, limit: Limit) -> None:
        """Set the organisation's limit for an operation; raise ``InputError`` (permission-missing)."""
        if by.kind != "system":
            by.require("approval.limit")
        values = {
            "operation": limit.operation,
            "bulk_from": limit.bulk_from,
            "people": limit.people,
            "per_day": limit.per_day,
        }
        with self._engine.begin() as connection:
            connection.execute(
                insert(tables.limit)
                .values(values)
                .on_conflict_do_update(index_elements=["operation"], set_=values)
            )
            note(connection, "approval.limit_set", by, origin, what=values)

    def _moved(
        self, connection: Connection, by: Principal, origin: Origin, row: Any, values: dict[str, Any]
    ) -> Approval:
        table = tables.approval
        connection.execute(table.update().where(table.c.id == row.id).values(values))
        what = {"approval": row.id, "operation": row.operation, "people": row.people}
        note(connection, f"approval.{values['state']}", by, origin, what=what)
        return _one(connection, row.id)


def _check_words(*, give: bool, reason: str, measures: str, until: datetime | None) -> None:
    if not reason.strip():
        raise InputError("approval-reason", "no reason is given", remedy="say why you decide so")
    if give and not measures.strip():
        raise InputError(
            "approval-measures",
            "no measures against leaks are named",
            where="miit-24:art_13__item_3",
            remedy="say how the information is kept from leaking",
        )
    if give and (until is None or until <= datetime.now(UTC)):
        raise InputError(
            "approval-until", "the approval has no end, or one that is over", remedy="say until when it holds"
        )


def _check_use(approval: Approval, by: Principal, operation: Operation, people: int) -> None:
    if approval.state != "given" or approval.operation != operation:
        raise InputError(
            "approval-not-given",
            f"approval {approval.id} was not given for this {operation}",
            remedy=_ASK,
        )
    if by.id != approval.asked_by and by.kind != "system":
        raise InputError(
            "approval-not-given",
            f"approval {approval.id} was given to someone else",
            remedy=_ASK,
        )
    if approval.until is not None and approval.until <= datetime.now(UTC):
        raise InputError("approval-over", f"approval {approval.id} is over", remedy=_ASK)
    left = approval.people - approval.used
    if approval.per_day is not None:
        left = min(left, approval.per_day - approval.used_today)
    if people > left:
        raise InputError(
            "approval-spent",
            f"approval {approval.id} covers {max(left, 0):,} more people today, and this touches {people:,}",
            remedy="do less, wait for another day, or ask for a new approval",
        )


def _held(connection: Connection, number: int, *, decided: bool = False) -> Any:
    """Return an approval that nobody else can change meanwhile; unless ``decided``, one still to decide."""
    table = tables.approval
    row = None
    if 0 < number <= _LAST:
        row = connection.execute(select(table).where(table.c.id == number).with_for_update()).first()
    if row is None:
        raise _unknown(number)
    if row.state != "asked" and not decided:
        raise InputError(
            "approval-decided", f"approval {number} is {row.state} already", remedy="ask for a new one"
        )
    return row


def _one(connection: Connection, number: int) -> Approval:
    row = None
    if 0 < number <= _LAST:
        row = connection.execute(_select().where(tables.approval.c.id == number)).first()
    if row is None:
        raise _unknown(number)
    return _shown(row)


def _select() -> "Select[Any]":
    use = tables.use

    def used(*conditions: "ColumnElement[bool]") -> Any:
        total = func.coalesce(func.sum(use.c.people), 0)
        return select(total).where(use.c.approval_id == tables.approval.c.id, *conditions).scalar_subquery()

    def day(moment: "ColumnElement[Any]") -> "ColumnElement[Any]":
        return func.date(func.timezone("Asia/Shanghai", moment))

    today = day(use.c.used_at) == day(func.now())
    return select(tables.approval, used().label("used"), used(today).label("used_today"))


def _shown(row: Any) -> Approval:
    values = row._mapping  # SQLAlchemy's public name for it
    return Approval(**{**values, "used": int(row.used), "used_today": int(row.used_today)})


def _limit(connection: Connection, operation: Operation) -> Limit:
    row = connection.execute(select(tables.limit).where(tables.limit.c.operation == operation)).first()
    if row is None:
        return Limit(operation=operation)
    return Limit(operation=operation, bulk_from=row.bulk_from, people=row.people, per_day=row.per_day)


def _unknown(number: int) -> InputError:
    return InputError(
        "approval-unknown", f"there is no approval {number}", remedy="`shouxin approve list` shows them"
    )
