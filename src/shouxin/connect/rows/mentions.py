"""Free text of anybody in which an identifier of the person stands, however it was written."""

from collections.abc import Iterator

from shouxin.connect.model import MappedColumn
from shouxin.connect.person import Person
from shouxin.connect.rows import paths
from shouxin.connect.rows.finding import Finding
from shouxin.connect.rows.own import Own, Row
from shouxin.connect.rows.source import Change, Record, Rows
from shouxin.connect.words import MOST, Hiding, Told


def mentions(finding: Finding, rows: Rows, told: Told) -> Iterator[Change]:
    """Yield what hides the person in each row that mentions them and is neither theirs nor kept."""
    hiding = Hiding.of(told)
    for name, own in finding.own.items():
        columns = [
            one.column
            for one in own.mapped.columns
            if one.free_text and one.erase != "keep" and one.column not in own.fixed
        ]
        if not (columns and hiding.values):
            continue
        for record in rows.mentioning(name, columns, hiding.values):
            row = own.rows.get(record.key)
            if row and (row.kept or row.alone):
                continue
            new = {
                place: hiding.without(text)
                for place, text in _texts(record, _searched(own, row, columns))
                if hiding.found(text)
            }
            if new:
                yield Change(name, record.key, new)


def _searched(own: Own, row: Row | None, columns: list[str]) -> list[str]:
    """Return the columns of a row that are searched: the person's own part of what is shared goes anyway."""
    parts = own.mapped.shared.own if own.mapped.shared and row and row.how == "mine" else ()
    return [one for one in columns if one not in parts]


def _texts(record: Record, columns: list[str]) -> Iterator[tuple[str, str]]:
    for column in columns:
        for place, value in paths.places(record.values, column):
            if isinstance(value, str):
                yield place, value


def told_of(finding: Finding, person: Person) -> Told:
    """Return what texts may tell of a person, as their identities and their own rows have it."""
    own = (one for one in finding.own.values() if one.mapped.identities)
    return Told.of(person, (cell for one in own for cell in _cells(one)))


def _cells(own: Own) -> Iterator[tuple[MappedColumn, str]]:
    """Yield the texts of the person's own rows in columns that hold something of them, identities apart."""
    identities = {one.column for one in own.mapped.identities}
    columns = [
        one
        for one in own.mapped.columns
        if one.categories and not one.free_text and one.column not in identities
    ]
    mine = [row for row in own.rows.values() if row.how == "mine" and row.alone]
    for row in mine[:MOST]:
        for column in columns:
            for value in paths.read(row.values, column.column):
                if isinstance(value, str):
                    yield column, value
