"""What erasing a person must make of every row and cell, worked out from what was known at the making."""

from collections import defaultdict
from collections.abc import Mapping
from enum import Enum
from typing import Any

from tests.connect.worlds.world import Made, Place, World, mentions


class Fate(Enum):
    """What becomes of a row."""

    GONE = "gone"
    SHELL = "stays, emptied of the person, since others' rows refer to it"
    EITHER = "gone or emptied: only rows refer to it that are emptied and might let go"
    LOOSE = "only rows that are kept by law refer to it: it stays, emptied or not"
    KEPT = "stays whole by law"
    SHARED = "the other person's part stays"
    OTHERS = "stays as it is, but for mentions of the person"


class Must(Enum):
    """What must be true of a cell afterwards."""

    SAME = "as before"
    CHANGED = "no longer what it was"
    FREE = "whatever"
    MASKED = "as before but for the mention"
    EITHER = "as before, or that without the mention"


def owned(world: World, person: int) -> set[Place]:
    """Return the rows that are the person's alone, those kept by law included."""
    users = _users(world)
    return {
        place
        for place, made in world.placed.items()
        if (
            users[place] == {person} if made.common else made.whose == person and made.other in (None, person)
        )
    }


def found(world: World, person: int) -> tuple[set[Place], set[Place]]:
    """Return the rows that must be found for a person, and those that may be.

    These are a home shared with others, and what hangs on a row that only names the person beside its owner.
    """
    users = _users(world)
    must, may = owned(world, person), {place for place in users if person in users[place]}
    for place, made in world.placed.items():
        if made.whose == person or (made.other == person and world.tables[made.table].shared):
            must.add(place)
        elif made.other == person:
            may.add(place)
    return must, must | may


def fates(world: World, person: int) -> Mapping[Place, Fate]:
    """Return what must become of every row."""
    own = owned(world, person)
    kept = {place for place, made in world.placed.items() if by_law(world, made)}
    going = own - kept
    forced, loosely, loose = _referred(world, person, going, kept)
    waiting = [*((place, True) for place in forced), *((place, False) for place in loosely)]
    while waiting:
        place, surely = waiting.pop()
        for columns, target in world.links_of.get(place, ()):
            if target not in going or target in forced:
                continue
            if surely and not world.empties(place, columns):
                forced.add(target)
                waiting.append((target, True))
            elif target not in loosely:
                loosely.add(target)
                waiting.append((target, False))
    made: dict[Place, Fate] = {}
    for place, row in world.placed.items():
        if place in going:
            made[place] = (
                Fate.LOOSE if place in loose else Fate.SHELL if place in forced
                else Fate.EITHER if place in loosely else Fate.GONE
            )  # fmt: skip
        elif place in kept:
            made[place] = Fate.KEPT
        else:
            made[place] = Fate.SHARED if row.whose == person else Fate.OTHERS
    return made


def by_law(world: World, made: Made) -> bool:
    """Tell whether the law orders to keep a row on the day of the world."""
    return made.until is not None and made.until >= world.as_of


def cells(world: World, person: int, made: Made, fate: Fate) -> Mapping[str, Must]:
    """Return what must be true of the cells of a row that stays."""
    table = world.tables[made.table]
    theirs = {column.column for column in table.columns if column.categories or column.free_text}
    found: dict[str, Must] = {}
    for column, value in made.values.items():
        if fate in (Fate.SHELL, Fate.EITHER):
            tells = column in theirs and not world.ties(made.table, column) and _tells(value)
            found[column] = Must.CHANGED if tells else Must.FREE
        elif fate is Fate.LOOSE:
            found[column] = Must.FREE
        else:
            found[column] = _of_others(world, person, made, fate, column, value)
    return found


def _of_others(world: World, person: int, made: Made, fate: Fate, column: str, value: object) -> Must:
    shared = world.tables[made.table].shared
    mine = made.whose == person or made.other == person
    if mine and shared and fate is not Fate.KEPT:
        if made.whose == person and column in shared.own:
            return Must.CHANGED if _tells(value) else Must.FREE
        if _leads_to(world, made, column, person):
            return Must.FREE
    mentioned = mentions(made.texts.get(column, ()), person)
    if mentioned is False or (fate is Fate.KEPT and made.whose == person):
        return Must.SAME
    return Must.EITHER if mentioned is None or fate is Fate.KEPT else Must.MASKED


def _leads_to(world: World, made: Made, column: str, person: int) -> bool:
    """Tell whether a cell is a person's own part of a shared row: the reference to them."""
    targets = world.links_of.get(world.place(made.table, made.values), ())
    return any(column in columns and world.placed[to].whose == person for columns, to in targets)


def _tells(value: Any) -> bool:
    """Tell whether a value says something: an empty text, a number or a yes or no alone may stay."""
    return value is not None and value != "" and not isinstance(value, int)


def _users(world: World) -> Mapping[Place, set[int | None]]:
    """Return whose rows refer to each row that is common to them."""
    users: dict[Place, set[int | None]] = defaultdict(set)
    for place, _, target in world.links:
        if world.placed[target].common:
            made = world.placed[place]
            users[target] |= {made.whose} | ({made.other} if made.other is not None else set())
    return users


def _referred(
    world: World, person: int, going: set[Place], kept: set[Place]
) -> tuple[set[Place], set[Place], set[Place]]:
    """Return what rows that stay refer to: surely, by a cell of the person's own, and by law only."""
    forced, loosely, loose = set[Place](), set[Place](), set[Place]()
    for place, columns, target in world.links:
        if target not in going or place in going:
            continue
        made = world.placed[place]
        mine = person in (made.whose, made.other)
        if place in kept and world.placed[target].common:
            loose.add(target)
        elif place not in kept and mine and world.empties(place, columns):
            loosely.add(target)
        else:
            forced.add(target)
    return forced, loosely, loose
