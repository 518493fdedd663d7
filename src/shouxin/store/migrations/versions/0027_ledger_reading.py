"""Readings of the ledger: verifications beside the requests, which every process of a server can tell of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027_ledger_reading"
down_revision = "0026_inspections"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def upgrade() -> None:
    op.create_table(
        "ledger_reading",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("done", sa.BigInteger, nullable=False, server_default="0", comment="entries read back"),
        sa.Column("size", sa.BigInteger, nullable=False, comment="entries to read back"),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("report", JSONB, comment="what was found; null where it broke off"),
        sa.Column("problem", sa.Text, nullable=False, server_default="", comment="why it broke off"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("ledger_reading", schema=SCHEMA)
