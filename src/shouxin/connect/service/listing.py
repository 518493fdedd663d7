"""All rows of a service, as its description lists them: who is not asked about one person at a time."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from shouxin.connect.model import DatasetMap
from shouxin.connect.roles import edges, order
from shouxin.connect.rows.own import Ground
from shouxin.connect.rows.people import Listed
from shouxin.connect.rows.source import Layout, Record
from shouxin.connect.rows.values import texts
from shouxin.connect.service.answers import Found
from shouxin.connect.service.model import Reading
from shouxin.errors import InputError

Pages = Callable[[Reading, Mapping[str, str]], Iterator[Found]]
"""Yields the rows of a request, page by page."""


class Listing(Listed):
    """The tables of a service that can be listed, as rows that can be asked for; nothing is held of them."""

    def __init__(self, found: DatasetMap, pages: Pages) -> None:
        assert found.service
        self._found, self._every, self._pages = found, found.service.every, pages

    @property
    def ground(self) -> Ground:
        """Return what is known of the tables: what their map says."""
        layouts = {table.table: Layout(table.key) for table in self._found.tables}
        return Ground(self._found, layouts, edges(self._found), order(self._found))

    def every(self, table: str) -> Iterator[Record]:
        """Yield every row; raise ``InputError`` (people-place) where no request lists them."""
        call = self._every.get(table)
        if call is None:
            raise InputError(
                "people-place",
                "the description has no request that lists the rows of this table",
                where=f"{self._found.store}.{table}",
                remedy="describe one under `every` in the map: docs/stores.md",
            )
        for row in self._pages(call, {}):
            yield Record(msgspec.json.encode(row, order="deterministic").decode(), row)

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column is one of these."""
        wanted = set(values)
        return (one for one in self.every(table) if not wanted.isdisjoint(texts(one.values, column)))

    def mentioning(self, table: str, columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:  # noqa: ARG002
        """Yield every row."""
        return self.every(table)

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:  # noqa: ARG002
        """Yield every row."""
        return self.every(table)
