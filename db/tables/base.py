"""The one metadata, how constraints are named, and short words for the kinds of columns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKeyConstraint, Integer, MetaData, Text

from db.types import Json, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def key(name: str) -> Column[str]:
    """A code that is part of the primary key."""
    return Column(name, Text, primary_key=True)


def number_key(name: str) -> Column[int]:
    """A number that is part of the primary key and given by us, not by the database."""
    return Column(name, Integer, primary_key=True, autoincrement=False)


def text(name: str) -> Column[str]:
    """Words or a code that must be there."""
    return Column(name, Text, nullable=False)


def text_or_none(name: str) -> Column[str]:
    """Words or a code that may be missing."""
    return Column(name, Text, nullable=True)


def integer(name: str) -> Column[int]:
    """A whole number that must be there."""
    return Column(name, Integer, nullable=False)


def integer_or_none(name: str) -> Column[int]:
    """A whole number that may be missing."""
    return Column(name, Integer, nullable=True)


def flag(name: str) -> Column[bool]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False)


def day(name: str) -> Column[date]:
    """A day in Asia/Shanghai."""
    return Column(name, Date, nullable=False)


def day_key(name: str) -> Column[date]:
    """A day in Asia/Shanghai that is part of the primary key."""
    return Column(name, Date, primary_key=True)


def instant(name: str) -> Column[datetime]:
    """An instant that must be there."""
    return Column(name, UtcDateTime, nullable=False)


def instant_or_none(name: str) -> Column[datetime]:
    """An instant that may not have come."""
    return Column(name, UtcDateTime, nullable=True)


def json(name: str) -> Column[Any]:
    """Structured content that must be there."""
    return Column(name, Json, nullable=False)


def refers(columns: str, target: str) -> ForeignKeyConstraint:
    """A foreign key: `refers("congress unit", "units congress code")`."""
    table, *names = target.split()
    return ForeignKeyConstraint(columns.split(), [f"{table}.{name}" for name in names])
