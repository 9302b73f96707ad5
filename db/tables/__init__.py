"""All tables as SQLAlchemy Core; docs/tables.md says what each row and column is for."""

from __future__ import annotations

from db.tables.access import (
    accounts,
    api_tokens,
    attachments,
    form_drafts,
    reads,
    sign_ins,
    web_sessions,
)
from db.tables.base import metadata
from db.tables.cases import suggestions
from db.tables.children import (
    assignments,
    commitments,
    contacts,
    deliveries,
    evaluations,
    extensions,
    indicators,
    orders,
    outcome_judgements,
    replies,
    returns,
    signatories,
    supervisions,
)
from db.tables.obligations import clocks, timers
from db.tables.records import audit_entries, audit_heads, number_series, requests
from db.tables.register import (
    appointments,
    calendar_additions,
    calendar_years,
    congresses,
    leaves,
    people,
    preferences,
    profiles,
    sessions,
    topics,
    units,
)
from db.tables.search import search_texts
from db.tables.telling import (
    bulletins,
    feeds,
    notices,
    outbox,
    webhook_log,
    worker_heartbeats,
)

__all__ = [
    "accounts",
    "api_tokens",
    "appointments",
    "assignments",
    "attachments",
    "audit_entries",
    "audit_heads",
    "bulletins",
    "calendar_additions",
    "calendar_years",
    "clocks",
    "commitments",
    "congresses",
    "contacts",
    "deliveries",
    "evaluations",
    "extensions",
    "feeds",
    "form_drafts",
    "indicators",
    "leaves",
    "metadata",
    "notices",
    "number_series",
    "orders",
    "outbox",
    "outcome_judgements",
    "people",
    "preferences",
    "profiles",
    "reads",
    "replies",
    "requests",
    "returns",
    "search_texts",
    "sessions",
    "sign_ins",
    "signatories",
    "suggestions",
    "supervisions",
    "timers",
    "topics",
    "units",
    "web_sessions",
    "webhook_log",
    "worker_heartbeats",
]
