"""Due timers are looked for congress by congress, and come in order without being sorted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_due_by_congress"
down_revision = "0007_find_open_and_dead"
branch_labels = None
depends_on = None

PENDING = sa.text("fired_at IS NULL AND cancelled_at IS NULL")


def upgrade() -> None:
    _index("congress", "fire_at", "case_id", "clock")


def downgrade() -> None:
    _index("fire_at")


def _index(*columns: str) -> None:
    op.drop_index("ix_timers_due", "timers")
    op.create_index(
        "ix_timers_due",
        "timers",
        list(columns),
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
