"""The SQL script of a plan: policies on rows, a view for each purpose, and what they need. Pure.

Every name goes in as a quoted identifier or literal, and conditions never say the name of a column inside
a sub-query that could have a column of that name: what is compared there is called ``shouxin_…``.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from psycopg import sql

from shouxin.duties.guard.rows import Fenced, Plan, Way

_FOLDER = Path(__file__).parent
_LONGEST = 63
_DIGEST = 8
_RULING = "(select shouxin_{} from shouxin_guard.ruling)"


def script(plan: Plan, *, stale: int, roles: Sequence[str] = ()) -> str:
    """Return the script that puts a plan into effect, in one transaction, whatever stood before.

    ``stale`` is after how many seconds without news nothing is shown, ``roles`` are those that may read.
    """
    tables = {one.table: one for one in plan.tables}
    parts = [
        f"-- The rows of {_words(plan.service)} by purpose: `shouxin guard sql`, docs/guard-sql.md.",
        "begin;\nset local lock_timeout = '10s';",
        _file("rows_drop.sql"),
        _file("rows_schema.sql"),
        _row("state (service, stale)", _literal(plan.service), _literal(f"{stale} seconds")),
        *(_purpose(name, categories) for name, categories in plan.purposes.items()),
        *(_enclosed(one, tables) for one in plan.tables),
        *(_view(one, tables) for one in plan.tables if one.views),
        *(_granted(role, plan) for role in roles),
        "commit;\n",
    ]
    return "\n\n".join(parts)


def drop_script() -> str:
    """Return the script that takes the guard away and leaves every table as it stood before."""
    return f"begin;\nset local lock_timeout = '10s';\n\n{_file('rows_drop.sql')}\n\ncommit;\n"


def place(table: str) -> str:
    """Return a table of a map as SQL names it; what stands before the first dot is its schema."""
    return _identifier(*table.split(".", 1))


def view_name(purpose: str, table: str) -> str:
    """Return the name of the view on a table for a purpose; a long one ends in a digest of itself."""
    name = f"{purpose}.{table}"
    encoded = name.encode()
    if len(encoded) <= _LONGEST:
        return name
    cut = encoded[: _LONGEST - _DIGEST - 1].decode(errors="ignore")
    return f"{cut}~{hashlib.sha256(encoded).hexdigest()[:_DIGEST]}"


def _purpose(name: str, categories: Iterable[str]) -> str:
    listed = ", ".join(map(_literal, categories))
    return _row("purpose (name, categories)", _literal(name), f"array[{listed}]::text[]")


def _row(table: str, *values: str) -> str:
    return f"insert into shouxin_guard.{table} values ({', '.join(values)});"  # noqa: S608  # quoted by _literal


def _enclosed(one: Fenced, tables: Mapping[str, Fenced]) -> str:
    remark = f"-- {_words(one.table)}: {_words(one.closed)}: no row is shown\n" if one.closed else ""
    purposes = ", ".join(map(_literal, one.purposes))
    shown = _condition(one, tables, whole=False) if purposes else "false"
    if shown != "false":
        shown = f"{_RULING.format('purpose')} in ({purposes})\n    and {shown}"
    return f"{remark}select shouxin_guard.enclose({_literal(place(one.table))}, {_quoted(shown)});"


def _view(one: Fenced, tables: Mapping[str, Fenced]) -> str:
    condition = _condition(one, tables, whole=True)
    return "\n".join(
        f"create view {_identifier('shouxin_guard', view_name(view.purpose, one.table))} "
        f"with (security_barrier) as\nselect {', '.join(map(_identifier, view.columns))}\n"
        f"from {place(one.table)}\n"
        f"where {_RULING.format('purpose')} = {_literal(view.purpose)}\n    and {condition};"
        for view in one.views
    )


def _granted(role: str, plan: Plan) -> str:
    views = [
        _identifier("shouxin_guard", view_name(view.purpose, one.table))
        for one in plan.tables
        for view in one.views
    ]
    listed = ", ".join(["shouxin_guard.ruling", "shouxin_guard.excepted", *views])
    return (
        f"grant usage on schema shouxin_guard to {_identifier(role)};\n"
        f"grant select on {listed} to {_identifier(role)};"
    )


def _condition(one: Fenced, tables: Mapping[str, Fenced], *, whole: bool) -> str:
    """Return the condition that every person a row names allows it, and that it names one.

    With ``whole`` it says itself whose the rows are that it leads to; without, their own policies do.
    """
    if one.closed:
        return "false"
    allowed = [_allowed(way, tables, whole=whole) for way in one.ways]
    applies = [_applies(way) for way in one.ways]
    if len(one.ways) == 1 and not (one.ways[0].only or one.ways[0].valid_from or one.ways[0].valid_until):
        return allowed[0]
    each = [f"(not ({when}) or {then})" for when, then in zip(applies, allowed, strict=True)]
    return "\n    and ".join([f"({' or '.join(applies)})", *each])


def _applies(way: Way) -> str:
    """Return the condition that a way says something of a row; it is never unknown."""
    parts = [f"{_identifier(column)} is not null" for column in way.columns]
    if way.only:
        worth = way.only.value
        words = str(worth).lower() if isinstance(worth, bool) else str(worth)
        parts.append(f"{_identifier(way.only.column)}::text is not distinct from {_literal(words)}")
    if way.valid_from:
        parts.append(f"coalesce({_identifier(way.valid_from)} <= statement_timestamp(), true)")
    if way.valid_until:
        parts.append(f"coalesce({_identifier(way.valid_until)} > statement_timestamp(), true)")
    return " and ".join(parts)


def _allowed(way: Way, tables: Mapping[str, Fenced], *, whole: bool) -> str:
    """Return the condition that the person at the end of a way allows the purpose of the session."""
    if not way.to:
        person = f'{_identifier(way.columns[0])}::text collate "C"'
        among = f"exists (select from shouxin_guard.excepted where shouxin_person = {person})"
        return f"{_RULING.format('everybody')} <> {among}"
    inner = ", ".join(f"{_identifier(at)} as shouxin_{number}" for number, at in enumerate(way.at))
    where = f" where {_condition(tables[way.to], tables, whole=True)}" if whole else ""
    same = " and ".join(f"shouxin_{at} = {_identifier(column)}" for at, column in enumerate(way.columns))
    rows = f"(select {inner} from {place(way.to)}{where})"  # noqa: S608  # quoted by _identifier
    return f"exists (select from {rows} as shouxin_of where {same})"


def _identifier(*parts: str) -> str:
    return sql.Identifier(*parts).as_string(None)


def _literal(text: str) -> str:
    return sql.Literal(text).as_string(None).strip()


def _quoted(text: str) -> str:
    """Return a longer text between dollars, under a tag that does not stand in it."""
    tag = "$shown$"
    while tag in text:
        tag = f"{tag[:-1]}_$"
    return f"{tag}{text}{tag}"


def _words(text: str) -> str:
    """Return a text as part of a comment of one line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


@cache
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8").strip()
