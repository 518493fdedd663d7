"""The tables of notices: every version by its address, every time one was published, and drafts.

The first two only grow; a draft goes when it is published.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from shouxin.store.columns import at

metadata = MetaData(schema="shouxin")

version = Table(
    "notice_version",
    metadata,
    Column("address", LargeBinary, primary_key=True, comment="the SHA-256 of the body"),
    Column("service", Text, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="the one JSON form, as it was hashed"),
    Column("complete", Boolean, nullable=False, comment="whether it lacked nothing when published"),
    Column("kinds", JSONB, nullable=False, comment="the forms of consent by purpose, and why"),
    Column("law", Text, nullable=False, comment="the version of the law it was checked against"),
)

publication = Table(
    "notice_publication",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("address", ForeignKey(version.c.address), nullable=False),
    Column("service", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False, comment="why it was published incomplete; else empty"),
    Index("notice_publication_service", "service", "number"),
)

draft = Table(
    "notice_draft",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("service", Text, nullable=False),
    Column("body", JSONB, nullable=False, comment="the fields of the form as they were left"),
    Column("begun_by", Text, nullable=False, comment="id of an operator"),
    at("begun_at", now=True),
    Column("saved_by", Text, nullable=False),
    at("saved_at", now=True),
    Column("version", Integer, nullable=False, server_default="1"),
)
