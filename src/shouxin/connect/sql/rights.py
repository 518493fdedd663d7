"""What the account that the store is opened with may do: what it lacks, and what it has too much of."""

from collections.abc import Iterator

import sqlalchemy as sa

from shouxin.connect.sql.schema import Ground
from shouxin.connect.survey import Problem

_NEEDED = ("SELECT", "UPDATE", "DELETE")


def granted(connection: sa.Connection, ground: Ground, *, temporary: bool) -> Iterator[Problem]:
    """Yield each right that is missing for the tables of the map, and those nobody needs for it.

    ``temporary``: whether temporary tables are needed too.
    """
    if ground.kind == "postgresql":
        yield from _postgresql(connection, ground)
    elif ground.kind == "mysql":
        yield from _mysql(connection, ground, temporary=temporary)


def _postgresql(connection: sa.Connection, ground: Ground) -> Iterator[Problem]:
    query = sa.text("select has_table_privilege(cast(:place as text), :right)")
    for name, real in ground.real.items():
        place = connection.dialect.identifier_preparer.format_table(real.table)
        needed = _NEEDED if real.mapped.personal else ("SELECT",)
        for right in needed:
            if not connection.execute(query, {"place": place, "right": right}).scalar():
                yield _missing(name, right)
    if not connection.execute(sa.text("select has_database_privilege(current_database(), 'TEMP')")).scalar():
        yield _missing("", "TEMPORARY")
    super_, makes = connection.execute(
        sa.text("select rolsuper, rolcreaterole or rolcreatedb from pg_roles where rolname = current_user")
    ).one()
    if super_ or makes:
        yield _too_many("it may do anything in the server" if super_ else "it may make roles or databases")
    others = connection.execute(
        sa.text(
            "select count(*) from pg_class where relkind in ('r', 'p') "
            "and pg_get_userbyid(relowner) = current_user"
        )
    ).scalar_one()
    if others and not super_:
        yield _too_many("it owns tables, and so may drop them")


def _mysql(connection: sa.Connection, ground: Ground, *, temporary: bool) -> Iterator[Problem]:
    rights = {(schema or "", table or ""): held for schema, table, held in _held(connection)}
    place = connection.execute(sa.text("select database()")).scalar_one()
    everywhere = rights.get(("", ""), frozenset())
    for name, real in ground.real.items():
        schema = real.table.schema or place
        has = (
            everywhere
            | rights.get((schema, ""), frozenset())
            | rights.get((schema, real.table.name), frozenset())
        )
        needed = _NEEDED if real.mapped.personal else ("SELECT",)
        yield from (_missing(name, right) for right in needed if right not in has)
    if temporary and "CREATE TEMPORARY TABLES" not in everywhere | rights.get((place, ""), frozenset()):
        yield _missing("", "CREATE TEMPORARY TABLES")
    if everywhere & {"SUPER", "CREATE USER", "DROP", "GRANT OPTION"}:
        yield _too_many("it may do more than read and change rows in the whole server")


def _held(connection: sa.Connection) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield the rights of the account: schema, table, rights; empty names mean all of them."""
    for source, columns in (
        ("user_privileges", "'', ''"),
        ("schema_privileges", "table_schema, ''"),
        ("table_privileges", "table_schema, table_name"),
    ):
        query = (  # the names are those above
            f"select {columns}, group_concat(privilege_type separator '|') from information_schema.{source} "  # noqa: S608
            "where grantee = concat('''', substring_index(current_user(), '@', 1), '''@''', "
            "substring_index(current_user(), '@', -1), '''') group by 1, 2"
        )
        for schema, table, listed in connection.execute(sa.text(query)):
            yield schema, table, frozenset(str(listed).split("|"))


def _missing(table: str, right: str) -> Problem:
    return Problem(
        code="right-missing",
        where=table,
        what=f"the account may not {right}" if table else f"the account may not make {right.lower()} tables",
        remedy=f"grant {right} on it" if table else f"grant {right} on the database",
    )


def _too_many(what: str) -> Problem:
    return Problem(
        code="right-too-many",
        where="",
        what=f"the account can do more than it needs: {what}",
        remedy="give the store an account of its own that may SELECT, UPDATE and DELETE in these tables only",
    )
