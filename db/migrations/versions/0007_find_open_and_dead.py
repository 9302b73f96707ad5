"""Two small indexes: what is open, and what was given up, among all that is done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_find_open_and_dead"
down_revision = "0006_supervise_and_tell"
branch_labels = None
depends_on = None

PARTIAL = (
    ("ix_suggestions_open", "suggestions", sa.text("ended_at IS NULL")),
    ("ix_outbox_dead", "outbox", sa.text("state = 'dead'")),
)


def upgrade() -> None:
    for name, table, where in PARTIAL:
        op.create_index(name, table, ["congress"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _ in PARTIAL:
        op.drop_index(name, table)
