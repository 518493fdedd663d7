"""Whether the description of a service holds together: tables, places, and how work that goes on is asked."""

from collections.abc import Iterator, Mapping

from shouxin.connect.manual_model import MAKE as MANUAL
from shouxin.connect.model import DatasetMap
from shouxin.connect.opendsr.model import MAKE as PARTY
from shouxin.connect.service.model import Call, Description, Erasing, Reading
from shouxin.connect.service.template import places
from shouxin.errors import InputError

MAKE = "http"
"""The make of a store that is an HTTP service."""


def check(found: DatasetMap) -> None:
    """Raise ``InputError`` (map-service) for the first thing in a description that cannot be."""
    if (found.manual is None) != (found.make != MANUAL):
        raise _wrong(found.store, f'a store of the make "{MANUAL}" has a `manual`, and no other has')
    if (found.hand_off is None) != (found.make != PARTY):
        raise _wrong(found.store, f'a store of the make "{PARTY}" has a `hand_off`, and no other has')
    if found.manual and not found.tables:
        raise _wrong(found.store, "nobody can say by hand what was done where no table is named")
    if (found.service is None) != (found.make != MAKE):
        raise _wrong(found.store, f'a store of the make "{MAKE}" has a `service`, and no other has')
    if found.service is None:
        return
    for where, call in calls(found.service):
        problem = _table(found, where) or _places(found, where, call) or _answers(found.service, call)
        if problem:
            raise _wrong(f"{found.store}, {where}", problem)


def calls(about: Description) -> Iterator[tuple[str, Call]]:
    """Yield every request of a description with its place, such as ``erase.customers``."""
    groups: dict[str, Mapping[str, Call]] = {
        "read": about.read,
        "every": about.every,
        "correct": about.correct,
        "erase": about.erase,
    }
    for group, by_table in groups.items():
        yield from ((f"{group}.{table}", call) for table, call in by_table.items())
    if about.status:
        yield "status", about.status


def _table(found: DatasetMap, where: str) -> str:
    table = where.partition(".")[2]
    if table and table not in {one.table for one in found.tables}:
        return f'the map has no table "{table}"'
    if table and found.service and table not in found.service.read and not where.startswith("every."):
        return f'no request reads the table "{table}", so nothing could be read back'
    return ""


def _places(found: DatasetMap, where: str, call: Call) -> str:
    group, _, table = where.partition(".")
    known = {one.identity for mapped in found.tables for one in mapped.identities}
    columns = {one.column for mapped in found.tables if mapped.table == table for one in mapped.columns}
    if group == "every":
        return "the request that lists every row names a place" if places(call) else ""
    if group == "status":
        known = {"job"}
    elif group != "read":
        known |= {f"row.{column}" for column in columns}
    known |= {"values"} if group == "correct" else set()
    unknown = sorted(places(call) - known)
    if unknown:
        return f'there is no such place: "{unknown[0]}"'
    if group == "read" and not places(call):
        return "the request names no identity, so it would find everybody"
    if group in ("erase", "correct") and not places(call) - {"values"}:
        return "the request names no identity and no row, so it would change everybody"
    return ""


def _answers(about: Description, call: Call) -> str:
    if isinstance(call, Erasing) and call.job and about.status is None:
        return "work goes on under a name, and no `status` says how it is asked"
    if isinstance(call, Reading) and call.pages:
        marks = [call.pages.link, call.pages.cursor or call.pages.query]
        if sum(map(bool, marks)) != 1 or (call.pages.cursor and not call.pages.query):
            return "pages are found by `link`, by `cursor` with `query`, or by `query` alone"
    return ""


def _wrong(where: str, what: str) -> InputError:
    return InputError("map-service", what, where=where, remedy="see docs/stores.md")
