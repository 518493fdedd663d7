"""The files of one folder as a source of rows: a table is a file, or all those of a pattern."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import unquote

from shouxin.connect.files.folder import Folder
from shouxin.connect.files.formats import Format, Values, format_of
from shouxin.connect.files.switching import Switching, Writes
from shouxin.connect.model import DatasetMap, MappedTable
from shouxin.connect.rows.source import Change, Column, Layout, Record, Source
from shouxin.connect.rows.values import day, texts
from shouxin.connect.survey import Problem
from shouxin.connect.words import may_tell
from shouxin.errors import InputError

_NOWHERE = "__HIVE_DEFAULT_PARTITION__"

Test = Callable[[Values], bool]


class Files(Source):
    """Rows of files; a session holds what each file was when it was first looked at.

    A folder named like ``day=2026-11-22`` is a column of the rows below it, which never changes.
    """

    atomic = True

    def __init__(self, found: DatasetMap, folder: Folder, timeout: float) -> None:
        self.name = found.store
        self._tables: Mapping[str, MappedTable] = {table.table: table for table in found.tables}
        self._found, self._folder, self._timeout = found, folder, timeout
        self._switching = Switching(folder, timeout)
        self._known: dict[str, tuple[str, Format]] = {}
        self._listed: dict[str, Mapping[str, str]] = {}

    @contextmanager
    def session(self) -> Iterator["Files"]:
        """Give a view of the files as they are now; what an interrupted run left is ended first."""
        self._switching.recover()
        view = Files(self._found, self._folder, self._timeout)
        view._known = self._known
        yield view

    def check(self) -> tuple[Problem, ...]:
        """Return the files that cannot be changed."""
        with self.session() as view:
            return tuple(
                Problem(
                    code="right-missing",
                    where=f"{self.name}.{path}",
                    what="the folder of the file is not to be written",
                    remedy="give the right to write there",
                )
                for table in self._tables
                for path in view._files(table)
                if not self._folder.writable(path)
            )

    def layout(self, table: str) -> Layout:
        """Return what every file of a table has; raise ``InputError`` (map-schema) where one has not."""
        mapped, columns = self._tables[table], dict[str, Column]()
        parts: set[str] = set()
        for path in self._files(table):
            here, found = _partitions(path), self._format(table, path).columns()
            parts |= {*here}
            if found is None:
                continue
            lost = [
                one.column for one in mapped.columns if one.column not in found and one.column not in here
            ]
            if lost:
                raise _differs(f"{self.name}.{path}", f'the file has no column "{lost[0]}"')
            for name, column in found.items():
                columns[name] = _both(columns.get(name, column), column)
        return Layout((*mapped.key, *sorted(parts - {*mapped.key})), columns)

    def every(self, table: str) -> Iterator[Record]:
        """Yield every row."""
        return self._rows(table, (), lambda _: True)

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column, or any element of it, is one of these as text."""
        wanted = frozenset(values)
        return self._rows(table, (column,), lambda row: not wanted.isdisjoint(texts(row, column)))

    def mentioning(self, table: str, columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
        """Yield the rows in which one of these plain words may stand."""
        return self._rows(
            table,
            columns,
            lambda row: any(may_tell(text, words) for column in columns for text in texts(row, column)),
        )

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:
        """Yield the rows whose column is before a day in Beijing."""

        def over(row: Values) -> bool:
            since = day(row, column, table)
            return since is not None and since < before

        return self._rows(table, (column,), over)

    def apply(self, changes: Sequence[Change]) -> None:
        """Write every file anew in which something changes, and put all of them in place or none."""
        by_file: dict[str, dict[int, Mapping[str, Any] | None]] = {}
        tables: dict[str, str] = {}
        for change in changes:
            path, _, number = change.key.rpartition(":")
            by_file.setdefault(path, {})[int(number)] = change.values
            tables[path] = change.table
        writes: Writes = {
            path: partial(self._format(tables[path], path).rewrite, changes=rows)
            for path, rows in by_file.items()
        }
        seen = {path: state for listed in self._listed.values() for path, state in listed.items()}
        self._switching.switch(writes, seen)
        self._listed.clear()

    def close(self) -> None:
        """Do nothing: a file is open only while it is read."""

    def _rows(self, table: str, looked: Sequence[str], test: Test) -> Iterator[Record]:
        for path in self._files(table):
            here = _partitions(path)
            found = self._format(table, path)
            columns = [one for one in looked if one not in here]
            passes = partial(_passes, here, test) if here else test
            for number, values in found.rows(columns, passes):
                yield Record(f"{path}:{number}", {**here, **values})

    def _files(self, table: str) -> Mapping[str, str]:
        """Return the files of a table as they were when the session first looked at them."""
        if table not in self._listed:
            self._listed[table] = self._folder.matching(table)
            if not self._listed[table]:
                raise _differs(f"{self.name}.{table}", "there is no such file")
        return self._listed[table]

    def _format(self, table: str, path: str) -> Format:
        """Return a file's format, with what is known of it as long as it stays the same."""
        state = self._listed[table][path]
        known = self._known.get(path)
        if known is None or known[0] != state:
            known = self._known[path] = state, format_of(path, partial(self._folder.reading, path))
        return known[1]


def _passes(here: Values, test: Test, values: Values) -> bool:
    return test({**here, **values})


def _partitions(path: str) -> dict[str, Any]:
    """Return the columns that the folders of a file are named for."""
    pairs = (part.partition("=") for part in path.split("/")[:-1])
    return {name: None if value == _NOWHERE else unquote(value) for name, sign, value in pairs if sign}


def _both(one: Column, other: Column) -> Column:
    """Return what a column can hold in two files alike."""
    return Column("any" if one.kind != other.kind else one.kind, empty=one.empty and other.empty)


def _differs(where: str, what: str) -> InputError:
    return InputError(
        "map-schema", what, where=where, remedy="mend the map: the store has changed since it was made"
    )
