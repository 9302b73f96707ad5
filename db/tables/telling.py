"""Who is told what: notices decided once, their deliveries, and signs of life of workers."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint
from sqlalchemy import text as sql

from db.tables.base import (
    day,
    flag,
    instant,
    instant_or_none,
    integer,
    integer_or_none,
    json,
    key,
    metadata,
    refers,
    text,
    text_or_none,
)

PENDING = sql("state = 'pending'")
DEAD = sql("state = 'dead'")
OF_A_RUNG = sql("rung IS NOT NULL")

notices = Table(
    "notices",
    metadata,
    key("id"),
    text("congress"),
    text("key"),
    text_or_none("case_id"),
    integer("entry"),
    integer_or_none("clock"),
    integer_or_none("plan"),
    text_or_none("rung"),
    text("recipient"),
    text_or_none("stands_in_for"),
    text("template"),
    json("facts"),
    flag("urgent"),
    instant("decided_at"),
    instant_or_none("read_at"),
    refers("case_id", "suggestions id"),
    refers("congress entry", "audit_entries congress sequence"),
    UniqueConstraint("congress", "key"),
    Index("ix_notices_congress_recipient_decided_at", "congress", "recipient", "decided_at"),
    Index(
        "uq_notices_rung",
        "case_id",
        "clock",
        "plan",
        "rung",
        "recipient",
        unique=True,
        sqlite_where=OF_A_RUNG,
        postgresql_where=OF_A_RUNG,
    ),
)

outbox = Table(
    "outbox",
    metadata,
    key("notice_id"),
    key("channel"),
    text("congress"),
    text("recipient"),
    text("address"),
    flag("digest"),
    text_or_none("bundle"),
    text("state"),
    integer("attempts"),
    instant("not_before"),
    instant_or_none("lease_until"),
    text_or_none("lease_by"),
    instant_or_none("sent_at"),
    text_or_none("last_error"),
    refers("notice_id", "notices id"),
    CheckConstraint("state IN ('pending', 'sent', 'dead')", name="state_known"),
    Index("ix_outbox_pending", "not_before", sqlite_where=PENDING, postgresql_where=PENDING),
    Index("ix_outbox_bundle", "bundle"),
    Index("ix_outbox_dead", "congress", sqlite_where=DEAD, postgresql_where=DEAD),
)

webhook_log = Table(
    "webhook_log",
    metadata,
    key("id"),
    text("congress"),
    text("message_id"),
    text("channel"),
    text("url"),
    instant("at"),
    integer_or_none("status"),
    text_or_none("error"),
    text("body"),
    Index("ix_webhook_log_congress_at", "congress", "at"),
)

feeds = Table(
    "feeds",
    metadata,
    key("token_digest"),
    text("congress"),
    text("person"),
    text("label"),
    instant("created_at"),
    text("created_by"),
    instant_or_none("revoked_at"),
    instant_or_none("last_used_at"),
    refers("congress person", "people congress code"),
    Index("ix_feeds_congress_person", "congress", "person"),
)

bulletins = Table(
    "bulletins",
    metadata,
    key("congress"),
    key("month"),
    instant("issued_at"),
    text("issued_by"),
    day("until"),
    json("content"),
    text("digest"),
    refers("congress", "congresses code"),
)

worker_heartbeats = Table(
    "worker_heartbeats",
    metadata,
    key("worker"),
    instant("started_at"),
    instant("last_seen_at"),
    text_or_none("last_error"),
    integer("fired"),
    integer("delivered"),
)
