"""What people bring without an account: matters, who writes in them, letters, cases and ties."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0014_complaints"
down_revision = "0013_rights"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_TABLES = ("desk_matter", "desk_party", "desk_letter", "desk_case", "desk_tie", "desk_taker")


def _at() -> sa.Column:  # type: ignore[type-arg]
    return sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _matter() -> sa.Column:  # type: ignore[type-arg]
    return sa.Column("matter", sa.BigInteger, sa.ForeignKey(f"{SCHEMA}.desk_matter.number"), nullable=False)


def _text(name: str, comment: str | None = None) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Text, nullable=False, comment=comment)


def _number(*, primary_key: bool = False) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(
        "number", sa.BigInteger, sa.Identity(always=True), primary_key=primary_key, nullable=False
    )


def upgrade() -> None:
    _matters()
    _around()
    for table in _TABLES:
        op.execute(
            f"create trigger only_grows_all before update or delete or truncate on {SCHEMA}.{table} "
            f"for each statement execute function {SCHEMA}.only_grows()"
        )
        op.execute(f"alter table {SCHEMA}.{table} enable always trigger only_grows_all")


def _matters() -> None:
    op.create_table(
        "desk_matter",
        _number(primary_key=True),
        _text("kind"),
        _text("subject"),
        _text("service"),
        _text("language"),
        sa.Column("assumed", ARRAY(sa.Text), nullable=False, comment="facts that nobody had recorded"),
        sa.Column("request", sa.LargeBinary, unique=True, comment="makes a repeated report harmless"),
        _at(),
        schema=SCHEMA,
    )
    op.create_index("desk_matter_kind", "desk_matter", ["kind", "number"], schema=SCHEMA)
    op.create_table(
        "desk_party",
        _matter(),
        _text("party"),
        sa.Column("person", sa.BigInteger, nullable=False, comment="whose data key seals the letters"),
        sa.Column("word", sa.LargeBinary, nullable=False, comment="SHA-256 of the secret word"),
        _at(),
        sa.PrimaryKeyConstraint("matter", "party"),
        schema=SCHEMA,
    )
    op.create_table(
        "desk_letter",
        sa.Column("id", sa.Text, primary_key=True),
        _number(),
        _matter(),
        _text("party"),
        _text("kind", "the step it came with, or note"),
        sa.Column("inward", sa.Boolean, nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False, comment="whether the party sees it"),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        _at(),
        schema=SCHEMA,
    )
    op.create_index("desk_letter_matter", "desk_letter", ["matter", "number"], schema=SCHEMA)


def _around() -> None:
    op.create_table(
        "desk_case",
        sa.Column("case_id", sa.BigInteger, primary_key=True, autoincrement=False),
        _matter(),
        _at(),
        schema=SCHEMA,
    )
    op.create_index("desk_case_matter", "desk_case", ["matter", "case_id"], schema=SCHEMA)
    op.create_table(
        "desk_tie",
        _matter(),
        sa.Column(
            "case_id", sa.BigInteger, nullable=False, comment="of a request, an incident, another matter"
        ),
        _at(),
        sa.PrimaryKeyConstraint("matter", "case_id"),
        schema=SCHEMA,
    )
    op.create_table(
        "desk_taker",
        _number(primary_key=True),
        _matter(),
        _text("who", "the id of an operator; the newest counts"),
        _at(),
        schema=SCHEMA,
    )
    op.create_index("desk_taker_matter", "desk_taker", ["matter", "number"], schema=SCHEMA)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table, schema=SCHEMA)
