"""The privacy centre: keys of services, tokens that were used, sessions and codes of people."""

import sqlalchemy as sa
from alembic import op

revision = "0025_centre"
down_revision = "0024_search"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def _at(name: str, *, now: bool = False, needed: bool = False) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        nullable=not (now or needed),
        server_default=sa.func.now() if now else None,
    )


def upgrade() -> None:
    op.create_table(
        "centre_key",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("kid", sa.Text, nullable=False, comment="what the head of a token calls it"),
        sa.Column("algorithm", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="public key or shared secret, sealed"),
        sa.Column("made_by", sa.Text, nullable=False),
        _at("made_at", now=True),
        _at("revoked_at"),
        _at("used_at"),
        sa.UniqueConstraint("service", "kid", name="centre_key_kid"),
        schema=SCHEMA,
    )
    op.create_table(
        "centre_token",
        sa.Column(
            "digest",
            sa.LargeBinary,
            primary_key=True,
            comment="of a token's service and jti: it was used",
        ),
        _at("until", needed=True),
        schema=SCHEMA,
    )
    op.create_table(
        "centre_session",
        sa.Column("digest", sa.LargeBinary, primary_key=True, comment="SHA-256 of the cookie"),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary, nullable=False, comment="how the service knows the person, sealed"
        ),
        sa.Column("method", sa.Text, nullable=False, comment="session or code"),
        sa.Column("under_14", sa.Boolean, nullable=False),
        sa.Column("child", sa.BigInteger, comment="the child for whom a guardian acts"),
        _at("made_at", now=True),
        _at("seen_at", now=True),
        _at("until", needed=True),
        schema=SCHEMA,
    )
    op.create_table(
        "centre_code",
        sa.Column("digest", sa.LargeBinary, primary_key=True, comment="SHA-256 of the ticket in the form"),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("person", sa.BigInteger, comment="none: the address is nobody's"),
        sa.Column("sealed", sa.LargeBinary, comment="how the service knows the person, sealed"),
        sa.Column("hash", sa.LargeBinary, comment="of the code that was sent"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        _at("made_at", now=True),
        _at("until", needed=True),
        schema=SCHEMA,
    )
    for table in ("token", "session", "code"):
        op.create_index(f"centre_{table}_until", f"centre_{table}", ["until"], schema=SCHEMA)


def downgrade() -> None:
    for table in ("code", "session", "token", "key"):
        op.drop_table(f"centre_{table}", schema=SCHEMA)
