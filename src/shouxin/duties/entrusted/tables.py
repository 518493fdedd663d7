"""The table of requests that controllers handed over."""

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from shouxin.store.columns import at

metadata = MetaData(schema="shouxin")

handed = Table(
    "entrusted_request",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("controller", Text, nullable=False, comment="the name of its key"),
    Column("id", Text, nullable=False, comment="the controller's number, a UUID"),
    Column("request", BigInteger, nullable=False, comment="the request under people's rights"),
    Column("want", Text, nullable=False),
    Column("digest", Text, nullable=False, comment="SHA-256 of what was handed over"),
    Column("callbacks", JSONB, nullable=False),
    at("received_at", now=True),
    Column("state", Text, nullable=False, server_default="pending", comment="as it was told last"),
    Column("results", LargeBinary, comment="sealed under the person's key"),
    Column("results_count", Integer),
    at("results_until"),
    Column("to_call", JSONB, nullable=False, server_default="[]", comment="who was not told of the state"),
    Column("calls", Integer, nullable=False, server_default="0", comment="since the state changed"),
    at("call_at", comment="none: nobody is called"),
    Column("problem", Text, nullable=False, server_default=""),
    UniqueConstraint("controller", "id", name="entrusted_request_id"),
    UniqueConstraint("request", name="entrusted_request_request"),
    Index("entrusted_request_call", "call_at"),
)
