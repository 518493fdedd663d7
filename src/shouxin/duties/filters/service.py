"""The filters that operators keep, each for one list and under a name of their own."""

from typing import TYPE_CHECKING

from shouxin.duties.access.service import Principal
from shouxin.duties.filters.model import SavedFilter, asked, place, values
from shouxin.duties.search.service import personal
from shouxin.errors import InputError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Engine

MOST = 50
"""Filters that an operator can keep for a list."""

UNDO = 15 * 60
"""Seconds in which a deletion can be undone."""

LONGEST = 80
"""Characters that a name can have."""


def impersonal(address: str, query: str) -> dict[str, str]:
    """Return what a query asks of a list, where it names nobody.

    Raises ``InputError``: filter-place, filter-long, and filter-personal, which does not repeat the name.
    """
    found = values(address, query)
    if any(personal(worth) for worth in found.values()):
        raise InputError(
            "filter-personal",
            "the filter names a person, and such a filter is neither kept nor written down",
            remedy="leave the person out; the search by person at /consents asks for a reason",
        )
    return found


class SavedFilters:
    """The filters in the store behind ``engine``; they are nobody's but their owner's."""

    def __init__(self, engine: "Engine | None") -> None:
        self._engine = engine

    def all(self, who: Principal | None, address: str) -> tuple[SavedFilter, ...]:
        """Return what somebody keeps for a list, by name; nothing for who has no account."""
        return self._of(who, address, deleted=False)

    def deleted(self, who: Principal | None, address: str) -> tuple[SavedFilter, ...]:
        """Return what somebody deleted of a list so lately that it can be undone, by name."""
        return self._of(who, address, deleted=True)

    def _of(self, who: Principal | None, address: str, *, deleted: bool) -> tuple[SavedFilter, ...]:
        from sqlalchemy import select

        from shouxin.duties.filters.tables import saved

        if who is None or who.kind != "operator" or self._engine is None:
            return ()
        chosen = select(saved.c.number, saved.c.name, saved.c.query)
        chosen = chosen.where(saved.c.operator == who.number, saved.c.place == address).order_by(saved.c.name)
        chosen = chosen.where(_lately() if deleted else saved.c.deleted_at.is_(None))
        with self._engine.connect() as connection:
            return tuple(SavedFilter(**row) for row in connection.execute(chosen).mappings())

    def keep(self, who: Principal, address: str, name: str, query: str) -> str:
        """Keep a filter and return its query; one of the same name is replaced.

        Raises ``InputError``: permission-missing, filter-name, filter-empty, filter-many, and as
        ``impersonal``; ``StoreError`` (store-missing).
        """
        from sqlalchemy import func, select
        from sqlalchemy.dialects.postgresql import insert

        from shouxin.duties.filters.tables import saved

        if needs := place(address).needs:
            who.require(needs)
        name, query = _named(name), asked(impersonal(address, query))
        if not query:
            raise InputError(
                "filter-empty",
                "nothing is filtered, so there is nothing to keep",
                remedy="choose a filter first",
            )
        given = {"operator": who.number, "place": address, "name": name, "query": query}
        write = insert(saved).values(given)
        anew = {"query": query, "deleted_at": None}
        write = write.on_conflict_do_update(constraint="saved_filter_name", set_=anew)
        mine = (saved.c.operator == who.number) & (saved.c.place == address)
        with self._store.begin() as connection:
            others = select(func.count()).where(mine, saved.c.name != name, saved.c.deleted_at.is_(None))
            if connection.execute(others).scalar_one() >= MOST:
                raise _many()
            connection.execute(write)
        return query

    def rename(self, who: Principal, number: int, name: str) -> str:
        """Give a filter of one's own another name; return the address of its list with its query.

        Raises ``InputError``: filter-name, filter-unknown, filter-named where another bears the name.
        """
        from sqlalchemy import delete, select, update
        from sqlalchemy.exc import IntegrityError

        from shouxin.duties.filters.tables import saved

        name = _named(name)
        mine = (saved.c.operator == who.number, saved.c.deleted_at.is_(None))
        change = update(saved).where(saved.c.number == number, *mine).values(name=name)
        of = select(saved.c.place).where(saved.c.number == number, *mine).scalar_subquery()
        free = delete(saved).where(saved.c.operator == who.number, saved.c.place == of, saved.c.name == name)
        try:
            with self._store.begin() as connection:
                connection.execute(free.where(saved.c.deleted_at.is_not(None)))
                row = connection.execute(change.returning(saved.c.place, saved.c.query)).one_or_none()
        except IntegrityError:
            raise InputError(
                "filter-named", "another filter of this list has that name", remedy="choose another name"
            ) from None
        if row is None:
            raise _unknown(number)
        return f"{row.place}?{row.query}"

    def forget(self, who: Principal, number: int) -> str:
        """Delete a filter of one's own; return the address of its list; raise ``InputError``.

        For a while ``restore`` undoes it; what anybody deleted before that goes for good.
        """
        from sqlalchemy import delete, func, update

        from shouxin.duties.filters.tables import saved

        mine = (saved.c.number == number, saved.c.operator == who.number, saved.c.deleted_at.is_(None))
        gone = update(saved).where(*mine).values(deleted_at=func.now()).returning(saved.c.place)
        with self._store.begin() as connection:
            connection.execute(delete(saved).where(saved.c.deleted_at.is_not(None), ~_lately()))
            found = connection.execute(gone).scalar_one_or_none()
        if found is None:
            raise _unknown(number)
        return str(found)

    def restore(self, who: Principal, number: int) -> str:
        """Undo that a filter of one's own was deleted; return the address of its list with its query.

        Raises ``InputError``: filter-undo where it was deleted too long ago or another took its name, and
        filter-many.
        """
        from sqlalchemy import func, select, update

        from shouxin.duties.filters.tables import saved

        back = update(saved).where(saved.c.number == number, saved.c.operator == who.number, _lately())
        kept = select(func.count()).where(saved.c.operator == who.number, saved.c.deleted_at.is_(None))
        with self._store.begin() as connection:
            row = connection.execute(
                back.values(deleted_at=None).returning(saved.c.place, saved.c.query)
            ).one_or_none()
            if row is None:
                raise InputError(
                    "filter-undo",
                    f"that you deleted the filter {number} cannot be undone any more",
                    remedy="filter the list as you want it, and keep that under a name",
                )
            if connection.execute(kept.where(saved.c.place == row.place)).scalar_one() > MOST:
                raise _many()
        return f"{row.place}?{row.query}"

    @property
    def _store(self) -> "Engine":
        if self._engine is None:
            raise StoreError(
                "store-missing", "there is no store that could hold filters", remedy="start `shouxin serve`"
            )
        return self._engine


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST or not name.isprintable():
        raise InputError(
            "filter-name", "a filter needs a name", remedy=f"give one of at most {LONGEST} characters"
        )
    if personal(name):
        raise InputError(
            "filter-personal",
            "the name of the filter names a person",
            remedy="call it by what it shows, such as what is late",
        )
    return name


def _lately() -> "ColumnElement[bool]":
    """Say of a filter that its deletion can be undone."""
    from sqlalchemy import func

    from shouxin.duties.filters.tables import saved

    return func.coalesce(func.extract("epoch", func.now() - saved.c.deleted_at) < UNDO, False)


def _many() -> InputError:
    return InputError("filter-many", f"{MOST} filters are kept already", remedy="delete one that is not used")


def _unknown(number: int) -> InputError:
    return InputError("filter-unknown", f"you keep no filter {number}", remedy="look at the list again")
