"""Alembic's environment: run the migrations on the connection that ``store.migrate`` gives."""

from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationInfo

from shouxin.store.database import SCHEMA

_settings = context.config.attributes


def _announce(*, step: MigrationInfo, **_others: Any) -> None:
    """Tell the caller which migration has been applied."""
    way = "applied" if step.is_upgrade else "undone"
    for name in step.up_revision_ids:
        _settings["progress"](f"tables: {name} {way}")


context.configure(
    connection=_settings["connection"],
    version_table_schema=SCHEMA,
    transactional_ddl=True,
    transaction_per_migration=False,
    on_version_apply=_announce,  # type: ignore[arg-type]  # it is called by keyword
)
with context.begin_transaction():
    context.run_migrations()
