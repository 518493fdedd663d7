"""Incidents: their accounts, cases, people, notices and who was told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015_incidents"
down_revision = "0014_complaints"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_GROWING = ("incident", "incident_account", "incident_case", "incident_person", "incident_notice")
_MOVING = ("incident_exercise", "incident_delivery")


def _at(name: str = "at") -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _text(name: str, comment: str | None = None) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Text, nullable=False, comment=comment)


def _of(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["incident"], [f"{SCHEMA}.incident.number"], name=f"{table}_incident_fkey")


def _number(name: str, **more: object) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False, **more)  # type: ignore[arg-type]


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _text("service"),
        sa.Column("exercise", sa.Boolean, nullable=False),
        _at(),
        schema=SCHEMA,
    )
    op.create_table(
        "incident_account",
        _number("incident"),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("body", JSONB, nullable=False),
        _text("who"),
        _at(),
        _of("incident_account"),
        sa.PrimaryKeyConstraint("incident", "number", name="incident_account_pkey"),
        schema=SCHEMA,
    )
    _cases()
    _people()
    for table in _GROWING:
        op.execute(
            f"create trigger only_grows_all before update or delete or truncate on {SCHEMA}.{table} "
            f"for each statement execute function {SCHEMA}.only_grows()"
        )
        op.execute(f"alter table {SCHEMA}.{table} enable always trigger only_grows_all")


def _cases() -> None:
    op.create_table(
        "incident_case",
        _number("incident", primary_key=True),
        _number("case_id", unique=True),
        _of("incident_case"),
        schema=SCHEMA,
    )
    op.create_table(
        "incident_exercise",
        _number("incident", primary_key=True),
        _text("procedure"),
        _text("state"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", JSONB, nullable=False, comment="the case as the engine reads it"),
        sa.Column("events", JSONB, nullable=False),
        _text("law_version"),
        _at("opened_at"),
        _at("moved_at"),
        _of("incident_exercise"),
        schema=SCHEMA,
    )


def _people() -> None:
    op.create_table(
        "incident_person",
        _number("incident"),
        _number("person"),
        _of("incident_person"),
        sa.PrimaryKeyConstraint("incident", "person", name="incident_person_pkey"),
        schema=SCHEMA,
    )
    op.create_table(
        "incident_notice",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _number("incident"),
        _text("party"),
        sa.Column("texts", JSONB, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False, comment="the SHA-256 of the texts as JSON"),
        _text("reference", "how an authority was told; else empty"),
        _text("who"),
        _at(),
        _of("incident_notice"),
        schema=SCHEMA,
    )
    op.create_index(
        "incident_notice_people",
        "incident_notice",
        ["incident"],
        unique=True,
        postgresql_where=sa.text("party = 'individual'"),
        schema=SCHEMA,
    )
    op.create_table(
        "incident_delivery",
        _number("notice"),
        _number("person"),
        _text("state", "waiting, sending, sent, refused or gone"),
        sa.Column("batch", sa.Integer, comment="with the notice the key under which it is handed out"),
        _at("moved_at"),
        sa.ForeignKeyConstraint(
            ["notice"], [f"{SCHEMA}.incident_notice.number"], name="incident_delivery_notice_fkey"
        ),
        sa.PrimaryKeyConstraint("notice", "person", name="incident_delivery_pkey"),
        schema=SCHEMA,
    )
    op.create_index(
        "incident_delivery_open",
        "incident_delivery",
        ["notice", "state", "batch"],
        postgresql_where=sa.text("state in ('waiting', 'sending')"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in (*reversed(_MOVING), *reversed(_GROWING)):
        op.drop_table(table, schema=SCHEMA)
