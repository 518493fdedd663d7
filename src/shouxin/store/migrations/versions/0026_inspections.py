"""Inspections: what was asked for and decided, the packs that were made, the accounts of inspectors."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026_inspections"
down_revision = "0025_centre"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def _at(name: str, **more: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), **more)  # type: ignore[arg-type]


def _number() -> sa.Column:  # type: ignore[type-arg]
    return sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True)


def _of(table: str) -> tuple[Any, ...]:
    return (
        sa.Column("inspection", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection"], [f"{SCHEMA}.inspection.number"], name=f"{table}_inspection_fkey"
        ),
    )


def upgrade() -> None:
    op.create_table(
        "inspection",
        _number(),
        sa.Column(
            "asked", JSONB, nullable=False, comment="kind, name, authority, basis, parts, services, days"
        ),
        sa.Column("state", sa.Text, nullable=False, server_default="asked"),
        sa.Column("asked_by", sa.Text, nullable=False, comment="id of an operator or key"),
        _at("asked_at", nullable=False, server_default=sa.func.now()),
        sa.Column("decided_by", sa.Text, nullable=False, server_default=""),
        _at("decided_at"),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        schema=SCHEMA,
    )
    op.create_table(
        "inspection_pack",
        _number(),
        *_of("inspection_pack"),
        sa.Column("entries", sa.BigInteger, nullable=False, comment="size of the ledger that was signed"),
        sa.Column("digest", sa.LargeBinary, nullable=False, comment="SHA-256 of the manifest"),
        sa.Column("size", sa.BigInteger, nullable=False, comment="bytes"),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        _at("made_at", nullable=False, server_default=sa.func.now()),
        schema=SCHEMA,
    )
    op.create_table(
        "inspection_account",
        sa.Column("operator", sa.BigInteger, primary_key=True, autoincrement=False),
        *_of("inspection_account"),
        sa.Column("name", sa.Text, nullable=False),
        _at("until", nullable=False),
        _at("ended_at"),
        schema=SCHEMA,
    )
    for table in ("inspection_pack", "inspection_account"):
        op.create_index(f"ix_shouxin_{table}_inspection", table, ["inspection"], schema=SCHEMA)


def downgrade() -> None:
    for table in ("inspection_account", "inspection_pack", "inspection"):
        op.drop_table(table, schema=SCHEMA)
