"""One home for the organisation: the inventory, one row a version; what was loaded before is its first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009_inventory"
down_revision = "0008_access"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"


def _at(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    op.create_table(
        "inventory_version",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", JSONB, nullable=False, comment="the organisation without its evidence"),
        sa.Column(
            "who", sa.Text, nullable=False, comment="id of the operator or key, or what acted by itself"
        ),
        sa.Column("origin", sa.Text, nullable=False, comment="api, console, cli, sdk or system"),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("undoes", sa.BigInteger, comment="the version that this one brings back"),
        _at("made_at"),
        schema=SCHEMA,
    )
    op.execute(
        """
        insert into shouxin.inventory_version (number, body, who, origin, why, made_at)
        select 1,
               organisation.body || jsonb_strip_nulls(jsonb_build_object('services', (
                   select jsonb_agg(body || jsonb_build_object('name', name) order by name)
                   from shouxin.service))),
               'system', 'system', '', organisation.changed_at
        from shouxin.organisation
        """
    )
    op.drop_table("service", schema=SCHEMA)
    op.drop_table("organisation", schema=SCHEMA)


def downgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False, comment="always 1"),
        sa.Column("body", JSONB, nullable=False, comment="the organisation without services and evidence"),
        _at("changed_at"),
        schema=SCHEMA,
    )
    op.create_table(
        "service",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("body", JSONB, nullable=False),
        _at("changed_at"),
        schema=SCHEMA,
    )
    op.execute(
        """
        insert into shouxin.organisation (id, body)
        select 1, body - 'services' - 'systems' - 'parties' from shouxin.inventory_version
        order by number desc limit 1
        """
    )
    op.execute(
        """
        insert into shouxin.service (name, body)
        select one->>'name', one - 'name'
        from (select body from shouxin.inventory_version order by number desc limit 1) as newest,
             jsonb_array_elements(newest.body->'services') as one
        """
    )
    op.drop_table("inventory_version", schema=SCHEMA)
