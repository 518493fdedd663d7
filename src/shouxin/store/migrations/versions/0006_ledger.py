"""The ledger: entries, the hashes of their tree, signed checkpoints; all of it only grows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSON

revision = "0006_ledger"
down_revision = "0005_event_kinds"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_now = sa.func.now()
_GROWING = ("ledger_entry", "ledger_tile", "ledger_key", "ledger_checkpoint", "ledger_timestamp")
_FUNCTIONS = """
create function shouxin.only_grows() returns trigger language plpgsql as $$
begin
    raise exception 'the table % only grows', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create function shouxin.ledger_head_grows() returns trigger language plpgsql as $$
begin
    if new.size < old.size or new.at < old.at or new.origin <> old.origin
        or (old.size > 0 and new.hash <> old.hash) then
        raise exception 'the ledger only grows' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
"""


def upgrade() -> None:
    _entries()
    _checkpoints()
    op.execute(_FUNCTIONS)
    for table in _GROWING:
        _guard(table, "before update or delete or truncate", "for each statement", "only_grows")
        op.execute(f"revoke update, delete, truncate on {SCHEMA}.{table} from public, current_user")
    _guard("ledger_head", "before delete or truncate", "for each statement", "only_grows")
    _guard("ledger_head", "before update", "for each row", "ledger_head_grows")
    op.execute(
        "insert into shouxin.ledger_head (id, origin, hash) "
        "values (1, 'shouxin.ledger/' || replace(gen_random_uuid()::text, '-', ''), 'sha256')"
    )


def _guard(table: str, when: str, each: str, function: str) -> None:
    """Let a trigger refuse what a table does not do, also where triggers of replicas are off."""
    name = f"{function}_{'row' if 'row' in each else 'all'}"
    op.execute(
        f"create trigger {name} {when} on {SCHEMA}.{table} {each} execute function {SCHEMA}.{function}()"
    )
    op.execute(f"alter table {SCHEMA}.{table} enable always trigger {name}")


def _entries() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False, comment="an id, never a name"),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("what", JSON, nullable=False),
        sa.Column("whose", sa.LargeBinary, nullable=False, comment="the commitment of a person, or empty"),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("ledger_entry_at", "ledger_entry", ["at"], schema=SCHEMA)
    op.create_index("ledger_entry_kind", "ledger_entry", ["kind", "number"], schema=SCHEMA)
    whose = sa.text("whose <> ''")
    op.create_index(
        "ledger_entry_whose", "ledger_entry", ["whose", "number"], schema=SCHEMA, postgresql_where=whose
    )
    op.create_table(
        "ledger_tile",
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("index", sa.BigInteger, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name="ledger_tile_pkey"),
        schema=SCHEMA,
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False, comment="always 1"),
        sa.Column(
            "origin", sa.Text, nullable=False, comment="the name of this ledger, as checkpoints give it"
        ),
        sa.Column("hash", sa.Text, nullable=False, comment="sha256 or sm3"),
        sa.Column("size", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
        sa.Column("edge", sa.LargeBinary, nullable=False, server_default=sa.text("''")),
        sa.CheckConstraint("id = 1 and hash in ('sha256', 'sm3')", name="ledger_head_check"),
        schema=SCHEMA,
    )
    # The edge has up to some kilobytes; it is rewritten with every append, so it stays in its row.
    op.execute(f"alter table {SCHEMA}.ledger_head alter column edge set storage plain")


def _checkpoints() -> None:
    op.create_table(
        "ledger_key",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False, comment="as the signatures name it, in hex"),
        sa.Column("public", sa.Text, nullable=False, comment="name+id+key, as the C2SP writes verifier keys"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
        sa.UniqueConstraint("id", name="ledger_key_id_key"),
        schema=SCHEMA,
    )
    op.create_table(
        "ledger_checkpoint",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
        schema=SCHEMA,
    )
    op.create_table(
        "ledger_timestamp",
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False, comment="the answer of the authority (RFC 3161)"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_now),
        sa.PrimaryKeyConstraint("size", "authority", name="ledger_timestamp_pkey"),
        sa.ForeignKeyConstraint(
            ["size"], [f"{SCHEMA}.ledger_checkpoint.size"], name="ledger_timestamp_size_fkey"
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "sealed_key",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("kek", sa.Text, nullable=False, comment="the key-encryption key that wraps it"),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in ("sealed_key", "ledger_head", *reversed(_GROWING)):
        op.drop_table(table, schema=SCHEMA)
    op.execute(f"drop function {SCHEMA}.only_grows(), {SCHEMA}.ledger_head_grows()")
