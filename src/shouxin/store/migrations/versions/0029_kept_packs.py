"""Packs of evidence are kept: begun, then whole, and the pieces of their archives."""

import sqlalchemy as sa
from alembic import op

revision = "0029_kept_packs"
down_revision = "0027_ledger_reading"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def upgrade() -> None:
    state = sa.Column("state", sa.Text, nullable=False, server_default="making", comment="making or whole")
    op.add_column("inspection_pack", state, schema=SCHEMA)
    op.create_table(
        "inspection_piece",
        sa.Column("pack", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="from 0"),
        sa.Column("content", sa.LargeBinary, nullable=False, comment="1 MiB each but the last"),
        sa.ForeignKeyConstraint(
            ["pack"], [f"{SCHEMA}.inspection_pack.number"], name="inspection_piece_pack_fkey"
        ),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("inspection_piece", schema=SCHEMA)
    op.drop_column("inspection_pack", "state", schema=SCHEMA)
