"""The plan of a request: what every store holds of the person and what would become of it, before it runs."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from shouxin.connect.manual import ManualStore
from shouxin.connect.person import Held, Person, joined
from shouxin.connect.refusals import nowhere
from shouxin.connect.stores import Store
from shouxin.duties.days import BEIJING
from shouxin.duties.rights import by_hand, gathering, kept
from shouxin.duties.rights.desk import LEARNED, Desk, Found
from shouxin.duties.rights.model import Body, Change, Correction, Obstacle, Plan, Surveyed
from shouxin.duties.rights.person import ended, learned, seeds
from shouxin.duties.rights.stores import lost, unmapped
from shouxin.errors import InputError, ShouxinError
from shouxin.store.ledger.entry import Actor
from shouxin.store.people import salt

if TYPE_CHECKING:
    from sqlalchemy import Connection


People = dict[str, Person]
"""The person as each store knows them, by its name."""

PEOPLE = dict[str, dict[str, tuple[Held, ...]]]
"""The same as it is read back."""

_PLANNED = ("erase", "correct", "give", "hand_over")


def plan(desk: Desk, number: int, today: date, actor: Actor) -> Plan:
    """Ask every store and keep what would be done as the newest plan of a request.

    Raises ``InputError``: rights-unknown, rights-unverified, rights-work, rights-ended.
    """
    with desk.begin() as connection:
        found = desk.verified(connection, number, today)
        _check(found)
        content = desk.content(connection, found.row)
        key = desk.people.keys(connection, [found.row.person])[found.row.person]
        before = _before(desk, connection, found)
    asked_on = found.row.made_at.astimezone(BEIJING).date()
    with desk.stores.opened(found.kind.own.erases) as (stores, problems):
        obstacles = tuple(msgspec.convert(msgspec.to_builtins(one), Obstacle) for one in problems)
        body = Body(as_of=today, problems=obstacles)
        people: People = {}
        if not problems:
            begun = seeds(content.identities, asked_on)
            ways = [learned(stores, begun, today)]
            if before:
                ways.append(learned(stores, joined([begun, before]), today))
            body, people = _body(stores, ways, found, content.changes, today, salt(key))
            body = msgspec.structs.replace(body, problems=(*_lost(desk, found), *body.problems))
            if desk.reaches(found, found.kind.own.later):
                body = msgspec.structs.replace(body, problems=tuple(_still_kept(body)))
    with desk.begin() as connection:
        sealed = desk.people.seal(connection, found.row.person, msgspec.json.encode(people), LEARNED)
        names = [one.store for one in body.surveys] or sorted({one.store for one in body.corrections})
        made = digest(body)
        kept.add_plan(connection, number, body, made, sealed, actor.who, names)
        what = {"digest": made, "rows": sum(one.rows for one in body.surveys), "stores": len(names)}
        desk.note(connection, actor, found.row, "request.planned", what)
        made_plan = newest(connection, number).plan
        if not body.problems:
            by_hand.open_tasks(desk, connection, found, made_plan)
            gathering.open_errands(connection, found, made_plan, tuple(desk.stores.maps()))
        return newest(connection, number).plan


def approve(
    desk: Desk, number: int, seen: str, reason: str, facts: Mapping[str, Any], today: date, actor: Actor
) -> Plan:
    """Approve the newest plan as it was seen, for a reason; the approver answers for the ``facts``.

    Raises ``InputError``: rights-plan, rights-problems, rights-ended, those of ``Cases.move``.
    """
    with desk.begin() as connection:
        found = desk.verified(connection, number, today)
        _check(found)
        row = newest(connection, number)
        if row.plan.digest != seen:
            raise InputError(
                "rights-plan",
                "this is not the newest plan of the request",
                where=f"request {number}",
                remedy="look at the newest plan, and approve that",
            )
        if row.plan.problems:
            first = row.plan.problems[0]
            raise InputError(
                "rights-problems",
                f"the plan cannot run: {first.what}",
                where=first.where,
                remedy=first.remedy,
            )
        if row.plan.approved_by:
            return row.plan
        before = found.kind.own.before
        if before and desk.reaches(found, before):
            desk.take(connection, found, [before], reason, facts, today, actor)
        kept.approve(connection, row.plan.number, actor.who, reason, facts)
        desk.note(connection, actor, found.row, "request.approved", {"digest": seen})
        return newest(connection, number).plan


def newest(connection: "Connection", number: int) -> kept.PlanRow:
    """Return the newest plan of a request; raise ``InputError`` (rights-plan) where there is none."""
    row = kept.newest_plan(connection, number)
    if row is None:
        raise InputError(
            "rights-plan",
            f"request {number} has no plan yet",
            remedy=f"make one: shouxin request plan {number}",
        )
    return row


def digest(body: Body) -> str:
    """Return what tells one plan from another: SHA-256 in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(body, order="deterministic")).hexdigest()


def _before(desk: Desk, connection: "Connection", found: Found) -> Person:
    """Return what an earlier plan learned, of which an erasure may have left nothing to learn again.

    Where it left rows that say something else now, what is learned anew finds them, and this does not.

    What passes from one person to another is the person's until that plan, and not for whoever came after.
    """
    row = kept.newest_plan(connection, found.number)
    if row is None:
        return {}
    opened = desk.people.unsealed(connection, found.row.person, row.learned, LEARNED)
    passing = {
        one.identity
        for found_map in desk.stores.maps()
        for table in found_map.tables
        for one in table.identities
        if one.valid_from or one.valid_until
    }
    whole = joined(msgspec.json.decode(opened, type=PEOPLE).values())
    return ended(whole, passing, row.plan.body.as_of)


