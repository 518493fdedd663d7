"""Cases that move by steps, the deadlines they set going, and the outbox of what they tell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002_deadlines"
down_revision = "0001_statutes"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_now = sa.func.now()


def upgrade() -> None:
    _cases()
    _deadlines()
    _outbox()


def _cases() -> None:
    op.create_table(
        "case",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, comment="grows by one with every step"),
        sa.Column("body", JSONB, nullable=False, comment="the case as the engine reads it"),
        sa.Column("law_version", sa.Text, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
        schema=SCHEMA,
    )
    op.create_index("case_procedure_state", "case", ["procedure", "state"], schema=SCHEMA)
    op.create_table(
        "case_event",
        sa.Column("case_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False, comment="step, or missed where a deadline ran out"),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
        sa.PrimaryKeyConstraint("case_id", "number", name="case_event_pkey"),
        sa.ForeignKeyConstraint(["case_id"], [f"{SCHEMA}.case.id"], name="case_event_case_id_fkey"),
        schema=SCHEMA,
    )


def _deadlines() -> None:
    op.create_table(
        "deadline",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("case_id", sa.BigInteger, comment="null where it belongs to no case"),
        sa.Column("provision", sa.Text, nullable=False),
        sa.Column("began", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False, comment="the last day, in Beijing"),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False, comment="the instant after that day"),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("counted", JSONB, nullable=False, comment="what gave the day, to plan it again"),
        sa.Column("state", sa.Text, nullable=False, comment="open, paused, met, missed or cancelled"),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state in ('open', 'paused', 'met', 'missed', 'cancelled')", name="deadline_state_check"
        ),
        sa.ForeignKeyConstraint(["case_id"], [f"{SCHEMA}.case.id"], name="deadline_case_id_fkey"),
        schema=SCHEMA,
    )
    op.create_index(
        "deadline_open_due", "deadline", ["due"], schema=SCHEMA, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("deadline_case", "deadline", ["case_id"], schema=SCHEMA)
    op.create_index(
        "deadline_provisional",
        "deadline",
        ["id"],
        schema=SCHEMA,
        postgresql_where=sa.text("provisional and state in ('open', 'paused')"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("key", sa.Text, nullable=False, comment="what makes it one and the same message"),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("key", name="outbox_key_key"),
        schema=SCHEMA,
    )
    op.create_index(
        "outbox_unsent", "outbox", ["id"], schema=SCHEMA, postgresql_where=sa.text("sent_at is null")
    )


def downgrade() -> None:
    for table in ("outbox", "deadline", "case_event", "case"):
        op.drop_table(table, schema=SCHEMA)
