"""What a finding found, counted: the parts of a survey, and what is left after an erasure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from shouxin.connect.keeping import last_kept
from shouxin.connect.model import Identity
from shouxin.connect.person import Person
from shouxin.connect.rows import matching
from shouxin.connect.rows.erasing import of_shared_rows, of_whole_rows, replaced
from shouxin.connect.rows.finding import Finding, candidates, wanted
from shouxin.connect.rows.mentions import mentions
from shouxin.connect.rows.own import Own
from shouxin.connect.rows.values import day
from shouxin.connect.survey import Part, Residue
from shouxin.connect.words import Told


def parts(finding: Finding, mentioned: Mapping[str, int]) -> Iterator[Part]:
    """Yield what would become of each table's rows."""
    for name, own in finding.own.items():
        yield from _of_table(own)
        if mentioned.get(name):
            free = {one.column: "mask" for one in own.mapped.columns if one.free_text}
            yield Part(
                table=name, rows=mentioned[name], part="mentioned", act="mask", columns=free, why="mention"
            )


def _of_table(own: Own) -> Iterator[Part]:
    name, mapped, rows = own.mapped.table, own.mapped, own.rows.values()
    if going := sum(row.going for row in rows):
        yield Part(table=name, rows=going, part="own", act="delete")
    if shells := sum(row.entire and row.stay for row in rows):
        yield from _shells(own, shells)
    if kept := sum(row.kept for row in rows):
        because = mapped.retention.because if mapped.retention else ""
        why = "retention" if mapped.retention else "used"
        yield Part(
            table=name, rows=kept, part="kept", act="keep", because=because, until=_until(own), why=why
        )
    if shared := sum(row.partly for row in rows):
        ways = of_shared_rows(own)
        changing = sum(bool(replaced(row.values, ways)) for row in rows if row.partly)
        if changing:
            columns = {one.column: str(one.way) for one in ways}
            yield Part(
                table=name, rows=changing, part="shared", act="anonymise", columns=columns, why="shared"
            )
        if shared > changing:
            yield Part(table=name, rows=shared - changing, part="shared", act="keep", why="shared")
    if beside := sum(row.shared and not row.kept and not row.partly for row in rows):
        yield Part(table=name, rows=beside, part="shared", act="keep", why="beside")


def _shells(own: Own, count: int) -> Iterator[Part]:
    """Yield what becomes of rows that cannot go; those that an erasure was at already stay as they are."""
    name, mapped = own.mapped.table, own.mapped
    why = "map" if mapped.erase else "referred"
    ways = of_whole_rows(own)
    shells = (row for row in own.rows.values() if row.entire and row.stay)
    changing = sum(bool(replaced(row.values, ways)) for row in shells)
    if changing:
        columns = {one.column: str(one.way) for one in ways}
        yield Part(table=name, rows=changing, part="own", act="anonymise", columns=columns, why=why)
    if count > changing:
        yield Part(
            table=name, rows=count - changing, part="own", act="keep", why=why if mapped.erase else "done"
        )


def _until(own: Own) -> date | None:
    """Return the last day on which something of a table is kept, None where it has not begun to run."""
    retention = own.mapped.retention
    if retention is None or not retention.since:
        return None
    kept = (row for row in own.rows.values() if row.kept)
    since = [day(row.values, retention.since, own.mapped.table) for row in kept]
    begun = [one for one in since if one]
    return last_kept(retention.time, max(begun)) if begun and len(begun) == len(since) else None


def mentioned(finding: Finding, told: Told) -> dict[str, int]:
    """Return by table how many rows there are in which the person stands where they should not."""
    return dict(Counter(change.table for change in mentions(finding, finding.source, told)))


def residue(finding: Finding, person: Person, told: Told) -> Iterator[Residue]:
    """Yield what of the person is left where nothing should be; the finding is of after an erasure."""
    sought = {name: _sought(own, person) for name, own in finding.own.items() if own.mapped.erase != "keep"}
    finding.source.foresee(
        one for name, asked in sought.items() for one in wanted(finding.own[name].mapped, asked)
    )
    for name, count in mentioned(finding, told).items():
        yield Residue(table=name, column="", kind="mention", rows=count)
    for name, asked in sought.items():
        own = finding.own[name]
        found = {
            record.key
            for record in candidates(finding.source, own.mapped, asked)
            if matching.matches(own.mapped, record.values, asked, finding.today)
            and not ((row := own.rows.get(record.key)) and row.kept)
        }
        if found:
            columns = ", ".join(sorted({one.column for one in _tied(own)}))
            yield Residue(table=name, column=columns, kind="identity", rows=len(found))
        ways = of_whole_rows(own) if own.rows else []
        shells = [row for row in own.rows.values() if row.entire and row.stay]
        for way in ways:
            if count := sum(bool(way.changes(row.values)) for row in shells):
                yield Residue(table=name, column=way.column, kind="value", rows=count)


def _tied(own: Own) -> list[Identity]:
    """Return the identities of a table that an erasure changes."""
    return [one for one in own.mapped.identities if one.column not in own.fixed]


def _sought(own: Own, person: Person) -> Person:
    """Return what of a person must not be found in a table any more."""
    return {one.identity: person[one.identity] for one in _tied(own) if person.get(one.identity)}
