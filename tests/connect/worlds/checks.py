"""Whether what a database holds after an erasure is what it must hold."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from tests.connect.worlds.truth import Fate, Must, cells, fates, found
from tests.connect.worlds.world import Made, Mention, Place, Snapshot, Words, World, holds


class Fault(NamedTuple):
    """Something that is not as it must be; ``kind`` is what a figure counts."""

    kind: str
    where: str
    why: str = ""


def after(world: World, person: int, before: Snapshot, now: Snapshot) -> Iterator[Fault]:
    """Yield what is wrong after erasing a person.

    The kinds: "left" (a row of the person's), "lost" (a row that had to stay), "others" (a cell of somebody
    else's), "kept" (a cell that the law orders to keep), "told" (a cell that still says what it said),
    "residue" (an identifier), "new" (a row from nowhere).
    """
    decided = fates(world, person)
    for place in now.keys() - before.keys():
        yield Fault("new", _named(place))
    for place, was in before.items():
        fate, made, there = decided[place], world.placed[place], now.get(place)
        if there is None:
            if fate not in (Fate.GONE, Fate.EITHER, Fate.LOOSE):
                yield Fault("lost", _named(place), fate.value)
        elif fate is Fate.GONE:
            yield Fault("left", _named(place))
        else:
            yield from _cells(world, person, made, fate, was, there)


def seen(world: World, person: int, read: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[Fault]:
    """Yield what is wrong with the rows that were found for a person: "missed", "disclosed", "twice"."""
    must, may = found(world, person)
    shown: list[Place] = []
    for table, values in read:
        missing = [column for column in world.known_by(table) if column not in values]
        if missing:
            yield Fault("unknown", table, f"a row without {missing}")
        else:
            shown.append(world.place(table, values))
    yield from (Fault("missed", _named(place)) for place in must - set(shown))
    yield from (Fault("disclosed", _named(place)) for place in set(shown) - may)
    yield from (Fault("twice", _named(place)) for place in set(shown) if shown.count(place) > 1)


def changes(before: Snapshot, now: Snapshot) -> Iterator[Fault]:
    """Yield every row in which two states of a database differ."""
    for place in {*before, *now}:
        if not same(before.get(place), now.get(place)):
            yield Fault("changed", _named(place))


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, however a database hands them out."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return str(value) if isinstance(value, UUID | date) else value


def _cells(
    world: World,
    person: int,
    made: Made,
    fate: Fate,
    was: Mapping[str, Any],
    there: Mapping[str, Any],
) -> Iterator[Fault]:
    identifiers = world.alone(person)
    for column, must in cells(world, person, made, fate).items():
        where = f"{_named(world.place(made.table, made.values))}.{column}"
        stayed = same(was[column], there[column])
        words = made.texts.get(column, ())
        if (must is Must.SAME and not stayed) or (
            must is Must.EITHER and not stayed and not _masked(words, person, there[column])
        ):
            yield Fault("kept" if fate is Fate.KEPT else "others", where, fate.value)
        elif must is Must.CHANGED and stayed:
            yield Fault("told", where, fate.value)
        elif must is Must.MASKED and not _masked(words, person, there[column]):
            yield Fault("residue" if stayed else "others", where, f"{was[column]!r} became {there[column]!r}")
        elif must not in (Must.SAME, Must.EITHER) and not world.ties(made.table, column):
            left = [one for one in identifiers if holds(there[column], one)]
            if left and fate is not Fate.LOOSE:
                yield Fault("residue", where, fate.value)


def _masked(words: Words, person: int, now: object) -> bool:
    """Tell whether a text is the one it was but for the mentions of a person."""
    wanted = "".join(
        "(?s:.{0,60}?)" if isinstance(one, Mention) and one.person == person
        else re.escape(one.written if isinstance(one, Mention) else one)
        for one in words
    )  # fmt: skip
    gone = {one.written for one in words if isinstance(one, Mention) and one[::2] == (person, True)}
    if not isinstance(now, str) or not re.fullmatch(wanted, now):
        return False
    for one in words:
        if isinstance(one, Mention) and one.person != person:
            now = now.replace(one.written, "")  # an address may end in the person's
    return not any(one in now for one in gone)


def _named(place: Place) -> str:
    return f"{place[0]}[{','.join(map(str, place[1]))}]"
