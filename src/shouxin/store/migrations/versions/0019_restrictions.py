"""Restrictions in facts of the law, and numbered in the order of commits, so that guards follow them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0019_restrictions"
down_revision = "0018_handoffs"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_BLOCKED = '{"deletion.due": true, "deletion.period_running": true}'
_RESTRICTED = '{"request.restricts": true, "law.permits_otherwise": false}'
_OFF = '{"recommendation.turned_off": true}'
_MOVE = f"""
insert into {SCHEMA}.restriction
    (changed, source, person, service, purposes, facts, since, until, because, ended_at)
select nextval('{SCHEMA}.restriction_changed'), 'request:' || request, old.person, old.service, purposes,
    cast(case q."right" when 'restriction' then '{_RESTRICTED}' when 'recommendation_off' then '{_OFF}'
        else '{_BLOCKED}' end as jsonb),
    since, until, because, ended_at
from {SCHEMA}.rights_restriction old join {SCHEMA}.rights_request q on q.number = old.request
order by old.number
"""  # noqa: S608  # constants
_BACK = f"""
insert into {SCHEMA}.rights_restriction
    (request, person, service, purposes, since, until, because, ended_at)
select cast(substr(source, 9) as bigint), person, service, purposes, since, until, because, ended_at
from {SCHEMA}.restriction where source like 'request:%' order by number
"""  # noqa: S608  # constants


def _number() -> sa.Column:  # type: ignore[type-arg]
    return sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True)


def _since() -> tuple[sa.Column, ...]:  # type: ignore[type-arg]
    return (
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, comment="the last day on which it is kept; none: without an end"),
        sa.Column("because", sa.Text, nullable=False, comment="provisions"),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )


def upgrade() -> None:
    op.execute(f"create sequence {SCHEMA}.restriction_changed")
    op.create_table(
        "restriction",
        _number(),
        sa.Column("changed", sa.BigInteger, nullable=False, comment="rises in the order of commits"),
        sa.Column("source", sa.Text, nullable=False, comment="what restricts, such as a request"),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("purposes", ARRAY(sa.Text), nullable=False, comment="none: every one"),
        sa.Column("facts", JSONB, nullable=False, comment="what the gate is told"),
        *_since(),
        sa.UniqueConstraint("changed", name="restriction_changed_key"),
        schema=SCHEMA,
    )
    stands = sa.text("ended_at is null")
    op.create_index("restriction_person", "restriction", ["person"], schema=SCHEMA, postgresql_where=stands)
    op.create_index("restriction_source", "restriction", ["source"], schema=SCHEMA)
    op.execute(_MOVE)
    op.drop_table("rights_restriction", schema=SCHEMA)


def downgrade() -> None:
    op.create_table(
        "rights_restriction",
        _number(),
        sa.Column("request", sa.BigInteger, nullable=False),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("purposes", ARRAY(sa.Text), nullable=False),
        *_since(),
        sa.ForeignKeyConstraint(
            ["request"], [f"{SCHEMA}.rights_request.number"], name="rights_restriction_request_fkey"
        ),
        schema=SCHEMA,
    )
    op.create_index("rights_restriction_person", "rights_restriction", ["person"], schema=SCHEMA)
    op.execute(_BACK)
    op.drop_table("restriction", schema=SCHEMA)
    op.execute(f"drop sequence {SCHEMA}.restriction_changed")
