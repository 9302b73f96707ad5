"""The register: congresses with their bodies, people, topics, calendar and profiles."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Table

from db.tables.base import (
    day,
    day_key,
    integer,
    json,
    key,
    metadata,
    number_key,
    refers,
    text,
    text_or_none,
)
from db.types import KeptJson

profiles = Table(
    "profiles",
    metadata,
    key("name"),
    number_key("version"),
    text("digest"),
    Column("files", KeptJson, nullable=False),
)

congresses = Table(
    "congresses",
    metadata,
    key("code"),
    text("name"),
    text("level"),
    text("profile"),
    integer("profile_version"),
    text("session"),
    integer("directory_version"),
    integer("calendar_version"),
    integer("recounted_version"),
    refers("profile profile_version", "profiles name version"),
)

sessions = Table(
    "sessions",
    metadata,
    key("congress"),
    key("code"),
    integer("term"),
    integer("number"),
    integer("year"),
    day("opens_on"),
    day("closes_on"),
    refers("congress", "congresses code"),
    CheckConstraint("opens_on <= closes_on", name="opens_before_it_closes"),
)

units = Table(
    "units",
    metadata,
    key("congress"),
    key("code"),
    text("name"),
    text("system"),
    refers("congress", "congresses code"),
)

people = Table(
    "people",
    metadata,
    key("congress"),
    key("code"),
    text("name"),
    text("delegation"),
    text("email"),
    text("phone"),
    json("addresses"),
    refers("congress", "congresses code"),
)

preferences = Table(
    "preferences",
    metadata,
    key("congress"),
    key("person"),
    json("channels"),
    text_or_none("digest"),
    text_or_none("language"),
    refers("congress person", "people congress code"),
    CheckConstraint("digest IN ('daily', 'at-once')", name="digest_known"),
)

leaves = Table(
    "leaves",
    metadata,
    key("congress"),
    key("person"),
    number_key("number"),
    text("delegate"),
    day("first_day"),
    day("last_day"),
    text("reason"),
    refers("congress person", "people congress code"),
    refers("congress delegate", "people congress code"),
    CheckConstraint("first_day <= last_day", name="begins_before_it_ends"),
    CheckConstraint("person <> delegate", name="somebody_else"),
)

appointments = Table(
    "appointments",
    metadata,
    key("congress"),
    key("person"),
    number_key("position"),
    text("role"),
    text("post"),
    text_or_none("unit"),
    text_or_none("portfolio"),
    refers("congress person", "people congress code"),
    refers("congress unit", "units congress code"),
    Index("ix_appointments_congress_role", "congress", "role"),
)

topics = Table(
    "topics",
    metadata,
    key("congress"),
    key("session"),
    number_key("number"),
    text("title"),
    text("lead_official"),
    text("supervising_leader"),
    day("decided_on"),
    text("decided_by"),
    refers("congress session", "sessions congress code"),
    refers("congress lead_official", "people congress code"),
    refers("congress supervising_leader", "people congress code"),
)

calendar_years = Table(
    "calendar_years",
    metadata,
    key("congress"),
    number_key("year"),
    text("status"),
    text("source"),
    json("holidays"),
    json("workdays"),
    refers("congress", "congresses code"),
    CheckConstraint("status IN ('published', 'provisional')", name="status_known"),
)

calendar_additions = Table(
    "calendar_additions",
    metadata,
    key("congress"),
    day_key("day"),
    text("kind"),
    text("name"),
    text("source"),
    refers("congress", "congresses code"),
    CheckConstraint("kind IN ('holiday', 'workday')", name="kind_known"),
)
