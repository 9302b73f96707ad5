"""Who is told what: notices decided once, their deliveries, and signs of life of workers."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint
from sqlalchemy import text as sql

from db.tables.base import (
    flag,
    instant,
    instant_or_none,
    integer,
    json,
    key,
    metadata,
    refers,
    text,
    text_or_none,
)

PENDING = sql("state = 'pending'")

notices = Table(
    "notices",
    metadata,
    key("id"),
    text("congress"),
    text("key"),
    text("case_id"),
    integer("entry"),
    text("recipient"),
    text("template"),
    json("facts"),
    flag("urgent"),
    instant("decided_at"),
    instant_or_none("read_at"),
    refers("case_id", "suggestions id"),
    refers("congress entry", "audit_entries congress sequence"),
    UniqueConstraint("congress", "key"),
    Index("ix_notices_congress_recipient_decided_at", "congress", "recipient", "decided_at"),
)

outbox = Table(
    "outbox",
    metadata,
    key("notice_id"),
    key("channel"),
    text("congress"),
    text("address"),
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
