"""A person of few rows in a database: fetched, worked out in Python, and changed by their keys.

The same answers as the set-based statements give, in a fraction of the statements; the tests hold the two
against each other. ``TooMany`` says that the other way is to be gone.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from shouxin.connect import refusals
from shouxin.connect.model import MappedTable, Reference
from shouxin.connect.person import Person
from shouxin.connect.roles import Edge, edges, order
from shouxin.connect.rows import own, reading, surveying
from shouxin.connect.rows.erasing import Erasing
from shouxin.connect.rows.finding import Finding, wanted
from shouxin.connect.rows.mentions import told_of
from shouxin.connect.rows.overlay import changes
from shouxin.connect.rows.parts import told_apart
from shouxin.connect.rows.source import Question
from shouxin.connect.rows.staying import settled
from shouxin.connect.rows.values import texts
from shouxin.connect.sql.layouts import fits, layout
from shouxin.connect.sql.own import Keys
from shouxin.connect.sql.source import SqlSource
from shouxin.connect.survey import Outcome, Part, Row, Survey
from shouxin.connect.words import Told, plain


class Grounds(NamedTuple):
    """What is known of a store whatever the person: ``leaves`` are tables apart from ``rest``.

    Nothing refers to rows of a leaf and they have no fate of their own, so that they are not fetched one by
    one: they go with the rows that their one reference leads to.
    """

    every: own.Ground
    rest: own.Ground
    leaves: Mapping[str, Edge]


class Few:
    """One person in one transaction."""

    def __init__(self, connection: sa.Connection, keys: Keys, grounds: Grounds, as_of: date) -> None:
        self._source, self._grounds, self._as_of = SqlSource(connection, keys), grounds, as_of

    def learn(self, person: Person) -> Person:
        """Return the person's identities as their rows tell them."""
        return self._found(person)[1]

    def survey(self, person: Person) -> Survey:
        """Return what is there of a person and what an erasure would do."""
        finding, learnt = self._settled(person)
        return self._survey(finding, told_of(finding, learnt))

    def read(self, person: Person) -> list[Row]:
        """Return what is there as the person may see it."""
        finding, learnt = self._found(person, whole=True)
        told_apart(finding)
        known = frozenset(map(plain, told_of(finding, learnt).identifiers))
        return list(reading.rows(finding, known))

    def erase(self, person: Person, digest: str | None) -> Outcome:
        """Carry out what ``survey`` says.

        Raises ``InputError`` (erase-changed) and ``StoreError`` (erase-residue).
        """
        finding, learnt = self._settled(person)
        told, store = told_of(finding, learnt), self._grounds.rest.found.store
        if digest is not None and self._survey(finding, told).digest != digest:
            raise refusals.changed(store)
        erasing = Erasing(finding, learnt)
        erasing.run(told)
        leaves = self._leaves(finding, shared=False)
        erasing.deleted.update(
            {one.table: n for one, n in zip(leaves, self._source.sweep(leaves), strict=True) if n}
        )
        self._source.apply(changes(erasing.pending, finding.ground.order))
        self._look_again(finding)
        for left in surveying.residue(finding, learnt, told):
            raise refusals.left(store, left)
        kept = {part.table: part.rows for part in surveying.parts(finding, {}) if part.part == "kept"}
        return Outcome(store=store, deleted=dict(erasing.deleted), changed=dict(erasing.changed), kept=kept)

    def _look_again(self, finding: Finding) -> None:
        """Read the rows that stay as shells as they are now."""
        shells = {
            name: [key for key, row in own_.rows.items() if row.entire and row.stay]
            for name, own_ in finding.own.items()
        }
        now = self._source.again({name: keys for name, keys in shells.items() if keys})
        for name, keys in shells.items():
            for key in keys:  # what is not there as it was, without a key, says nothing any more
                finding.own[name].rows[key].values = now.get((name, key), {})

    def _settled(self, person: Person) -> tuple[Finding, Person]:
        finding, learnt = self._found(person)
        told_apart(finding)
        settled(finding)
        return finding, learnt

    def _found(self, person: Person, *, whole: bool = False) -> tuple[Finding, Person]:
        """Find a person's rows, all of them or without those of leaves."""
        ground = self._grounds.every if whole else self._grounds.rest
        finding = Finding(ground, self._source, self._as_of, whole=whole)
        self._source.foresee(chain.from_iterable(wanted(table, person) for table in ground.found.tables))
        return finding, finding.find(person)

    def _survey(self, finding: Finding, told: Told) -> Survey:
        parts = [*surveying.parts(finding, surveying.mentioned(finding, told)), *self._of_leaves(finding)]
        turn = {name: at for at, name in enumerate(finding.own)}
        found = self._grounds.rest.found
        ordered = tuple(sorted(parts, key=lambda part: turn[part.table]))
        return Survey(store=found.store, parts=ordered, remainders=found.remainders)

    def _of_leaves(self, finding: Finding) -> Iterator[Part]:
        """Yield what becomes of rows that go with those above them, or belong to others with them."""
        going, shared = (self._leaves(finding, shared=shared) for shared in (False, True))
        counts = self._source.tally([*going, *shared])
        for one, count in zip(going, counts, strict=False):
            if count:
                yield Part(table=one.table, rows=count, part="own", act="delete")
        for one, count in zip(shared, counts[len(going) :], strict=True):
            if count:
                yield Part(table=one.table, rows=count, part="shared", act="keep", why="shared")

    def _leaves(self, finding: Finding, *, shared: bool) -> list[Question]:
        """Return what rows of leaves refer to that go, or that are somebody else's too."""
        return [
            Question(name, edge.reference.columns[0], _above(finding, edge, shared=shared))
            for name, edge in self._grounds.leaves.items()
        ]


