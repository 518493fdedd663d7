"""Requests that controllers handed over to us, and what they were told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021_entrusted"
down_revision = "0019_restrictions"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def _at(name: str, **more: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), **more)  # type: ignore[arg-type]


def upgrade() -> None:
    op.create_table(
        "entrusted_request",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("controller", sa.Text, nullable=False, comment="the name of its key"),
        sa.Column("id", sa.Text, nullable=False, comment="the controller's number, a UUID"),
        sa.Column("request", sa.BigInteger, nullable=False, comment="the request under people's rights"),
        sa.Column("want", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, comment="SHA-256 of what was handed over"),
        sa.Column("callbacks", JSONB, nullable=False),
        _at("received_at", nullable=False, server_default=sa.func.now()),
        sa.Column("state", sa.Text, nullable=False, server_default="pending", comment="as it was told last"),
        sa.Column("results", sa.LargeBinary, comment="sealed under the person's key"),
        sa.Column("results_count", sa.Integer),
        _at("results_until"),
        sa.Column(
            "to_call", JSONB, nullable=False, server_default="[]", comment="who was not told of the state"
        ),
        sa.Column("calls", sa.Integer, nullable=False, server_default="0", comment="since the state changed"),
        _at("call_at", comment="none: nobody is called"),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        sa.UniqueConstraint("controller", "id", name="entrusted_request_id"),
        sa.UniqueConstraint("request", name="entrusted_request_request"),
        schema=SCHEMA,
    )
    op.create_index("entrusted_request_call", "entrusted_request", ["call_at"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_table("entrusted_request", schema=SCHEMA)
