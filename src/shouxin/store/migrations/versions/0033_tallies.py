"""Answers are counted in advance, by day and where people stand; what is written costs fewer indexes.

Nothing looks for answers by their day any more. Entries of the ledger come in the order of time, so the
time of each block of them is enough.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033_tallies"
down_revision = "0031_shredded"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def upgrade() -> None:
    """Add the tables, with nothing counted; the server counts what is there when it runs."""
    op.create_table(
        "consent_tally",
        sa.Column("one", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("upto", sa.BigInteger, nullable=False, comment="the last answer that is counted"),
        sa.CheckConstraint("one", name="consent_tally_one"),
        schema=SCHEMA,
    )
    op.execute("insert into shouxin.consent_tally (upto) values (0)")
    op.create_table(
        "consent_tally_day",
        sa.Column("day", sa.Date, primary_key=True, comment="in Beijing"),
        *_keys("service", "purpose", "channel", "action"),
        sa.Column("count", sa.BigInteger, nullable=False, comment="answers"),
        schema=SCHEMA,
    )
    op.create_table(
        "consent_tally_stand",
        *_keys("service", "purpose", "channel", "action"),
        sa.Column("until", sa.Date, primary_key=True, comment="of a consent; infinity where it has no end"),
        *_keys("scope"),
        sa.Column("count", sa.BigInteger, nullable=False, comment="people whose last answer this is"),
        schema=SCHEMA,
    )
    op.drop_index("consent_transaction_day", "consent_transaction", schema=SCHEMA)
    op.drop_index("ledger_entry_at", "ledger_entry", schema=SCHEMA)
    op.create_index(
        "ledger_entry_at",
        "ledger_entry",
        ["at"],
        schema=SCHEMA,
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on"},
    )


def _keys(*names: str) -> "list[sa.Column[str]]":
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]


def downgrade() -> None:
    """Take the tables away; nothing is lost that the answers do not say."""
    op.drop_index("ledger_entry_at", "ledger_entry", schema=SCHEMA)
    op.create_index("ledger_entry_at", "ledger_entry", ["at"], schema=SCHEMA)
    op.create_index("consent_transaction_day", "consent_transaction", ["at", "action"], schema=SCHEMA)
    for table in ("consent_tally_stand", "consent_tally_day", "consent_tally"):
        op.drop_table(table, schema=SCHEMA)
