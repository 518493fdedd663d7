"""What people answered to notices, and who answers for a child; all of it only grows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0011_consent"
down_revision = "0010_notices"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_TABLES = ("consent_transaction", "consent_guardianship", "consent_guardianship_end")


def _texts(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, ARRAY(sa.Text), nullable=False)


def _recorded() -> sa.Column:  # type: ignore[type-arg]
    return sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    _answers()
    _guardians()
    for table in _TABLES:
        op.execute(
            f"create trigger only_grows_all before update or delete or truncate on {SCHEMA}.{table} "
            f"for each statement execute function {SCHEMA}.only_grows()"
        )
        op.execute(f"alter table {SCHEMA}.{table} enable always trigger only_grows_all")


def _answers() -> None:
    op.create_table(
        "consent_transaction",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False, comment="of commercial messages; else empty"),
        sa.Column("notice", sa.LargeBinary, nullable=False, comment="the content address of the version"),
        sa.Column("scope", sa.Text, nullable=False),
        _texts("kinds"),
        _texts("categories"),
        _texts("recipients"),
        sa.Column("how", JSONB, nullable=False),
        sa.Column("informed", sa.Boolean, nullable=False, comment="whether that version was complete"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when it was answered"),
        sa.Column("until", sa.Date),
        sa.Column("guardian", sa.BigInteger),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False, comment="makes a repeated report harmless"),
        sa.Column("source", sa.Text, nullable=False, comment="where it was imported from; else empty"),
        _recorded(),
        sa.CheckConstraint("action in ('give', 'refuse', 'withdraw')", name="consent_transaction_action"),
        sa.UniqueConstraint("person", "request", name="consent_transaction_request"),
        schema=SCHEMA,
    )
    op.create_index(
        "consent_transaction_place",
        "consent_transaction",
        ["person", "purpose", "channel", sa.text("number desc")],
        schema=SCHEMA,
    )


def _guardians() -> None:
    op.create_table(
        "consent_guardianship",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("child", sa.BigInteger, nullable=False),
        sa.Column("guardian", sa.BigInteger, nullable=False),
        sa.Column(
            "verified_by", sa.Text, nullable=False, comment="how: a method and a file number, no document"
        ),
        sa.Column(
            "until", sa.Date, nullable=False, comment="the last day on which the child needs a guardian"
        ),
        _recorded(),
        schema=SCHEMA,
    )
    op.create_index("consent_guardianship_child", "consent_guardianship", ["child"], schema=SCHEMA)
    op.create_table(
        "consent_guardianship_end",
        sa.Column("guardianship", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("why", sa.Text, nullable=False),
        _recorded(),
        sa.ForeignKeyConstraint(
            ["guardianship"],
            [f"{SCHEMA}.consent_guardianship.number"],
            name="consent_guardianship_end_guardianship_fkey",
        ),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table, schema=SCHEMA)
