"""The tables of posture: evidence that only grows."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Table,
    Text,
    func,
)

metadata = MetaData(schema="shouxin")

evidence = Table(
    "evidence",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("provision", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("service", Text, nullable=False, comment="empty for the organisation"),
    Column("kind", Text, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("until", Date),
    Column("reference", Text, nullable=False),
    Column("attested_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("evidence_provision", "provision", "service"),
)

withdrawal = Table(
    "evidence_withdrawal",
    metadata,
    Column("evidence_id", ForeignKey(evidence.c.id), primary_key=True),
    Column("why", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
