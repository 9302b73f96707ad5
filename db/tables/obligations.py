"""Clocks and the timers of their rungs."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table
from sqlalchemy import text as sql

from db.tables.base import (
    day,
    flag,
    instant,
    instant_or_none,
    integer,
    json,
    key,
    metadata,
    number_key,
    refers,
    text,
    text_or_none,
)
from db.tables.children import child

RUNS = sql("state IN ('running', 'paused')")
RUNNING = sql("state = 'running'")
PENDING = sql("fired_at IS NULL AND cancelled_at IS NULL")

clocks = child(
    "clocks",
    text("kind"),
    text("subject"),
    integer("round"),
    text("state"),
    day("due_on"),
    instant("due_at"),
    json("rule"),
    json("segments"),
    flag("provisional"),
    instant_or_none("stopped_at"),
    flag("late"),
    CheckConstraint("state IN ('running', 'paused', 'met', 'stopped')", name="state_known"),
    Index(
        "uq_clocks_running",
        "case_id",
        "kind",
        "subject",
        unique=True,
        sqlite_where=RUNS,
        postgresql_where=RUNS,
    ),
    Index("ix_clocks_congress_state_due_on", "congress", "state", "due_on"),
    Index("ix_clocks_late", "case_id", sqlite_where=sql("late"), postgresql_where=sql("late")),
    Index(
        "ix_clocks_running_due_on",
        *("congress", "due_on", "case_id", "number"),
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    ),
)

timers = Table(
    "timers",
    metadata,
    key("case_id"),
    number_key("clock"),
    number_key("plan"),
    key("rung"),
    text("congress"),
    instant("fire_at"),
    instant_or_none("fired_at"),
    instant_or_none("cancelled_at"),
    integer("postponed"),
    text_or_none("last_error"),
    refers("case_id clock", "clocks case_id number"),
    CheckConstraint("fired_at IS NULL OR cancelled_at IS NULL", name="ended_once"),
    Index(
        "ix_timers_due",
        "congress",
        "fire_at",
        "case_id",
        "clock",
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    ),
)
