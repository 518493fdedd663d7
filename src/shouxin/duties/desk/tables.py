"""The tables of the desk: matters, who writes in them, letters, cases and ties; all only added to."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shouxin.store.columns import at

metadata = MetaData(schema="shouxin")


matter = Table(
    "desk_matter",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("assumed", ARRAY(Text), nullable=False, comment="facts that nobody had recorded"),
    Column("request", LargeBinary, unique=True, comment="makes a repeated report harmless"),
    at("at", now=True),
    Index("desk_matter_kind", "kind", "number"),
    Index("desk_matter_service", "kind", "service", "number"),
)

party = Table(
    "desk_party",
    metadata,
    Column("matter", ForeignKey(matter.c.number), nullable=False),
    Column("party", Text, nullable=False),
    Column("person", BigInteger, nullable=False, comment="whose data key seals the letters"),
    Column("word", LargeBinary, nullable=False, comment="SHA-256 of the secret word"),
    at("at", now=True),
    PrimaryKeyConstraint("matter", "party"),
)

letter = Table(
    "desk_letter",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("matter", ForeignKey(matter.c.number), nullable=False),
    Column("party", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="the step it came with, or note"),
    Column("inward", Boolean, nullable=False),
    Column("shown", Boolean, nullable=False, comment="whether the party sees it"),
    Column("sealed", LargeBinary, nullable=False),
    at("at", now=True),
    Index("desk_letter_matter", "matter", "number"),
)

run = Table(
    "desk_case",
    metadata,
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("matter", ForeignKey(matter.c.number), nullable=False),
    at("at", now=True),
    Index("desk_case_matter", "matter", "case_id"),
)

tie = Table(
    "desk_tie",
    metadata,
    Column("matter", ForeignKey(matter.c.number), nullable=False),
    Column("case_id", BigInteger, nullable=False, comment="of a request, an incident, another matter"),
    at("at", now=True),
    PrimaryKeyConstraint("matter", "case_id"),
)

taker = Table(
    "desk_taker",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("matter", ForeignKey(matter.c.number), nullable=False),
    Column("who", Text, nullable=False, comment="the id of an operator; the newest counts"),
    at("at", now=True),
    Index("desk_taker_matter", "matter", "number"),
)

TABLES = (matter, party, letter, run, tie, taker)
