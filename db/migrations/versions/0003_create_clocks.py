"""Clocks, the timers of their rungs and requests for more time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_create_clocks"
down_revision = "0002_create_cases"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _clocks()
    _timers()
    _extensions()


def downgrade() -> None:
    op.drop_table("extensions")
    op.drop_table("timers")
    op.drop_table("clocks")


def _clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("segments", JSON, nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_clocks"),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'met', 'stopped')", name=op.f("ck_clocks_state_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_clocks_case_id"),
    )
    op.create_index("ix_clocks_congress_state_due_on", "clocks", ["congress", "state", "due_on"])
    op.create_index(
        "uq_clocks_running",
        "clocks",
        ["case_id", "kind", "subject"],
        unique=True,
        sqlite_where=sa.text("state IN ('running', 'paused')"),
        postgresql_where=sa.text("state IN ('running', 'paused')"),
    )


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("clock", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("fire_at", INSTANT, nullable=False),
        sa.Column("fired_at", INSTANT, nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("postponed", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "clock", "plan", "rung", name="pk_timers"),
        sa.CheckConstraint(
            "fired_at IS NULL OR cancelled_at IS NULL", name=op.f("ck_timers_ended_once")
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "clock"],
            ["clocks.case_id", "clocks.number"],
            name="fk_timers_case_id_clock",
        ),
    )
    op.create_index(
        "ix_timers_due",
        "timers",
        ["fire_at"],
        sqlite_where=sa.text("fired_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("fired_at IS NULL AND cancelled_at IS NULL"),
    )


def _extensions() -> None:
    op.create_table(
        "extensions",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("assignment", sa.Integer(), nullable=False),
        sa.Column("clock", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("period", JSON, nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("approvals", JSON, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_extensions"),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'refused')", name=op.f("ck_extensions_state_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_extensions_case_id"),
        sa.ForeignKeyConstraint(
            ["case_id", "assignment"],
            ["assignments.case_id", "assignments.number"],
            name="fk_extensions_case_id_assignment",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "clock"],
            ["clocks.case_id", "clocks.number"],
            name="fk_extensions_case_id_clock",
        ),
    )
