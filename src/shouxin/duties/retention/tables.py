"""The tables of retention runs: what was found, and the work in each store."""

from sqlalchemy import (
    BigInteger,
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
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shouxin.duties import work

metadata = MetaData(schema="shouxin")

run = Table(
    "retention_run",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", JSONB, nullable=False, comment="counts and places, nobody's information"),
    Column("who", Text, nullable=False),
    Column("approval", BigInteger, comment="by which a second person decides; none: nothing is to be done"),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("replaced_at", DateTime(timezone=True)),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Index(
        "retention_run_open",
        text("(true)"),
        unique=True,
        postgresql_where=text("replaced_at is null and finished_at is null"),
    ),
)

task = Table(
    "retention_task",
    metadata,
    Column("run", ForeignKey(run.c.number), primary_key=True),
    *work.columns(),
)
