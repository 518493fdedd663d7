"""The tables of impact assessments; all of them only grow."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(schema="shouxin")

assessment = Table(
    "assessment",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("service", Text, nullable=False),
    Column("activity", Text, nullable=False),
    Column("supersedes", BigInteger),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("assessment_activity", "service", "activity", "number"),
)

of_case = Table(
    "assessment_case",
    metadata,
    Column("assessment", ForeignKey(assessment.c.number), primary_key=True),
    Column("case_id", BigInteger, nullable=False, unique=True),
)

version = Table(
    "assessment_version",
    metadata,
    Column("assessment", ForeignKey(assessment.c.number), nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("content", JSONB, nullable=False),
    Column("scope", JSONB, nullable=False, comment="the activity as it was assessed, with its digest"),
    Column("who", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("assessment", "number"),
)

decision = Table(
    "assessment_decision",
    metadata,
    Column("assessment", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("assessment", "version"),
    ForeignKeyConstraint(["assessment", "version"], [version.c.assessment, version.c.number]),
)
