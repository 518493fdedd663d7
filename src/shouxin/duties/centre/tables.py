"""The tables of the centre; the migration 0025 makes them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from shouxin.store.columns import at

metadata = MetaData(schema="shouxin")


key = Table(
    "centre_key",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("service", Text, nullable=False),
    Column("kid", Text, nullable=False, comment="what the head of a token calls it"),
    Column("algorithm", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False, comment="public key or shared secret, sealed"),
    Column("made_by", Text, nullable=False),
    at("made_at", now=True),
    at("revoked_at"),
    at("used_at"),
    UniqueConstraint("service", "kid", name="centre_key_kid"),
)

token = Table(
    "centre_token",
    metadata,
    Column("digest", LargeBinary, primary_key=True, comment="of a token's service and jti: it was used"),
    Column("until", DateTime(timezone=True), nullable=False),
    Index("centre_token_until", "until"),
)

seat = Table(
    "centre_session",
    metadata,
    Column("digest", LargeBinary, primary_key=True, comment="SHA-256 of the cookie"),
    Column("service", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False, comment="how the service knows the person, sealed"),
    Column("method", Text, nullable=False, comment="session or code"),
    Column("under_14", Boolean, nullable=False),
    Column("child", BigInteger, comment="the child for whom a guardian acts"),
    at("made_at", now=True),
    at("seen_at", now=True),
    Column("until", DateTime(timezone=True), nullable=False),
    Index("centre_session_until", "until"),
)

code = Table(
    "centre_code",
    metadata,
    Column("digest", LargeBinary, primary_key=True, comment="SHA-256 of the ticket in the form"),
    Column("service", Text, nullable=False),
    Column("person", BigInteger, comment="none: the address is nobody's"),
    Column("sealed", LargeBinary, comment="how the service knows the person, sealed"),
    Column("hash", LargeBinary, comment="of the code that was sent"),
    Column("tries", Integer, nullable=False, server_default="0"),
    at("made_at", now=True),
    Column("until", DateTime(timezone=True), nullable=False),
    Index("centre_code_until", "until"),
)
