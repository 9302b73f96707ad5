"""Codes by which somebody comes in whose phone is lost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_recovery_codes"
down_revision = "0012_find_changed_and_late"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("account", "number", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_recovery_codes_account"),
    )


def downgrade() -> None:
    op.drop_table("recovery_codes")
