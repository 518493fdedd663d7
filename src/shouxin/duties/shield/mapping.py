"""What a database holds, column by column, and a draft of its map: categories, keys and references."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec
import pyarrow as pa

from shouxin.connect.categories import of_kind
from shouxin.connect.mapfile import write
from shouxin.connect.model import DatasetMap, MappedColumn, MappedTable, Reference, Sample, Unseen
from shouxin.detect import judge_column
from shouxin.detect.columns import NAMED, UNNAMED
from shouxin.detect.sources.database import Database, Field, Table
from shouxin.detect.sources.piece import Column, Unscanned


class Held(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one column holds: a kind where it is one, its share of the cells, and what else is among them.

    The places of a finding are there and zero: a column is found, not a value. ``why`` stands where it was
    asked for; its factors multiply to the score.
    """

    type: str
    path: str
    score: float
    share: float
    cells: int
    contains: dict[str, float]
    named: bool = False
    why: dict[str, float] | None = None
    source: str = "column"
    start: int = 0
    end: int = 0
    byte_start: int = 0
    byte_end: int = 0

    def explained(self) -> "Held":
        """Return the same with why: the share of the cells, and what its name and comment make of it."""
        word, factor = ("name agrees", NAMED) if self.named else ("name is silent", UNNAMED)
        return msgspec.structs.replace(self, why={"share": self.share, word: factor})


class Mapped(msgspec.Struct, frozen=True):
    """A table with what its columns hold, by name, and the parts that were not looked at."""

    table: Table
    held: dict[str, Held]
    unscanned: tuple[Unscanned, ...] = ()


Result: TypeAlias = Mapped | Unscanned


def columns(database: Database, progress: Callable[[str, int], None]) -> Iterator[Result]:
    """Judge every column of the tables asked for, by its values, its name and its comment together."""
    for table in database.tables():
        if isinstance(table, Unscanned):
            yield table
            continue
        progress(table.place, 0)
        comments = {field.name: field.comment for field in table.fields}
        held: dict[str, Held] = {}
        gaps: list[Unscanned] = []
        for piece in database.pieces(table):
            if isinstance(piece, Unscanned):
                gaps.append(piece)
            elif isinstance(piece, Column):
                held[piece.name] = _held(table, piece, comments.get(piece.name, ""))
        yield Mapped(table, held, tuple(gaps))


def _held(table: Table, column: Column, comment: str) -> Held:
    cells = column.cells
    if pa.types.is_large_binary(cells.type):
        texts = [None if cell is None else cell.decode("utf-8", "replace") for cell in cells.to_pylist()]
        cells = pa.array(texts, pa.large_string())
    verdict = judge_column(cells, name=column.name, comment=comment)
    shares = {kind: round(share, 4) for kind, share in verdict.contains.items()}
    return Held(
        type=verdict.type, path=f"{table.place}.{column.name}", score=verdict.confidence,
        share=round(verdict.share, 4), cells=verdict.cells, contains=shares, named=verdict.named,
    )  # fmt: skip


def draft(database: Database, name: str, results: list[Result]) -> str:
    """Write the map of a database as YAML, for a person to correct: it is a draft and says so."""
    gaps = [gap for item in results for gap in ([item] if isinstance(item, Unscanned) else item.unscanned)]
    found = DatasetMap(
        store=name,
        make=database.kind,
        sample=Sample(rows=database.sample.rows, seed=database.sample.seed),
        tables=tuple(_table(item) for item in results if isinstance(item, Mapped)),
        unscanned=tuple(Unseen(table=gap.path, why=gap.why) for gap in gaps),
    )
    return f"# A draft: what a sample holds. Check every column before anything rests on it.\n{write(found)}"


def _table(item: Mapped) -> MappedTable:
    table = item.table
    return MappedTable(
        table=table.place,
        comment=table.comment,
        rows=table.rows,
        key=table.key,
        columns=tuple(_column(field, item.held.get(field.name)) for field in table.fields),
        references=tuple(
            Reference(columns=reference.columns, to=reference.to, at=reference.at)
            for reference in table.references
        ),
    )


def _column(field: Field, held: Held | None) -> MappedColumn:
    """Return a column; one that is no kind as a whole and holds some among its words is free text."""
    column = MappedColumn(column=field.name, type=field.type, comment=field.comment)
    if held is None:
        return column
    others = {kind: share for kind, share in held.contains.items() if kind != held.type}
    column = msgspec.structs.replace(column, among=others, free_text=bool(others) and not held.type)
    if not held.type:
        return column
    category = of_kind(held.type)
    return msgspec.structs.replace(
        column,
        categories=(category,) if category else (),
        holds=held.type,
        share=held.share,
        certainty=held.score,
    )
