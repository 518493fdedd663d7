"""Deadlines know which clock of their case they are, whether they pass, and when they were stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0003_cases"
down_revision = "0002_deadlines"
branch_labels = None
depends_on = None

SCHEMA = "shouxin"
_STATES = ["open", "paused", "met", "missed", "cancelled"]


def upgrade() -> None:
    op.add_column("deadline", sa.Column("clock", sa.Integer, comment="its number in the case"), schema=SCHEMA)
    passes = sa.Column(
        "passes",
        sa.Boolean,
        nullable=False,
        server_default=sa.false(),
        comment="a time to wait or keep: its end passes and is not missed",
    )
    op.add_column("deadline", passes, schema=SCHEMA)
    op.add_column("deadline", sa.Column("stopped_on", sa.Date), schema=SCHEMA)
    _states([*_STATES, "passed"])
    _comment("deadline", "state", "open, paused, met, missed, passed or cancelled")
    _comment("case_event", "kind", "step; missed or passed where a time ran out; planned where one moved")
    op.drop_index("deadline_provisional", "deadline", schema=SCHEMA)
    provisional = sa.text("provisional and stopped_on is null")
    op.create_index(
        "deadline_provisional", "deadline", ["case_id"], schema=SCHEMA, postgresql_where=provisional
    )
    op.create_index("deadline_of_clock", "deadline", ["case_id", "clock"], unique=True, schema=SCHEMA)
    late = sa.text("state = 'missed' and stopped_on is null")
    op.create_index("deadline_late", "deadline", ["due"], schema=SCHEMA, postgresql_where=late)


def downgrade() -> None:
    op.drop_index("deadline_late", "deadline", schema=SCHEMA)
    op.drop_index("deadline_of_clock", "deadline", schema=SCHEMA)
    op.drop_index("deadline_provisional", "deadline", schema=SCHEMA)
    op.create_index(
        "deadline_provisional",
        "deadline",
        ["id"],
        schema=SCHEMA,
        postgresql_where=sa.text("provisional and state in ('open', 'paused')"),
    )
    op.execute("update shouxin.deadline set state = 'met' where state = 'passed'")
    _states(_STATES)
    _comment("deadline", "state", "open, paused, met, missed or cancelled")
    _comment("case_event", "kind", "step, or missed where a deadline ran out")
    for name in ("stopped_on", "passes", "clock"):
        op.drop_column("deadline", name, schema=SCHEMA)


def _comment(table: str, column: str, comment: str) -> None:
    op.alter_column(table, column, comment=comment, schema=SCHEMA)


def _states(states: list[str]) -> None:
    op.drop_constraint("deadline_state_check", "deadline", schema=SCHEMA)
    known = ", ".join(f"'{state}'" for state in states)
    op.create_check_constraint("deadline_state_check", "deadline", f"state in ({known})", schema=SCHEMA)
