"""The accounts of operators: made, given roles, disabled, reset. Whatever is taken away is gone at once."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from shouxin.duties.access import tables
from shouxin.duties.access.diary import note
from shouxin.duties.access.model import SYSTEM_KEY, Operator, Origin, Principal, Role
from shouxin.duties.access.passwords import Passwords
from shouxin.duties.access.permissions import role as known_role
from shouxin.errors import InputError
from shouxin.store.clock import stamped

OFFICER = "privacy_officer"
LONGEST_NAME = 64
_LOCK = 0x0A_CC_E5_50  # one at a time makes the first account or takes an officer away
_LIST = "`shouxin operator list` names them all"


class Operators:
    """The accounts in the store behind ``engine``; ``by`` is who changes something, from ``origin``."""

    def __init__(self, engine: Engine, passwords: Passwords) -> None:
        self._engine = engine
        self._passwords = passwords

    def any(self) -> bool:
        """Tell whether there is an account yet."""
        with self._engine.connect() as connection:
            return connection.scalar(select(tables.operator.c.id).limit(1)) is not None

    def all(self) -> tuple[Operator, ...]:
        """Return every account by name, disabled ones included."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.operator).order_by(tables.operator.c.name_key)).all()
            return tuple(shown(connection, row) for row in rows)

    def find(self, name: str) -> Operator:
        """Return one account; raise ``InputError`` (operator-unknown)."""
        with self._engine.connect() as connection:
            return shown(connection, _row(connection, name))

    def add(
        self,
        by: Principal,
        origin: Origin,
        name: str,
        *,
        password: str = "",
        subject: tuple[str, str] | None = None,
        roles: tuple[Role, ...] = (),
    ) -> Operator:
        """Make an account with a password, or for a subject of an identity provider (issuer, subject).

        Raises ``InputError``: operator-name, operator-exists, operator-way, password-weak, role-unknown.
        """
        if bool(password) == bool(subject):
            raise InputError(
                "operator-way",
                "an account has either a password or a subject of the identity provider",
                remedy="give one of the two",
            )
        values = self._new(name, password)
        if subject:
            values |= {"issuer": subject[0], "subject": subject[1]}
        with self._engine.begin() as connection:
            return self._insert(connection, by, origin, values, roles)

    def first(self, name: str, password: str) -> Operator:
        """Make the first account, a privacy officer's; raise ``InputError`` (first-operator-done) later."""
        values = self._new(name, password)
        with self._engine.begin() as connection:
            _one_at_a_time(connection)
            if connection.scalar(select(tables.operator.c.id).limit(1)) is not None:
                raise first_done()
            return self._insert(connection, SYSTEM_KEY, "console", values, (Role(role=OFFICER),))

    def disable(self, by: Principal, origin: Origin, name: str) -> Operator:
        """Disable an account and end its sessions; raise ``InputError`` (operator-unknown, operator-last)."""
        with self._engine.begin() as connection:
            row = _row(connection, name)
            self._spare_the_last(connection, row.id)
            values = {"disabled_at": func.coalesce(tables.operator.c.disabled_at, func.now())}
            _update(connection, row.id, values)
            _end_sessions(connection, row.id)
            note(connection, "operator.disabled", by, origin, what={"operator": row.id})
            return shown(connection, _row(connection, name))

    def enable(self, by: Principal, origin: Origin, name: str) -> Operator:
        """Let a disabled account in again; raise ``InputError`` (operator-unknown)."""
        with self._engine.begin() as connection:
            row = _row(connection, name)
            _update(connection, row.id, {"disabled_at": None})
            note(connection, "operator.enabled", by, origin, what={"operator": row.id})
            return shown(connection, _row(connection, name))

    def give(self, by: Principal, origin: Origin, name: str, given: Role) -> Operator:
        """Give a role, or change its end; an inspector's must have one.

        Who gets a right they had not signs in anew: their sessions end, but for one's own.
        Raises ``InputError``: operator-unknown, role-unknown, role-until.
        """
        with self._engine.begin() as connection:
            row = _row(connection, name)
            before = {one.role for one in roles(connection, row.id)}
            _give(connection, by, origin, row.id, given)
            if given.role not in before and by.id != f"operator:{row.id}":
                _end_sessions(connection, row.id)
            return shown(connection, row)

    def take(self, by: Principal, origin: Origin, name: str, role: str) -> Operator:
        """Take a role away; raise ``InputError`` (operator-unknown, role-unknown, operator-last)."""
        with self._engine.begin() as connection:
            row = _row(connection, name)
            if known_role(role) == OFFICER:
                self._spare_the_last(connection, row.id)
            mine = (tables.role.c.operator_id == row.id) & (tables.role.c.role == role)
            if connection.execute(tables.role.delete().where(mine)).rowcount:
                note(connection, "role.taken", by, origin, what={"operator": row.id, "role": role})
            return shown(connection, row)

    def reset(self, by: Principal, origin: Origin, name: str, password: str) -> Operator:
        """Give an account a new password and take its one-time codes and sessions away.

        Raises ``InputError``: operator-unknown, password-weak.
        """
        with self._engine.begin() as connection:
            row = _row(connection, name)
            hashed = self._passwords.hash(password, row.name)
            _update(connection, row.id, {"password": hashed, "seed": None, "seed_step": None})
            connection.execute(tables.recovery.delete().where(tables.recovery.c.operator_id == row.id))
            _end_sessions(connection, row.id)
            note(connection, "operator.reset", by, origin, what={"operator": row.id})
            return shown(connection, _row(connection, name))

    def _new(self, name: str, password: str) -> dict[str, Any]:
        name = proper(name)
        values: dict[str, Any] = {"name": name, "name_key": name.casefold()}
        if password:
            values["password"] = self._passwords.hash(password, name)
        return values

    def _insert(
        self,
        connection: Connection,
        by: Principal,
        origin: Origin,
        values: dict[str, Any],
        roles: tuple[Role, ...],
    ) -> Operator:
        try:
            with connection.begin_nested():
                row = connection.execute(
                    tables.operator.insert()
                    .values({**values, **stamped(connection, "made_at")})
                    .returning(tables.operator)
                ).one()
        except IntegrityError:
            raise InputError(
                "operator-exists", "there is an account of this name or subject already", remedy=_LIST
            ) from None
        note(connection, "operator.added", by, origin, what={"operator": row.id})
        for given in roles:
            _give(connection, by, origin, row.id, given)
        return shown(connection, row)

    def _spare_the_last(self, connection: Connection, number: int) -> None:
        """Refuse to take the last privacy officer away: nobody could let anyone in again."""
        _one_at_a_time(connection)
        officer = select(tables.role.c.operator_id).where(
            tables.role.c.role == OFFICER, tables.role.c.until.is_(None)
        )
        left = select(tables.operator.c.id).where(
            tables.operator.c.id.in_(officer), tables.operator.c.disabled_at.is_(None)
        )
        officers = set(connection.scalars(left))
        if officers == {number}:
            raise InputError(
                "operator-last",
                "this is the last privacy officer",
                remedy="give the role privacy_officer to someone else first",
            )


