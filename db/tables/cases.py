"""The suggestion itself: one row a case, at one version."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint
from sqlalchemy import text as sql

from db.tables.base import (
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

OPEN = sql("ended_at IS NULL")

suggestions = Table(
    "suggestions",
    metadata,
    key("id"),
    text("congress"),
    text("session"),
    text("profile"),
    integer("profile_version"),
    integer("version"),
    text("state"),
    integer("round"),
    text("kind"),
    text("title"),
    text("text"),
    text("field"),
    json("keywords"),
    text("origin"),
    instant("created_at"),
    text_or_none("number"),
    text("number_key"),
    text("secrecy"),
    integer_or_none("topic"),
    text_or_none("merged_into"),
    text_or_none("batch"),
    text_or_none("refusal_ground"),
    instant_or_none("submitted_at"),
    instant_or_none("registered_at"),
    instant_or_none("handed_over_at"),
    instant_or_none("answered_at"),
    instant_or_none("ended_at"),
    json("facts"),
    refers("congress session", "sessions congress code"),
    refers("congress session topic", "topics congress session number"),
    refers("profile profile_version", "profiles name version"),
    refers("merged_into", "suggestions id"),
    UniqueConstraint("congress", "number"),
    CheckConstraint("version >= 1", name="version_from_one"),
    CheckConstraint("round >= 1", name="round_from_one"),
    Index("ix_suggestions_congress_session_state", "congress", "session", "state"),
    Index("ix_suggestions_congress_number_key", "congress", "number_key", "id"),
    Index("ix_suggestions_congress_session_number_key", "congress", "session", "number_key", "id"),
    Index("ix_suggestions_congress_state_number_key", "congress", "state", "number_key", "id"),
    Index("ix_suggestions_open", "congress", sqlite_where=OPEN, postgresql_where=OPEN),
)
