"""The filters that operators keep, each for one list and under a name of their own."""

from typing import TYPE_CHECKING

from shouxin.duties.access.service import Principal
from shouxin.duties.overview.model import SavedFilter
from shouxin.errors import InputError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST = 50
"""Filters that an operator can keep for a list."""

LONGEST = 80
"""Characters that a name can have."""


class SavedFilters:
    """The filters in the store behind ``engine``; they are nobody's but their owner's."""

    def __init__(self, engine: "Engine | None") -> None:
        self._engine = engine

    def all(self, who: Principal, place: str) -> tuple[SavedFilter, ...]:
        """Return what somebody keeps for a list, by name; nothing for who has no account."""
        from sqlalchemy import select

        from shouxin.duties.overview.tables import saved

        if who.kind != "operator" or self._engine is None:
            return ()
        asked = select(saved.c.number, saved.c.name, saved.c.query)
        asked = asked.where(saved.c.operator == who.number, saved.c.place == place).order_by(saved.c.name)
        with self._engine.connect() as connection:
            return tuple(SavedFilter(**row) for row in connection.execute(asked).mappings())

    def keep(self, who: Principal, place: str, name: str, query: str) -> None:
        """Keep a filter; one of the same name is replaced.

        Raises ``InputError``: filter-name, filter-empty, filter-many; ``StoreError``: store-missing.
        """
        from sqlalchemy import func, select
        from sqlalchemy.dialects.postgresql import insert

        from shouxin.duties.overview.tables import saved

        name = " ".join(name.split())
        if not 0 < len(name) <= LONGEST or not name.isprintable():
            raise InputError(
                "filter-name", "a filter needs a name", remedy=f"give one of at most {LONGEST} characters"
            )
        if not query:
            raise InputError(
                "filter-empty",
                "nothing is filtered, so there is nothing to keep",
                remedy="choose a filter first",
            )
        values = {"operator": who.number, "place": place, "name": name, "query": query}
        write = insert(saved).values(values)
        write = write.on_conflict_do_update(constraint="saved_filter_name", set_={"query": query})
        mine = (saved.c.operator == who.number) & (saved.c.place == place)
        with self._store.begin() as connection:
            others = select(func.count()).where(mine, saved.c.name != name)
            if connection.execute(others).scalar_one() >= MOST:
                raise InputError(
                    "filter-many", f"{MOST} filters are kept already", remedy="delete one that is not used"
                )
            connection.execute(write)

    def forget(self, who: Principal, number: int) -> None:
        """Delete a filter of one's own; raise ``InputError`` (filter-unknown)."""
        from sqlalchemy import delete

        from shouxin.duties.overview.tables import saved

        gone = delete(saved).where(saved.c.number == number, saved.c.operator == who.number)
        found = 0 < number < 2**63
        with self._store.begin() as connection:
            if not found or connection.execute(gone).rowcount != 1:
                raise InputError(
                    "filter-unknown", f"you keep no filter {number}", remedy="look at the list again"
                )

    @property
    def _store(self) -> "Engine":
        if self._engine is None:
            raise StoreError(
                "store-missing", "there is no store that could hold filters", remedy="start `shouxin serve`"
            )
        return self._engine
