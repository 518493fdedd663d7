"""Deliveries: each message of the outbox on its way to one target."""

import sqlalchemy as sa
from alembic import op

revision = "0022_delivery"
down_revision = "0021_entrusted"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def _at(name: str, **more: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), **more)  # type: ignore[arg-type]


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("message", sa.BigInteger, nullable=False, comment="of the outbox"),
        sa.Column("target", sa.Text, nullable=False, comment="email or webhook"),
        _at("made_at", nullable=False, server_default=sa.func.now()),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        _at("next_at", comment="none: taken, or given up"),
        _at("taken_at"),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        sa.UniqueConstraint("message", "target", name="delivery_message_target"),
        schema=SCHEMA,
    )
    op.create_index(
        "delivery_next",
        "delivery",
        ["next_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("next_at is not null"),
    )


def downgrade() -> None:
    op.drop_table("delivery", schema=SCHEMA)
