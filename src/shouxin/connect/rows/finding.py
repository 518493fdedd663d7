"""One person's rows: found by identity and along references until nothing is added."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any

from shouxin.connect.marks import is_erased
from shouxin.connect.model import Identity, Only
from shouxin.connect.person import MOST, Held, Person, joined, known, ways
from shouxin.connect.roles import Edge
from shouxin.connect.rows import matching, paths
from shouxin.connect.rows.own import Ground, How, Own, Row
from shouxin.connect.rows.source import Record, Rows
from shouxin.connect.rows.values import Combination, combinations, day, refers, says, text, texts
from shouxin.errors import InputError

MOST_ROWS = 200_000
"""Rows that may be found at once."""

MOST_CHARACTERS = 256 * 1024 * 1024
"""Characters that their texts may have together."""

Condition = Callable[[Mapping[str, Any]], bool]


class Finding:
    """The rows of one person in one store; ``whole`` rows are held with columns that no map names."""

    def __init__(self, ground: Ground, source: Rows, today: date, *, whole: bool = False) -> None:
        self.ground, self.source, self.today = ground, source, today
        self.own = {table.table: Own(table, ground.layouts[table.table]) for table in ground.found.tables}
        self._whole, self._fresh = whole, defaultdict[str, list[Row]](list)
        self._asked: dict[str, Person] = {}
        self._followed = defaultdict[tuple[Edge, str], set[Combination]](set)
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
        if (edge.means != "owner" and not edge.branch) or edge.other:
            return 0
        rows = self.own[edge.to].rows.values() if above is None else above
        parents = [row for row in rows if row.how == how and (how == "mine" or row.alone)]
        others = [
            one.reference
            for one in self.ground.edges
            if edge.branch and one.table == edge.table and one.means == "owner"
        ]
        silent = tuple(column for one in others for column in one.columns)
        return self.below(edge, how, parents, lambda values: not any(texts(values, one) for one in silent))

    def below(self, edge: Edge, how: How, above: Iterable[Row], condition: Condition) -> int:
        """Add the rows that refer to some rows by an edge; nothing is asked twice."""
        at, reference = edge.reference.at, edge.reference
        wanted = self._new(edge, "below", (combinations(row.values, at) for row in above))
        if not wanted:
            return 0
        records = self.source.having(edge.table, reference.columns[0], {one[0] for one in wanted})
        return self.add(
            edge.table,
            how,
            records,
            lambda values: not wanted.isdisjoint(refers(reference, values)) and condition(values),
        )

    def above(self, edge: Edge, how: How) -> int:
        """Add the rows that the rows found refer to by an edge; nothing is asked twice."""
        reference, rows = edge.reference, self.own[edge.table].rows.values()
        wanted = self._new(edge, "above", (refers(reference, row.values) for row in rows))
        if not wanted:
            return 0
        records = self.source.having(edge.to, reference.at[0], {one[0] for one in wanted})
        return self.add(
            edge.to,
            how,
            records,
            lambda values: not wanted.isdisjoint(combinations(values, reference.at)),
        )

    def elsewhere(
        self, table: str, columns: tuple[str, ...], only: Only | None, what: Iterable[Combination]
    ) -> bool:
        """Tell whether a row that was not found has one of these in its columns; ``ahead`` asks for many."""
        counted, own = self._counted[table, columns, only], self.own[table]
        return any(
            counted[one] > sum(says(row.values, only) for row in own.by(columns, (one,))) for one in what
        )

    def ahead(
        self, table: str, columns: tuple[str, ...], only: Only | None, what: Iterable[Combination]
    ) -> None:
        """Count the rows of a table that have these in their columns, which ``elsewhere`` rests on."""
        counted = self._counted.setdefault((table, columns, only), Counter())
        new = {one for one in what if one not in counted}
        counted.update(dict.fromkeys(new, 0))
        for record in self.source.having(table, columns[0], {one[0] for one in new}) if new else ():
            if says(record.values, only):
                counted.update(new & combinations(record.values, columns))

    def _new(self, edge: Edge, way: str, found: Iterable[set[Combination]]) -> set[Combination]:
        asked = self._followed[edge, way]
        wanted = set().union(*found) - asked
        asked |= wanted
        return wanted

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
        records = candidates(self.source, name, known(mapped, asked), asked)
        return self.add(
            name,
            "mine",
            records,
            lambda values: matching.matches(mapped, values, asked, self.today),
            known=True,
        )

    def _follow(self) -> None:
        """Add what hangs on rows that are new, table by table, until a round adds nothing."""
        while self._fresh:
            fresh, self._fresh = self._fresh, defaultdict(list)
            for edge in self.ground.edges:
                if edge.to in fresh:
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


def candidates(
    source: Rows, name: str, named: Mapping[str, list[Identity]], person: Person
) -> Iterator[Record]:
    """Yield the rows in which at least one identity of a person stands, some of them more than once."""
    for column, values in wanted(named, person).items():
        yield from source.having(name, column, values)


def wanted(named: Mapping[str, list[Identity]], person: Person) -> Mapping[str, set[str]]:
    """Return what is looked for in each column that an identity of a person may stand in."""
    columns: dict[str, set[str]] = defaultdict(set)
    for identity in chain.from_iterable(named.values()):
        columns[identity.column].update(way for held in person[identity.identity] for way in ways(held.value))
    return columns
