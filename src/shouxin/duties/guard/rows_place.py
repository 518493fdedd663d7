"""A service's own database: whether a plan fits it, whom it does not hold, and the script run there."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Engine, text

from shouxin.duties.guard.rows import Plan
from shouxin.duties.guard.rows_script import place
from shouxin.errors import InputError

if TYPE_CHECKING:
    import psycopg

_TABLES = text("""
select asked.place, c.relkind::text as kind, array(
    select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
) as columns
from unnest(cast(:places as text[])) as asked (place) left join pg_class c on c.oid = to_regclass(asked.place)
""")
_ROLES = text("""
select rolname, rolsuper or rolbypassrls as free, array(
    select t.place from unnest(cast(:places as text[])) as t (place)
    join pg_class c on c.oid = to_regclass(t.place) where pg_has_role(r.oid, c.relowner, 'MEMBER')
) as owns, array(
    select t.place from unnest(cast(:places as text[])) as t (place)
    where has_any_column_privilege(r.oid, to_regclass(t.place), 'SELECT')
) as reads
from pg_roles r where rolname = any(:roles)
""")
_TABLE_KINDS = ("r", "p")


def check(connection: Connection, plan: Plan, roles: Sequence[str] = ()) -> list[str]:
    """Return in words what row security does not hold there, and for whom.

    Raises ``InputError``: guard-table, guard-column, guard-role.
    """
    places = {place(one.table): one.table for one in plan.tables}
    rows = {row.place: row for row in connection.execute(_TABLES, {"places": list(places)})}
    for shown, table in places.items():
        if rows[shown].kind not in _TABLE_KINDS:
            raise InputError(
                "guard-table",
                f'there is no table "{table}" in that database',
                where=f"dataset map, {table}",
                remedy="mend the map, write the schema in front (shop.orders), or name another DSN",
            )
        if missing := sorted(_columns(plan, table) - {*rows[shown].columns}):
            raise InputError(
                "guard-column",
                f'the table has no column "{missing[0]}"',
                where=f"dataset map, {table}",
                remedy="take it out of the map, or mend the name; then make the script again",
            )
    found = {
        row.rolname: row for row in connection.execute(_ROLES, {"places": list(places), "roles": list(roles)})
    }
    for role in roles:
        if role not in found:
            raise InputError(
                "guard-role",
                f'there is no role "{role[:80]}" on that server',
                where="--role",
                remedy="create it, or mend the name",
            )
    return [remark for role in roles for remark in _remarks(found[role])]


def run(engine: Engine, script: str) -> None:
    """Run a script, all of it or nothing; raise ``InputError`` (guard-refused)."""
    import psycopg

    pooled = engine.raw_connection()
    raw = cast("psycopg.Connection[Any]", pooled.driver_connection)
    pooled.detach()
    try:
        raw.autocommit = True  # the script says itself where its transaction begins and ends
        raw.execute(script.encode())
    except psycopg.Error as error:
        raise InputError(
            "guard-refused",
            f"the database refuses the script: {error.diag.message_primary or type(error).__name__}",
            where=(error.diag.context or "").splitlines()[0][:200] if error.diag.context else "the script",
            remedy="nothing was changed; the role of the DSN must own the tables and may create a schema",
        ) from None
    finally:
        raw.close()


def _columns(plan: Plan, table: str) -> set[str]:
    """Return the columns of a table that the script names."""
    found = set()
    for one in plan.tables:
        for way in one.ways:
            if one.table == table:
                found |= {*way.columns, way.valid_from, way.valid_until, way.only.column if way.only else ""}
            if way.to == table:
                found |= {*way.at}
        if one.table == table:
            found |= {column for view in one.views for column in view.columns}
    return found - {""}


def _remarks(row: Any) -> Iterator[str]:
    if row.free:
        yield f'"{row.rolname}" passes row security by (superuser or BYPASSRLS) and sees every row'
        return
    if row.owns:
        yield f'"{row.rolname}" owns {", ".join(row.owns)} and can take the policies away'
    if row.reads:
        yield (
            f'"{row.rolname}" reads {", ".join(row.reads)} itself, with every column; to hold it to '
            "the columns of a purpose, revoke select on them and let it read the views of shouxin_guard"
        )
