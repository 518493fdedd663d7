"""The comment on the kinds of case events names all of them."""

from alembic import op

revision = "0005_event_kinds"
down_revision = "0004_posture"
branch_labels = None
depends_on = None

_BEFORE = "step; missed or passed where a time ran out; planned where one moved"


def upgrade() -> None:
    _comment(f"{_BEFORE}; cancelled where the case ended")


def downgrade() -> None:
    _comment(_BEFORE)


def _comment(text: str) -> None:
    op.alter_column("case_event", "kind", comment=text, schema="shouxin")
