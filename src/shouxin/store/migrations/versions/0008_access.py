"""Operators with their roles and sessions, keys of applications, sign-in attempts, and approvals."""

import sqlalchemy as sa
from alembic import op

revision = "0008_access"
down_revision = "0007_people"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def _at(name: str, *, now: bool = False, nullable: bool = True) -> sa.Column:  # type: ignore[type-arg]
    when = sa.DateTime(timezone=True)
    if now:
        return sa.Column(name, when, nullable=False, server_default=sa.func.now())
    return sa.Column(name, when, nullable=nullable)


def _id() -> sa.Column:  # type: ignore[type-arg]
    return sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True)


def _text(name: str, default: str | None = None) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _of(table: str, *, key: bool = False) -> tuple[sa.Column, sa.ForeignKeyConstraint]:  # type: ignore[type-arg]
    name = f"{table}_id"
    column = sa.Column(name, sa.BigInteger, primary_key=key, nullable=False, autoincrement=False)
    return column, sa.ForeignKeyConstraint([name], [f"{SCHEMA}.{table}.id"])


def upgrade() -> None:
    op.create_table(
        "operator",
        _id(),
        _text("name"),
        sa.Column("name_key", sa.Text, nullable=False, unique=True, comment="the name, whatever its case"),
        sa.Column("password", sa.Text, comment="argon2id"),
        _text("issuer", ""),
        sa.Column("subject", sa.Text, comment="who this is for the identity provider"),
        sa.Column("seed", sa.LargeBinary, comment="of one-time codes, sealed"),
        sa.Column("seed_step", sa.BigInteger, comment="the last step whose code was used"),
        _at("disabled_at"),
        _at("made_at", now=True),
        sa.UniqueConstraint("issuer", "subject"),
        schema=SCHEMA,
    )
    op.create_table(
        "operator_role",
        *_of("operator", key=True),
        sa.Column("role", sa.Text, primary_key=True),
        _at("until"),
        schema=SCHEMA,
    )
    op.create_table(
        "operator_recovery",
        *_of("operator", key=True),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        schema=SCHEMA,
    )
    op.create_table(
        "operator_session",
        _id(),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True, comment="SHA-256 of the token"),
        *_of("operator"),
        _text("address"),
        _text("agent"),
        _at("made_at", now=True),
        _at("seen_at", now=True),
        _at("until", nullable=False),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_shouxin_operator_session_operator_id", "operator_session", ["operator_id"], schema=SCHEMA
    )
    _keys_and_attempts()
    _approvals()


def _keys_and_attempts() -> None:
    op.create_table(
        "access_key",
        _id(),
        sa.Column("prefix", sa.Text, nullable=False, unique=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, comment="SHA-256 of the key"),
        _text("name"),
        sa.Column("scopes", sa.ARRAY(sa.Text), nullable=False),
        _text("made_by"),
        _at("made_at", now=True),
        _at("until", nullable=False),
        _at("revoked_at"),
        _at("used_at"),
        schema=SCHEMA,
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column(
            "what", sa.LargeBinary, primary_key=True, comment="digest of an account's name or of an address"
        ),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column(
            "next_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="before this nothing is looked at",
        ),
        _at("last_at", now=True),
        schema=SCHEMA,
    )
    op.create_table(
        "sign_in_flow",
        sa.Column("state", sa.LargeBinary, primary_key=True, comment="SHA-256 of the state"),
        _text("nonce"),
        _text("verifier"),
        _at("made_at", now=True),
        schema=SCHEMA,
    )


def _approvals() -> None:
    op.create_table(
        "approval",
        _id(),
        _text("operation"),
        _text("scope"),
        _text("purpose"),
        sa.Column("people", sa.BigInteger, nullable=False, comment="how many people it may touch in all"),
        sa.Column("per_day", sa.BigInteger, comment="how many of them on one day in Beijing"),
        _text("state", "asked"),
        _text("asked_by"),
        _at("asked_at", now=True),
        _text("decided_by", ""),
        _at("decided_at"),
        _text("reason", ""),
        sa.Column("measures", sa.Text, nullable=False, server_default="", comment="against leaks"),
        _at("until"),
        schema=SCHEMA,
    )
    op.create_table(
        "approval_use",
        _id(),
        *_of("approval"),
        sa.Column("people", sa.BigInteger, nullable=False),
        _text("who"),
        _text("place"),
        _text("matter"),
        _at("used_at", now=True),
        schema=SCHEMA,
    )
    op.create_index("ix_shouxin_approval_use_approval_id", "approval_use", ["approval_id"], schema=SCHEMA)
    op.create_table(
        "bulk_limit",
        sa.Column("operation", sa.Text, primary_key=True),
        sa.Column("bulk_from", sa.BigInteger),
        sa.Column("people", sa.BigInteger),
        sa.Column("per_day", sa.BigInteger),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in (
        *("bulk_limit", "approval_use", "approval", "sign_in_flow", "sign_in_attempt", "access_key"),
        *("operator_session", "operator_recovery", "operator_role", "operator"),
    ):
        op.drop_table(table, schema=SCHEMA)
