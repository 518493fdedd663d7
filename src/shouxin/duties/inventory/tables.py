"""The table of the inventory: one row for each of its versions, which only grow in number."""

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(schema="shouxin")

version = Table(
    "inventory_version",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("body", JSONB, nullable=False, comment="the organisation without its evidence"),
    Column("who", Text, nullable=False, comment="id of the operator or key, or what acted by itself"),
    Column("origin", Text, nullable=False, comment="api, console, cli, sdk or system"),
    Column("why", Text, nullable=False),
    Column("undoes", BigInteger, comment="the version that this one brings back"),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
