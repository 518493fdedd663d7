"""The tables of consent: answers and guardians, which are only added to, and what `tally` counted of them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(schema="shouxin")

transaction = Table(
    "consent_transaction",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("person", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False, comment="of commercial messages; else empty"),
    Column("notice", LargeBinary, nullable=False, comment="the content address of the version"),
    Column("scope", Text, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("categories", ARRAY(Text), nullable=False),
    Column("recipients", ARRAY(Text), nullable=False),
    Column("how", JSONB, nullable=False),
    Column("informed", Boolean, nullable=False, comment="whether that version was complete"),
    Column("at", DateTime(timezone=True), nullable=False, comment="when it was answered"),
    Column("until", Date),
    Column("guardian", BigInteger),
    Column("evidence", Text, nullable=False),
    Column("request", Text, nullable=False, comment="makes a repeated report harmless"),
    Column("source", Text, nullable=False, comment="where it was imported from; else empty"),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("action in ('give', 'refuse', 'withdraw')", name="consent_transaction_action"),
    UniqueConstraint("person", "request", name="consent_transaction_request"),
    Index("consent_transaction_place", "person", "purpose", "channel", text("number desc")),
)

guardianship = Table(
    "consent_guardianship",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("child", BigInteger, nullable=False),
    Column("guardian", BigInteger, nullable=False),
    Column("verified_by", Text, nullable=False, comment="how: a method and a file number, no document"),
    Column("until", Date, nullable=False, comment="the last day on which the child needs a guardian"),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("consent_guardianship_child", "child"),
)

ending = Table(
    "consent_guardianship_end",
    metadata,
    Column("guardianship", ForeignKey(guardianship.c.number), primary_key=True),
    Column("why", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

tally = Table(
    "consent_tally",
    metadata,
    Column("one", Boolean, primary_key=True, server_default=true()),
    Column("upto", BigInteger, nullable=False, comment="the last answer that is counted"),
    CheckConstraint("one", name="consent_tally_one"),
)

tally_day = Table(
    "consent_tally_day",
    metadata,
    Column("day", Date, primary_key=True, comment="in Beijing"),
    *(Column(name, Text, primary_key=True) for name in ("service", "purpose", "channel", "action")),
    Column("count", BigInteger, nullable=False, comment="answers"),
)

tally_stand = Table(
    "consent_tally_stand",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("service", "purpose", "channel", "action")),
    Column("until", Date, primary_key=True, comment="of a consent; infinity where it has no end"),
    Column("scope", Text, primary_key=True),
    Column("count", BigInteger, nullable=False, comment="people whose last answer this is"),
)
