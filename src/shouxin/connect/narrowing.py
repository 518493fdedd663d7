"""Erasing one category of information and nothing else: a person's tags, and not the person.

Tables that hold nothing else of people lose the person's rows. In every other table the columns of the
category are emptied, by correction where the table knows people itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Any, Self

from msgspec.structs import replace

from shouxin.connect.categories import home
from shouxin.connect.model import DatasetMap, MappedColumn, MappedTable
from shouxin.connect.person import Person
from shouxin.connect.stores import Store
from shouxin.connect.survey import Outcome, Part, Problem, Row, Survey
from shouxin.errors import InputError


def holding(table: MappedTable, category: str) -> tuple[str, ...]:
    """Return the columns of a table that hold a category."""
    return tuple(one.column for one in table.columns if category in map(home, one.categories))


def narrowed(found: DatasetMap, category: str) -> DatasetMap:
    """Return a map by which an erasure takes the rows and columns of a category where tables know nobody.

    References that an erasure would cut are left out: nothing else is to change.
    """
    return replace(found, tables=tuple(_narrowed(table, category) for table in found.tables))


def alone(found: DatasetMap, category: str) -> bool:
    """Tell whether somebody else can erase a category and nothing besides: people, or a service by its rows.

    A service's rows go one by one, so that its tables of the category must hold nothing else of people; the
    form in which entrusted parties are asked knows no such request.
    """
    if found.make == "manual":
        return True
    held = [(one, holding(one, category)) for one in found.tables]
    return found.make == "http" and all(
        not one.identities and _nothing_else(one, columns) and one.erase != "columns"
        for one, columns in held
        if columns
    )


def _narrowed(table: MappedTable, category: str) -> MappedTable:
    held = holding(table, category)
    columns = tuple(
        replace(one, free_text=False, erase=one.erase if one.column in held else "keep")
        for one in table.columns
    )
    references = tuple(one for one in table.references if not one.cut)
    plain = replace(table, columns=columns, references=references, soft_deleted=None)
    if not held:
        return replace(plain, erase="keep", retention=None)
    if table.identities:
        return replace(plain, erase="keep")
    return plain if _nothing_else(table, held) else replace(plain, erase="columns")


def _nothing_else(table: MappedTable, held: Sequence[str]) -> bool:
    """Tell whether a table holds nothing of people but a category, and whose it is."""
    leading = {*held, *table.key, *(name for one in table.references for name in one.columns)}
    return not any((one.categories or one.free_text) and one.column not in leading for one in table.columns)


class Narrowed:
    """A store of which one category is erased: ``within`` has the narrowed map, ``whole`` the whole one."""

    def __init__(self, found: DatasetMap, category: str, within: Store, whole: Store) -> None:
        self._within, self._whole = within, whole
        self._columns: Mapping[str, tuple[MappedColumn, ...]] = {
            table.table: tuple(one for one in table.columns if one.column in holding(table, category))
            for table in found.tables
            if table.identities and holding(table, category)
        }

    @property
    def name(self) -> str:
        """Return what the map calls the store."""
        return self._whole.name

    def check(self) -> tuple[Problem, ...]:
        """Return what the whole store says."""
        return self._whole.check()

    def learn(self, person: Person, as_of: date) -> Person:
        """Return what the whole store knows."""
        return self._whole.learn(person, as_of)

    def survey(self, person: Person, as_of: date) -> Survey:
        """Return what there is of the category, and what would become of it."""
        found = self._within.survey(person, as_of)
        parts = [one for one in found.parts if one.act in ("delete", "anonymise") or one.part == "kept"]
        return replace(found, parts=(*parts, *self._emptied(person, as_of, dry_run=True)))

    def read(self, person: Person, as_of: date) -> Iterator[Row]:
        """Yield what the whole store holds."""
        return self._whole.read(person, as_of)

    def correct(
        self,
        person: Person,
        table: str,
        key: Mapping[str, Any] | None,
        values: Mapping[str, Any],
        as_of: date,
        *,
        dry_run: bool = False,
    ) -> int:
        """Correct in the whole store."""
        return self._whole.correct(person, table, key, values, as_of, dry_run=dry_run)

    def erase(
        self, person: Person, as_of: date, *, digest: str | None = None, dry_run: bool = False
    ) -> Outcome:
        """Carry out what ``survey`` says: the rows in one transaction, then the columns, a table in one.

        Cut off in between, it is finished by doing it again.
        """
        if digest is not None and self.survey(person, as_of).digest != digest:
            raise InputError(
                "erase-changed",
                "the store has changed since the plan was approved",
                where=self.name,
                remedy="look at the plan of now and approve it again",
            )
        outcome = self._within.erase(person, as_of, dry_run=dry_run)
        changed = dict(outcome.changed)
        for part in self._emptied(person, as_of, dry_run=dry_run):
            changed[part.table] = changed.get(part.table, 0) + part.rows
        return replace(outcome, changed=changed)

    def overdue(self, as_of: date) -> tuple[Part, ...]:
        """Return what the whole store says."""
        return self._whole.overdue(as_of)

    def expire(self, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Outcome:
        """Do what the whole store does."""
        return self._whole.expire(as_of, digest=digest, dry_run=dry_run)

    def close(self) -> None:
        """Close both."""
        self._within.close()
        self._whole.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close both."""
        self.close()

    def _emptied(self, person: Person, as_of: date, *, dry_run: bool) -> Iterator[Part]:
        """Empty the columns in tables that know people themselves; yield what was, or would be, emptied."""
        for table, columns in self._columns.items():
            emptied = [one for one in columns if one.erase != "keep"]
            values = {one.column: "" if one.erase == "empty" else None for one in emptied}
            rows = self._whole.correct(person, table, None, values, as_of, dry_run=dry_run) if values else 0
            if rows:
                ways = {name: "null" if worth is None else "empty" for name, worth in values.items()}
                yield Part(table=table, rows=rows, part="own", act="anonymise", columns=ways)
