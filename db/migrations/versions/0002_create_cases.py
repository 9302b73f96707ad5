"""The case: the suggestion and all that belongs to it, numbered within it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_create_cases"
down_revision = "0001_create_register"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _suggestions()
    _signatories()
    _assignments()
    _returns()
    _contacts()
    _replies()
    _deliveries()
    _evaluations()
    _commitments()
    _supervisions()
    _indicators()


def downgrade() -> None:
    op.drop_table("indicators")
    op.drop_table("supervisions")
    op.drop_table("commitments")
    op.drop_table("evaluations")
    op.drop_table("deliveries")
    op.drop_table("replies")
    op.drop_table("contacts")
    op.drop_table("returns")
    op.drop_table("assignments")
    op.drop_table("signatories")
    op.drop_table("suggestions")


def _suggestions() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("profile_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("keywords", JSON, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("secrecy", sa.Text(), nullable=False),
        sa.Column("topic", sa.Integer(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("batch", sa.Text(), nullable=True),
        sa.Column("refusal_ground", sa.Text(), nullable=True),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("registered_at", INSTANT, nullable=True),
        sa.Column("handed_over_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
        sa.CheckConstraint("round >= 1", name=op.f("ck_suggestions_round_from_one")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_suggestions_version_from_one")),
        sa.ForeignKeyConstraint(
            ["congress", "session"],
            ["sessions.congress", "sessions.code"],
            name="fk_suggestions_congress_session",
        ),
        sa.ForeignKeyConstraint(
            ["congress", "session", "topic"],
            ["topics.congress", "topics.session", "topics.number"],
            name="fk_suggestions_congress_session_topic",
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["suggestions.id"], name="fk_suggestions_merged_into"
        ),
        sa.ForeignKeyConstraint(
            ["profile", "profile_version"],
            ["profiles.name", "profiles.version"],
            name="fk_suggestions_profile_profile_version",
        ),
        sa.UniqueConstraint("congress", "number", name="uq_suggestions_congress_number"),
    )
    op.create_index(
        "ix_suggestions_congress_session_state", "suggestions", ["congress", "session", "state"]
    )


def _signatories() -> None:
    op.create_table(
        "signatories",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_signatories"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_signatories_case_id"),
        sa.ForeignKeyConstraint(
            ["congress", "deputy"],
            ["people.congress", "people.code"],
            name="fk_signatories_congress_deputy",
        ),
        sa.UniqueConstraint("case_id", "deputy", name="uq_signatories_case_id_deputy"),
    )
    op.create_index("ix_signatories_congress_deputy", "signatories", ["congress", "deputy"])
    op.create_index(
        "uq_signatories_lead",
        "signatories",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("lead"),
        postgresql_where=sa.text("lead"),
    )


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("handed_over_at", INSTANT, nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.Column("handler", sa.Text(), nullable=True),
        sa.Column("received_at", INSTANT, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("opinion_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_assignments"),
        sa.CheckConstraint(
            "kind IN ('lead', 'joint', 'separate')", name=op.f("ck_assignments_kind_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_assignments_case_id"),
        sa.ForeignKeyConstraint(
            ["case_id", "replaces"],
            ["assignments.case_id", "assignments.number"],
            name="fk_assignments_case_id_replaces",
        ),
        sa.ForeignKeyConstraint(
            ["congress", "unit"],
            ["units.congress", "units.code"],
            name="fk_assignments_congress_unit",
        ),
    )
    op.create_index(
        "ix_assignments_congress_unit_state", "assignments", ["congress", "unit", "state"]
    )


def _returns() -> None:
    op.create_table(
        "returns",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("assignment", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_unit", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_returns"),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'refused')", name=op.f("ck_returns_state_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_returns_case_id"),
        sa.ForeignKeyConstraint(
            ["case_id", "assignment"],
            ["assignments.case_id", "assignments.number"],
            name="fk_returns_case_id_assignment",
        ),
    )


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("assignment", sa.Integer(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("rank", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_contacts"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_contacts_case_id"),
        sa.ForeignKeyConstraint(
            ["case_id", "assignment"],
            ["assignments.case_id", "assignments.number"],
            name="fk_contacts_case_id_assignment",
        ),
    )


def _replies() -> None:
    op.create_table(
        "replies",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("assignment", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("commitments", JSON, nullable=False),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("drafted_at", INSTANT, nullable=False),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("checked_by", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_replies"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_replies_case_id"),
        sa.ForeignKeyConstraint(
            ["case_id", "assignment"],
            ["assignments.case_id", "assignments.number"],
            name="fk_replies_case_id_assignment",
        ),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("reply", sa.Integer(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_deliveries_case_id"),
        sa.ForeignKeyConstraint(
            ["case_id", "reply"],
            ["replies.case_id", "replies.number"],
            name="fk_deliveries_case_id_reply",
        ),
        sa.UniqueConstraint(
            "case_id", "reply", "deputy", name="uq_deliveries_case_id_reply_deputy"
        ),
    )


def _evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("process", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_evaluations"),
        sa.CheckConstraint(
            "state IN ('open', 'given', 'silent')", name=op.f("ck_evaluations_state_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_evaluations_case_id"),
        sa.UniqueConstraint(
            "case_id", "deputy", "round", name="uq_evaluations_case_id_deputy_round"
        ),
    )


def _commitments() -> None:
    op.create_table(
        "commitments",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("reply", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_commitments"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_commitments_case_id"),
        sa.ForeignKeyConstraint(
            ["case_id", "reply"],
            ["replies.case_id", "replies.number"],
            name="fk_commitments_case_id_reply",
        ),
    )
    op.create_index("ix_commitments_congress_due_on", "commitments", ["congress", "due_on"])


def _supervisions() -> None:
    op.create_table(
        "supervisions",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_supervisions"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_supervisions_case_id"),
    )


def _indicators() -> None:
    op.create_table(
        "indicators",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("reply", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("quantity", EXACT, nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_indicators"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_indicators_case_id"),
        sa.ForeignKeyConstraint(
            ["case_id", "reply"],
            ["replies.case_id", "replies.number"],
            name="fk_indicators_case_id_reply",
        ),
    )
