"""A small store that three makes of database can hold, with a trap in every table, and its map."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa

from shouxin.connect import mapfile
from shouxin.connect.model import DatasetMap
from shouxin.connect.person import Held

TODAY = date(2026, 11, 22)
ONE = {"person_id": (Held(value="1"),)}
PHONE, EMAIL = "16100000001", "li.one@mail.example"

TABLES = """
create table person (id integer primary key, email varchar(60) not null unique, phone varchar(20),
  phone_until date, name varchar(20) not null, inviter integer references person (id), home integer,
  note varchar(200));
create table place (id integer primary key, street varchar(40) not null,
  entered_by integer not null references person (id));
create table purchase (id integer primary key, buyer integer not null references person (id),
  place integer references place (id), finished date, remark varchar(200));
create table item (purchase integer not null references purchase (id), number integer not null,
  primary key (purchase, number));
create table letter (id integer primary key, sender integer not null references person (id),
  receiver integer not null references person (id), answers integer references letter (id),
  body varchar(200) not null);
create table search_copy (id integer primary key, words varchar(200) not null);
create table tag (owner integer, word varchar(20))
"""

MAP = """
store: household
tables:
  - table: person
    key: [id]
    columns:
      - {column: id, categories: [account]}
      - {column: email, categories: [email_address]}
      - {column: phone, categories: [phone_number]}
      - {column: phone_until}
      - {column: name, categories: [real_name]}
      - {column: inviter}
      - {column: home}
      - {column: note, free_text: true}
    identities:
      - {identity: person_id, column: id}
      - {identity: email, column: email}
      - {identity: phone_number, column: phone, valid_until: phone_until}
    references:
      - {columns: [inviter], to: person, at: [id]}
      - {columns: [home], to: place, at: [id], cut: true}
  - table: place
    columns: [{column: id}, {column: street, categories: [postal_address]}, {column: entered_by}]
    references: [{columns: [entered_by], to: person, at: [id]}]
  - table: purchase
    columns:
      - {column: id}
      - {column: buyer}
      - {column: place}
      - {column: finished, categories: [purchase_record]}
      - {column: remark, free_text: true}
    references:
      - {columns: [buyer], to: person, at: [id]}
      - {columns: [place], to: place, at: [id]}
    retention: {time: {length: 3, unit: years}, since: finished, because: 'ecommerce-law:art_31'}
  - table: item
    columns: [{column: purchase}, {column: number, categories: [purchase_record]}]
    references: [{columns: [purchase], to: purchase, at: [id]}]
    retention: {time: {length: 3, unit: years}, because: 'ecommerce-law:art_31'}
  - table: letter
    columns:
      - {column: id}
      - {column: sender}
      - {column: receiver}
      - {column: answers}
      - {column: body, categories: [messages], free_text: true}
    references:
      - {columns: [sender], to: person, at: [id]}
      - {columns: [receiver], to: person, at: [id]}
      - {columns: [answers], to: letter, at: [id]}
    shared: {others: [receiver], own: [body]}
  - table: search_copy
    columns: [{column: id}, {column: words, free_text: true}]
  - table: tag
    columns: [{column: owner}, {column: word, categories: [user_tag]}]
    references: [{columns: [owner], to: person, at: [id]}]
"""

ROWS: dict[str, list[tuple[Any, ...]]] = {
    "person": [
        (1, EMAIL, PHONE, None, "李一一", None, None, "打 161-0000-0001 找我"),
        (2, "two@mail.example", "16100000002", None, "王二", 1, None, f"妹妹的邮箱 {EMAIL}"),
        (3, "three@mail.example", None, None, "张三", 2, None, None),
        (4, "four@mail.example", PHONE, date(2024, 5, 1), "赵四", None, None, None),
        (5, "five@mail.example", None, None, "钱五", None, None, None),
    ],
    "place": [(1, "虚构路1号", 1), (2, "虚构路2号", 1), (3, "虚构路3号", 3)],
    "purchase": [
        (1, 1, 1, date(2019, 1, 2), "旧"),
        (2, 1, 2, date(2025, 1, 2), "新"),
        (3, 2, 2, date(2025, 3, 3), "同住"),
        (4, 1, 3, None, "未完"),
    ],
    "item": [(1, 1), (1, 2), (2, 1), (3, 1), (4, 1)],
    "letter": [
        (1, 1, 2, None, "你好，我是李一一"),
        (2, 2, 1, 1, "收到，你的号码是１６１０００００００１吗"),
        (3, 2, 3, None, "李一一 的电话 +86 161 0000 0001，我的 16100000002"),
        (4, 3, 2, 3, "谢谢"),
    ],
    "search_copy": [(1, f"李一一 {PHONE} {EMAIL}"), (2, "王二 16100000002")],
    "tag": [(1, "喜茶"), (1, "喜茶"), (2, "喜茶"), (None, "无主")],
}
HOMES = {1: 1, 2: 2, 3: 3}

Cells = dict[str, list[tuple[Any, ...]]]


def mapped(text: str = MAP) -> DatasetMap:
    """Return the map of the store."""
    return mapfile.read(text.encode(), where="map.yaml")


@contextmanager
def filled(url: str) -> Iterator[sa.Engine]:
    """Make the tables in an empty database and fill them; empty it again at the end."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in TABLES.split(";"):
            connection.exec_driver_sql(statement)
        for table, rows in ROWS.items():
            for row in rows:
                names = ", ".join(f":v{at}" for at in range(len(row)))
                connection.execute(
                    sa.text(f"insert into {table} values ({names})"),
                    {f"v{at}": value for at, value in enumerate(row)},
                )
        for who, home in HOMES.items():
            connection.exec_driver_sql(f"update person set home = {home} where id = {who}")
    try:
        yield engine
    finally:
        if engine.dialect.name in ("mysql", "mariadb"):
            with engine.begin() as connection:
                connection.exec_driver_sql("set foreign_key_checks = 0")
                for table in ROWS:
                    connection.exec_driver_sql(f"drop table {table}")
        engine.dispose()


def cells(engine: sa.Engine) -> Cells:
    """Return every row of every table, in order."""
    with engine.connect() as connection:
        return {
            table: sorted(
                map(tuple, connection.exec_driver_sql(f"select * from {table}")),
                key=lambda row: [str(one) for one in row],
            )
            for table in ROWS
        }
