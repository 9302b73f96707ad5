"""The register: congresses with their bodies, people, topics, calendars and profiles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_create_register"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _profiles()
    _congresses()
    _sessions()
    _units()
    _people()
    _appointments()
    _topics()
    _calendar_years()


def downgrade() -> None:
    op.drop_table("calendar_years")
    op.drop_table("topics")
    op.drop_table("appointments")
    op.drop_table("people")
    op.drop_table("units")
    op.drop_table("sessions")
    op.drop_table("congresses")
    op.drop_table("profiles")


def _profiles() -> None:
    op.create_table(
        "profiles",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name="pk_profiles"),
    )


def _congresses() -> None:
    op.create_table(
        "congresses",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("profile_version", sa.Integer(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("directory_version", sa.Integer(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_congresses"),
        sa.ForeignKeyConstraint(
            ["profile", "profile_version"],
            ["profiles.name", "profiles.version"],
            name="fk_congresses_profile_profile_version",
        ),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("congress", "code", name="pk_sessions"),
        sa.CheckConstraint(
            "opens_on <= closes_on", name=op.f("ck_sessions_opens_before_it_closes")
        ),
        sa.ForeignKeyConstraint(["congress"], ["congresses.code"], name="fk_sessions_congress"),
    )


def _units() -> None:
    op.create_table(
        "units",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("congress", "code", name="pk_units"),
        sa.ForeignKeyConstraint(["congress"], ["congresses.code"], name="fk_units_congress"),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("delegation", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("congress", "code", name="pk_people"),
        sa.ForeignKeyConstraint(["congress"], ["congresses.code"], name="fk_people_congress"),
    )


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("portfolio", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("congress", "person", "position", name="pk_appointments"),
        sa.ForeignKeyConstraint(
            ["congress", "person"],
            ["people.congress", "people.code"],
            name="fk_appointments_congress_person",
        ),
        sa.ForeignKeyConstraint(
            ["congress", "unit"],
            ["units.congress", "units.code"],
            name="fk_appointments_congress_unit",
        ),
    )
    op.create_index("ix_appointments_congress_role", "appointments", ["congress", "role"])


def _topics() -> None:
    op.create_table(
        "topics",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead_official", sa.Text(), nullable=False),
        sa.Column("supervising_leader", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("congress", "session", "number", name="pk_topics"),
        sa.ForeignKeyConstraint(
            ["congress", "lead_official"],
            ["people.congress", "people.code"],
            name="fk_topics_congress_lead_official",
        ),
        sa.ForeignKeyConstraint(
            ["congress", "session"],
            ["sessions.congress", "sessions.code"],
            name="fk_topics_congress_session",
        ),
        sa.ForeignKeyConstraint(
            ["congress", "supervising_leader"],
            ["people.congress", "people.code"],
            name="fk_topics_congress_supervising_leader",
        ),
    )


def _calendar_years() -> None:
    op.create_table(
        "calendar_years",
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("holidays", JSON, nullable=False),
        sa.Column("workdays", JSON, nullable=False),
        sa.PrimaryKeyConstraint("congress", "year", name="pk_calendar_years"),
        sa.CheckConstraint(
            "status IN ('published', 'provisional')", name=op.f("ck_calendar_years_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["congress"], ["congresses.code"], name="fk_calendar_years_congress"
        ),
    )
