"""What was changed last is read from an index alone; what was late stands in a small one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_find_changed_and_late"
down_revision = "0011_lists_in_order"
branch_labels = None
depends_on = None

CHANGES = ("congress", "sequence", "case_id", "version")
LATE = sa.text("late")


def upgrade() -> None:
    op.create_index("ix_audit_entries_changes", "audit_entries", list(CHANGES))
    _of_cases("case_id", "version", "sequence")
    op.create_index(
        "ix_clocks_late", "clocks", ["case_id"], sqlite_where=LATE, postgresql_where=LATE
    )


def downgrade() -> None:
    op.drop_index("ix_clocks_late", "clocks")
    _of_cases("case_id")
    op.drop_index("ix_audit_entries_changes", "audit_entries")


def _of_cases(*columns: str) -> None:
    op.drop_index("ix_audit_entries_case_id", "audit_entries")
    op.create_index("ix_audit_entries_case_id", "audit_entries", list(columns))
