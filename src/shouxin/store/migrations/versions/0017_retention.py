"""Retention runs: what was found past its keeping time, and the work in each store."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017_retention"
down_revision = "0016_assessments"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def _moment(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True))


def _text(name: str, **more: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Text, nullable=False, **more)  # type: ignore[arg-type]


def _now(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    op.create_table(
        "retention_run",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("as_of", sa.Date, nullable=False),
        _text("digest"),
        sa.Column("body", JSONB, nullable=False, comment="counts and places, nobody's information"),
        _text("who"),
        sa.Column(
            "approval", sa.BigInteger, comment="by which a second person decides; none: nothing is to be done"
        ),
        _now("made_at"),
        *map(_moment, ("replaced_at", "started_at", "finished_at")),
        schema=SCHEMA,
    )
    op.create_index(
        "retention_run_open",
        "retention_run",
        [sa.text("(true)")],
        unique=True,
        postgresql_where=sa.text("replaced_at is null and finished_at is null"),
        schema=SCHEMA,
    )
    op.create_table(
        "retention_task",
        sa.Column("run", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("store", sa.Text, primary_key=True),
        _text("state", server_default="waiting"),
        sa.Column("outcome", JSONB),
        _text("problem", server_default=""),
        sa.Column("entry", sa.BigInteger, comment="of the ledger"),
        _now("changed_at"),
        sa.ForeignKeyConstraint(["run"], [f"{SCHEMA}.retention_run.number"], name="retention_task_run_fkey"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("retention_task", schema=SCHEMA)
    op.drop_table("retention_run", schema=SCHEMA)
