"""Under which tokens a case is found: one row a case, beside the rows it is made from.

On PostgreSQL the column has a GIN index; on SQLite an FTS5 index follows it by triggers. Both are
made by the migration and not described here, as no other statement than a search meets them.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR

from db.tables.base import metadata, refers, text

search_texts = Table(
    "search_texts",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=True),
    text("case_id"),
    text("congress"),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
    refers("case_id", "suggestions id"),
    UniqueConstraint("case_id"),
)
