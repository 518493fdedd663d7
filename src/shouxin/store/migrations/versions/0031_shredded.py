"""Whose key was destroyed since a time is found without reading everybody."""

import sqlalchemy as sa
from alembic import op

revision = "0031_shredded"
down_revision = "0029_kept_packs"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "person_shredded",
        "person",
        ["shredded_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("shredded_at is not null"),
    )


def downgrade() -> None:
    """Take the index away."""
    op.drop_index("person_shredded", "person", schema=SCHEMA)
