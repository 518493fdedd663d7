"""Tables written to files of each format, and read again without any code of ours."""

import bz2
import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any
from unittest.mock import patch

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from shouxin.connect.files.folder import Folder
from shouxin.connect.model import DatasetMap
from shouxin.connect.stores import Store, opened
from tests.connect.worlds.world import Snapshot, World

ENDINGS = (".csv", ".tsv.gz", ".jsonl", ".json.bz2", ".parquet")
Rows = Sequence[Mapping[str, Any]]

_PACKED: Mapping[str, Callable[..., IO[bytes]]] = {".gz": gzip.open, ".bz2": bz2.open}  # type: ignore[dict-item]


def mapped(found: DatasetMap, ending: str) -> DatasetMap:
    """Return a map whose tables are all files of a format in a folder of their own."""

    def named(name: str) -> str:
        return f"{name}/*{ending}"

    tables = tuple(
        msgspec.structs.replace(
            table,
            table=named(table.table),
            references=tuple(msgspec.structs.replace(one, to=named(one.to)) for one in table.references),
        )
        for table in found.tables
    )
    return msgspec.structs.replace(found, make="files", tables=tables)


class Filed:
    """A folder of files that hold a world: two files for each table."""

    def __init__(self, root: Path, ending: str, tables: Mapping[str, Rows]) -> None:
        self.root, self.ending = root, ending
        for name, rows in tables.items():
            columns = list(rows[0]) if rows else []
            for part in (0, 1):
                place = root / name / f"part-{part}{ending}"
                place.parent.mkdir(parents=True, exist_ok=True)
                write(place, columns, rows[part::2], rows)

    def opened(self, found: DatasetMap) -> "Named":
        """Give the folder as a store of a map."""
        return Named(opened(mapped(found, self.ending), f"files://{self.root}", timeout=5), self.ending)

    def cells(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of every table."""
        return {
            folder.name: [row for file in sorted(folder.iterdir()) for row in read(file)]
            for folder in sorted(self.root.iterdir())
            if folder.is_dir()
        }

    def snapshot(self, world: World) -> Snapshot:
        """Return everything that the files hold."""
        return {world.place(name, row): row for name, rows in self.cells().items() for row in rows}

    @contextmanager
    def broken(self, table: str) -> Iterator[None]:
        """Let every writing of a table's files fail inside the block, as on a full disk."""
        writing = Folder.writing

        def full(folder: Folder, path: str, *, like: str = "") -> Any:
            if path.startswith(f"{table}/"):
                raise OSError(28, "No space left on device")
            return writing(folder, path, like=like)

        with patch.object(Folder, "writing", full):
            yield


class Named:
    """A store whose tables are called by the names that they have in a database."""

    def __init__(self, store: Store, ending: str) -> None:
        self.store, self._ending = store, ending

    def __enter__(self) -> "Named":
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.store.close()

    def named(self, table: str) -> str:
        """Return the name of a table without the pattern of its files."""
        return table.removesuffix(f"/*{self._ending}")

    def read(self, person: Any, as_of: date) -> Iterator[Any]:
        """Yield the person's rows."""
        for row in self.store.read(person, as_of):
            yield row._replace(table=self.named(row.table))

    def survey(self, person: Any, as_of: date) -> Any:
        """Return what an erasure would do."""
        found = self.store.survey(person, as_of)
        parts = [msgspec.structs.replace(one, table=self.named(one.table)) for one in found.parts]
        return SimpleNamespace(parts=parts, digest=found.digest)

    def erase(self, person: Any, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Any:
        """Erase the person."""
        done = self.store.erase(person, as_of, digest=digest, dry_run=dry_run)
        return SimpleNamespace(
            nothing=done.nothing,
            deleted={self.named(table): rows for table, rows in done.deleted.items()},
            changed={self.named(table): rows for table, rows in done.changed.items()},
            kept={self.named(table): rows for table, rows in done.kept.items()},
        )


def write(place: Path, columns: Sequence[str], rows: Rows, every: Rows = ()) -> None:
    """Write rows to a file; ``every`` are those that the types of its columns must hold."""
    if place.suffix == ".parquet":
        schema = pa.Table.from_pylist(list(every or rows)).schema
        pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), place, row_group_size=2)
        return
    with _PACKED.get(place.suffix, open)(place, "wb") as file:
        file.write(_text(place.name, columns, rows).encode())


def _text(name: str, columns: Sequence[str], rows: Rows) -> str:
    if ".json" in name:
        lines = [json.dumps(row, ensure_ascii=False, default=_json) for row in rows]
        return "".join(f"{line}\n" for line in lines) if ".jsonl" in name else f"[{', '.join(lines)}]"
    out = io.StringIO(newline="")
    written = csv.writer(out, delimiter="\t" if ".tsv" in name else ",")
    written.writerow(columns)
    written.writerows([row[name] for name in columns] for row in rows)
    return out.getvalue()


def read(place: Path) -> list[dict[str, Any]]:
    """Return the rows of a file; an empty cell of CSV is nothing."""
    if place.suffix == ".parquet":
        return list(pq.ParquetFile(place).read().to_pylist())
    with _PACKED.get(place.suffix, open)(place, "rb") as file:
        text = file.read().decode()
    if ".jsonl" in place.name:
        return [json.loads(line, parse_float=Decimal) for line in text.splitlines()]
    if ".json" in place.name:
        return list(json.loads(text, parse_float=Decimal))
    found = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if ".tsv" in place.name else ",")
    return [{name: value or None for name, value in row.items()} for row in found]


def _json(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