def _above(finding: Finding, edge: Edge, *, shared: bool) -> set[str]:
    """Return what rows of a leaf refer to that go, or that are somebody else's too."""
    hows = {"mine"} if shared else {"mine", "used"}
    rows = finding.own[edge.to].rows.values()
    there = (row for row in rows if row.shared == shared and row.how in hows)
    return {one for row in there for one in texts(row.values, edge.reference.at[0])}


def grounds_of(keys: Keys, *, exact: bool = False) -> Grounds | None:
    """Return what is known of a store, None where its rows cannot be worked on in Python.

    ``exact``: keys of text may be compared letter by letter, even where the database does it otherwise.
    """
    if not fits(keys.ground, exact=exact):
        return None
    every = _ground(keys)
    leaves = {name: edge for name in keys.ground.real if (edge := _leaf(every, name))}
    rest = tuple(edge for edge in every.edges if edge.table not in leaves)
    return Grounds(every, every._replace(edges=rest), leaves)


def _leaf(ground: own.Ground, name: str) -> Edge | None:
    """Return the one reference that says what becomes of the rows of a table, if there is one."""
    tables = {table.table: table for table in ground.found.tables}
    one = tables[name]
    ways = [edge for edge in ground.edges if edge.table == name and tables[edge.to].personal]
    own_fate = one.identities or one.shared or one.retention or one.erase not in ("", "rows")
    if own_fate or any(column.free_text for column in one.columns) or len(ways) != 1:
        return None
    (edge,) = ways
    plain_way = len(edge.reference.columns) == 1 and not (edge.reference.only or edge.other or edge.branch)
    referred = any(other.to == name for other in ground.edges)
    return edge if edge.means == "owner" and plain_way and not referred else None


def _ground(keys: Keys) -> own.Ground:
    """Return what is known of a store; references that only the database knows hold rows too."""
    found = keys.ground.found
    more: dict[str, list[Reference]] = defaultdict(list)
    for to, holds in keys.ground.holds.items():
        for hold in holds:
            if not hold.mapped:
                more[hold.place].append(Reference(columns=hold.columns, to=to, at=hold.at, means="link"))
    tables = [
        msgspec.structs.replace(table, references=(*table.references, *more.pop(table.table, ())))
        for table in found.tables
    ]
    outside = [MappedTable(table=name, references=tuple(references)) for name, references in more.items()]
    whole = msgspec.structs.replace(found, tables=(*tables, *outside))
    layouts = {table.table: layout(keys.ground, table.table) for table in whole.tables}
    return own.Ground(whole, layouts, edges(whole), order(whole))
