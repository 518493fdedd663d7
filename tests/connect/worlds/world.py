"""What is known of a made-up database: its map, its tables, its people, and whose every row is."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from shouxin.connect.model import DatasetMap, MappedTable

Place = tuple[str, tuple[Any, ...]]
"""A row: its table and the values of the columns it is known by."""

Snapshot = Mapping[Place, Mapping[str, Any]]
"""What a database holds, row by row."""

_BETWEEN = r"[\s.()-]*"


class Days(NamedTuple):
    """A value of an identity, and the days on which it was somebody's; ``until`` is not one of them."""

    value: str
    since: date | None = None
    until: date | None = None


class Mention(NamedTuple):
    """A person's identifier in a text, as it was written there.

    It is not ``sure`` where somebody else had the number too, so that the text may mean either.
    """

    person: int
    written: str
    sure: bool = True


Words = tuple[str | Mention, ...]
Human = Mapping[str, tuple[Days, ...]]
"""The identities of a person, by their name in the map."""


@dataclass(frozen=True)
class Made:
    """A row, and what was known when it was made.

    ``other`` is the second person of a shared row, ``common`` marks a row that belongs to all whose rows
    refer to it, and ``until`` is the last day on which the law orders to keep it.
    """

    table: str
    values: Mapping[str, Any]
    whose: int | None = None
    other: int | None = None
    common: bool = False
    until: date | None = None
    texts: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class World:
    """A database to be: ``people`` by their number in ``Made.whose``, on the day ``as_of``."""

    map: DatasetMap
    schema: sa.MetaData
    rows: tuple[Made, ...]
    people: tuple[Human, ...]
    as_of: date

    def __repr__(self) -> str:
        """Return the tables, people and rows as a person reads them."""
        lines = [str(CreateTable(table)).strip() for table in self.schema.sorted_tables]
        for number, person in enumerate(self.people):
            held = {name: [tuple(map(str, one)) for one in held] for name, held in person.items()}
            lines.append(f"person {number}: {held}")
        for made in self.rows:
            whose = f"{made.whose}, {made.other}" if made.other is not None else str(made.whose)
            cells = {name: str(value) for name, value in made.values.items()}
            kept = f" until {made.until}" if made.until else ""
            lines.append(f"{made.table} of {whose}{kept}: {cells}")
        return "\n".join(lines)

    @cached_property
    def tables(self) -> Mapping[str, MappedTable]:
        """Return the tables of the map by their names."""
        return {table.table: table for table in self.map.tables}

    @cached_property
    def placed(self) -> Mapping[Place, Made]:
        """Return every row by its place."""
        return {self.place(made.table, made.values): made for made in self.rows}

    def alone(self, person: int) -> set[str]:
        """Return the identifiers that are a person's and were nobody else's."""
        held = [{days.value for every in one.values() for days in every} for one in self.people]
        return held[person].difference(*(held[:person] + held[person + 1 :]))

    def known_by(self, table: str) -> tuple[str, ...]:
        """Return the columns that tell the rows of a table apart; "id" where it has no key."""
        return self.tables[table].key or ("id",)

    def place(self, table: str, values: Mapping[str, Any]) -> Place:
        """Return the place of a row."""
        return table, tuple(str(values[column]) for column in self.known_by(table))

    @cached_property
    def links(self) -> tuple[tuple[Place, tuple[str, ...], Place], ...]:
        """Return which row refers to which, with the columns that do."""
        return tuple(self._links())

    @cached_property
    def links_of(self) -> Mapping[Place, list[tuple[tuple[str, ...], Place]]]:
        """Return what each row refers to, with the columns that do."""
        found: dict[Place, list[tuple[tuple[str, ...], Place]]] = defaultdict(list)
        for place, columns, target in self.links:
            found[place].append((columns, target))
        return found

    def _links(self) -> Iterator[tuple[Place, tuple[str, ...], Place]]:
        at: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], Place]] = {}
        for place, made in self.placed.items():
            for one in self.tables[made.table].references:
                if one.only and str(made.values[one.only.column]) != str(one.only.value):
                    continue
                if (one.to, one.at) not in at:
                    at[one.to, one.at] = {
                        tuple(str(there.values[name]) for name in one.at): to
                        for to, there in self.placed.items()
                        if there.table == one.to
                    }
                value = tuple(str(made.values[name]) for name in one.columns)
                if target := at[one.to, one.at].get(value):
                    yield place, one.columns, target

    def ties(self, table: str, column: str) -> bool:
        """Tell whether a column is of a key or of a reference: such a cell says nothing by itself."""
        return column in self.known_by(table) or any(
            column in one.columns for one in self.tables[table].references
        )

    def empties(self, place: Place, columns: tuple[str, ...]) -> bool:
        """Tell whether a reference of a row may be emptied."""
        table = self.schema.tables[place[0]]
        return any(bool(table.c[name].nullable) for name in columns)


def text(words: Words) -> str:
    """Return a text as it is stored."""
    return "".join(one if isinstance(one, str) else one.written for one in words)


def mentions(words: Words, person: int) -> bool | None:
    """Tell whether a text mentions a person; None where it may mean somebody else."""
    sure = {one.sure for one in words if isinstance(one, Mention) and one.person == person}
    return True if True in sure else None if sure else False


def holds(cell: object, identifier: str) -> bool:
    """Tell whether a cell holds an identifier, in whatever way it is written."""
    if not isinstance(cell, str) or not cell:
        return False
    plain = unicodedata.normalize("NFKC", identifier).casefold()
    if "@" in plain:
        wanted = rf"(?<![a-z0-9._+-]){re.escape(plain)}(?!\.?[a-z0-9-])"
    else:
        signs = [one for one in plain if one.isalnum()]
        wanted = rf"(?<![a-z0-9])(?:\+?(?:00)?86{_BETWEEN})?{_BETWEEN.join(signs)}(?![a-z0-9])"
    return re.search(wanted, unicodedata.normalize("NFKC", cell).casefold()) is not None
