"""Answers are counted in advance: by day, and where people stand, up to a number that is kept beside."""

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


def _keys(*names: str) -> "list[sa.Column[str]]":
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]


def downgrade() -> None:
    """Take the tables away; nothing is lost that the answers do not say."""
    for table in ("consent_tally_stand", "consent_tally_day", "consent_tally"):
        op.drop_table(table, schema=SCHEMA)
