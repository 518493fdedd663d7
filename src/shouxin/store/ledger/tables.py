"""The tables of the ledger: everything only grows, but for the head, which says how far it has grown."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSON

metadata = MetaData(schema="shouxin")

entry = Table(
    "ledger_entry",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("who", Text, nullable=False, comment="an id, never a name"),
    Column("origin", Text, nullable=False),
    Column("what", JSON, nullable=False),
    Column("whose", LargeBinary, nullable=False, comment="the commitment of a person, or empty"),
    Column("why", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Index("ledger_entry_at", "at", postgresql_using="brin", postgresql_with={"autosummarize": "on"}),
    Index("ledger_entry_kind", "kind", "number"),
    Index("ledger_entry_whose", "whose", "number", postgresql_where=text("whose <> ''")),
    Index("ledger_entry_decision", "why", postgresql_where=text("kind = 'decision'")),
    Index("ledger_entry_denied", "at", postgresql_where=text("kind = 'decision' and outcome = 'refused'")),
    Index("ledger_entry_who", "who", "number"),
)

tile = Table(
    "ledger_tile",
    metadata,
    Column("level", SmallInteger, nullable=False),
    Column("index", BigInteger, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    PrimaryKeyConstraint("level", "index"),
)

head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("origin", Text, nullable=False, comment="the name of this ledger, as checkpoints give it"),
    Column("hash", Text, nullable=False, comment="sha256 or sm3"),
    Column("size", BigInteger, nullable=False, server_default=text("0")),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("edge", LargeBinary, nullable=False, server_default=text("''")),
    CheckConstraint("id = 1 and hash in ('sha256', 'sm3')", name="ledger_head_check"),
)

key = Table(
    "ledger_key",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True, comment="as the signatures name it, in hex"),
    Column("public", Text, nullable=False, comment="name+id+key, as the C2SP writes verifier keys"),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

checkpoint = Table(
    "ledger_checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

timestamp = Table(
    "ledger_timestamp",
    metadata,
    Column("size", ForeignKey(checkpoint.c.size), nullable=False),
    Column("authority", Text, nullable=False),
    Column("token", LargeBinary, nullable=False, comment="the answer of the authority (RFC 3161)"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("size", "authority"),
)

sealed_key = Table(
    "sealed_key",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kek", Text, nullable=False, comment="the key-encryption key that wraps it"),
    Column("wrapped", LargeBinary, nullable=False),
)
