"""Requests under people's rights: the codes that verify them, plans, the journal of runs, restrictions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0013_rights"
down_revision = "0012_decisions"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_TABLES = ("rights_request", "rights_code", "rights_plan", "rights_task", "rights_restriction")


def _number() -> sa.Column:  # type: ignore[type-arg]
    return sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True)


def _at(name: str, **more: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), **more)  # type: ignore[arg-type]


def _now(name: str) -> sa.Column:  # type: ignore[type-arg]
    return _at(name, nullable=False, server_default=sa.func.now())


def _text(name: str, **more: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Text, nullable=False, **more)  # type: ignore[arg-type]


def _empty(name: str) -> sa.Column:  # type: ignore[type-arg]
    return _text(name, server_default="")


def _of(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{SCHEMA}.{to}.number"], name=f"{table}_{column}_fkey")


def upgrade() -> None:
    _requests()
    _plans()
    op.create_table(
        "rights_restriction",
        _number(),
        sa.Column("request", sa.BigInteger, nullable=False),
        sa.Column("person", sa.BigInteger, nullable=False),
        _text("service"),
        sa.Column("purposes", ARRAY(sa.Text), nullable=False, comment="none: every one"),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, comment="the last day; none: without an end"),
        _text("because"),
        _at("ended_at"),
        _of("rights_restriction", "request", "rights_request"),
        schema=SCHEMA,
    )
    op.create_index("rights_restriction_person", "rights_restriction", ["person"], schema=SCHEMA)


def _requests() -> None:
    op.create_table(
        "rights_request",
        _number(),
        sa.Column("case_id", sa.BigInteger, nullable=False),
        _text("service"),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("commitment", sa.LargeBinary, nullable=False),
        _text("right"),
        _text("name", comment="makes a repeated report harmless"),
        sa.Column(
            "content", sa.LargeBinary, nullable=False, comment="who and what, sealed under the person's key"
        ),
        _now("made_at"),
        _empty("verified_by"),
        _at("verified_at"),
        sa.UniqueConstraint("case_id", name="rights_request_case_id_key"),
        sa.UniqueConstraint("service", "name", name="rights_request_name"),
        schema=SCHEMA,
    )
    op.create_index("rights_request_person", "rights_request", ["person"], schema=SCHEMA)
    op.create_table(
        "rights_code",
        _number(),
        sa.Column("request", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False, comment="under a key of the store"),
        _now("made_at"),
        _at("until", nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        _at("used_at"),
        _of("rights_code", "request", "rights_request"),
        schema=SCHEMA,
    )
    op.create_index("rights_code_request", "rights_code", ["request"], schema=SCHEMA)


def _plans() -> None:
    op.create_table(
        "rights_plan",
        _number(),
        sa.Column("request", sa.BigInteger, nullable=False),
        _text("digest"),
        sa.Column("body", JSONB, nullable=False, comment="counts and places, nobody's information"),
        sa.Column(
            "learned", sa.LargeBinary, nullable=False, comment="the identities, sealed under the person's key"
        ),
        _text("who"),
        _now("made_at"),
        _empty("approved_by"),
        _at("approved_at"),
        _empty("reason"),
        sa.Column(
            "facts", JSONB, nullable=False, server_default="{}", comment="that the approver answers for"
        ),
        _at("finished_at"),
        _of("rights_plan", "request", "rights_request"),
        schema=SCHEMA,
    )
    op.create_index("rights_plan_request", "rights_plan", ["request"], schema=SCHEMA)
    op.create_table(
        "rights_task",
        sa.Column("plan", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("store", sa.Text, primary_key=True),
        _text("state", server_default="waiting"),
        sa.Column("outcome", JSONB),
        _empty("problem"),
        sa.Column("entry", sa.BigInteger, comment="of the ledger"),
        _now("changed_at"),
        _of("rights_task", "plan", "rights_plan"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table, schema=SCHEMA)
