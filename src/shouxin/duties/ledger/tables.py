"""The table of readings of the ledger; the migration 0027 makes it."""

from sqlalchemy import BigInteger, Column, Identity, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shouxin.store.columns import at

metadata = MetaData(schema="shouxin")

reading = Table(
    "ledger_reading",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    at("began", now=True),
    at("seen", now=True),
    Column("done", BigInteger, nullable=False, server_default="0", comment="entries read back"),
    Column("size", BigInteger, nullable=False, comment="entries to read back"),
    at("ended"),
    Column("report", JSONB, comment="what was found; null where it broke off"),
    Column("problem", Text, nullable=False, server_default="", comment="why it broke off"),
)
