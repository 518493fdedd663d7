"""The dataset map: what a store holds of whom, table by table, as a person wrote or corrected it.

``docs/dataset-map.md`` shows the file. What is left out is unknown and never taken for "no".
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from shouxin.connect.manual_model import Manual
from shouxin.connect.opendsr.model import HandOff
from shouxin.connect.service.model import Description
from shouxin.law.base import Shape
from shouxin.law.mechanism import Span

Label = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Remark = Annotated[str, msgspec.Meta(max_length=4000)]
Columns = Annotated[tuple[Label, ...], msgspec.Meta(min_length=1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Erase = Literal["", "null", "empty", "token", "keep"]
"""What stands in a column after an erasure: nothing, an empty value, a value like no other, or the same."""
EraseRows = Literal["", "rows", "columns", "keep"]
"""What becomes of a person's rows: they go, they stay without what they tell, or they stay."""
Means = Literal["", "owner", "uses", "link"]
"""What a reference says of whose a row is.

``owner``: the row belongs to whom the other row belongs to. ``uses``: the other row is part of this one's
matter, and belongs to everybody who uses it. ``link``: neither.
"""


class Sample(Shape, frozen=True, kw_only=True):
    """How much of a table a draft rests on."""

    rows: int
    seed: int = 0


class Unseen(Shape, frozen=True, kw_only=True):
    """A part that a draft could not look at, and why."""

    table: Label
    why: Remark


class MappedColumn(Shape, frozen=True, kw_only=True):
    """A column: the categories it holds, and for a draft what the detector found and how surely.

    ``free_text`` may hold anything about anyone, so it is searched and not only matched. ``erase`` left out
    is chosen by what the column can hold.
    """

    column: Label
    type: str = ""
    comment: Remark = ""
    categories: tuple[Label, ...] = ()
    free_text: bool = False
    erase: Erase = ""
    holds: str = ""
    share: Share | None = None
    certainty: Share | None = None
    among: dict[str, Share] = msgspec.field(default_factory=dict)


class Identity(Shape, frozen=True, kw_only=True):
    """A column that says whose a row is, and the columns between whose days it does.

    Several identities of a table join with AND unless the table says ``or``: a number that was given to
    somebody else later does not return the former owner's rows.
    """

    identity: Label
    column: Label
    valid_from: str = ""
    valid_until: str = ""


class Only(Shape, frozen=True, kw_only=True):
    """A reference that holds only where another column has this value: one leg of a polymorphic one."""

    column: Label
    value: str | int | bool


class Reference(Shape, frozen=True, kw_only=True):
    """Columns that stand for those of another table, of this store unless ``store`` names another.

    A table that refers to itself is a tree; one with two references joins many to many. ``cut`` marks the
    reference of a circle that is emptied first when rows go. ``means`` left out follows from the tables.
    """

    columns: Columns
    to: Label
    at: Columns
    store: str = ""
    only: Only | None = None
    cut: bool = False
    means: Means = ""


class Shared(Shape, frozen=True, kw_only=True):
    """Rows that belong to several people: the columns that name the others, and those of one's own part."""

    others: Columns
    own: tuple[Label, ...] = ()


class SoftDeleted(Shape, frozen=True, kw_only=True):
    """Rows that count as deleted: where the column has this value, or any where none is given."""

    column: Label
    value: str | int | bool | None = None


FOR_GOOD = Span(length=999, unit="years")
"""How long rows are kept of which neither the map nor the law says it: who does not ask the law keeps all."""


class Kept(Shape, frozen=True, kw_only=True):
    """How long rows are kept, from the day in ``since``, and the provision that orders it, if one does.

    ``kind`` is the kind of record that the rows are in law, which then sets the least time.
    """

    time: Span = FOR_GOOD
    since: str = ""
    because: str = ""
    kind: str = ""


class MappedTable(Shape, frozen=True, kw_only=True):
    """A table (or collection): its key, columns, whose its rows are, and what hangs on it."""

    table: Label
    comment: Remark = ""
    rows: int | None = None
    key: tuple[Label, ...] = ()
    columns: tuple[MappedColumn, ...] = ()
    identities: tuple[Identity, ...] = ()
    any_identity: bool = False
    references: tuple[Reference, ...] = ()
    shared: Shared | None = None
    soft_deleted: SoftDeleted | None = None
    retention: Kept | None = None
    erase: EraseRows = ""

    @property
    def categories(self) -> tuple[str, ...]:
        """Return the categories of its columns, each once, in their order."""
        return tuple(dict.fromkeys(one for column in self.columns for one in column.categories))

    @property
    def personal(self) -> bool:
        """Tell whether it can hold anything about a person."""
        return bool(self.identities) or any(one.categories or one.free_text for one in self.columns)

    def named(self) -> Iterator[str]:
        """Yield every column that something in this table speaks of."""
        yield from self.key
        for identity in self.identities:
            yield from filter(None, (identity.column, identity.valid_from, identity.valid_until))
        for reference in self.references:
            yield from reference.columns
            if reference.only:
                yield reference.only.column
        if self.shared:
            yield from (*self.shared.others, *self.shared.own)
        if self.soft_deleted:
            yield self.soft_deleted.column
        if self.retention and self.retention.since:
            yield self.retention.since


class Remainder(Shape, frozen=True, kw_only=True):
    """What an erasure leaves behind: a backup, a log, an archive, and how long it stays there."""

    name: Label
    time: Span | None = None
    about: Remark = ""


class DatasetMap(Shape, frozen=True, kw_only=True):
    """One store: its make, its tables, and what stays behind after an erasure.

    ``service`` describes how a store of the make "http" is asked, ``manual`` who works by
    hand on one of the make "manual", ``hand_off`` how a party is told of one of the make "opendsr".
    ``sample`` and ``unscanned`` are what a draft rests on.
    """

    store: Label
    make: str = ""
    about: Remark = ""
    sample: Sample | None = None
    tables: tuple[MappedTable, ...] = ()
    remainders: tuple[Remainder, ...] = ()
    unscanned: tuple[Unseen, ...] = ()
    service: Description | None = None
    manual: Manual | None = None
    hand_off: HandOff | None = None

    @property
    def categories(self) -> tuple[str, ...]:
        """Return the categories of its tables, each once, in their order."""
        return tuple(dict.fromkeys(one for table in self.tables for one in table.categories))
