"""The database of the made-up shop: made beside its place, filled in one go, and then given its name."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import URL, Engine, text

from shouxin.demo.shop import trade
from shouxin.demo.shop.people import Lot, Row, addresses, customers, lot
from shouxin.demo.shop.talk import Talk

NAME = "shop"
ROLE = "shop_app"
"""The database, and the role by which the shop's own programs come in: no owner, and no superuser."""

_STAGING = "shop_in_the_making"
MAP = Path(__file__).with_name("map.yaml")
_SCHEMA = Path(__file__).with_name("schema.sql")
_PLACES = "select 1 from pg_database where datname = :name"


def shop_dsn(engine: Engine) -> str:
    """Return the connection string of the shop beside the store behind ``engine``; it holds no password."""
    return make_conninfo(**_parameters(engine), dbname=NAME)


def shop_url(engine: Engine) -> str:
    """Return the address of the shop for SQLAlchemy; it holds no password but the name of a file with it."""
    found = _parameters(engine)
    query = {str(name): str(found[name]) for name in ("host", "passfile") if name in found}
    port = int(found["port"]) if "port" in found else None
    made = URL.create("postgresql+psycopg", str(found["user"]), port=port, database=NAME, query=query)
    return made.render_as_string(hide_password=False)


def app_dsn(engine: Engine, passfile: Path) -> str:
    """Return the connection string by which the shop's own programs come in; the password is in a file."""
    found = _parameters(engine) | {"user": ROLE, "passfile": str(passfile)}
    return make_conninfo(**found, dbname=NAME)


def exists(engine: Engine) -> bool:
    """Tell whether the shop is there; one that was left half made is not."""
    with engine.connect() as connection:
        return connection.execute(text(_PLACES), {"name": NAME}).first() is not None


def make(engine: Engine, today: date, password: str, many: int) -> dict[str, int]:
    """Make the shop as of a day; return how many rows its tables have.

    ``password`` is that of ``ROLE``, which may read and write every table.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            f"drop database if exists {_STAGING} (force)",
            f"create database {_STAGING}",
        ):
            connection.exec_driver_sql(statement)
    with psycopg.connect(make_conninfo(**_parameters(engine), dbname=_STAGING)) as own:
        own.execute(_SCHEMA.read_bytes())
        rows = {table: _copy(own, table, made) for table, made in drawn(lot(today), many).items()}
        _admit(own, password)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"alter database {_STAGING} rename to {NAME}")
    return rows


def drawn(of: Lot, many: int) -> Mapping[str, list[Row]]:
    """Return the rows of every table, in an order in which they may be written."""
    people = customers(of, many)
    homes, sent = addresses(of, people)
    goods = trade.products(of)
    placed = trade.orders(of, people, sent, 3 * many)
    lines, payments = trade.lines_and_payments(of, placed, goods, people)
    devices = trade.devices(of, people, many + many // 4)
    talk = Talk(of, people, homes)
    talk.notes()
    tickets, notes = talk.tickets(many // 3)
    for person in people:
        del person["region"]
    return {
        "customer": people,
        "address": homes,
        "customer_address": sent,
        "product": goods,
        "orders": placed,
        "order_line": lines,
        "payment": payments,
        "device": devices,
        "page_view": trade.views(of, devices, goods, 5 * many),
        "review": talk.reviews(goods, many // 2),
        "message": talk.messages(2 * many),
        "ticket": tickets,
        "ticket_note": notes,
        "remark": talk.remarks(placed, tickets, many // 2),
        "subscriber": talk.subscribers(),
        "search_entry": talk.search_entries(),
        "access_log": trade.log(of, devices, people, 4 * many),
    }


def _parameters(engine: Engine) -> dict[str, Any]:
    """Return how the store is reached: host, user and the file of the password, and no password."""
    with engine.connect() as connection:
        own: Any = connection.connection.driver_connection
        found: dict[str, Any] = conninfo_to_dict(own.info.dsn)
    return {name: found[name] for name in ("host", "port", "user", "passfile") if name in found}


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[Row]) -> int:
    made = list(rows)
    columns = list(made[0])
    into = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in made:
            copy.write_row([row[column] for column in columns])
    return len(made)


def _admit(connection: psycopg.Connection, password: str) -> None:
    """Let the shop's own role in, as the shop's programs need it and no further."""
    role, known = sql.Identifier(ROLE), "select 1 from pg_roles where rolname = %s"
    if connection.execute(known, [ROLE]).fetchone() is None:
        connection.execute(sql.SQL("create role {} login").format(role))
    connection.execute(sql.SQL("alter role {} password {}").format(role, sql.Literal(password)))
    grants = "grant select, insert, update, delete on all tables in schema public to {}"
    connection.execute(sql.SQL(grants).format(role))
