"""Column types that read the same on both databases: instants in UTC, exact decimals, JSON.

SQLite has no instants and no decimals, so both are kept there as text that sorts and compares
like the value itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Numeric, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. A value without a time zone is refused; what comes back is in UTC.

    On SQLite it is text of a fixed width, `2024-02-01T01:00:00.000000+00:00`.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401  # text or datetime, by database
        return self.fitting(dialect)(value)

    def fitting(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Makes a value fit for the column of this kind of database."""
        return _instant_as_text if dialect.name == "sqlite" else _instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401  # text or datetime, by database
        del dialect
        return None if value is None else instant_of(value)


class Exact(TypeDecorator[Decimal]):
    """A decimal number without rounding; on SQLite it is text."""

    impl = Numeric()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:  # noqa: ANN401  # text or Decimal, by database
        return self.fitting(dialect)(value)

    def fitting(self, dialect: Dialect) -> Callable[[Decimal | None], Any]:
        """Makes a value fit for the column of this kind of database."""
        return _number_as_text if dialect.name == "sqlite" else _number

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ANN401  # text or Decimal, by database
        del dialect
        return None if value is None else Decimal(value)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON that may be asked into; PostgreSQL keeps its meaning, not its spelling."""

KeptJson = JSON(none_as_null=True)
"""JSON kept letter for letter, for what a digest was taken of."""


def instant_of(value: str | datetime) -> datetime:
    """The instant in UTC, from what either database gives."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _instant(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        message = f"a time without a time zone cannot be stored: {value.isoformat()}"
        raise ValueError(message)
    return value.astimezone(UTC)


def _instant_as_text(value: datetime | None) -> str | None:
    moment = _instant(value)
    return None if moment is None else moment.isoformat(timespec="microseconds")


def _number(value: Decimal | None) -> Decimal | None:
    return value


def _number_as_text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
