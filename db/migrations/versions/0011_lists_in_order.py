"""Lists come in order without being sorted, and the cases of a unit stand in an index.

The number as it sorts is a column of its own; see `db.save.number_key`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_lists_in_order"
down_revision = "0010_search_texts"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_suggestions_congress_number_key": ["congress", "number_key", "id"],
    "ix_suggestions_congress_state_number_key": ["congress", "state", "number_key", "id"],
}
FILL = """
UPDATE suggestions SET number_key = CASE
    WHEN number IS NULL THEN '2'
    ELSE CASE WHEN kind = 'session' THEN '0' ELSE '1' END
        || CASE WHEN length(number) < 10 THEN '00' WHEN length(number) < 100 THEN '0' ELSE '' END
        || CAST(length(number) AS text) || number
    END
"""


OF_UNITS = "ix_assignments_congress_unit_state"
CASES_OF_UNITS = "ix_assignments_congress_unit_case_id"


def upgrade() -> None:
    # Those who write always say it; the default is for the rows that are there.
    op.add_column(
        "suggestions", sa.Column("number_key", sa.Text(), nullable=False, server_default="")
    )
    op.execute(FILL)
    for name, columns in INDEXES.items():
        op.create_index(name, "suggestions", columns)
    op.drop_index(OF_UNITS, "assignments")
    op.create_index(CASES_OF_UNITS, "assignments", ["congress", "unit", "case_id", "state"])


def downgrade() -> None:
    op.drop_index(CASES_OF_UNITS, "assignments")
    op.create_index(OF_UNITS, "assignments", ["congress", "unit", "state"])
    for name in INDEXES:
        op.drop_index(name, "suggestions")
    op.drop_column("suggestions", "number_key")
