"""The tables of incidents: accounts, people and notices only grow; a delivery moves until it is sent."""

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
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(schema="shouxin")

incident = Table(
    "incident",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("service", Text, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

account = Table(
    "incident_account",
    metadata,
    Column("incident", ForeignKey(incident.c.number), nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("body", JSONB, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("incident", "number"),
)

of_case = Table(
    "incident_case",
    metadata,
    Column("incident", ForeignKey(incident.c.number), primary_key=True),
    Column("case_id", BigInteger, nullable=False, unique=True),
)

exercise = Table(
    "incident_exercise",
    metadata,
    Column("incident", ForeignKey(incident.c.number), primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSONB, nullable=False, comment="the case as the engine reads it"),
    Column("events", JSONB, nullable=False),
    Column("law_version", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("moved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

person = Table(
    "incident_person",
    metadata,
    Column("incident", ForeignKey(incident.c.number), nullable=False),
    Column("person", BigInteger, nullable=False),
    PrimaryKeyConstraint("incident", "person"),
)

notice = Table(
    "incident_notice",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("incident", ForeignKey(incident.c.number), nullable=False),
    Column("party", Text, nullable=False),
    Column("texts", JSONB, nullable=False),
    Column("digest", LargeBinary, nullable=False, comment="the SHA-256 of the texts as JSON"),
    Column("reference", Text, nullable=False, comment="how an authority was told; else empty"),
    Column("who", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("incident_notice_people", "incident", unique=True, postgresql_where=text("party = 'individual'")),
)

delivery = Table(
    "incident_delivery",
    metadata,
    Column("notice", ForeignKey(notice.c.number), nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("state", Text, nullable=False, comment="waiting, sending, sent, refused or gone"),
    Column("batch", Integer, comment="with the notice the key under which it is handed out"),
    Column("moved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("notice", "person"),
    Index(
        "incident_delivery_open",
        "notice",
        "state",
        "batch",
        postgresql_where=text("state in ('waiting', 'sending')"),
    ),
)
