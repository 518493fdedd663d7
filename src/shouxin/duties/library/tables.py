"""The tables of the law library: imported statute texts and their units."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(schema="shouxin")

statute_version = Table(
    "statute_version",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("instrument", Text, comment="register id; null when the text was not recognised"),
    Column("language", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("digest", Text, nullable=False, comment="SHA-256 of the normalised text, hexadecimal"),
    UniqueConstraint("digest"),
    Column("source_name", Text, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("report", JSONB, nullable=False),
)
Index(
    "statute_version_latest",
    statute_version.c.instrument,
    statute_version.c.language,
    statute_version.c.imported_at.desc(),
)

statute_unit = Table(
    "statute_unit",
    metadata,
    Column("version_id", ForeignKey(statute_version.c.id, ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("eid", Text, nullable=False, comment="Akoma Ntoso eId"),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("version_id", "ordinal"),
    UniqueConstraint("version_id", "eid"),
)
