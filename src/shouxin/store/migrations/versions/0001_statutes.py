"""Imported statute texts: one row for each version of a text, one for each of its units."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001_statutes"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def upgrade() -> None:
    op.create_table(
        "statute_version",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("instrument", sa.Text, comment="register id; null when the text was not recognised"),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, comment="SHA-256 of the normalised text, hexadecimal"),
        sa.Column("source_name", sa.Text, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("report", JSONB, nullable=False),
        sa.UniqueConstraint("digest", name="statute_version_digest_key"),
        schema=SCHEMA,
    )
    op.create_index(
        "statute_version_latest",
        "statute_version",
        ["instrument", "language", sa.text("imported_at DESC")],
        schema=SCHEMA,
    )
    op.create_table(
        "statute_unit",
        sa.Column("version_id", sa.BigInteger, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("eid", sa.Text, nullable=False, comment="Akoma Ntoso eId"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version_id", "ordinal", name="statute_unit_pkey"),
        sa.UniqueConstraint("version_id", "eid", name="statute_unit_eid_key"),
        sa.ForeignKeyConstraint(
            ["version_id"],
            [f"{SCHEMA}.statute_version.id"],
            name="statute_unit_version_id_fkey",
            ondelete="CASCADE",
        ),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("statute_unit", schema=SCHEMA)
    op.drop_table("statute_version", schema=SCHEMA)
