"""A session's cases come in order of number; what runs out first is read from an index alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_lists_of_a_session"
down_revision = "0013_recovery_codes"
branch_labels = None
depends_on = None

OF_A_SESSION = "ix_suggestions_congress_session_number_key"
DUE = "ix_clocks_running_due_on"
RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    op.create_index(OF_A_SESSION, "suggestions", ["congress", "session", "number_key", "id"])
    op.create_index(
        DUE,
        "clocks",
        ["congress", "due_on", "case_id", "number"],
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )


def downgrade() -> None:
    op.drop_index(DUE, "clocks")
    op.drop_index(OF_A_SESSION, "suggestions")
