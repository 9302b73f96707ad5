"""What belongs to a case: who signed, who handles it, what was said, promised and rated."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Table, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.schema import SchemaItem

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
    number_key,
    refers,
    text,
    text_or_none,
)
from db.types import Exact


def child(name: str, *rest: SchemaItem) -> Table:
    """A table of things that belong to a case and are numbered within it."""
    return Table(
        name,
        metadata,
        key("case_id"),
        number_key("number"),
        text("congress"),
        *rest,
        refers("case_id", "suggestions id"),
    )


signatories = child(
    "signatories",
    text("deputy"),
    flag("lead"),
    text("state"),
    instant_or_none("at"),
    refers("congress deputy", "people congress code"),
    UniqueConstraint("case_id", "deputy"),
    Index("ix_signatories_congress_deputy", "congress", "deputy"),
    Index(
        "uq_signatories_lead",
        "case_id",
        unique=True,
        sqlite_where=sql("lead"),
        postgresql_where=sql("lead"),
    ),
)

assignments = child(
    "assignments",
    text("unit"),
    text("kind"),
    text("state"),
    integer("round"),
    text("rule"),
    text("reason"),
    instant("handed_over_at"),
    integer_or_none("replaces"),
    text_or_none("handler"),
    instant_or_none("received_at"),
    text_or_none("opinion"),
    instant_or_none("opinion_at"),
    text_or_none("progress"),
    instant_or_none("ended_at"),
    refers("congress unit", "units congress code"),
    refers("case_id replaces", "assignments case_id number"),
    CheckConstraint("kind IN ('lead', 'joint', 'separate')", name="kind_known"),
    Index("ix_assignments_congress_unit_case_id", "congress", "unit", "case_id", "state"),
)

returns = child(
    "returns",
    integer("assignment"),
    text("reason"),
    text("proposed_unit"),
    text("requested_by"),
    instant("requested_at"),
    text("state"),
    text_or_none("decided_by"),
    instant_or_none("decided_at"),
    text_or_none("decision_reason"),
    refers("case_id assignment", "assignments case_id number"),
    CheckConstraint("state IN ('pending', 'approved', 'refused')", name="state_known"),
)

extensions = child(
    "extensions",
    integer("assignment"),
    integer("clock"),
    text("reason"),
    json("period"),
    text("requested_by"),
    instant("requested_at"),
    text("state"),
    json("approvals"),
    instant_or_none("decided_at"),
    refers("case_id assignment", "assignments case_id number"),
    refers("case_id clock", "clocks case_id number"),
    CheckConstraint("state IN ('pending', 'approved', 'refused')", name="state_known"),
)

contacts = child(
    "contacts",
    integer("assignment"),
    text("deputy"),
    day("met_on"),
    text("form"),
    text("rank"),
    text("summary"),
    text("recorded_by"),
    instant("recorded_at"),
    refers("case_id assignment", "assignments case_id number"),
)

replies = child(
    "replies",
    integer("assignment"),
    integer("round"),
    text("state"),
    text("result"),
    text("text"),
    json("commitments"),
    text("drafted_by"),
    instant("drafted_at"),
    text_or_none("document_number"),
    text_or_none("checked_by"),
    text_or_none("signed_by"),
    instant_or_none("signed_at"),
    instant_or_none("delivered_at"),
    refers("case_id assignment", "assignments case_id number"),
)

deliveries = child(
    "deliveries",
    integer("reply"),
    text("deputy"),
    instant("at"),
    refers("case_id reply", "replies case_id number"),
    UniqueConstraint("case_id", "reply", "deputy"),
)

evaluations = child(
    "evaluations",
    text("deputy"),
    integer("round"),
    text("state"),
    instant("opened_at"),
    text_or_none("process"),
    text_or_none("result"),
    text_or_none("comment"),
    instant_or_none("at"),
    CheckConstraint("state IN ('open', 'given', 'silent')", name="state_known"),
    UniqueConstraint("case_id", "deputy", "round"),
)

commitments = child(
    "commitments",
    integer("reply"),
    text("unit"),
    text("text"),
    day("due_on"),
    text("state"),
    text_or_none("progress"),
    text_or_none("evidence"),
    instant_or_none("ended_at"),
    refers("case_id reply", "replies case_id number"),
    Index("ix_commitments_congress_due_on", "congress", "due_on"),
)

supervisions = child(
    "supervisions",
    text("kind"),
    text("subject"),
    text("clock"),
    text("rung"),
    text("actor"),
    instant("at"),
    text("note"),
    integer("weight"),
)

orders = child(
    "orders",
    text("subject"),
    text("clock"),
    text("rung"),
    text("assigned_to"),
    text_or_none("unit"),
    text("reason"),
    text("opened_by"),
    instant("opened_at"),
    text("state"),
    text_or_none("answer"),
    text_or_none("answered_by"),
    instant_or_none("answered_at"),
    instant_or_none("ended_at"),
    refers("congress unit", "units congress code"),
    Index("ix_orders_congress_state", "congress", "state"),
)

outcome_judgements = child(
    "outcome_judgements",
    text("month"),
    text("party"),
    text("light"),
    text("judged_by"),
    instant("judged_at"),
    text("note"),
    UniqueConstraint("case_id", "month", "party"),
)

indicators = child(
    "indicators",
    integer("reply"),
    text("label"),
    Column("quantity", Exact, nullable=True),
    text("unit"),
    text("text"),
    refers("case_id reply", "replies case_id number"),
)
