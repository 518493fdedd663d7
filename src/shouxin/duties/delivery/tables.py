"""The table of deliveries: a message on its way to one target."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

metadata = MetaData(schema="shouxin")

delivery = Table(
    "delivery",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("message", BigInteger, nullable=False, comment="of the outbox"),
    Column("target", Text, nullable=False, comment="email or webhook"),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_at", DateTime(timezone=True), comment="none: taken, or given up"),
    Column("taken_at", DateTime(timezone=True)),
    Column("problem", Text, nullable=False, server_default=""),
    UniqueConstraint("message", "target", name="delivery_message_target"),
    Index("delivery_next", "next_at", postgresql_where=text("next_at is not null")),
)
