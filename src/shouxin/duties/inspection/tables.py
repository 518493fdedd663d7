"""The tables of inspections; the migrations 0026, 0029 and 0034 make them."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shouxin.store.columns import at

metadata = MetaData(schema="shouxin")

inspection = Table(
    "inspection",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("asked", JSONB, nullable=False, comment="kind, name, authority, basis, parts, services, days"),
    Column("state", Text, nullable=False, server_default="asked"),
    Column("asked_by", Text, nullable=False, comment="id of an operator or key"),
    at("asked_at", now=True),
    Column("decided_by", Text, nullable=False, server_default=""),
    at("decided_at"),
    Column("reason", Text, nullable=False, server_default=""),
)

pack = Table(
    "inspection_pack",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("inspection", ForeignKey(inspection.c.number), nullable=False, index=True),
    Column("entries", BigInteger, nullable=False, comment="size of the ledger that was signed"),
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 of the manifest"),
    Column("size", BigInteger, nullable=False, comment="bytes"),
    Column("language", Text, nullable=False),
    Column("who", Text, nullable=False),
    at("made_at", now=True),
    Column("state", Text, nullable=False, server_default="making", comment="making, whole or removed"),
    Column("attempts", Integer, nullable=False, server_default="0", comment="made again so often"),
    Column("problem", Text, nullable=False, server_default="", comment="why it was made again"),
    at("removed_at", comment="when its content went"),
)

piece = Table(
    "inspection_piece",
    metadata,
    Column("pack", ForeignKey(pack.c.number), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="from 0"),
    Column("content", LargeBinary, nullable=False, comment="1 MiB each but the last"),
)

account = Table(
    "inspection_account",
    metadata,
    Column("operator", BigInteger, primary_key=True, autoincrement=False),
    Column("inspection", ForeignKey(inspection.c.number), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    at("ended_at"),
)
