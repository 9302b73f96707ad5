"""What was done: append-only entries, their heads, answers to request keys, number series."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_create_records"
down_revision = "0003_create_clocks"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _audit_entries()
    _audit_heads()
    _requests()
    _number_series()
    _append_only()


def downgrade() -> None:
    _not_append_only()
    op.drop_table("number_series")
    op.drop_table("requests")
    op.drop_table("audit_heads")
    op.drop_table("audit_entries")


def _audit_entries() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("congress", "sequence", name="pk_audit_entries"),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_audit_entries_sequence_from_one")),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_audit_entries_case_id"),
        sa.ForeignKeyConstraint(
            ["congress"], ["congresses.code"], name="fk_audit_entries_congress"
        ),
    )
    op.create_index("ix_audit_entries_case_id", "audit_entries", ["case_id"])


def _audit_heads() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("congress", name="pk_audit_heads"),
        sa.ForeignKeyConstraint(["congress"], ["congresses.code"], name="fk_audit_heads_congress"),
    )


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("congress", "request_key", name="pk_requests"),
        sa.ForeignKeyConstraint(["congress"], ["congresses.code"], name="fk_requests_congress"),
    )


def _number_series() -> None:
    op.create_table(
        "number_series",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("congress", "series", name="pk_number_series"),
        sa.CheckConstraint("next >= 1", name=op.f("ck_number_series_next_from_one")),
        sa.ForeignKeyConstraint(
            ["congress"], ["congresses.code"], name="fk_number_series_congress"
        ),
    )


REFUSAL = "audit_entries is append-only"


def _append_only() -> None:
    """Refuse what would change or remove an entry, whoever asks the database for it."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entries_no_{verb.lower()} BEFORE {verb} ON audit_entries "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse()"
    )


def _not_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entries_no_update")
        op.execute("DROP TRIGGER audit_entries_no_delete")
        return
    op.execute("DROP TRIGGER audit_entries_no_change ON audit_entries")
    op.execute("DROP FUNCTION audit_entries_refuse()")
