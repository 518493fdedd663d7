"""A ledger without entries has told no time yet; packs are made again and go; drafts of notices are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034_past_packs_drafts"
down_revision = "0033_tallies"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_FUNCTION = """
create or replace function shouxin.ledger_head_grows() returns trigger language plpgsql as $$
begin
    if new.size < old.size or {backwards} or new.origin <> old.origin
        or (old.size > 0 and new.hash <> old.hash) then
        raise exception 'the ledger only grows' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
"""


def upgrade() -> None:
    """Hold the ledger's time against earlier entries, and not against the making of the tables."""
    op.execute(_FUNCTION.format(backwards="(old.size > 0 and new.at < old.at)"))
    for column in (
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0", comment="made again so often"),
        sa.Column("problem", sa.Text, nullable=False, server_default="", comment="why it was made again"),
        sa.Column("removed_at", sa.DateTime(timezone=True), comment="when its content went"),
    ):
        op.add_column("inspection_pack", column, schema=SCHEMA)
    _comment("making or whole", "making, whole or removed")
    op.create_table(
        "notice_draft",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("body", JSONB, nullable=False, comment="the fields of the form as they were left"),
        sa.Column("begun_by", sa.Text, nullable=False, comment="id of an operator"),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        schema=SCHEMA,
    )


def _comment(before: str, after: str) -> None:
    op.alter_column("inspection_pack", "state", comment=after, existing_comment=before, schema=SCHEMA)


def downgrade() -> None:
    """Hold the time against the making of the tables as well."""
    op.drop_table("notice_draft", schema=SCHEMA)
    _comment("making, whole or removed", "making or whole")
    for name in ("removed_at", "problem", "attempts"):
        op.drop_column("inspection_pack", name, schema=SCHEMA)
    op.execute(_FUNCTION.format(backwards="new.at < old.at"))
