"""A ledger without entries has told no time yet: its first one may lie before the ledger was made."""

from alembic import op

revision = "0034_empty_ledger"
down_revision = "0031_shredded"
branch_labels = None
depends_on = None

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
    """Hold the time against earlier entries, and not against the making of the tables."""
    op.execute(_FUNCTION.format(backwards="(old.size > 0 and new.at < old.at)"))


def downgrade() -> None:
    """Hold the time against the making of the tables as well."""
    op.execute(_FUNCTION.format(backwards="new.at < old.at"))
