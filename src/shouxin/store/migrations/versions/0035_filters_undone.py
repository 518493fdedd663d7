"""A deleted filter is kept for a while, so that its owner can undo that."""

import sqlalchemy as sa
from alembic import op

revision = "0035_filters_undone"
down_revision = "0034_past_packs_drafts"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def upgrade() -> None:
    """Give filters the moment at which they were deleted."""
    column = sa.Column("deleted_at", sa.DateTime(timezone=True), comment="gone a while after, unless undone")
    op.add_column("saved_filter", column, schema=SCHEMA)


def downgrade() -> None:
    """Let go what was deleted, and the moment."""
    op.execute(f"delete from {SCHEMA}.saved_filter where deleted_at is not null")  # noqa: S608
    op.drop_column("saved_filter", "deleted_at", schema=SCHEMA)
