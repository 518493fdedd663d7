"""Whose rows and which columns of a service's own database a purpose may read: the plan before any SQL."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shouxin.connect.categories import home
from shouxin.connect.model import DatasetMap, MappedTable, Only, Reference
from shouxin.errors import InputError

_NAME_BYTES = 63
_OURS = "shouxin_"


class Way(NamedTuple):
    """What says whose a row is: a column with the person's reference, or columns that lead to a table."""

    columns: tuple[str, ...]
    to: str = ""
    at: tuple[str, ...] = ()
    only: Only | None = None
    valid_from: str = ""
    valid_until: str = ""


class View(NamedTuple):
    """The columns of a table that a purpose may read."""

    purpose: str
    columns: tuple[str, ...]


class Fenced(NamedTuple):
    """A table with personal information: whose its rows are, the purposes that may read some, and its views.

    ``closed`` says why nothing leads to its people, so that no row is shown.
    """

    table: str
    ways: tuple[Way, ...]
    purposes: tuple[str, ...]
    views: tuple[View, ...]
    closed: str = ""


class Plan(NamedTuple):
    """The tables of one database, and the purposes with the categories that each may read."""

    service: str
    purposes: Mapping[str, tuple[str, ...]]
    tables: tuple[Fenced, ...]


def plan(service: str, purposes: Mapping[str, Iterable[str]], found: DatasetMap, identity: str = "") -> Plan:
    """Return what is to be fenced in the store of a map that passed ``connect.checking.check``.

    ``purposes`` are the activities with their categories, ``identity`` is the one by which the service names
    people to Shouxin; it may be left out where the map has only one.

    Raises ``InputError``: guard-make, guard-identity, guard-name, category-unknown.
    """
    if found.make and not found.make.startswith("postgres"):
        raise InputError(
            "guard-make",
            f'the map is of a store of make "{found.make[:40]}", and row security is PostgreSQL\'s',
            where=found.store,
            remedy="guard other stores where the application acts: docs/guard-sql.md",
        )
    allowed = {name: tuple(sorted({*keys})) for name, keys in purposes.items()}
    _named(found, allowed)
    ways = _ways(found, _chosen(found, identity))
    views = {table.table: _views(table, allowed) for table in found.tables}
    reading = _reading(ways, {name: {view.purpose for view in some} for name, some in views.items()})
    tables = tuple(
        Fenced(
            table.table,
            ways[table.table],
            tuple(sorted(reading[table.table])),
            () if _closed(table, ways) else views[table.table],
            _closed(table, ways),
        )
        for table in found.tables
        if table.categories or ways[table.table]
    )
    return Plan(service, allowed, tables)


def _chosen(found: DatasetMap, identity: str) -> str:
    known = sorted({one.identity for table in found.tables for one in table.identities})
    if identity in known or (not identity and len(known) == 1):
        return identity or known[0]
    raise InputError(
        "guard-identity",
        f'the map has no identity "{identity[:80]}"'
        if identity
        else "the map does not have one identity only",
        where=found.store,
        remedy=f"name with --identity that by which the service knows people; there are: "
        f"{', '.join(known)[:400] or 'none'}",
    )


def _ways(found: DatasetMap, identity: str) -> dict[str, tuple[Way, ...]]:
    """Return what says whose the rows of each table are; empty where nothing does."""
    tables = {table.table: table for table in found.tables}
    known: dict[str, tuple[Way, ...]] = {}

    def of(table: MappedTable) -> tuple[Way, ...]:
        if table.table not in known:
            own = tuple(
                Way((one.column,), valid_from=one.valid_from, valid_until=one.valid_until)
                for one in table.identities
                if one.identity == identity
            )
            others = set(table.shared.others) if table.shared else set()
            led = tuple(
                Way(one.columns, one.to, one.at, one.only)
                for one in table.references
                if _within(found, table, one) and (not own or others & {*one.columns}) and of(tables[one.to])
            )
            known[table.table] = own + led
        return known[table.table]

    return {table.table: of(table) for table in found.tables}


def _within(found: DatasetMap, table: MappedTable, one: Reference) -> bool:
    """Tell whether a reference can lead to the person: in this store, up, and not around."""
    return one.store in ("", found.store) and one.to != table.table and not one.cut


def _closed(table: MappedTable, ways: Mapping[str, tuple[Way, ...]]) -> str:
    """Return why the rows of a table cannot be told apart by people; empty where they can."""
    if not ways[table.table]:
        return "neither an identity nor a reference leads to a person"
    named = {column for way in ways[table.table] for column in way.columns}
    unknown = sorted(set(table.shared.others) - named) if table.shared else []
    return f"nothing says who the others in {', '.join(unknown)} are" if unknown else ""


def _views(table: MappedTable, purposes: Mapping[str, tuple[str, ...]]) -> tuple[View, ...]:
    """Return for each purpose the columns it may read, where it reads something personal at all.

    A column of no category is nobody's information, unless it holds free text.
    """
    views = []
    for purpose, categories in purposes.items():
        shown = [one for one in table.columns if _covered(one.categories, categories) and not one.free_text]
        if any(one.categories for one in shown):
            views.append(View(purpose, tuple(one.column for one in shown)))
    return tuple(views)


def _covered(categories: Iterable[str], allowed: Iterable[str]) -> bool:
    return {*map(home, categories)} <= {*map(home, allowed)}


def _reading(ways: Mapping[str, tuple[Way, ...]], own: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the purposes that read each table: its own, and those of every table that it leads to people."""
    reading = {table: set(purposes) for table, purposes in own.items()}

    def lead(table: str) -> None:
        for way in ways[table]:
            if way.to:
                reading[way.to] |= reading[table]
                lead(way.to)

    for table in ways:
        lead(table)
    return reading


def _named(found: DatasetMap, purposes: Iterable[str]) -> None:
    """Refuse names that PostgreSQL would cut, cannot hold, or that the conditions use themselves."""
    places = {found.store: [part for table in found.tables for part in table.table.split(".", 1)]}
    places |= {table.table: [one.column for one in table.columns] for table in found.tables}
    for where, names in places.items():
        for name in names:
            if not name or "\0" in name or len(name.encode()) > _NAME_BYTES or name.startswith(_OURS):
                raise _unfit(name, where, "a table or column")
    for name in purposes:
        if not name or "\0" in name:
            raise _unfit(name, found.store, "an activity")


def _unfit(name: str, where: str, what: str) -> InputError:
    shown = name.replace("\0", "\\0")[:80]
    return InputError(
        "guard-name",
        f'"{shown}" cannot be the name of {what} there',
        where=where[:200],
        remedy=f"names have 1 to {_NAME_BYTES} bytes, no null character, and do not begin with {_OURS}",
    )
