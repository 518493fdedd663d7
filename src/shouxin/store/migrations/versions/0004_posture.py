"""The organisation, its services, and the evidence of its controls, which only grows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004_posture"
down_revision = "0003_cases"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def _at(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False, comment="always 1"),
        sa.Column("body", JSONB, nullable=False, comment="the organisation without services and evidence"),
        _at("changed_at"),
        schema=SCHEMA,
    )
    op.create_table(
        "service",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("body", JSONB, nullable=False),
        _at("changed_at"),
        schema=SCHEMA,
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("provision", sa.Text, nullable=False),
        sa.Column("element", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False, comment="empty for the organisation"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("attested_by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        _at("recorded_at"),
        schema=SCHEMA,
    )
    op.create_index("evidence_provision", "evidence", ["provision", "service"], schema=SCHEMA)
    op.create_table(
        "evidence_withdrawal",
        sa.Column("evidence_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("why", sa.Text, nullable=False),
        _at("recorded_at"),
        sa.ForeignKeyConstraint(
            ["evidence_id"], [f"{SCHEMA}.evidence.id"], name="evidence_withdrawal_evidence_id_fkey"
        ),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in ("evidence_withdrawal", "evidence", "service", "organisation"):
        op.drop_table(table, schema=SCHEMA)
