"""The inventory in the store, version by version: a change is a new version and takes none away."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, select, text

from shouxin.duties.inventory import diff
from shouxin.duties.inventory.diff import Change
from shouxin.duties.inventory.model import Author, Organisation, Version
from shouxin.duties.inventory.tables import version as table
from shouxin.errors import InputError
from shouxin.store import line
from shouxin.store.clock import stamped
from shouxin.store.ledger import Entry, append

SUBJECT = "inventory"
"""What the messages are about that tell of a new version."""

LAST = 2**63 - 1
"""The highest number that a version can have."""

_HEAD = (table.c.number, table.c.who, table.c.origin, table.c.why, table.c.undoes, table.c.made_at)


class StoredInventory:
    """The versions of one inventory in the store behind ``engine``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def organisation(self, number: int | None = None) -> Organisation:
        """Return the organisation of a version, the newest by default.

        Raises ``InputError``: organisation-none, inventory-version.
        """
        with self._engine.connect() as connection:
            return organisation(connection, number)

    def versions(self) -> tuple[Version, ...]:
        """Return the heads of all versions, the newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(*_HEAD).order_by(table.c.number.desc()))
            return tuple(Version(**row._mapping) for row in rows)

    def diff(self, before: int, after: int | None = None) -> tuple[Change, ...]:
        """Return what distinguishes two versions, the second the newest by default; errors as above."""
        with self._engine.connect() as connection:
            return diff.changes(_body(connection, before).body, _body(connection, after).body)

    def compared(self, given: Organisation) -> tuple[Change, ...]:
        """Return what a given inventory would change."""
        with self._engine.connect() as connection:
            newest = _newest(connection)
            return diff.changes(newest.body if newest else None, diff.plain(given))

    def load(
        self, given: Organisation, author: Author, *, base: int | None = None, dry_run: bool = False
    ) -> tuple[Change, ...]:
        """Make an inventory the newest version, unless nothing changes; return what does.

        With ``base`` it is refused where the newest version is another: ``InputError`` (inventory-moved).
        """
        if dry_run and base is None:
            return self.compared(given)
        with self._engine.begin() as connection:
            return put(connection, given, author, base=base, dry_run=dry_run)

    def undo(self, to: int, author: Author, *, dry_run: bool = False) -> tuple[Change, ...]:
        """Bring back what an earlier version said, as a new version; raise inventory-version."""
        with self._engine.begin() as connection:
            earlier = organisation(connection, to)
            return put(connection, earlier, author, undoes=to, dry_run=dry_run)


def organisation(connection: Connection, number: int | None = None) -> Organisation:
    """Return the organisation of a version; raise ``InputError`` (organisation-none, inventory-version)."""
    return msgspec.convert(_body(connection, number).body, Organisation)


def put(
    connection: Connection,
    given: Organisation,
    author: Author,
    *,
    base: int | None = None,
    undoes: int | None = None,
    dry_run: bool = False,
) -> tuple[Change, ...]:
    """Write a new version within the caller's transaction; errors as ``StoredInventory.load``."""
    if not dry_run:
        connection.execute(text("lock table shouxin.inventory_version in share row exclusive mode"))
    newest, body = _newest(connection), diff.plain(given)
    number = newest.number if newest else 0
    if base is not None and base != number:
        raise InputError(
            "inventory-moved",
            f"the inventory has moved on to version {number} since version {base} was read",
            remedy="read it again, and change that",
        )
    found = diff.changes(newest.body if newest else None, body)
    if found and not dry_run:
        row = {"number": number + 1, "body": body, "undoes": undoes, **author._asdict()}
        row |= stamped(connection, "made_at")
        connection.execute(table.insert().values(row))
        line.tell(connection, SUBJECT, str(number + 1))
        append(connection, [_entry(author, number + 1, found, undoes)])
    return found


def _entry(author: Author, number: int, changes: Sequence[Change], undoes: int | None) -> Entry:
    what = {"version": number, "changes": len(changes)} | ({"undoes": undoes} if undoes else {})
    return Entry(kind="inventory.changed", who=author.who, origin=author.origin, what=what, why=author.why)


def _newest(connection: Connection) -> Row[Any] | None:
    return connection.execute(select(table).order_by(table.c.number.desc()).limit(1)).one_or_none()


def _body(connection: Connection, number: int | None) -> Row[Any]:
    if number is None:
        found = _newest(connection)
        if found is None:
            raise InputError(
                "organisation-none",
                "the store holds no organisation",
                remedy="describe it in a file (docs/organisation.md): `shouxin inventory load FILE`",
            )
        return found
    found = None
    if 0 < number <= LAST:
        found = connection.execute(select(table).where(table.c.number == number)).one_or_none()
    if found is None:
        raise InputError(
            "inventory-version",
            f"there is no version {number} of the inventory",
            remedy="`shouxin inventory versions` lists them",
        )
    return found
