"""Orders, judgements, calendar additions, leaves and preferences, digests, feeds, bulletins."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_supervise_and_tell"
down_revision = "0005_create_notices"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
PENDING = sa.text("state = 'pending'")
OF_A_RUNG = sa.text("rung IS NOT NULL")
ADDED = (
    ("congresses", "recounted_version", sa.Integer(), "1"),
    ("people", "phone", sa.Text(), "''"),
    ("people", "addresses", JSON, "'{}'"),
    ("supervisions", "weight", sa.Integer(), "1"),
)
"""Columns of tables that are there, each with the value that its present rows get."""

OLD_NOTICE = "id, congress, key, case_id, entry, recipient, template, facts, urgent, decided_at"
OLD_OUTBOX = "notice_id, channel, congress, address, state, attempts, not_before"


def upgrade() -> None:
    for table, name, kind, value in ADDED:
        column: sa.Column[object] = sa.Column(
            name, kind, nullable=False, server_default=sa.text(value)
        )
        op.add_column(table, column)
    op.execute("UPDATE congresses SET recounted_version = calendar_version")
    op.add_column("assignments", sa.Column("progress", sa.Text(), nullable=True))
    _orders()
    _outcome_judgements()
    _people()
    _calendar_additions()
    _telling()
    if _on_sqlite():
        _rebuild_notices()
    else:
        _extend_notices()
    _index_notices()


def downgrade() -> None:
    if _on_sqlite():
        _rebuild_old_notices()
    else:
        _shorten_notices()
    for table in (
        "bulletins",
        "feeds",
        "webhook_log",
        "calendar_additions",
        "leaves",
        "preferences",
        "outcome_judgements",
        "orders",
    ):
        op.drop_table(table)
    op.drop_column("assignments", "progress")
    for table, name, _, _ in reversed(ADDED):
        op.drop_column(table, name)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _child(name: str, *rest: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("congress", sa.Text(), nullable=False),
        *rest,
        sa.PrimaryKeyConstraint("case_id", "number", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name=f"fk_{name}_case_id"),
    )


def _orders() -> None:
    _child(
        "orders",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("assigned_to", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["congress", "unit"], ["units.congress", "units.code"], name="fk_orders_congress_unit"
        ),
    )
    op.create_index("ix_orders_congress_state", "orders", ["congress", "state"])


def _outcome_judgements() -> None:
    _child(
        "outcome_judgements",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("light", sa.Text(), nullable=False),
        sa.Column("judged_by", sa.Text(), nullable=False),
        sa.Column("judged_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "case_id", "month", "party", name="uq_outcome_judgements_case_id_month_party"
        ),
    )


def _of_person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["congress", column],
        ["people.congress", "people.code"],
        name=f"fk_{table}_congress_{column}",
    )


def _people() -> None:
    op.create_table(
        "preferences",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("congress", "person", name="pk_preferences"),
        _of_person("preferences", "person"),
        sa.CheckConstraint(
            "digest IN ('daily', 'at-once')", name=op.f("ck_preferences_digest_known")
        ),
    )
    op.create_table(
        "leaves",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("delegate", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("congress", "person", "number", name="pk_leaves"),
        _of_person("leaves", "person"),
        _of_person("leaves", "delegate"),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_leaves_begins_before_it_ends")),
        sa.CheckConstraint("person <> delegate", name=op.f("ck_leaves_somebody_else")),
    )


def _of_congress(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["congress"], ["congresses.code"], name=f"fk_{table}_congress")


def _calendar_additions() -> None:
    op.create_table(
        "calendar_additions",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("congress", "day", name="pk_calendar_additions"),
        _of_congress("calendar_additions"),
        sa.CheckConstraint(
            "kind IN ('holiday', 'workday')", name=op.f("ck_calendar_additions_kind_known")
        ),
    )


def _telling() -> None:
    op.create_table(
        "webhook_log",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_log"),
    )
    op.create_index("ix_webhook_log_congress_at", "webhook_log", ["congress", "at"])
    op.create_table(
        "feeds",
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("token_digest", name="pk_feeds"),
        _of_person("feeds", "person"),
    )
    op.create_index("ix_feeds_congress_person", "feeds", ["congress", "person"])
    op.create_table(
        "bulletins",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("congress", "month", name="pk_bulletins"),
        _of_congress("bulletins"),
    )


def _notice_table(name: str, *, old: bool) -> None:
    """The table of notices under a name of its own, as it was or as it becomes."""
    new = (
        sa.Column("clock", sa.Integer(), nullable=True),
        sa.Column("plan", sa.Integer(), nullable=True),
        sa.Column("rung", sa.Text(), nullable=True),
        sa.Column("stands_in_for", sa.Text(), nullable=True),
    )
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=not old),
        sa.Column("entry", sa.Integer(), nullable=False),
        *(() if old else new),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_notices_case_id"),
        sa.ForeignKeyConstraint(
            ["congress", "entry"],
            ["audit_entries.congress", "audit_entries.sequence"],
            name="fk_notices_congress_entry",
        ),
        sa.UniqueConstraint("congress", "key", name="uq_notices_congress_key"),
    )


def _outbox_table(name: str, notices: str, *, old: bool) -> None:
    new: tuple[sa.Column[Any], ...] = (
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=True),
    )
    op.create_table(
        name,
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        *(() if old else new),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("lease_by", sa.Text(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("notice_id", "channel", name="pk_outbox"),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'dead')", name=op.f("ck_outbox_state_known")
        ),
        sa.ForeignKeyConstraint(["notice_id"], [f"{notices}.id"], name="fk_outbox_notice_id"),
    )


def _rebuild_notices() -> None:
    """SQLite cannot make a column optional: both tables are written anew."""
    _notice_table("notices_new", old=False)
    op.execute(
        f"INSERT INTO notices_new ({OLD_NOTICE}, read_at)"  # noqa: S608  # names of our own columns
        f" SELECT {OLD_NOTICE}, read_at FROM notices"
    )
    _outbox_table("outbox_new", "notices_new", old=False)
    rest = "lease_until, lease_by, sent_at, last_error"
    op.execute(
        f"INSERT INTO outbox_new ({OLD_OUTBOX}, {rest}, recipient, digest)"  # noqa: S608  # names of our own columns
        f" SELECT {OLD_OUTBOX}, {rest},"
        " (SELECT recipient FROM notices WHERE notices.id = notice_id), 0 FROM outbox"
    )
    _take_the_place()


def _rebuild_old_notices() -> None:
    """Back to what 0005 made; notices about no case have no place there."""
    op.execute(
        "DELETE FROM outbox WHERE notice_id IN (SELECT id FROM notices WHERE case_id IS NULL)"
    )
    op.execute("DELETE FROM notices WHERE case_id IS NULL")
    _notice_table("notices_new", old=True)
    op.execute(
        f"INSERT INTO notices_new ({OLD_NOTICE}, read_at)"  # noqa: S608  # names of our own columns
        f" SELECT {OLD_NOTICE}, read_at FROM notices"
    )
    _outbox_table("outbox_new", "notices_new", old=True)
    rest = "lease_until, lease_by, sent_at, last_error"
    op.execute(
        f"INSERT INTO outbox_new ({OLD_OUTBOX}, {rest})"  # noqa: S608  # names of our own columns
        f" SELECT {OLD_OUTBOX}, {rest} FROM outbox"
    )
    _take_the_place()
    _index_old_notices()


def _take_the_place() -> None:
    op.drop_table("outbox")
    op.drop_table("notices")
    op.rename_table("notices_new", "notices")
    op.rename_table("outbox_new", "outbox")


def _index_old_notices() -> None:
    op.create_index(
        "ix_notices_congress_recipient_decided_at",
        "notices",
        ["congress", "recipient", "decided_at"],
    )
    op.create_index(
        "ix_outbox_pending",
        "outbox",
        ["not_before"],
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )


def _extend_notices() -> None:
    op.alter_column("notices", "case_id", nullable=True)
    op.add_column("notices", sa.Column("clock", sa.Integer(), nullable=True))
    op.add_column("notices", sa.Column("plan", sa.Integer(), nullable=True))
    op.add_column("notices", sa.Column("rung", sa.Text(), nullable=True))
    op.add_column("notices", sa.Column("stands_in_for", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("recipient", sa.Text(), nullable=True))
    op.execute(
        "UPDATE outbox SET recipient ="
        " (SELECT recipient FROM notices WHERE notices.id = outbox.notice_id)"
    )
    op.alter_column("outbox", "recipient", nullable=False)
    op.add_column(
        "outbox",
        sa.Column("digest", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.alter_column("outbox", "digest", server_default=None)
    op.add_column("outbox", sa.Column("bundle", sa.Text(), nullable=True))


def _shorten_notices() -> None:
    op.execute(
        "DELETE FROM outbox WHERE notice_id IN (SELECT id FROM notices WHERE case_id IS NULL)"
    )
    op.execute("DELETE FROM notices WHERE case_id IS NULL")
    op.drop_index("ix_outbox_bundle", "outbox")
    op.drop_index("uq_notices_rung", "notices")
    for column in ("recipient", "digest", "bundle"):
        op.drop_column("outbox", column)
    for column in ("clock", "plan", "rung", "stands_in_for"):
        op.drop_column("notices", column)
    op.alter_column("notices", "case_id", nullable=False)


def _index_notices() -> None:
    if _on_sqlite():
        _index_old_notices()
    op.create_index(
        "uq_notices_rung",
        "notices",
        ["case_id", "clock", "plan", "rung", "recipient"],
        unique=True,
        sqlite_where=OF_A_RUNG,
        postgresql_where=OF_A_RUNG,
    )
    op.create_index("ix_outbox_bundle", "outbox", ["bundle"])
