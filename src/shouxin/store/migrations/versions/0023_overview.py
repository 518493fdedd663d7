"""What the start page counts is counted by indexes; operators keep the filters they use."""

import sqlalchemy as sa
from alembic import op

revision = "0023_overview"
down_revision = "0022_delivery"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def upgrade() -> None:
    op.create_index("consent_transaction_day", "consent_transaction", ["at", "action"], schema=SCHEMA)
    op.create_index(
        "ledger_entry_denied",
        "ledger_entry",
        ["at"],
        postgresql_where=sa.text("kind = 'decision' and outcome = 'refused'"),
        schema=SCHEMA,
    )
    op.create_table(
        "saved_filter",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("operator", sa.BigInteger, nullable=False, comment="an id; operators are never deleted"),
        sa.Column("place", sa.Text, nullable=False, comment="the address of the list"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False, comment="what the list is asked"),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint("operator", "place", "name", name="saved_filter_name"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("saved_filter", schema=SCHEMA)
    op.drop_index("ledger_entry_denied", "ledger_entry", schema=SCHEMA)
    op.drop_index("consent_transaction_day", "consent_transaction", schema=SCHEMA)
