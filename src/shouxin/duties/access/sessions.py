"""Sessions: in the store, under the digest of a random token, with an idle and an absolute end."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, func, select, text

from shouxin.duties.access import tables
from shouxin.duties.access.diary import note
from shouxin.duties.access.model import Principal, Session
from shouxin.duties.access.tokens import digest, token
from shouxin.errors import InputError

_AGENT = 200
_FIND = text("""
select o.id, o.name, s.id as session, s.seen_at < now() - interval '1 minute' as stale, (
    select array_agg(r.role) from shouxin.operator_role r
    where r.operator_id = o.id and (r.until is null or r.until > now())
) as roles
from shouxin.operator_session s join shouxin.operator o on o.id = s.operator_id
where s.digest = :digest and s.until > now() and s.seen_at > now() - cast(:idle as interval)
    and o.disabled_at is null
""")
"""Every request of an operator asks this: one statement without a transaction, and what was ended counts."""

_USED = text("update shouxin.operator_session set seen_at = now() where id = :session")


class Lifetime(NamedTuple):
    """When a session ends: so long after it was last used, and so long after it began."""

    idle: timedelta = timedelta(minutes=30)
    whole: timedelta = timedelta(hours=12)


class Sessions:
    """The sessions in the store behind ``engine``."""

    def __init__(self, engine: Engine, lifetime: Lifetime) -> None:
        self._engine = engine
        self._looking = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.lifetime = lifetime

    def begin(self, connection: Connection, operator: int, address: str, agent: str, before: str) -> str:
        """Begin a session with a new token and end the one that the browser came with; return the token."""
        session = tables.session
        connection.execute(session.delete().where(self._over()))
        if before:
            connection.execute(session.delete().where(session.c.digest == digest(before)))
        made = token()
        connection.execute(
            session.insert().values(
                digest=digest(made),
                operator_id=operator,
                address=address[:_AGENT],
                agent="".join(char for char in agent[:_AGENT] if char.isprintable()),
                until=func.now() + self.lifetime.whole,
            )
        )
        return made

    def find(self, given: str) -> Principal | None:
        """Return who comes with a token: an account that is let in, in a session that has not ended."""
        asked = {"digest": digest(given), "idle": self.lifetime.idle}
        with self._looking.connect() as connection:
            row = connection.execute(_FIND, asked).first()
            if row is None:
                return None
            if row.stale:
                connection.execute(_USED, {"session": row.session})
        return Principal(
            id=f"operator:{row.id}",
            kind="operator",
            name=row.name,
            roles=frozenset(row.roles or ()),
            session=row.session,
        )

    def all(self, of: Principal) -> tuple[Session, ...]:
        """Return the sessions of an operator, the newest first."""
        session = tables.session
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(session)
                .where(session.c.operator_id == of.number, ~self._over())
                .order_by(session.c.id.desc())
            )
            return tuple(
                Session(
                    id=row.id,
                    made_at=row.made_at,
                    seen_at=row.seen_at,
                    until=row.until,
                    address=row.address,
                    agent=row.agent,
                )
                for row in rows
            )

    def end(self, of: Principal, number: int) -> None:
        """End one session of an operator's own; raise ``InputError`` (session-unknown)."""
        session = tables.session
        mine = (session.c.id == number) & (session.c.operator_id == of.number)
        with self._engine.begin() as connection:
            if not connection.execute(session.delete().where(mine)).rowcount:
                raise InputError("session-unknown", "there is no such session", remedy="it may have ended")
            note(connection, "operator.signed_out", of, "console", what={"session": number})

    def renew(self, connection: Connection, of: Principal) -> str:
        """Put a new token in place of that of the session at hand, and return it; the old one is nobody's."""
        session, made = tables.session, token()
        mine = (session.c.operator_id == of.number) & (session.c.id == of.session)
        connection.execute(session.update().where(mine).values(digest=digest(made)))
        return made

    def end_others(self, connection: Connection, of: Principal) -> None:
        """End every session of an operator but the one at hand."""
        session = tables.session
        others = (session.c.operator_id == of.number) & (session.c.id != of.session)
        connection.execute(session.delete().where(others))

    def _over(self) -> ColumnElement[bool]:
        session = tables.session
        return (session.c.until <= func.now()) | (session.c.seen_at <= func.now() - self.lifetime.idle)
