"""Accounts, sessions of the web, API tokens, sign-ins, reads, form drafts, attachments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_let_people_in"
down_revision = "0008_due_by_congress"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = (
    "attachments",
    "form_drafts",
    "reads",
    "api_tokens",
    "sign_ins",
    "web_sessions",
    "accounts",
)


def upgrade() -> None:
    _accounts()
    _sessions()
    _tokens()
    _reads()
    _attachments()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["congress", "person"],
        ["people.congress", "people.code"],
        name=f"fk_{table}_congress_person",
    )


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _accounts() -> None:
    op.create_table(
        "accounts",
        *_words("id", "congress", "person", "name"),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("external_subject", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("password_set_at", INSTANT, nullable=True),
        sa.Column("last_seen_at", INSTANT, nullable=True),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        _person("accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
        sa.UniqueConstraint("congress", "person", name="uq_accounts_congress_person"),
        sa.UniqueConstraint(
            "issuer", "external_subject", name="uq_accounts_issuer_external_subject"
        ),
        sa.CheckConstraint("failures >= 0", name="failures_counted"),
    )


def _sessions() -> None:
    op.create_table(
        "web_sessions",
        *_words("token_digest", "account", "csrf"),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        *_words("address", "agent"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("token_digest", name="pk_web_sessions"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_web_sessions_account"),
    )
    op.create_index("ix_web_sessions_account", "web_sessions", ["account"])
    op.create_table(
        "sign_ins",
        *_words("id"),
        sa.Column("at", INSTANT, nullable=False),
        *_words("name", "address", "outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_address_at", "sign_ins", ["address", "at"])
    op.create_index("ix_sign_ins_name_at", "sign_ins", ["name", "at"])


def _tokens() -> None:
    op.create_table(
        "api_tokens",
        *_words("token_digest", "congress", "person", "label"),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        *_words("created_by"),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("token_digest", name="pk_api_tokens"),
        _person("api_tokens"),
    )
    op.create_index("ix_api_tokens_congress_person", "api_tokens", ["congress", "person"])


def _reads() -> None:
    op.create_table(
        "reads",
        *_words("id", "congress", "case_id", "person", "door", "why"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reads"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_reads_case_id"),
    )
    op.create_index("ix_reads_case_id_at", "reads", ["case_id", "at"])
    op.create_table(
        "form_drafts",
        *_words("congress", "person", "place"),
        sa.Column("content", JSON, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("congress", "person", "place", name="pk_form_drafts"),
        _person("form_drafts"),
    )


def _attachments() -> None:
    op.create_table(
        "attachments",
        *_words("case_id"),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        *_words("congress"),
        sa.Column("subject", sa.Text(), nullable=True),
        *_words("name", "media_type"),
        sa.Column("size", sa.Integer(), nullable=False),
        *_words("digest", "added_by"),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("removed_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_attachments"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_attachments_case_id"),
        sa.CheckConstraint("size >= 0", name="size_counted"),
    )
    op.create_index("ix_attachments_digest", "attachments", ["digest"])
