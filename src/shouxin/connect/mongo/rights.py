"""What the account of a MongoDB server may do: what it lacks, and what it has too much of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shouxin.connect.model import DatasetMap
from shouxin.connect.survey import Problem

if TYPE_CHECKING:
    from pymongo.database import Database

_READ = ("find", "listIndexes")
_WRITE = ("update", "remove")
_OVERMUCH = frozenset({"dropDatabase", "dropCollection", "createUser", "grantRole", "createCollection"})

Privilege = Mapping[str, Any]


def granted(database: "Database[Any]", found: DatasetMap) -> Iterator[Problem]:
    """Yield each right that is missing for the collections of the map, and those nobody needs for it."""
    about = database.command("connectionStatus", showPrivileges=True)["authInfo"]
    if not about.get("authenticatedUsers"):
        yield _too_many("the server asks nobody for an account")
        return
    privileges: Sequence[Privilege] = about.get("authenticatedUserPrivileges", ())
    for table in found.tables:
        may = {
            action
            for one in privileges
            if _covers(one["resource"], database.name, table.table)
            for action in one["actions"]
        }
        for action in (*_READ, *(_WRITE if table.personal else ())):
            if action not in may:
                yield _missing(table.table, action)
    held = {action for one in privileges for action in one["actions"]}
    wide = any(_anywhere(one["resource"], database.name) and _writes(one) for one in privileges)
    if held & _OVERMUCH:
        yield _too_many("it may drop or make collections, or make accounts")
    elif wide:
        yield _too_many("it may change documents of other databases")


def _covers(resource: Privilege, database: str, collection: str) -> bool:
    if resource.get("anyResource"):
        return True
    wanted = (("db", database), ("collection", collection))
    return "db" in resource and all(resource.get(name) in ("", value) for name, value in wanted)


def _anywhere(resource: Privilege, database: str) -> bool:
    return bool(resource.get("anyResource")) or resource.get("db", database) != database


def _writes(one: Privilege) -> bool:
    return not {"insert", *_WRITE}.isdisjoint(one["actions"])


def _missing(table: str, right: str) -> Problem:
    return Problem(
        code="right-missing",
        where=table,
        what=f"the account may not {right}",
        remedy=f"give it a role with the action {right} on the collection",
    )


def _too_many(what: str) -> Problem:
    return Problem(
        code="right-too-many",
        where="",
        what=f"the account can do more than it needs: {what}",
        remedy="give the store an account of its own that may find, update and remove in these collections",
    )
