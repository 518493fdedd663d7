"""Versions of notices by the address of their content, and their publications; both only grow."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010_notices"
down_revision = "0009_inventory"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_TABLES = ("notice_version", "notice_publication")


def upgrade() -> None:
    op.create_table(
        "notice_version",
        sa.Column("address", sa.LargeBinary, primary_key=True, comment="the SHA-256 of the body"),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False, comment="the one JSON form, as it was hashed"),
        sa.Column("complete", sa.Boolean, nullable=False, comment="whether it lacked nothing when published"),
        sa.Column("kinds", JSONB, nullable=False, comment="the forms of consent by purpose, and why"),
        sa.Column("law", sa.Text, nullable=False, comment="the version of the law it was checked against"),
        schema=SCHEMA,
    )
    op.create_table(
        "notice_publication",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False, comment="why it was published incomplete; else empty"),
        sa.ForeignKeyConstraint(
            ["address"], [f"{SCHEMA}.notice_version.address"], name="notice_publication_address_fkey"
        ),
        schema=SCHEMA,
    )
    op.create_index("notice_publication_service", "notice_publication", ["service", "number"], schema=SCHEMA)
    for table in _TABLES:
        op.execute(
            f"create trigger only_grows_all before update or delete or truncate on {SCHEMA}.{table} "
            f"for each statement execute function {SCHEMA}.only_grows()"
        )
        op.execute(f"alter table {SCHEMA}.{table} enable always trigger only_grows_all")


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table, schema=SCHEMA)