def proper(name: str) -> str:
    """Return the name of an account as it is kept; raise ``InputError`` (operator-name)."""
    tidy = " ".join(unicodedata.normalize("NFKC", name).split())
    if not 1 <= len(tidy) <= LONGEST_NAME or any(unicodedata.category(char)[0] == "C" for char in tidy):
        raise InputError(
            "operator-name",
            "this cannot be the name of an account",
            remedy=f"use 1 to {LONGEST_NAME} letters, digits and marks",
        )
    return tidy


def shown(connection: Connection, row: Any) -> Operator:
    """Return an account as it may be shown, with the roles it has now."""
    return Operator(
        id=row.id,
        name=row.name,
        roles=roles(connection, row.id),
        disabled=row.disabled_at is not None,
        password=row.password is not None,
        one_time_codes=row.seed is not None,
        subject=row.subject or "",
        made_at=row.made_at,
    )


def roles(connection: Connection, number: int) -> tuple[Role, ...]:
    """Return the roles that an account has at this moment."""
    found = connection.execute(
        select(tables.role.c.role, tables.role.c.until)
        .where(
            tables.role.c.operator_id == number,
            or_(tables.role.c.until.is_(None), tables.role.c.until > func.now()),
        )
        .order_by(tables.role.c.role)
    )
    return tuple(Role(role=row.role, until=row.until) for row in found)


def names(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return what the accounts behind ids such as ``operator:3`` are called; other ids are left out."""
    numbers = {one: int(one.partition(":")[2]) for one in ids if one.startswith("operator:")}
    asked = select(tables.operator.c.id, tables.operator.c.name).where(
        tables.operator.c.id.in_(set(numbers.values()))
    )
    known = {row.id: row.name for row in connection.execute(asked)}
    return {one: known[number] for one, number in numbers.items() if number in known}


def principal(connection: Connection, row: Any, session: int = 0) -> Principal:
    """Return an account as the one who asks."""
    return Principal(
        id=f"operator:{row.id}",
        kind="operator",
        name=row.name,
        roles=frozenset(item.role for item in roles(connection, row.id)),
        session=session,
    )


def first_done() -> InputError:
    """Return the error for a second first account."""
    return InputError(
        "first-operator-done",
        "the first account was made already",
        remedy="sign in, or ask a privacy officer for an account",
    )


def _row(connection: Connection, name: str) -> Any:
    wanted = unicodedata.normalize("NFKC", name[: 4 * LONGEST_NAME]).casefold()
    row = connection.execute(
        select(tables.operator).where(tables.operator.c.name_key == " ".join(wanted.split()))
    ).first()
    if row is None:
        raise InputError("operator-unknown", "there is no account of this name", remedy=_LIST)
    return row


def _give(connection: Connection, by: Principal, origin: Origin, number: int, given: Role) -> None:
    until = _end(given)
    values = {"operator_id": number, "role": given.role, "until": until}
    connection.execute(
        insert(tables.role)
        .values(values)
        .on_conflict_do_update(index_elements=["operator_id", "role"], set_={"until": until})
    )
    what = {"operator": number, "role": given.role, "until": until.isoformat() if until else ""}
    note(connection, "role.given", by, origin, what=what)


def _end(given: Role) -> datetime | None:
    """Return when a role ends; raise ``InputError`` (role-unknown, role-until)."""
    role = known_role(given.role)
    if role == "inspector" and given.until is None:
        raise InputError(
            "role-until", "an inspector is one for a limited time", remedy="say until when the role holds"
        )
    if given.until is not None and given.until <= datetime.now(given.until.tzinfo):
        raise InputError("role-until", "the end of the role is over", remedy="choose a later day")
    return given.until


def _update(connection: Connection, number: int, values: dict[str, Any]) -> None:
    connection.execute(tables.operator.update().where(tables.operator.c.id == number).values(values))


def _end_sessions(connection: Connection, number: int) -> None:
    connection.execute(tables.session.delete().where(tables.session.c.operator_id == number))


def _one_at_a_time(connection: Connection) -> None:
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
