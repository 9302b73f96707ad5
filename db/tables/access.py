"""Who comes in and what they see: accounts, sessions of the web, tokens, reads, drafts, files."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint

from db.tables.base import (
    flag,
    instant,
    instant_or_none,
    integer,
    integer_or_none,
    json,
    key,
    metadata,
    number_key,
    refers,
    text,
    text_or_none,
)

accounts = Table(
    "accounts",
    metadata,
    key("id"),
    text("congress"),
    text("person"),
    text("name"),
    text_or_none("password"),
    flag("must_change"),
    text_or_none("totp_secret"),
    integer_or_none("totp_step"),
    text_or_none("issuer"),
    text_or_none("external_subject"),
    integer("failures"),
    instant_or_none("locked_until"),
    instant("created_at"),
    instant_or_none("password_set_at"),
    instant_or_none("last_seen_at"),
    instant_or_none("disabled_at"),
    refers("congress person", "people congress code"),
    UniqueConstraint("name"),
    UniqueConstraint("congress", "person"),
    UniqueConstraint("issuer", "external_subject"),
    CheckConstraint("failures >= 0", name="failures_counted"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    key("account"),
    number_key("number"),
    text("digest"),
    instant_or_none("used_at"),
    refers("account", "accounts id"),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    key("token_digest"),
    text("account"),
    text("csrf"),
    flag("trusted"),
    text("address"),
    text("agent"),
    instant("created_at"),
    instant("last_seen_at"),
    instant("expires_at"),
    instant_or_none("ended_at"),
    refers("account", "accounts id"),
    Index("ix_web_sessions_account", "account"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    key("id"),
    instant("at"),
    text("name"),
    text("address"),
    text("outcome"),
    Index("ix_sign_ins_address_at", "address", "at"),
    Index("ix_sign_ins_name_at", "name", "at"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    key("token_digest"),
    text("congress"),
    text("person"),
    text("label"),
    json("scopes"),
    instant("created_at"),
    text("created_by"),
    instant("expires_at"),
    instant_or_none("revoked_at"),
    instant_or_none("last_used_at"),
    refers("congress person", "people congress code"),
    Index("ix_api_tokens_congress_person", "congress", "person"),
)

reads = Table(
    "reads",
    metadata,
    key("id"),
    text("congress"),
    text("case_id"),
    text("person"),
    text("door"),
    text("why"),
    instant("at"),
    refers("case_id", "suggestions id"),
    Index("ix_reads_case_id_at", "case_id", "at"),
)

form_drafts = Table(
    "form_drafts",
    metadata,
    key("congress"),
    key("person"),
    key("place"),
    json("content"),
    instant("saved_at"),
    refers("congress person", "people congress code"),
)

attachments = Table(
    "attachments",
    metadata,
    key("case_id"),
    number_key("number"),
    text("congress"),
    text_or_none("subject"),
    text("name"),
    text("media_type"),
    integer("size"),
    text("digest"),
    text("added_by"),
    instant("added_at"),
    instant_or_none("removed_at"),
    text_or_none("removed_by"),
    refers("case_id", "suggestions id"),
    CheckConstraint("size >= 0", name="size_counted"),
    Index("ix_attachments_digest", "digest"),
)
