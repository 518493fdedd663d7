"""Errands: what somebody else was asked to do for a request, until they have done it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018_handoffs"
down_revision = "0017_retention"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def _at(name: str, **more: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), **more)  # type: ignore[arg-type]


def upgrade() -> None:
    op.create_table(
        "rights_errand",
        sa.Column("plan", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("store", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, comment="under which it is sent, so that it counts once"),
        sa.Column(
            "reference", sa.LargeBinary, comment="how the other side calls it, sealed under the person's key"
        ),
        sa.Column("asked", sa.Integer, nullable=False, server_default="0"),
        _at("ask_at", comment="none: the answer comes of itself"),
        sa.Column("told", JSONB, comment="what somebody says was done by hand: counts, nobody's information"),
        sa.Column("told_by", sa.Text, nullable=False, server_default=""),
        sa.Column("found", sa.LargeBinary, comment="what was found by hand, sealed under the person's key"),
        _at("done_at"),
        _at("made_at", nullable=False, server_default=sa.func.now()),
        sa.ForeignKeyConstraint(["plan"], [f"{SCHEMA}.rights_plan.number"], name="rights_errand_plan_fkey"),
        schema=SCHEMA,
    )
    op.create_index("rights_errand_due", "rights_errand", ["ask_at"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_table("rights_errand", schema=SCHEMA)
