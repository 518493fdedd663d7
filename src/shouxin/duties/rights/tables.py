"""The tables of rights: requests, codes, plans with their work in each store."""

from sqlalchemy import (
    BigInteger,
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
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from shouxin.duties import work

metadata = MetaData(schema="shouxin")

request = Table(
    "rights_request",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", BigInteger, nullable=False, unique=True),
    Column("service", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("commitment", LargeBinary, nullable=False),
    Column("right", Text, nullable=False),
    Column("name", Text, nullable=False, comment="makes a repeated report harmless"),
    Column("content", LargeBinary, nullable=False, comment="who and what, sealed under the person's key"),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("verified_by", Text, nullable=False, server_default=""),
    Column("verified_at", DateTime(timezone=True)),
    UniqueConstraint("service", "name", name="rights_request_name"),
    Index("rights_request_person", "person"),
    Index("rights_request_service", "service", "number"),
    Index("rights_request_right", "right", "number"),
)

code = Table(
    "rights_code",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("request", ForeignKey(request.c.number), nullable=False),
    Column("hash", LargeBinary, nullable=False, comment="under a key of the store"),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("used_at", DateTime(timezone=True)),
    Index("rights_code_request", "request"),
)

plan = Table(
    "rights_plan",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("request", ForeignKey(request.c.number), nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", JSONB, nullable=False, comment="counts and places, nobody's information"),
    Column("learned", LargeBinary, nullable=False, comment="the identities, sealed under the person's key"),
    Column("who", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("approved_by", Text, nullable=False, server_default=""),
    Column("approved_at", DateTime(timezone=True)),
    Column("reason", Text, nullable=False, server_default=""),
    Column("facts", JSONB, nullable=False, server_default="{}", comment="that the approver answers for"),
    Column("finished_at", DateTime(timezone=True)),
    Index("rights_plan_request", "request"),
)

task = Table(
    "rights_task",
    metadata,
    Column("plan", ForeignKey(plan.c.number), primary_key=True),
    *work.columns(),
)

errand = Table(
    "rights_errand",
    metadata,
    Column("plan", ForeignKey(plan.c.number), primary_key=True),
    Column("store", Text, primary_key=True),
    Column("key", Text, nullable=False, comment="under which it is sent, so that it counts once"),
    Column("reference", LargeBinary, comment="how the other side calls it, sealed under the person's key"),
    Column("asked", Integer, nullable=False, server_default="0"),
    Column("ask_at", DateTime(timezone=True), comment="none: the answer comes of itself"),
    Column("told", JSONB, comment="what somebody says was done by hand: counts, nobody's information"),
    Column("told_by", Text, nullable=False, server_default=""),
    Column("found", LargeBinary, comment="what was found by hand, sealed under the person's key"),
    Column("done_at", DateTime(timezone=True)),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("rights_errand_due", "ask_at"),
)
