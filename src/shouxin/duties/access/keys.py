"""Keys of applications: shown once, found by their prefix, kept as a digest, with scopes and an end."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, func, select, text

from shouxin.duties.access import tables
from shouxin.duties.access.diary import note
from shouxin.duties.access.model import KeyLine, Origin, Principal
from shouxin.duties.access.permissions import permissions
from shouxin.duties.access.permissions import scopes as known_scopes
from shouxin.duties.access.remembered import Remembered, tell
from shouxin.duties.access.tokens import digest, key, prefix, same
from shouxin.errors import InputError

LONGEST_NAME = 100
_SEEN = text("interval '1 minute'")
_NOT_HANDED_ON = frozenset({"account.own", "approval.decide", "key.change", "operator.change"})
"""What stays with people: a key lets nobody in and approves nothing."""


class ApiKeys:
    """The keys in the store behind ``engine``; ``remembered`` are those let in a moment ago."""

    def __init__(self, engine: Engine, remembered: Remembered) -> None:
        self._engine = engine
        self._remembered = remembered

    def new(
        self,
        by: Principal,
        origin: Origin,
        name: str,
        scopes: tuple[str, ...],
        until: datetime,
    ) -> tuple[str, KeyLine]:
        """Make a key with no more scopes than its maker has; return it, this once, and what is kept of it.

        Raises ``InputError``: key-name, key-scope, key-until.
        """
        name = " ".join(name.split())
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            raise InputError(
                "key-name", "this cannot be the name of a key", remedy="name the application that will use it"
            )
        wanted = known_scopes(scopes, handed_on(by))
        if until <= datetime.now(UTC):
            raise InputError("key-until", "the end of the key is over", remedy="choose a later day")
        made = key()
        values = {
            "prefix": made.prefix,
            "digest": made.digest,
            "name": name,
            "scopes": list(wanted),
            "made_by": by.id,
            "until": until,
        }
        with self._engine.begin() as connection:
            row = connection.execute(tables.key.insert().values(values).returning(tables.key)).one()
            what = {"key": row.id, "scopes": list(wanted), "until": until.isoformat()}
            note(connection, "key.made", by, origin, what=what)
        return made.key, _line(row)

    def all(self) -> tuple[KeyLine, ...]:
        """Return every key, the newest first, revoked ones included."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.key).order_by(tables.key.c.id.desc()))
            return tuple(_line(row) for row in rows)

    def revoke(self, by: Principal, origin: Origin, given: str) -> KeyLine:
        """Revoke the key of a prefix at once; raise ``InputError`` (key-unknown, key-revoked)."""
        key_table = tables.key
        with self._engine.begin() as connection:
            wanted = given.removeprefix("sx_").partition("_")[0]
            row = connection.execute(
                select(key_table).where(key_table.c.prefix == wanted).with_for_update()
            ).first()
            if row is None:
                raise InputError(
                    "key-unknown", "there is no key of this prefix", remedy="`shouxin key list` shows them"
                )
            if row.revoked_at is not None:
                raise InputError("key-revoked", "this key is revoked already", remedy="nothing is left to do")
            row = connection.execute(
                key_table.update()
                .where(key_table.c.id == row.id)
                .values(revoked_at=func.now())
                .returning(key_table)
            ).one()
            note(connection, "key.revoked", by, origin, what={"key": row.id})
            tell(connection)
        self._remembered.forget()
        return _line(row)

    def recall(self, given: str) -> Principal | None:
        """Return who comes with a key that was let in a moment ago; the store is not asked."""
        return self._remembered.recall(digest(given))

    def find(self, given: str) -> Principal | None:
        """Return who comes with a key that is neither revoked nor over."""
        wanted = prefix(given)
        if not wanted:
            return None
        key_table, before = tables.key, self._remembered.changes
        with self._engine.connect() as connection:
            row = connection.execute(
                select(
                    key_table,
                    func.coalesce(key_table.c.used_at < func.now() - _SEEN, True).label("stale"),
                    func.extract("epoch", key_table.c.until - func.now()).label("left"),
                ).where(
                    key_table.c.prefix == wanted,
                    key_table.c.revoked_at.is_(None),
                    key_table.c.until > func.now(),
                )
            ).first()
            if row is None or not same(row.digest, digest(given)):
                return None
            if row.stale:
                connection.execute(
                    key_table.update().where(key_table.c.id == row.id).values(used_at=func.now())
                )
                connection.commit()
        found = Principal(id=f"key:{row.id}", kind="key", name=row.name, scopes=frozenset(row.scopes))
        self._remembered.keep(row.digest, found, float(row.left), before)
        return found


def handed_on(by: Principal) -> frozenset[str]:
    """Return the permissions that someone may give to a key; who works at the machine itself, all of them."""
    mine = frozenset(permissions()) if by.kind == "system" else by.permissions
    return mine - _NOT_HANDED_ON


def _line(row: Any) -> KeyLine:
    return KeyLine(
        id=row.id,
        prefix=row.prefix,
        name=row.name,
        scopes=tuple(row.scopes),
        made_by=row.made_by,
        made_at=row.made_at,
        until=row.until,
        revoked_at=row.revoked_at,
        used_at=row.used_at,
    )
