"""The tokens under which cases are found, with an index of each database's own kind.

The rows of cases that are there already are written by `db.schema.upgrade`, by the same code as
all later ones: what a token is must not be said twice.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_search_texts"
down_revision = "0009_let_people_in"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")
# All signs outside ASCII belong to tokens, and nothing is folded: that is done before.
FTS5 = """
CREATE VIRTUAL TABLE search_index USING fts5(
    words, content='search_texts', content_rowid='place', tokenize='ascii', detail='none')
"""
ENTER = "INSERT INTO search_index (rowid, words) VALUES (new.place, new.words);"
LEAVE = """
INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', old.place, old.words);
"""
TRIGGERS = {
    "search_texts_added": f"AFTER INSERT ON search_texts BEGIN {ENTER} END",
    "search_texts_removed": f"AFTER DELETE ON search_texts BEGIN {LEAVE} END",
    "search_texts_changed": f"AFTER UPDATE ON search_texts BEGIN {LEAVE} {ENTER} END",
}


def upgrade() -> None:
    op.create_table(
        "search_texts",
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("congress", sa.Text(), nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_search_texts"),
        sa.ForeignKeyConstraint(["case_id"], ["suggestions.id"], name="fk_search_texts_case_id"),
        sa.UniqueConstraint("case_id", name="uq_search_texts_case_id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_search_texts_words", "search_texts", ["words"], postgresql_using="gin")
        return
    op.execute(FTS5)
    for name, what in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE search_index")
    op.drop_table("search_texts")
