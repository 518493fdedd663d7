"""The tables of access; the migration 0008 makes them."""

from sqlalchemy import (
    ARRAY,
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
    UniqueConstraint,
)

from shouxin.store.columns import at

metadata = MetaData(schema="shouxin")


operator = Table(
    "operator",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True, comment="the name, whatever its case"),
    Column("password", Text, comment="argon2id"),
    Column("issuer", Text, nullable=False, server_default=""),
    Column("subject", Text, comment="who this is for the identity provider"),
    Column("seed", LargeBinary, comment="of one-time codes, sealed"),
    Column("seed_step", BigInteger, comment="the last step whose code was used"),
    at("disabled_at"),
    at("made_at", now=True),
    UniqueConstraint("issuer", "subject"),
)

role = Table(
    "operator_role",
    metadata,
    Column("operator_id", ForeignKey(operator.c.id), primary_key=True),
    Column("role", Text, primary_key=True),
    at("until"),
)

recovery = Table(
    "operator_recovery",
    metadata,
    Column("operator_id", ForeignKey(operator.c.id), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
)

session = Table(
    "operator_session",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True, comment="SHA-256 of the token"),
    Column("operator_id", ForeignKey(operator.c.id), nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    at("made_at", now=True),
    at("seen_at", now=True),
    Column("until", DateTime(timezone=True), nullable=False),
)

key = Table(
    "access_key",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("prefix", Text, nullable=False, unique=True),
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 of the key"),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("made_by", Text, nullable=False),
    at("made_at", now=True),
    Column("until", DateTime(timezone=True), nullable=False),
    at("revoked_at"),
    at("used_at"),
)

attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("what", LargeBinary, primary_key=True, comment="digest of an account's name or of an address"),
    Column("count", Integer, nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False, comment="before this nothing is looked at"),
    at("last_at", now=True),
)

flow = Table(
    "sign_in_flow",
    metadata,
    Column("state", LargeBinary, primary_key=True, comment="SHA-256 of the state"),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    at("made_at", now=True),
)

approval = Table(
    "approval",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("operation", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("people", BigInteger, nullable=False, comment="how many people it may touch in all"),
    Column("per_day", BigInteger, comment="how many of them on one day in Beijing"),
    Column("state", Text, nullable=False, server_default="asked"),
    Column("asked_by", Text, nullable=False),
    at("asked_at", now=True),
    Column("decided_by", Text, nullable=False, server_default=""),
    at("decided_at"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("measures", Text, nullable=False, server_default="", comment="against leaks"),
    at("until"),
)

use = Table(
    "approval_use",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("approval_id", ForeignKey(approval.c.id), nullable=False, index=True),
    Column("people", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("matter", Text, nullable=False),
    at("used_at", now=True),
)

limit = Table(
    "bulk_limit",
    metadata,
    Column("operation", Text, primary_key=True),
    Column("bulk_from", BigInteger),
    Column("people", BigInteger),
    Column("per_day", BigInteger),
)
