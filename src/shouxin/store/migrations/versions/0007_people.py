"""The people of the services: a number, a commitment, and a data key that can be destroyed."""

import sqlalchemy as sa
from alembic import op

revision = "0007_people"
down_revision = "0006_ledger"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("commitment", sa.LargeBinary, nullable=False, comment="salted from the data key"),
        sa.Column("lookup", sa.LargeBinary, comment="keyed hash of service and reference"),
        sa.Column("reference", sa.LargeBinary, comment="sealed under the data key"),
        sa.Column("kek", sa.Text, comment="the key-encryption key that wraps the data key"),
        sa.Column("wrapped", sa.LargeBinary, comment="the data key"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("shredded_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("lookup", name="person_lookup_key"),
        sa.CheckConstraint(
            "num_nulls(lookup, reference, kek, wrapped) = case when shredded_at is null then 0 else 4 end",
            name="person_shredded_check",
        ),
        schema=SCHEMA,
    )
    op.create_index("person_commitment", "person", ["commitment"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_table("person", schema=SCHEMA)
