"""What an audit writes: files that grow under another name, and a journal of what is finished in them.

Each line of the journal tells what one chunk of rows became: a digest of what went in, and how much of which
digest came out. After a kill the chunks that are whole, in their order, are used again and the rest is
cut off. A file takes its name in one step, when it is complete.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from shouxin.duties.gate import audit_splice, audit_thrift
from shouxin.duties.gate.audit_splice import MAGIC, Piece
from shouxin.duties.gate.audit_thrift import Struct
from shouxin.errors import InputError
from shouxin.law.base import Shape


class Segment(Shape, frozen=True):
    """Encoded rows in a file: how many bytes, their digest, and in Parquet what the file says of them."""

    size: int = 0
    digest: str = ""
    group: bytes = b""


class Entry(Shape, frozen=True, kw_only=True):
    """A finished chunk: the digest of what went in, what came out, and its rows by effect."""

    source: str
    good: Segment
    bad: Segment
    effects: dict[str, int]
    skipped: int
    signatures: int


class Encoded(Shape, frozen=True):
    """Rows as they go into a file."""

    data: bytes = b""
    group: bytes = b""

    def segment(self) -> Segment:
        """Return what the journal says of them."""
        return Segment(len(self.data), digest(self.data), self.group)


class Form:
    """How a file of one schema is written, Parquet or CSV by its name."""

    def __init__(self, path: Path, schema: Any, shape: audit_splice.Shape | None = None) -> None:
        """Raise ``InputError`` (audit-column-type) for columns that CSV cannot hold."""
        self.path = path
        self.is_text = path.suffix == ".csv"
        self.schema = schema
        if self.is_text:
            self.head = _csv(schema.empty_table(), header=True)
        else:
            self.head = MAGIC
            self._shape = shape or audit_splice.shape_of(schema)

    def table(self, table: Any) -> Encoded:
        """Return rows encoded; no rows are nothing at all."""
        if not table.num_rows:
            return Encoded()
        return Encoded(_csv(table, header=False)) if self.is_text else self.pieces(audit_splice.made(table))

    def pieces(self, *pieces: Piece) -> Encoded:
        """Return rows whose columns are encoded as Parquet already."""
        data, group = audit_splice.row_group(pieces)
        return Encoded(data, audit_thrift.encoded(group))

    def end(self, segments: list[Segment]) -> bytes:
        """Return what stands behind the rows."""
        return b"" if self.is_text else audit_splice.end(self._shape, self.schema, self._groups(segments))

    def _groups(self, segments: list[Segment]) -> Iterator[tuple[int, Struct]]:
        at = len(self.head)
        for segment in segments:
            if segment.group:
                yield at, audit_thrift.decoded(segment.group)
            at += segment.size


class Output:
    """The file of decided rows, that of bad rows if one is wanted, and the journal of both."""

    def __init__(self, good: Form, bad: Form | None, question: str, *, resume: bool) -> None:
        """Take up what an earlier run finished, or without ``resume`` begin anew.

        ``question`` is everything but the rows that verdicts depend on. Raises ``InputError``
        (file-unwritable).
        """
        self._forms = [good, bad] if bad else [good]
        self._path = good.path.with_name(f".{good.path.name}.journal")
        self._head = digest(question.encode()).encode() + b"\n"
        self.entries: list[Entry] = []
        self._is_ours = False
        with writing(good.path):
            mode = "a+b" if resume else "w+b"
            self._journal = self._path.open(mode)
            self._files = [_partial(form.path).open(mode) for form in self._forms]
            self.entries = self._finished()
            self.cut(len(self.entries))

    def cut(self, count: int) -> None:
        """Keep the first ``count`` chunks, and nothing behind them."""
        del self.entries[count:]
        lines = [self._head, *(msgspec.json.encode(entry) + b"\n" for entry in self.entries)]
        self._journal.truncate(sum(map(len, lines)) if self._is_ours else 0)
        for form, file, number in zip(self._forms, self._files, (0, 1), strict=False):
            file.truncate(len(form.head) + sum(_segments(entry)[number].size for entry in self.entries))
        if not self._is_ours:
            self._put(self._journal, self._head)
            for form, file in zip(self._forms, self._files, strict=True):
                file.truncate(0)
                self._put(file, form.head)
            self._is_ours = True

    def add(self, entry: Entry, good: Encoded, bad: Encoded) -> None:
        """Write what a chunk became, then the line that makes it finished."""
        with writing(self._forms[0].path):
            for file, encoded in zip(self._files, (good, bad), strict=False):
                self._put(file, encoded.data)
            self._put(self._journal, msgspec.json.encode(entry) + b"\n")
        self.entries.append(entry)

    def finish(self) -> None:
        """Give the files their names; a file of bad rows only where there are any."""
        with writing(self._forms[0].path):
            for number, (form, file) in enumerate(zip(self._forms, self._files, strict=True)):
                segments = [_segments(entry)[number] for entry in self.entries]
                if number and not any(segment.size for segment in segments):
                    _partial(form.path).unlink()
                    continue
                self._put(file, form.end(segments))
                os.fsync(file.fileno())
                _partial(form.path).replace(form.path)
            self._path.unlink()

    def close(self) -> None:
        """Close the files; what is finished stays for another run."""
        for file in (*self._files, self._journal):
            file.close()

    def _put(self, file: Any, data: bytes) -> None:
        file.write(data)
        file.flush()

    def _finished(self) -> list[Entry]:
        """Return the chunks that stand in the journal and are whole in the files."""
        self._journal.seek(0)
        self._is_ours = self._journal.readline() == self._head and all(
            file.seek(0) == 0 and file.read(len(form.head)) == form.head
            for form, file in zip(self._forms, self._files, strict=True)
        )
        found: list[Entry] = []
        for line in self._journal if self._is_ours else ():
            try:
                entry = msgspec.json.decode(line, type=Entry)
            except msgspec.DecodeError:
                break
            if any(
                digest(file.read(segment.size)) != segment.digest
                for file, segment in zip(self._files, _segments(entry), strict=False)
                if segment.size
            ):
                break
            found.append(entry)
        return found


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the disk into ``InputError`` (file-unwritable)."""
    try:
        yield
    except OSError as error:
        raise InputError(
            "file-unwritable",
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="choose another place, or make room and give --resume",
        ) from None


