"""What a finding found, counted: the parts of a survey, and what is left after an erasure."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from shouxin.connect.keeping import last_kept
from shouxin.connect.person import Person
from shouxin.connect.sql.erasing import Erasing, undone
from shouxin.connect.sql.finding import Finding
from shouxin.connect.sql.matching import matches
from shouxin.connect.sql.own import MINE, Own
from shouxin.connect.survey import Part, Residue


def parts(finding: Finding, erasing: Erasing, mentioned: dict[str, int]) -> Iterator[Part]:
    """Yield what would become of each table's rows."""
    for name, own in finding.own.items():
        if finding.count[name]:
            yield from _of_table(finding, erasing, own)
        if mentioned.get(name):
            free = {one.column: "mask" for one in own.real.mapped.columns if one.free_text}
            yield Part(
                table=name, rows=mentioned[name], part="mentioned", act="mask", columns=free, why="mention"
            )


def _of_table(finding: Finding, erasing: Erasing, own: Own) -> Iterator[Part]:
    name, mapped = own.real.mapped.table, own.real.mapped
    sums = _sums(finding, own)
    if going := sums["going"]:
        yield Part(table=name, rows=going, part="own", act="delete")
    if sums["shell"]:
        yield from _shells(finding, erasing, own, sums["shell"])
    if kept := sums["kept"]:
        because = mapped.retention.because if mapped.retention else ""
        why = "retention" if mapped.retention else "used"
        until = _until(finding, own)
        yield Part(table=name, rows=kept, part="kept", act="keep", because=because, until=until, why=why)
    if shared := sums["shared"]:
        ways = erasing.of_shared_rows(own.real)
        mine = sa.and_(own.table.c.shared != 0, own.table.c.kept == 0, own.table.c.how == MINE)
        changing = _count(finding, own, sa.and_(mine, undone(ways))) if ways else 0
        if changing:
            columns = {one.column: str(one.way) for one in ways}
            yield Part(
                table=name, rows=changing, part="shared", act="anonymise", columns=columns, why="shared"
            )
        if shared > changing:
            yield Part(table=name, rows=shared - changing, part="shared", act="keep", why="shared")
    if beside := sums["beside"]:
        yield Part(table=name, rows=beside, part="shared", act="keep", why="beside")


def _sums(finding: Finding, own: Own) -> dict[str, int]:
    """Return how many rows of a table share each fate."""
    flags = own.table.c
    mine = flags.how == sa.literal_column(str(MINE))
    counted = sa.select(flags.shared, flags.kept, flags.stay, mine, sa.func.count()).group_by(
        flags.shared, flags.kept, flags.stay, mine
    )
    if not own.real.keyed:  # rows that are alike in everything share a key
        counted = counted.select_from(own.real.table, own.table).where(own.tie())
    sums = dict.fromkeys(("going", "shell", "kept", "shared", "beside"), 0)
    for shared, kept, stay, own_side, count in finding.connection.execute(counted):
        if kept:
            fate = "kept"
        elif shared:
            fate = "shared" if own_side else "beside"
        else:
            fate = "shell" if stay else "going"
        sums[fate] += count
    return sums


def _shells(finding: Finding, erasing: Erasing, own: Own, count: int) -> Iterator[Part]:
    """Yield what becomes of rows that cannot go; those that an erasure was at already stay as they are."""
    name, mapped = own.real.mapped.table, own.real.mapped
    why = "map" if mapped.erase else "referred"
    ways = [] if mapped.erase == "keep" else erasing.of_whole_rows(own.real)
    shells = sa.and_(own.entire, own.table.c.stay != 0)
    changing = _count(finding, own, sa.and_(shells, undone(ways))) if ways else 0
    if changing:
        columns = {one.column: str(one.way) for one in ways}
        yield Part(table=name, rows=changing, part="own", act="anonymise", columns=columns, why=why)
    if count > changing:
        yield Part(
            table=name, rows=count - changing, part="own", act="keep", why=why if mapped.erase else "done"
        )


def _count(finding: Finding, own: Own, condition: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(own.real.table, own.table).where(own.tie(), condition)
    return int(finding.connection.execute(query).scalar_one())


def _until(finding: Finding, own: Own) -> date | None:
    """Return the last day on which something of a table is kept, None where it has not begun to run."""
    retention = own.real.mapped.retention
    if retention is None or not retention.since:
        return None
    since = own.real.table.c[retention.since]
    query = sa.select(sa.func.max(since), sa.func.count(), sa.func.count(since)).where(
        own.tie(), own.table.c.kept != 0
    )
    last, every, begun = finding.connection.execute(query).one()
    if last is None or every != begun:
        return None
    return last_kept(retention.time, last if type(last) is date else date(last.year, last.month, last.day))


def residue(
    finding: Finding, erasing: Erasing, person: Person, mentioned: dict[str, int]
) -> Iterator[Residue]:
    """Yield what of the person is left where nothing should be, in the state after an erasure."""
    for name, count in mentioned.items():
        yield Residue(table=name, column="", kind="mention", rows=count)
    for name, own in finding.own.items():
        mapped, row = own.real.mapped, own.real.table
        left = own.real.fixed
        told = [one for one in mapped.identities if one.column not in left]
        condition = matches(
            finding.ground,
            own.real,
            {k: v for k, v in person.items() if k in {one.identity for one in told}},
            finding.today,
        )
        if condition is not None and mapped.erase != "keep":
            query = sa.select(sa.func.count()).select_from(row).where(condition, ~own.has(row, "kept"))
            count = finding.connection.execute(query).scalar_one()
            if count:
                yield Residue(
                    table=name,
                    column=", ".join(sorted({one.column for one in told})),
                    kind="identity",
                    rows=count,
                )
        ways = erasing.of_whole_rows(own.real) if finding.count[name] and mapped.erase != "keep" else []
        shells = sa.and_(own.entire, own.table.c.stay != 0)
        if ways and _count(finding, own, sa.and_(shells, undone(ways))):
            for way in ways:
                if count := _count(finding, own, sa.and_(shells, undone([way]))):
                    yield Residue(table=name, column=way.column, kind="value", rows=count)
