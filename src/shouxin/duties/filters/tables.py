"""The table of the filters that operators keep; the migrations 0023 and 0035 make it."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
)

metadata = MetaData(schema="shouxin")

saved = Table(
    "saved_filter",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("operator", BigInteger, nullable=False, comment="an id; operators are never deleted"),
    Column("place", Text, nullable=False, comment="the address of the list"),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False, comment="what the list is asked"),
    Column("saved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("deleted_at", DateTime(timezone=True), comment="gone a while after, unless undone"),
    UniqueConstraint("operator", "place", "name", name="saved_filter_name"),
)