def _check(found: Found) -> None:
    if found.kind.own.work not in _PLANNED:
        raise InputError(
            "rights-work",
            f'nothing is planned for "{found.kind.name}"',
            where=f"request {found.number}",
            remedy="settle it: shouxin request settle --help",
        )
    if found.case.final:
        raise InputError(
            "rights-ended",
            f"request {found.number} has ended",
            remedy="ask anew where there is something left to do",
        )


def _body(
    stores: Sequence[Store],
    ways: Sequence[Person],
    found: Found,
    changes: Sequence[Change],
    today: date,
    key: bytes,
) -> tuple[Body, People]:
    """Return what would be done, and by which identities each store finds most of the person."""
    if found.kind.own.work == "correct":
        made = _corrections(stores, ways[0], changes, today, key)
        return made, {store.name: ways[0] for store in stores}
    surveys, problems = [], []
    people: People = {}
    for store in stores:
        try:
            seen = [(store.survey(person, today), person) for person in ways]
            survey, people[store.name] = max(seen, key=lambda one: one[0].rows)
            surveys.append(msgspec.convert(msgspec.to_builtins(survey), Surveyed))
        except ShouxinError as error:
            problems.append(Obstacle(code=error.code, where=store.name, what=error.what, remedy=error.remedy))
    return Body(as_of=today, surveys=tuple(surveys), problems=tuple(problems)), people


def _lost(desk: Desk, found: Found) -> Iterator[Obstacle]:
    """Yield what would be left out of an erasure or a copy, since nothing says whose it is."""
    maps, erases = desk.stores.maps(), found.kind.own.erases
    problems = unmapped(maps, erases) if erases else lost(maps) if found.kind.own.work != "correct" else ()
    for one in problems:
        yield msgspec.convert(msgspec.to_builtins(one), Obstacle)


def _still_kept(body: Body) -> Iterator[Obstacle]:
    """Yield why what an earlier run left must stay: all of it goes at once, when the last day is over."""
    yield from body.problems
    for survey in body.surveys:
        for part in survey.parts:
            if part.part == "kept" and part.rows:
                yield Obstacle(
                    code="rights-kept",
                    where=f"{survey.store}.{part.table}",
                    what=f"{part.rows:,} rows must be kept{f' until {part.until}' if part.until else ''}",
                    remedy="plan again when that day is over",
                )


def _corrections(
    stores: Sequence[Store], person: Person, changes: Sequence[Change], today: date, key: bytes
) -> Body:
    known = {store.name: store for store in stores}
    made, problems = [], []
    for change in changes:
        where = f"{change.store}.{change.table}"
        try:
            if change.store not in known:
                raise InputError(
                    "rights-store", "there is no such store", remedy=f"stores: {', '.join(sorted(known))}"
                )
            store = known[change.store]
            if isinstance(store, ManualStore):
                made.append(_by_hand(store, change, key))
                continue
            rows = store.correct(person, change.table, change.key, change.values, today, dry_run=True)
            if not rows:
                raise InputError(
                    "rights-nothing",
                    "no row of the person is there that this would change",
                    remedy="look at the person's rows, and name table and key",
                )
        except ShouxinError as error:
            problems.append(Obstacle(code=error.code, where=where, what=error.what, remedy=error.remedy))
            continue
        made.append(
            Correction(
                store=change.store,
                table=change.table,
                rows=rows,
                columns=tuple(sorted(change.values)),
                was=_committed(key, _values(store, person, change, today)),
                becomes=_committed(key, [dict(sorted(change.values.items()))]),
            )
        )
    return Body(as_of=today, corrections=tuple(made), problems=tuple(problems))


def _by_hand(store: ManualStore, change: Change, key: bytes) -> Correction:
    """Return a correction that people carry out; raise ``InputError`` (correct-place) outside of the map."""
    tables = {table.table: {one.column for one in table.columns} for table in store.map.tables}
    columns = tables.get(change.table)
    if tables and (columns is None or (columns and {*change.values, *(change.key or ())} - columns)):
        raise nowhere(store.name, change.table)
    return Correction(
        store=change.store,
        table=change.table,
        rows=0,
        columns=tuple(sorted(change.values)),
        was="",
        becomes=_committed(key, [dict(sorted(change.values.items()))]),
        by_hand=True,
    )


def _values(store: Store, person: Person, change: Change, today: date) -> list[dict[str, Any]]:
    """Return what stands now in the columns that change."""
    columns = sorted(change.values)
    return [
        {column: row.values.get(column) for column in columns}
        for row in store.read(person, today)
        if row.table == change.table
        and all(str(row.values.get(name)) == str(value) for name, value in (change.key or {}).items())
    ]


def _committed(key: bytes, values: object) -> str:
    plain = msgspec.json.encode(values, enc_hook=str, order="deterministic")
    return hmac.digest(key, b"shouxin.rights/correction\0" + plain, "sha256").hex()
