"""What was done: the hash-chained entries, the answers to request keys, the number series."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Table

from db.tables.base import (
    instant,
    integer,
    key,
    metadata,
    number_key,
    refers,
    text,
    text_or_none,
)
from db.types import KeptJson

# Triggers of the first migration refuse UPDATE and DELETE on this table.
audit_entries = Table(
    "audit_entries",
    metadata,
    key("congress"),
    number_key("sequence"),
    text_or_none("case_id"),
    integer("version"),
    instant("at"),
    text("actor"),
    text("action"),
    text("rule"),
    Column("content", KeptJson, nullable=False),
    text("previous"),
    text("digest"),
    refers("congress", "congresses code"),
    refers("case_id", "suggestions id"),
    CheckConstraint("sequence >= 1", name="sequence_from_one"),
    # Lists of what was changed last are read from these two alone.
    Index("ix_audit_entries_case_id", "case_id", "version", "sequence"),
    Index("ix_audit_entries_changes", "congress", "sequence", "case_id", "version"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    key("congress"),
    integer("sequence"),
    text("digest"),
    refers("congress", "congresses code"),
)

requests = Table(
    "requests",
    metadata,
    key("congress"),
    key("request_key"),
    text("fingerprint"),
    text("action"),
    Column("receipt", KeptJson, nullable=False),
    refers("congress", "congresses code"),
)

number_series = Table(
    "number_series",
    metadata,
    key("congress"),
    key("series"),
    integer("next"),
    refers("congress", "congresses code"),
    CheckConstraint("next >= 1", name="next_from_one"),
)
