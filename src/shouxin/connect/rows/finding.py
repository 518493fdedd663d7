"""One person's rows: found by identity and along references until nothing is added."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, Final, Literal, NamedTuple

from shouxin.connect.marks import is_erased
from shouxin.connect.model import Identity, MappedTable, Only
from shouxin.connect.person import MOST, Held, Person, joined, known, ways
from shouxin.connect.roles import Edge
from shouxin.connect.rows import matching, paths
from shouxin.connect.rows.own import Ground, How, Own, Row
from shouxin.connect.rows.source import Question, Record, Rows
from shouxin.connect.rows.values import Combination, combinations, day, refers, says, text, texts
from shouxin.errors import InputError

MOST_ROWS = 200_000
"""Rows that may be found at once."""

MOST_CHARACTERS = 256 * 1024 * 1024
"""Characters that their texts may have together."""

Condition = Callable[[Mapping[str, Any]], bool]

Way = Literal["below", "above"]
BELOW: Final = "below"
ABOVE: Final = "above"
"""Which rows an edge leads to: those that refer to some, or those that some refer to."""


class Counting(NamedTuple):
    """What is counted: the rows of a table whose columns say one of these together, by a reference."""

    table: str
    columns: tuple[str, ...]
    only: Only | None
    what: set[Combination]


class Finding:
    """The rows of one person in one store; ``whole`` rows are held with columns that no map names."""

    def __init__(self, ground: Ground, source: Rows, today: date, *, whole: bool = False) -> None:
        self.ground, self.source, self.today = ground, source, today
        self.own = {table.table: Own(table, ground.layouts[table.table]) for table in ground.found.tables}
        self._whole, self._fresh = whole, defaultdict[str, list[Row]](list)
        self._asked: dict[str, Person] = {}
        self._followed = defaultdict[tuple[Edge, Way], set[Combination]](set)
        self._counted: dict[tuple[str, tuple[str, ...], Only | None], Counter[Combination]] = {}
        self._rows = self._characters = 0

    def find(self, person: Person) -> Person:
        """Find every row that is a person's; return what their own rows tell of their identities.

        Raises ``InputError`` (person-too-many, person-too-large).
        """
        while True:
            found = self._by_identity(person)
            self._follow()
            learnt = joined([person, self._learn()])
            if learnt == person and not found:
                return person
            person = learnt

    def add(
        self, name: str, how: How, records: Iterable[Record], condition: Condition, *, known: bool = False
    ) -> int:
        """Add the rows for which a condition holds; return how many are new."""
        own, added = self.own[name], 0
        for record in records:
            if record.key not in own.rows and condition(record.values):
                row = own.add(record, how, known=known, whole=self._whole)
                self._fresh[name].append(row)
                self._hold(name, row)
                added += 1
        return added

    def down(self, edge: Edge, how: How, above: Iterable[Row] | None = None) -> int:
        """Add the rows of a table that belong to whom the rows they refer to belong to."""
        if not _leads_down(edge):
            return 0
        others = [
            one.reference
            for one in self.ground.edges
            if edge.branch and one.table == edge.table and one.means == "owner"
        ]
        silent = tuple(column for one in others for column in one.columns)
        parents = self._parents(edge, how, above)
        return self.below(edge, how, parents, lambda values: not any(texts(values, one) for one in silent))

    def below(self, edge: Edge, how: How, above: Iterable[Row], condition: Condition) -> int:
        """Add the rows that refer to some rows by an edge; nothing is asked twice."""
        reference, wanted = edge.reference, self._unasked(edge, BELOW, above)
        self._followed[edge, BELOW] |= wanted
        if not wanted:
            return 0
        records = self.source.having(*_question(edge, BELOW, wanted))
        return self.add(
            edge.table,
            how,
            records,
            lambda values: not wanted.isdisjoint(refers(reference, values)) and condition(values),
        )

    def above(self, edge: Edge, how: How) -> int:
        """Add the rows that the rows found refer to by an edge; nothing is asked twice."""
        reference, wanted = edge.reference, self._unasked(edge, ABOVE, self.own[edge.table].rows.values())
        self._followed[edge, ABOVE] |= wanted
        if not wanted:
            return 0
        records = self.source.having(*_question(edge, ABOVE, wanted))
        return self.add(
            edge.to,
            how,
            records,
            lambda values: not wanted.isdisjoint(combinations(values, reference.at)),
        )

    def foresee(
        self, way: Way, edges: Iterable[Edge], fresh: Mapping[str, Sequence[Row]] | None = None
    ) -> None:
        """Tell the source what edges will be followed from the rows found, or from those that are fresh."""
        asked = []
        for edge in edges:
            start = edge.to if way == BELOW else edge.table
            rows = (
                self.own[start].rows.values() if fresh is None else self._parents(edge, "mine", fresh[start])
            )
            if wanted := self._unasked(edge, way, rows):
                asked.append(_question(edge, way, wanted))
        self.source.foresee(asked)

    def elsewhere(
        self, table: str, columns: tuple[str, ...], only: Only | None, what: Iterable[Combination]
    ) -> bool:
        """Tell whether a row that was not found has one of these in its columns; ``ahead`` asks for many."""
        counted, own = self._counted[table, columns, only], self.own[table]
        return any(
            counted[one] > sum(says(row.values, only) for row in own.by(columns, (one,))) for one in what
        )

    def ahead(self, asked: Iterable[Counting]) -> None:
        """Count the rows of tables that have something in their columns, which ``elsewhere`` rests on."""
        new = []
        for table, columns, only, what in asked:
            counted = self._counted.setdefault((table, columns, only), Counter())
            if unknown := {one for one in what if one not in counted}:
                counted.update(dict.fromkeys(unknown, 0))
                new.append((Counting(table, columns, only, unknown), counted))
        questions = [Question(one.table, one.columns[0], {each[0] for each in one.what}) for one, _ in new]
        self.source.foresee(questions)
        for (one, counted), question in zip(new, questions, strict=True):
            for record in self.source.having(*question):
                if says(record.values, one.only):
                    counted.update(one.what & combinations(record.values, one.columns))

    def _parents(self, edge: Edge, how: How, above: Iterable[Row] | None = None) -> Iterator[Row]:
        """Yield the rows below which there may be more that an edge leads down to."""
        rows = self.own[edge.to].rows.values() if above is None else above
        return (row for row in rows if row.how == how and (how == "mine" or row.alone))

    def _unasked(self, edge: Edge, way: Way, rows: Iterable[Row]) -> set[Combination]:
        """Return what rows say that an edge has not been followed by yet."""
        at, reference = edge.reference.at, edge.reference
        said = (
            combinations(row.values, at) if way == BELOW else refers(reference, row.values) for row in rows
        )
        return set().union(*said) - self._followed[edge, way]

    def _hold(self, name: str, row: Row) -> None:
        self._rows += 1
        self._characters += sum(len(one) for one in row.values.values() if isinstance(one, str))
        if self._rows > MOST_ROWS or self._characters > MOST_CHARACTERS:
            raise InputError(
                "person-too-large",
                f"more than {MOST_ROWS:,} rows or {MOST_CHARACTERS // 2**20} million characters at once",
                where=name,
                remedy="look at the references of the map, or keep so much in a database",
            )

    def _by_identity(self, person: Person) -> int:
        """Add what identities find: first where all that a table asks for is known, then accounts first."""
        whole, part = [], {}
        for name, own in self.own.items():
            asked = {one.identity for one in own.mapped.identities}
            named = known(own.mapped, person)
            if named and (own.mapped.any_identity or len(named) == len(asked)):
                whole.append(name)
            elif named:
                owners = (edge for edge in self.ground.edges if edge.to == name and edge.means == "owner")
                part[name] = sum(1 for _ in owners)
        found = sum(self._identified(name, person) for name in whole)
        for name in sorted(part, key=lambda name: -part[name]):
            found = found or self._identified(name, person)
        return found

    def _identified(self, name: str, person: Person) -> int:
        """Add what identities find in a table; the same question is not asked twice."""
        mapped = self.own[name].mapped
        asked = {one: person[one] for one in known(mapped, person)}
        if not asked or self._asked.get(name) == asked:
            return 0
        self._asked[name] = asked
        return self.add(
            name,
            "mine",
            candidates(self.source, mapped, asked),
            lambda values: matching.matches(mapped, values, asked, self.today),
            known=True,
        )

    def _follow(self) -> None:
        """Add what hangs on rows that are new, table by table, until a round adds nothing."""
        while self._fresh:
            fresh, self._fresh = self._fresh, defaultdict(list)
            edges = [edge for edge in self.ground.edges if edge.to in fresh and _leads_down(edge)]
            self.foresee(BELOW, edges, fresh)
            for edge in edges:
                self.down(edge, "mine", fresh[edge.to])

    def _learn(self) -> Person:
        found: dict[str, list[Held]] = {}
        for own in self.own.values():
            for one in own.mapped.identities if own.rows else ():
                found.setdefault(one.identity, []).extend(self._told(own, one))
        return {name: tuple(held) for name, held in found.items() if held}

    def _told(self, own: Own, identity: Identity) -> Iterator[Held]:
        """Yield what a column tells; one that holds two kinds of identity tells neither for sure."""
        if sum(one.column == identity.column for one in own.mapped.identities) > 1:
            return
        where, held = own.mapped.table, set[Held]()
        for row in own.rows.values():
            told = [one for one in paths.read(row.values, identity.column) if not is_erased(one)]
            if row.how != "mine" or not told:
                continue
            since = day(row.values, identity.valid_from, where)
            until = day(row.values, identity.valid_until, where)
            held |= {Held(value=str(text(one)), since=since, until=until) for one in told}
            if len(held) > MOST:
                raise InputError(
                    "person-too-many",
                    f"more than {MOST:,} different values of one identity",
                    where=f"{where}.{identity.column}",
                    remedy="look at the references of the map: they join rows of several people",
                )
        yield from (one for one in held if not one.never)


def _leads_down(edge: Edge) -> bool:
    """Tell whether rows belong by an edge to whom the rows they refer to belong to."""
    return (edge.means == "owner" or bool(edge.branch)) and not edge.other


def _question(edge: Edge, way: Way, wanted: Iterable[Combination]) -> Question:
    """Return what a source is asked when an edge is followed: its first column is enough to begin with."""
    table, columns = (edge.table, edge.reference.columns) if way == BELOW else (edge.to, edge.reference.at)
    return Question(table, columns[0], {one[0] for one in wanted})


def candidates(source: Rows, table: MappedTable, person: Person) -> Iterator[Record]:
    """Yield the rows in which at least one identity of a person stands, some of them more than once."""
    for question in wanted(table, person):
        yield from source.having(*question)


def wanted(table: MappedTable, person: Person) -> Iterator[Question]:
    """Yield what is looked for in each column of a table that an identity of a person may stand in."""
    columns: dict[str, set[str]] = defaultdict(set)
    for identity in chain.from_iterable(known(table, person).values()):
        columns[identity.column].update(way for held in person[identity.identity] for way in ways(held.value))
    return (Question(table.table, column, values) for column, values in columns.items())
