"""Lists as files: read by who may, approved where they say whose, and written into the ledger."""

from typing import TYPE_CHECKING

from shouxin.duties.access.service import Access, Principal
from shouxin.duties.exports.lists import Listed, Wanted
from shouxin.duties.sheets import Format, Sheet, written
from shouxin.errors import InputError, StoreError
from shouxin.store.ledger import Entry, append

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine


class Exports:
    """The lists of one store that can leave."""

    def __init__(
        self, lists: "Mapping[str, Listed]", engine: "Engine | None" = None, access: Access | None = None
    ) -> None:
        self.lists = lists
        self._engine = engine
        self._access = access

    def open_to(self, reader: Principal) -> "dict[str, Listed]":
        """Return the lists that somebody may read."""
        return {name: one for name, one in self.lists.items() if reader.may(one.needs)}

    def made(
        self,
        name: str,
        form: Format,
        asked: Wanted,
        by: Principal,
        call: "Callable[[str], str]",
        approval: int | None = None,
    ) -> bytes:
        """Return a list as a file; ``call`` gives what a column is called.

        Raises ``InputError``: export-unknown, permission-missing, and those of ``Approvals.spend`` where the
        list says whose; ``StoreError`` (store-missing).
        """
        if name not in self.lists:
            raise InputError(
                "export-unknown", f'there is no list "{name[:40]}"', remedy="choose one of those at /exports"
            )
        listed = self.lists[name]
        by.require(listed.needs)
        if self._engine is None or self._access is None:
            raise StoreError("store-missing", "there is no store to export from", remedy="`shouxin serve`")
        asked = asked._replace(people=asked.people and bool(listed.whose))
        columns = (*listed.columns, listed.whose) if asked.people else listed.columns
        rows = [tuple(row) for row in listed.rows(asked)]
        with self._engine.begin() as connection:
            if people := len({row[-1] for row in rows if row[-1]}) if asked.people else 0:
                self._access.approvals.spend(
                    connection,
                    by,
                    "console",
                    "export",
                    people,
                    number=approval,
                    place="console",
                    matter=f"list:{name}",
                )
            what = {"list": name, "format": form, "rows": len(rows), "people": people}
            append(connection, [Entry(kind="export.made", who=by.id, origin="console", what=what)])
        return written([Sheet(name, [call(column) for column in columns], rows)], form)
