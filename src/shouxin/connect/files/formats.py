"""What every format of file can be asked: its columns, its rows, and itself again with some rows changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import PurePosixPath
from typing import IO, Any, Protocol

from shouxin.connect.rows.source import Column
from shouxin.errors import InputError

LONGEST = 16 * 1024 * 1024
"""Characters of one row of a text file at most."""

Opened = Callable[[], AbstractContextManager[IO[bytes]]]
"""Opens a file from its beginning, as often as it is asked."""

Values = Mapping[str, Any]
Changes = Mapping[int, Values | None]
"""The new values of places of a row by its number in the file, or None where it goes."""

CODECS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2"}
"""Endings of files that are compressed as a whole."""


class Format(Protocol):
    """One file. Errors: ``InputError`` (file-unreadable), which quotes nothing of it."""

    def columns(self) -> Mapping[str, Column] | None:
        """Return its columns, None where every row may have its own."""

    def rows(
        self, looked: Sequence[str], test: Callable[[Values], bool], /
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the rows that pass a test, which looks at some columns, with their numbers."""

    def rewrite(self, out: IO[bytes], changes: Changes) -> None:
        """Write the file again with changes; what does not change keeps its spelling."""


def format_of(path: str, opened: Opened) -> Format:
    """Return the format of a file by its ending, that of its compression apart.

    Raises ``InputError`` (file-format).
    """
    from shouxin.connect.files.csvs import Csv
    from shouxin.connect.files.jsons import Json
    from shouxin.connect.files.parquet import Parquet

    name = PurePosixPath(path.lower())
    if name.suffix in CODECS:
        name = name.with_suffix("")
    match name.suffix:
        case ".parquet":
            return Parquet(opened, path)
        case ".csv" | ".tsv" | ".txt":
            return Csv(opened, path, "\t" if name.suffix == ".tsv" else "")
        case ".json" | ".jsonl" | ".ndjson":
            return Json(opened, path)
    raise InputError(
        "file-format",
        "nothing is known of files with this ending",
        where=path,
        remedy="name files in .parquet, .csv, .tsv, .jsonl or .json, text also in .gz, .zst or .bz2",
    )


def unreadable(path: str, what: str) -> InputError:
    """Return the error for a file that is not what its ending says."""
    return InputError(
        "file-unreadable", what, where=path, remedy="mend the file, or take it out of the table's pattern"
    )
