"""Drafts of notices that somebody keeps until they are published: what the form held, who began it, when.

Several may be begun for a service. A draft binds nobody: it is neither checked nor approved, whoever may
publish may change it, and it goes with the version that comes of it.
"""

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, insert, select, update

from shouxin.duties.access.service import names
from shouxin.duties.notice.tables import draft
from shouxin.errors import InputError
from shouxin.law.base import Shape
from shouxin.store.clock import moment, stamped
from shouxin.store.ledger import Actor, append

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Row

LAST = 2**63 - 1
MOST = 200
"""Drafts that a list has at most."""

Values = Mapping[str, tuple[str, ...]]
"""What the fields of a form hold."""


class Held(NamedTuple):
    """The draft that a form was filled from: its number, and its version then."""

    number: int
    version: int


class KeptDraft(Shape, frozen=True, kw_only=True):
    """A draft; ``begun`` and ``saved`` are the names of accounts, or ids where there is none any more."""

    number: int
    version: int
    service: str
    title: str
    begun: str
    begun_at: datetime.datetime
    saved: str
    saved_at: datetime.datetime
    values: dict[str, tuple[str, ...]]

    @property
    def held(self) -> Held:
        """Return what a form carries that is filled from it."""
        return Held(self.number, self.version)


class KeptDrafts:
    """The drafts in the store behind ``engine``."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    def keep(self, service: str, values: Values, actor: Actor, held: Held | None = None) -> KeptDraft:
        """Keep what a form holds: as a new draft, or in the place of what was ``held``.

        Raises ``InputError``: notice-draft-unknown, notice-draft-moved where somebody saved it meanwhile.
        """
        plain = {name: list(texts) for name, texts in values.items()}
        with self._engine.begin() as connection:
            if held is None:
                row = {
                    "service": service,
                    "body": plain,
                    "begun_by": actor.who,
                    "saved_by": actor.who,
                    **stamped(connection, "begun_at", "saved_at"),
                }
                number = connection.execute(insert(draft).values(row).returning(draft.c.number)).scalar_one()
                append(connection, [actor.did("notice.draft_begun", draft=number, service=service)])
                return _one(connection, number)
            found = _one(connection, held.number, lock=True)
            if found.version != held.version:
                raise InputError(
                    "notice-draft-moved",
                    f'draft {found.number} was saved meanwhile by "{found.saved}"',
                    remedy="save this as a draft of its own, or open the other again",
                )
            if found.values != {name: tuple(texts) for name, texts in values.items()}:
                changed = {"body": plain, "version": found.version + 1, "saved_by": actor.who}
                change = update(draft).where(draft.c.number == found.number)
                connection.execute(change.values(**changed, saved_at=moment(connection)))
            return _one(connection, held.number)

    def one(self, number: int) -> KeptDraft:
        """Return a draft; raise ``InputError`` (notice-draft-unknown)."""
        with self._engine.connect() as connection:
            return _one(connection, number)

    def all(self, service: str = "") -> tuple[KeptDraft, ...]:
        """Return the drafts, those first that were saved last; of one service or of all."""
        asked = select(draft).order_by(draft.c.saved_at.desc(), draft.c.number.desc()).limit(MOST)
        if service:
            asked = asked.where(draft.c.service == service)
        with self._engine.connect() as connection:
            rows = connection.execute(asked).all()
            called = names(connection, {one for row in rows for one in (row.begun_by, row.saved_by)})
        return tuple(_shown(row, called) for row in rows)

    def drop(self, number: int, actor: Actor) -> None:
        """Delete a draft; raise ``InputError`` (notice-draft-unknown)."""
        with self._engine.begin() as connection:
            found = _one(connection, number, lock=True)
            gone(connection, number)
            append(connection, [actor.did("notice.draft_dropped", draft=number, service=found.service)])


def gone(connection: "Connection", number: int) -> None:
    """Take a draft away with what comes of it, in the caller's transaction."""
    connection.execute(delete(draft).where(draft.c.number == min(number, LAST)))


def _one(connection: "Connection", number: int, *, lock: bool = False) -> KeptDraft:
    row = None
    if 0 < number <= LAST:
        asked = select(draft).where(draft.c.number == number)
        row = connection.execute(asked.with_for_update() if lock else asked).one_or_none()
    if row is None:
        raise InputError(
            "notice-draft-unknown",
            f"there is no draft {number} of a notice any more",
            remedy="it was published or deleted: /notices lists those there are",
        )
    return _shown(row, names(connection, (row.begun_by, row.saved_by)))


def _shown(row: "Row[Any]", called: Mapping[str, str]) -> KeptDraft:
    values = {name: tuple(texts) for name, texts in row.body.items()}
    return KeptDraft(
        number=row.number,
        version=row.version,
        service=row.service,
        title=next((text for text in values.get("title.zh", ()) if text.strip()), ""),
        begun=called.get(row.begun_by, row.begun_by),
        begun_at=row.begun_at,
        saved=called.get(row.saved_by, row.saved_by),
        saved_at=row.saved_at,
        values=values,
    )
