"""Impact assessments: versions, cases and decisions; all of it only grows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016_assessments"
down_revision = "0015_incidents"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_TABLES = ("assessment", "assessment_case", "assessment_version", "assessment_decision")


def _at() -> sa.Column:  # type: ignore[type-arg]
    return sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _text(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Text, nullable=False)


def _of(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["assessment"], [f"{SCHEMA}.assessment.number"], name=f"{table}_assessment_fkey"
    )


def _number(name: str, **more: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False, **more)  # type: ignore[arg-type]


def upgrade() -> None:
    op.create_table(
        "assessment",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _text("service"),
        _text("activity"),
        sa.Column("supersedes", sa.BigInteger),
        _at(),
        schema=SCHEMA,
    )
    op.create_index("assessment_activity", "assessment", ["service", "activity", "number"], schema=SCHEMA)
    op.create_table(
        "assessment_case",
        _number("assessment", primary_key=True),
        _number("case_id", unique=True),
        _of("assessment_case"),
        schema=SCHEMA,
    )
    op.create_table(
        "assessment_version",
        _number("assessment"),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("scope", JSONB, nullable=False, comment="the activity as it was assessed, with its digest"),
        _text("who"),
        _at(),
        _of("assessment_version"),
        sa.PrimaryKeyConstraint("assessment", "number", name="assessment_version_pkey"),
        schema=SCHEMA,
    )
    op.create_table(
        "assessment_decision",
        _number("assessment"),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("given", sa.Boolean, nullable=False),
        _text("reason"),
        _text("who"),
        _at(),
        sa.ForeignKeyConstraint(
            ["assessment", "version"],
            [f"{SCHEMA}.assessment_version.assessment", f"{SCHEMA}.assessment_version.number"],
            name="assessment_decision_version_fkey",
        ),
        sa.PrimaryKeyConstraint("assessment", "version", name="assessment_decision_pkey"),
        schema=SCHEMA,
    )
    for table in _TABLES:
        op.execute(
            f"create trigger only_grows_all before update or delete or truncate on {SCHEMA}.{table} "
            f"for each statement execute function {SCHEMA}.only_grows()"
        )
        op.execute(f"alter table {SCHEMA}.{table} enable always trigger only_grows_all")


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table, schema=SCHEMA)
