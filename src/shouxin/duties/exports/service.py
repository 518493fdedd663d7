"""Lists as files: read by who may, approved where they say whose, and written into the ledger."""

from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from shouxin.duties.access.service import Access, Principal
from shouxin.duties.exports.lists import Listed, Row, Wanted
from shouxin.duties.filters.model import asked as in_address
from shouxin.duties.sheets import Format, Sheet, put
from shouxin.errors import InputError, StoreError
from shouxin.store.ledger import Entry, append

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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
        return {name: one for name, one in self.lists.items() if not one.needs or reader.may(one.needs)}

    def made(
        self,
        name: str,
        form: Format,
        asked: Wanted,
        by: Principal,
        call: "Callable[[str], str]",
        approval: int | None = None,
    ) -> "IO[bytes]":
        """Return a list as a file, at its beginning; ``call`` gives what a column is called.

        The file says which filter it was made with, and so does the ledger. Memory does not grow with rows.
        Raises ``InputError``: export-unknown, permission-missing, those of the list for its filter, and those
        of ``Approvals.spend`` where the list says whose; ``StoreError`` (store-missing).
        """
        if name not in self.lists:
            raise InputError(
                "export-unknown", f'there is no list "{name[:40]}"', remedy="choose one of those at /exports"
            )
        listed = self.lists[name]
        if listed.needs:
            by.require(listed.needs)
        if self._engine is None or self._access is None:
            raise StoreError("store-missing", "there is no store to export from", remedy="`shouxin serve`")
        asked = listed.fixed(asked._replace(people=asked.people and bool(listed.whose), by=by))
        columns = (*listed.columns, listed.whose) if asked.people else listed.columns
        people = listed.people(asked) if asked.people else 0
        rows, said = _Counted(listed.rows(asked)), in_address(asked.filters)
        file = TemporaryFile()  # noqa: SIM115  # the caller closes it
        try:
            put(file, Sheet(name, [call(column) for column in columns], rows), form, (call("filter"), said))
            with self._engine.begin() as connection:
                if people:
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
                what = {"list": name, "format": form, "rows": rows.many, "people": people, "filter": said}
                append(connection, [Entry(kind="export.made", who=by.id, origin="console", what=what)])
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: "Iterable[Row]") -> None:
        self._rows, self.many = rows, 0

    def __iter__(self) -> "Iterator[Row]":
        for row in self._rows:
            self.many += 1
            yield row
