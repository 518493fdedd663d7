"""Decisions are found in the ledger by their ids."""

import sqlalchemy as sa
from alembic import op

revision = "0012_decisions"
down_revision = "0011_consent"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ledger_entry_decision",
        "ledger_entry",
        ["why"],
        postgresql_where=sa.text("kind = 'decision'"),
        schema="shouxin",
    )


def downgrade() -> None:
    op.drop_index("ledger_entry_decision", "ledger_entry", schema="shouxin")
