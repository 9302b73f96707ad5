"""All tables as SQLAlchemy Core; docs/tables.md says what each row and column is for."""

from __future__ import annotations

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
    replies,
    returns,
    signatories,
    supervisions,
)
from db.tables.obligations import clocks, timers
from db.tables.records import audit_entries, audit_heads, number_series, requests
from db.tables.register import (
    appointments,
    calendar_years,
    congresses,
    people,
    profiles,
    sessions,
    topics,
    units,
)
from db.tables.telling import notices, outbox, worker_heartbeats

__all__ = [
    "appointments",
    "assignments",
    "audit_entries",
    "audit_heads",
    "calendar_years",
    "clocks",
    "commitments",
    "congresses",
    "contacts",
    "deliveries",
    "evaluations",
    "extensions",
    "indicators",
    "metadata",
    "notices",
    "number_series",
    "outbox",
    "people",
    "profiles",
    "replies",
    "requests",
    "returns",
    "sessions",
    "signatories",
    "suggestions",
    "supervisions",
    "timers",
    "topics",
    "units",
    "worker_heartbeats",
]