def digest(*contents: bytes) -> str:
    """Return what tells contents from others."""
    total = hashlib.blake2b(digest_size=16)
    for content in contents:
        total.update(content)
    return total.hexdigest()


def _segments(entry: Entry) -> tuple[Segment, Segment]:
    return entry.good, entry.bad


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")


def _csv(table: Any, *, header: bool) -> bytes:
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(_flat(table), sink, pa_csv.WriteOptions(include_header=header))
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _flat(table: Any) -> Any:
    """Return a table with lists as text: items joined by "; ", a duty before its provision."""
    for index, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(index, field.name, table.column(index).cast(field.type.value_type))
        elif pa.types.is_nested(field.type):
            column = pa.chunked_array(
                [_joined(chunk, field) for chunk in table.column(index).chunks], pa.string()
            )
            table = table.set_column(index, field.name, column)
    return table


def _joined(array: Any, field: Any) -> Any:
    items = array.flatten() if pa.types.is_list(field.type) else None
    if items is not None and pa.types.is_struct(items.type):
        items = pc.binary_join_element_wise(*(part.cast(pa.string()) for part in items.flatten()), " ")
    if items is not None and pa.types.is_dictionary(items.type):
        items = items.dictionary_decode()
    if items is None or not pa.types.is_string(items.type):
        raise InputError(
            "audit-column-type",
            f'the column "{field.name}" holds {field.type}, which CSV cannot',
            remedy="write Parquet, or leave the column out",
        )
    lengths = pc.fill_null(pc.list_value_length(array), 0).to_pylist()
    offsets = [0]
    for length in lengths:
        offsets.append(offsets[-1] + length)
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), items), "; ")
