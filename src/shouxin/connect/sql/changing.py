"""The changes of an erasure as statements, in an order that no reference forbids."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from shouxin.connect.roles import inside
from shouxin.connect.rows.source import Change, Key
from shouxin.connect.sql import statements
from shouxin.connect.sql.opening import Crossed
from shouxin.connect.sql.schema import Ground, Real
from shouxin.connect.sql.statements import Pair
from shouxin.connect.sql.together import Answer, Asked, Made, Together

There = Mapping[tuple[str, Key], tuple[Pair, Sequence[Any]]]
"""The rows that were read: the values of the key, and the whole row."""


class Changing:
    """Changes rows that were read before."""

    def __init__(self, together: Together, ground: Ground, there: There) -> None:
        self._together, self._ground, self._there = together, ground, there

    def make(self, changes: Sequence[Change]) -> None:
        """Make the changes; raise ``Crossed`` where a row to be written is no more what was read."""
        gone: dict[str, list[Key]] = defaultdict(list)
        new: dict[str, dict[Pair, list[Key]]] = defaultdict(lambda: defaultdict(list))
        for change in changes:
            if change.values is None:
                gone[change.table].append(change.key)
            else:
                new[change.table][tuple(change.values.items())].append(change.key)
        written = {name: [key for keys in some.values() for key in keys] for name, some in new.items()}
        going = [*self._loosened(gone), *self._deleted(gone)]
        held = list(self._held(written))
        answers = self._together.all([*going, *(asked for _, asked in held)])
        self._same(written, [name for name, _ in held], answers[len(going) :])
        self._together.all(list(self._updated(new)))

    def now(self, real: Real, keys: Sequence[Key], *, locked: bool) -> Iterator[Asked]:
        """Yield the queries for rows as they are now; ``locked`` keeps others from changing them."""
        name = real.mapped.table
        made = partial(statements.of_keys, self._ground, real, locked=locked)
        return self._each(("now", name, locked), made, real, keys)

    def _loosened(self, gone: Mapping[str, list[Key]]) -> Iterator[Asked]:
        """Empty what rows that go say of each other: a circle, and for InnoDB rows of the same table."""
        for name, keys in gone.items():
            real = self._ground.real[name]
            for one in inside(real.mapped):
                among = self._ground.kind == "mysql" and one.to == name
                empty = [column for column in one.columns if real.table.c[column].nullable]
                if empty and (one.cut or among):
                    yield from self._update(real, dict.fromkeys(empty), keys)

    def _deleted(self, gone: Mapping[str, list[Key]]) -> Iterator[Asked]:
        for name in reversed(self._ground.order):
            if name in gone:
                real = self._ground.real[name]
                yield from self._each(
                    ("delete", name), partial(statements.delete, self._ground, real), real, gone[name]
                )

    def _held(self, written: Mapping[str, list[Key]]) -> Iterator[tuple[str, Asked]]:
        """Keep others from rows that will change."""
        for name in (
            self._ground.order if self._ground.kind != "sqlite" else ()
        ):  # nobody else can write there
            for asked in self.now(self._ground.real[name], written.get(name, ()), locked=True):
                yield name, asked

    def _same(
        self, written: Mapping[str, list[Key]], names: Sequence[str], answers: Sequence[Answer]
    ) -> None:
        """Raise ``Crossed`` where a row is no more what was read."""
        now: dict[str, dict[Pair, Pair]] = defaultdict(dict)
        for name, answer in zip(names, answers, strict=True):
            places = self._ground.real[name].places
            now[name].update((tuple(row[at] for at in places), tuple(row)) for row in answer.rows)
        for name in now:
            there = (self._there[name, key] for key in written[name])
            if any(now[name].get(pair) != tuple(row) for pair, row in there):
                raise Crossed(
                    "connect-locked",
                    "somebody else changed a row meanwhile; nothing was changed",
                    where=f"{self._ground.found.store}.{name}",
                    remedy="try again",
                )

    def _updated(self, new: Mapping[str, Mapping[Pair, list[Key]]]) -> Iterator[Asked]:
        for name in self._ground.order:
            for values, keys in new.get(name, {}).items():
                yield from self._update(self._ground.real[name], dict(values), keys)

    def _update(self, real: Real, values: Mapping[str, Any], keys: Sequence[Key]) -> Iterator[Asked]:
        columns = tuple(values)
        new = {f"new{at}": value for at, value in enumerate(values.values())}
        made = partial(statements.update, self._ground, real, columns)
        for statement, found in self._each(("update", real.mapped.table, columns), made, real, keys):
            yield statement, {**found, **new}

    def _each(
        self, about: Hashable, made: Callable[[], Made], real: Real, keys: Sequence[Key]
    ) -> Iterator[Asked]:
        """Yield a statement for the rows of keys: at once where rows have keys."""
        statement = self._together.once(about, made)
        pairs = [self._there[real.mapped.table, key][0] for key in keys]
        return ((statement, values) for values in statements.of_pairs(self._ground, real, pairs))
