"""Every list leaves as a file, for those who may read it, and whose something is under an approval only."""

import csv
import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import IO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine

from shouxin.duties.access.service import Access, Ask, Principal
from shouxin.duties.exports.lists import Kept, Wanted, lists
from shouxin.duties.exports.service import Exports
from shouxin.duties.guard.denied import Denials
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.ledger.model import Filters
from shouxin.duties.ledger.service import Ledger
from shouxin.errors import InputError
from shouxin.law.register import register
from shouxin.store.ledger import Entry, append
from tests.duties.incident.conftest import DAY, incidents, keeper, people, report

__all__ = ["incidents", "keeper", "people"]

OFFICER = Principal(id="operator:1", kind="operator", roles=frozenset({"privacy_officer"}))
OTHER = Principal(id="operator:2", kind="operator", roles=frozenset({"approver"}))
WANTED = Wanted("en")
MANY = 20_001


@pytest.fixture
def exports(incidents: Incidents, migrated: Engine) -> Exports:
    """Give the lists of a store that holds an incident, and an entry that says whose it was."""
    incidents.record(report(), DAY)
    evil = Entry(kind="read", who="key:1", origin="api", whose=b"\xab" * 32, why="=HYPERLINK(1)")
    with migrated.begin() as connection:
        append(connection, [evil])
    kept = Kept(
        inventory=Inventory(register(), {}, migrated),
        cases=incidents._whole[0],
        incidents=incidents,
        ledger=Ledger(migrated),
        denials=Denials(migrated),
    )
    return Exports(lists(kept), migrated, Access(migrated, bytes(32)))


def _rows(file: IO[bytes]) -> list[list[str]]:
    with file:
        return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))


def test_each_list_leaves_in_both_forms_and_is_written_down(exports: Exports, migrated: Engine) -> None:
    """The same rows in CSV and workbook, with as many cells as columns, and an entry for each."""
    for name, listed in exports.open_to(OFFICER).items():
        text = exports.made(name, "csv", WANTED, OFFICER, str.upper)
        rows = _rows(text)
        assert rows[0] == [column.upper() for column in listed.columns]
        assert {len(row) for row in rows} == {len(listed.columns)}, name
        book = exports.made(name, "xlsx", WANTED, OFFICER, str.upper)
        with book:
            sheet = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
        assert name in ("ledger", "cases") or len(sheet) == len(rows), name
    assert _rows(exports.made("incidents", "csv", WANTED, OFFICER, str))[1][:2] == ["1", "shop"]
    (entry,) = Ledger(migrated).entries(Filters(kind="export.made", limit=1))
    assert entry.what == {"list": "incidents", "format": "csv", "rows": 1, "people": 0, "filter": ""}


def test_no_cell_of_a_list_is_a_formula(exports: Exports) -> None:
    """What somebody wrote as a reason stays text."""
    reasons = [row[5] for row in _rows(exports.made("ledger", "csv", WANTED, OFFICER, str))]
    assert "'=HYPERLINK(1)" in reasons


def test_whose_it_was_leaves_under_an_approval_only(exports: Exports, migrated: Engine) -> None:
    """Refused without one, given with one that another person decided, and counted."""
    asked = WANTED._replace(people=True)
    with pytest.raises(InputError) as refused:
        exports.made("ledger", "csv", asked, OFFICER, str)
    assert refused.value.code == "approval-needed"
    approvals = Access(migrated, bytes(32)).approvals
    ask = Ask(operation="export", scope="ledger", purpose="audit", people=1)
    number = approvals.ask(OFFICER, "console", ask).id
    until = datetime.now(UTC) + timedelta(days=1)
    approvals.decide(OTHER, "console", number, give=True, reason="audit", measures="sealed", until=until)
    rows = _rows(exports.made("ledger", "csv", asked, OFFICER, str, number))
    assert "ab" * 32 in [row[-1] for row in rows]
    assert approvals.one(number).used == 1


def test_a_list_is_for_those_who_may_read_it(exports: Exports) -> None:
    """What a role may not read is neither offered nor given; a list that is none is an answer."""
    assert "ledger" not in exports.open_to(OTHER)
    for name, by, code in (("ledger", OTHER, "permission-missing"), ("secrets", OFFICER, "export-unknown")):
        with pytest.raises(InputError) as refused:
            exports.made(name, "csv", WANTED, by, str)
        assert refused.value.code == code


def test_a_long_list_leaves_whole_with_its_filter_and_little_memory(
    exports: Exports, migrated: Engine
) -> None:
    """Of more entries exactly those of the filter, each once; the file and the ledger say which it was."""
    with migrated.begin() as connection:
        append(connection, [Entry(kind="made.up", who="key:1", origin="api") for _ in range(MANY)])
        append(connection, [Entry(kind="made.other", who="key:1", origin="api")])
    asked = WANTED._replace(filters={"kind": "made.up"})
    tracemalloc.start()
    try:
        file = exports.made("ledger", "csv", asked, OFFICER, str)
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()
    said, _head, *rows = _rows(file)
    assert said == ["# filter: kind=made.up"]
    assert len({row[0] for row in rows}) == len(rows) == MANY
    (entry,) = Ledger(migrated).entries(Filters(kind="export.made", limit=1))
    assert (entry.what["rows"], entry.what["filter"]) == (MANY, "kind=made.up")
    with pytest.raises(InputError) as refused:
        exports.made("ledger", "csv", WANTED._replace(filters={"since": "soon"}), OFFICER, str)
    assert refused.value.code == "day-unreadable"
